/**
 * Sorts very many keys by their bytes, six at a time: one pass over all keys per pair of bytes
 * instead of some twenty comparisons of each key. Short ranges, and those that agree in six bytes
 * and are short, are compared. It is left every some thousand keys; the order is stable.
 */
import type { Key } from "./key.ts";

/** Keys that need not be strings. */
export interface KeyList {
  readonly length: number;
  keyAt(number: number): Key;
  lengthAt(number: number): number;
  /** Bytes from a place within the key on, as many as there are room and bytes for; their number. */
  bytesAt(number: number, at: number, target: Uint8Array): number;
}

/** Keys treated between two pauses. */
const STEP = 8_192;
/** Up to here comparing is faster, and takes less than one turn of the event loop. */
const COMPARED_MAX = 1_024;
/** A pair of bytes; each is one more than itself, and 0 behind the end of the key. */
const DIGITS = 257 * 257;
const PAIRS = 3;

/** Places of the keys in their order: `keys[order[0]]` is the smallest. */
export function* orderOfKeys(keys: KeyList): Generator<undefined, Uint32Array> {
  const order = new Uint32Array(keys.length);
  for (let at = 0; at < order.length; at++) order[at] = at;
  yield* sortRange(new KeySort(keys, order), 0, order.length, 0);
  return order;
}

class KeySort {
  readonly keys: KeyList;
  readonly order: Uint32Array;
  /** The pairs of bytes that are looked at, by the number of the key. */
  readonly digits: readonly Uint32Array[] = [];
  #moved: Uint32Array | undefined;
  #counts: Uint32Array | undefined;

  constructor(keys: KeyList, order: Uint32Array) {
    this.keys = keys;
    this.order = order;
    if (keys.length <= COMPARED_MAX) return;
    this.digits = Array.from({ length: PAIRS }, () => new Uint32Array(keys.length));
  }

  /** As long as the longest range that is not compared: the first one. */
  moved(length: number): Uint32Array {
    this.#moved ??= new Uint32Array(length);
    return this.#moved;
  }

  zeroCounts(): Uint32Array {
    if (this.#counts === undefined) return (this.#counts = new Uint32Array(DIGITS));
    return this.#counts.fill(0);
  }

  compareRange(from: number, to: number): void {
    const { keys } = this;
    const range = Array.from(this.order.subarray(from, to), (number) => {
      return { number, key: keys.keyAt(number) };
    });
    range.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.number - b.number));
    for (let at = 0; at < range.length; at++) this.order[from + at] = range[at]?.number ?? 0;
  }
}

/** All keys of the range agree in `known` bytes. */
function* sortRange(sort: KeySort, from: number, to: number, known: number): Generator<undefined> {
  if (to - from <= COMPARED_MAX) {
    if (to - from > 1) sort.compareRange(from, to);
    return;
  }
  const common = yield* commonBytes(sort, from, to, known);
  yield* readDigits(sort, from, to, common);
  for (const digit of sort.digits.toReversed()) yield* sortByPair(sort, from, to, digit);
  const ranges = yield* equalRanges(sort, from, to);
  for (let at = 0; at < ranges.length; at += 2) {
    const [start, end] = [ranges[at] as number, ranges[at + 1] as number];
    if (hasEnded(sort, start)) continue;
    yield* sortRange(sort, start, end, common + PAIRS * 2);
  }
}

/** Within the pairs: those that agree in them are equal. */
function hasEnded({ digits, order }: KeySort, place: number): boolean {
  return ((digits[PAIRS - 1] as Uint32Array)[order[place] as number] as number) % 257 === 0;
}

function* commonBytes(
  { keys, order }: KeySort,
  from: number,
  to: number,
  known: number,
): Generator<undefined, number> {
  const number = order[from] as number;
  const first = new Uint8Array(Math.max(0, keys.lengthAt(number) - known));
  keys.bytesAt(number, known, first);
  let others = new Uint8Array(first.length);
  for (let place = from; place < to; place++) {
    const length = keys.bytesAt(order[place] as number, known, others);
    let same = 0;
    while (same < length && others[same] === first[same]) same++;
    if (same < others.length) others = others.subarray(0, same);
    if (place % STEP === 0) yield;
  }
  return known + others.length;
}

/** Those behind `common`. */
function* readDigits(
  { keys, order, digits }: KeySort,
  from: number,
  to: number,
  common: number,
): Generator<undefined> {
  const [first, second, third] = digits as readonly [Uint32Array, Uint32Array, Uint32Array];
  const bytes = new Uint8Array(PAIRS * 2);
  for (let place = from; place < to; place++) {
    const number = order[place] as number;
    const length = keys.bytesAt(number, common, bytes);
    first[number] = digitOf(bytes, 0, length);
    second[number] = digitOf(bytes, 2, length);
    third[number] = digitOf(bytes, 4, length);
    if (place % STEP === 0) yield;
  }
}

function digitOf(bytes: Uint8Array, at: number, length: number): number {
  const high = at < length ? (bytes[at] as number) + 1 : 0;
  const low = at + 1 < length ? (bytes[at + 1] as number) + 1 : 0;
  return high * 257 + low;
}

function* sortByPair(
  sort: KeySort,
  from: number,
  to: number,
  digit: Uint32Array,
): Generator<undefined> {
  const { order } = sort;
  const counts = sort.zeroCounts();
  for (let place = from; place < to; place++) {
    const found = digit[order[place] as number] as number;
    counts[found] = (counts[found] as number) + 1;
    if (place % STEP === 0) yield;
  }
  let next = 0;
  for (let found = 0; found < DIGITS; found++) {
    const count = counts[found] as number;
    counts[found] = next;
    next += count;
  }
  const moved = sort.moved(to - from);
  for (let place = from; place < to; place++) {
    const number = order[place] as number;
    const found = digit[number] as number;
    moved[(counts[found] = (counts[found] as number) + 1) - 1] = number;
    if (place % STEP === 0) yield;
  }
  order.set(moved.subarray(0, to - from), from);
}

/** Where those that agree in all pairs begin and end, if they are more than one. */
function* equalRanges(
  { digits, order }: KeySort,
  from: number,
  to: number,
): Generator<undefined, number[]> {
  const ranges: number[] = [];
  let start = from;
  for (let place = from + 1; place <= to; place++) {
    if (place % STEP === 0) yield;
    if (place < to && agree(digits, order[start] as number, order[place] as number)) continue;
    if (place - start > 1) ranges.push(start, place);
    start = place;
  }
  return ranges;
}

function agree(digits: readonly Uint32Array[], a: number, b: number): boolean {
  for (const digit of digits) if (digit[a] !== digit[b]) return false;
  return true;
}
