/**
 * Shares of rows whose array contains, is contained by, or overlaps another, or has an element:
 * arraycontsel and scalararraysel_containment of PostgreSQL.
 */
import type { ArrayValue, Datum } from "@firstlight/sql";
import { elementTypeOid, typeByOid } from "@firstlight/sql";
import type { ElementStatistics } from "../../statistics/table-statistics.ts";
import { nullShare } from "./equality.ts";
import type { Variable } from "./variable.ts";
import { clampShare } from "./variable.ts";

const CONTAINS_DEFAULT = 0.005;
const OVERLAPS_DEFAULT = 0.01;
/** Steps of the estimate of containment per common element. */
const EFFORT = 100;

export type Containment = "contains" | "contained" | "overlaps";

export function containmentDefault(containment: Containment): number {
  return containment === "overlaps" ? OVERLAPS_DEFAULT : CONTAINS_DEFAULT;
}

/** Without statistics an element is taken to be as rare as a guess. */
const RAREST = 2 * CONTAINS_DEFAULT;

function shareOfUnknown(least: number): number {
  return Math.min(CONTAINS_DEFAULT, least / 2);
}

type Compare = (a: Datum, b: Datum) => number;

/** In order, each once. */
function distinctOf(elements: readonly Datum[], compare: Compare): readonly Datum[] {
  return elements
    .filter((each) => each !== null)
    .toSorted(compare)
    .filter((each, at, all) => at === 0 || compare(each, all[at - 1] ?? null) !== 0);
}

/** Shares of the arrays that have each of the elements. */
function sharesOf(
  elements: readonly Datum[],
  known: ElementStatistics | undefined,
  compare: Compare,
): readonly number[] {
  const unknown = shareOfUnknown(known === undefined ? RAREST : known.least);
  return elements.map((element) => {
    const at = known?.values.findIndex((each) => compare(each, element) === 0) ?? -1;
    return known?.fractions[at] ?? unknown;
  });
}

/** Elements are taken to be in an array independently of each other. */
function containsShare(shares: readonly number[]): number {
  return clampShare(shares.reduce((product, each) => product * each, 1));
}

function overlapsShare(shares: readonly number[]): number {
  return clampShare(shares.reduce((sum, each) => sum + each - sum * each, 0));
}

/**
 * How probable it is that 0, 1, ... `most` of independent events with these probabilities happen, and
 * of rare others that are `rest` in the mean.
 */
function distribution(shares: readonly number[], most: number, rest: number): readonly number[] {
  let row = [1];
  for (const [at, share] of shares.entries()) {
    const next: number[] = [];
    for (let j = 0; j <= at + 1 && j <= most; j++) {
      const stays = j <= at ? (row[j] ?? 0) * (1 - share) : 0;
      next.push(stays + (j > 0 ? (row[j - 1] ?? 0) * share : 0));
    }
    row = next;
  }
  const all = Array.from({ length: most + 1 }, (_, at) => row[at] ?? 0);
  if (rest <= CONTAINS_DEFAULT) return all;
  const result = Array.from({ length: most + 1 }, () => 0);
  let weight = Math.exp(-rest);
  for (let i = 0; i <= most; i++) {
    for (let j = 0; j <= most - i; j++)
      result[i + j] = (result[i + j] ?? 0) + (all[j] ?? 0) * weight;
    weight *= rest / (i + 1);
  }
  return result;
}

/** How probable it is that an array has 0, 1, ... `most` different elements, by the histogram. */
function countShares(bounds: readonly number[], most: number): readonly number[] {
  const step = 1 / (bounds.length - 1);
  let at = 0;
  let before = 0;
  return Array.from({ length: most + 1 }, (_, count) => {
    const from = at;
    while (at < bounds.length && (bounds[at] ?? 0) <= count) at++;
    const equal = at - from;
    if (equal === 0) return before > 0 ? step / before : 0;
    const after = at < bounds.length ? (bounds[at] ?? 0) - (bounds[at - 1] ?? 0) : 0;
    const boxes = equal - 1 + (after > 0 ? 0.5 / after : 0) + (before > 0 ? 0.5 / before : 0);
    before = after;
    return step * boxes;
  });
}

function mostCommon(shares: readonly number[], known: number): readonly number[] {
  const count = shares.length;
  if (known + count === 0 || count <= (EFFORT * known) / (known + count)) return shares;
  const kept = Math.trunc((Math.sqrt(known * known + 4 * EFFORT * known) - known) / 2);
  return shares.toSorted((a, b) => b - a).slice(0, kept);
}

/** Arrays all of whose elements are among the given ones. */
function containedShare(
  elements: readonly Datum[],
  known: ElementStatistics | undefined,
  compare: Compare,
): number {
  if (known === undefined || known.values.length === 0 || known.counts.length < 2) {
    return CONTAINS_DEFAULT;
  }
  const others = known.fractions.filter(
    (_, at) => !elements.some((each) => compare(each, known.values[at] ?? null) === 0),
  );
  const sum = known.fractions.reduce((total, each) => total + each, 0);
  const rest = known.average - sum;
  const absent = others.reduce((product, each) => product * (1 - each), 1) * Math.exp(-rest);
  const shares = mostCommon(sharesOf(elements, known, compare), known.values.length);
  const most = shares.length;
  const given = distribution(shares, most, 0);
  const any = distribution(known.fractions, most, rest);
  const counts = countShares(known.counts, most);
  let share = 0;
  for (let count = 0; count <= most; count++) {
    const probable = any[count] ?? 0;
    if (probable > 0) share += ((counts[count] ?? 0) * absent * (given[count] ?? 0)) / probable;
  }
  return share * (1 - known.nulls);
}

function shareOfElements(
  variable: Variable,
  given: readonly Datum[],
  containment: Containment,
): number {
  const type = typeByOid(elementTypeOid(variable.expr.type));
  const compare: Compare = (a, b) => type.compare(a, b);
  const elements = distinctOf(given, compare);
  const found = variable.statistics?.elements;
  const known = found !== undefined && found.values.length > 0 ? found : undefined;
  const share =
    containment === "contained"
      ? containedShare(elements, known, compare)
      : containment === "contains"
        ? containsShare(sharesOf(elements, known, compare))
        : overlapsShare(sharesOf(elements, known, compare));
  return clampShare(share * (1 - nullShare(variable)));
}

/** `column @> array`, `column <@ array`, `column && array`. */
export function containmentShare(
  variable: Variable,
  array: ArrayValue,
  containment: Containment,
): number {
  // No array contains a NULL.
  if (containment === "contains" && array.elements.includes(null)) return 0;
  return shareOfElements(variable, array.elements, containment);
}

/** `value = ANY (column)` and its kin; for `<>` the other quantifier is asked for, and inverted. */
export function elementShare(
  variable: Variable,
  value: Datum,
  { any, equals }: { readonly any: boolean; readonly equals: boolean },
): number {
  if (value === null) return 0;
  const share = shareOfElements(variable, [value], any === equals ? "contains" : "contained");
  return equals ? share : 1 - share;
}
