/**
 * Which elements the arrays of a column have: the most common ones with the share of the arrays that
 * hold them, and how many different ones arrays have (compute_array_stats). Elements are counted by
 * lossy counting: memory is bounded, an element that is dropped is rare.
 */
import type { ArrayValue, Datum, HashKey } from "@firstlight/sql";
import { elementTypeOid, typeByOid, typeOrdering } from "@firstlight/sql";
import type { ElementStatistics } from "./table-statistics.ts";

/** As many common elements as this times the target. */
const ELEMENTS_PER_TARGET = 10;
/** The share of elements below which one is taken for rare, as Zipf's law has it. */
const WIDTH_FACTOR = 1000 / 7;
const SAMPLE_PER_STEP = 512;

interface Counted {
  readonly value: Datum;
  count: number;
  /** How often it may have been counted before it was dropped. */
  readonly missed: number;
}

class ElementCounter {
  readonly #counted = new Map<HashKey, Counted>();
  readonly #hashKey: (value: Datum) => HashKey;
  readonly bucket: number;
  #bucketNumber = 1;
  seen = 0;

  constructor(bucket: number, hashKey: (value: Datum) => HashKey) {
    this.bucket = Math.max(1, bucket);
    this.#hashKey = hashKey;
  }

  /** How many different elements the array has; NULLs are none. */
  add(elements: readonly Datum[]): number {
    const own = new Set<HashKey>();
    for (const value of elements) {
      if (value === null) continue;
      const key = this.#hashKey(value);
      if (own.has(key)) continue;
      own.add(key);
      this.#count(key, value);
    }
    return own.size;
  }

  #count(key: HashKey, value: Datum): void {
    const known = this.#counted.get(key);
    if (known === undefined) {
      this.#counted.set(key, { value, count: 1, missed: this.#bucketNumber - 1 });
    } else known.count++;
    this.seen++;
    if (this.seen % this.bucket !== 0) return;
    for (const [each, { count, missed }] of this.#counted) {
      if (count + missed <= this.#bucketNumber) this.#counted.delete(each);
    }
    this.#bucketNumber++;
  }

  /** Those that occur often enough to be told apart from noise. */
  common(): Counted[] {
    const least = Math.floor((9 * this.seen) / this.bucket);
    return [...this.#counted.values()].filter(({ count }) => count > least);
  }
}

/** Bounds of equally full buckets of the arrays' numbers of different elements. */
function countHistogram(counts: readonly number[], target: number): readonly number[] {
  const bounds = Math.max(target, 2);
  const sorted = counts.toSorted((a, b) => a - b);
  const last = sorted.length - 1;
  return Array.from(
    { length: bounds },
    (_, at) => sorted[Math.floor((at * last) / (bounds - 1))] ?? 0,
  );
}

function isArray(value: Datum): value is ArrayValue {
  return typeof value === "object" && value !== null && "tag" in value && value.tag === "array";
}

/** Undefined for what is no array of a type with an order. */
export async function analyzeElements(
  {
    type,
    values,
    target,
  }: {
    readonly type: number;
    readonly values: readonly Datum[];
    readonly target: number;
  },
  pause: () => Promise<void>,
): Promise<ElementStatistics | undefined> {
  const elementType = elementTypeOid(type);
  if (elementType === 0 || typeOrdering(elementType) === undefined) return undefined;
  const element = typeByOid(elementType);
  const most = target * ELEMENTS_PER_TARGET;
  const counter = new ElementCounter(Math.trunc(most * WIDTH_FACTOR), (value) =>
    element.hashKey(value),
  );
  const counts: number[] = [];
  let withNulls = 0;
  for (const [at, value] of values.entries()) {
    if (at % SAMPLE_PER_STEP === SAMPLE_PER_STEP - 1) await pause();
    if (!isArray(value)) continue;
    counts.push(counter.add(value.elements));
    if (value.elements.includes(null)) withNulls++;
  }
  const rows = counts.length;
  if (rows === 0) return undefined;
  const common = counter.common().toSorted((a, b) => b.count - a.count);
  const kept = common.slice(0, most);
  const share = (count: number): number => Math.fround(count / rows);
  const ordered = kept.toSorted((a, b) => element.compare(a.value, b.value));
  return {
    type: elementType,
    values: ordered.map(({ value }) => value),
    fractions: ordered.map(({ count }) => share(count)),
    least: share(kept.at(-1)?.count ?? 0),
    greatest: share(kept[0]?.count ?? 0),
    nulls: share(withNulls),
    counts: countHistogram(counts, target),
    average: Math.fround(counter.seen / rows),
  };
}
