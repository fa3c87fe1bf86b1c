/**
 * OVERLAPS. Ends may be given in either order and as intervals; a null end leaves the answer open
 * unless the others decide it (timestamp.c: overlaps_timestamp).
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import type { Interval, TimeTz } from "../../values/datum.ts";
import { addToTimestamp, addToTimestamptz } from "./arithmetic.ts";
import { sessionZone } from "./bounds.ts";
import { compareTimeTz } from "./compare.ts";

type Compare<T> = (a: T, b: T) => number;

/** The ends in order; a null goes last. Undefined when both are null. */
function ordered<T>(a: T | null, b: T | null, compare: Compare<T>): [T, T | null] | undefined {
  if (a === null) return b === null ? undefined : [b, null];
  if (b !== null && compare(a, b) > 0) return [b, a];
  return [a, b];
}

function overlaps<T>(
  start1: T | null,
  end1: T | null,
  start2: T | null,
  end2: T | null,
  compare: Compare<T>,
): boolean | null {
  const first = ordered(start1, end1, compare);
  const second = ordered(start2, end2, compare);
  if (first === undefined || second === undefined) return null;
  const order = compare(first[0], second[0]);
  if (order === 0) return first[1] === null || second[1] === null ? null : true;
  const [earlier, later] = order > 0 ? [second, first] : [first, second];
  if (earlier[1] === null) return null;
  if (compare(later[0], earlier[1]) < 0) return true;
  return later[1] === null ? null : false;
}

const plain = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

type End = bigint | Interval | number;
type Adder = (context: EvaluationContext, start: End, span: Interval) => End;

const isInterval = (end: End): end is Interval => typeof end === "object";

/** These overloads are strict, so no end is null; an interval counts from its start. */
function withIntervals(add: Adder): Implementation {
  return (context, start1: End, end1: End, start2: End, end2: End) => {
    const stop1 = isInterval(end1) ? add(context, start1, end1) : end1;
    const stop2 = isInterval(end2) ? add(context, start2, end2) : end2;
    return overlaps(start1, stop1, start2, stop2, (a, b) =>
      plain(a as number | bigint, b as number | bigint),
    );
  };
}

const adders: Readonly<Record<string, Adder>> = {
  timestamp: (_, start, span) => addToTimestamp(start as bigint, span),
  timestamptz: (context, start, span) =>
    addToTimestamptz(start as bigint, span, sessionZone(context)),
  time: (_, start, span) =>
    ((((start as number) + Number(span.micros % 86_400_000_000n)) % 86_400_000_000) +
      86_400_000_000) %
    86_400_000_000,
};

export function registerOverlaps(): void {
  const byValue: Implementation = (
    _,
    a: bigint | null,
    b: bigint | null,
    c: bigint | null,
    d: bigint | null,
  ) => overlaps(a, b, c, d, plain);
  registerFunctions({
    overlaps_timestamp: byValue,
    overlaps_time: byValue,
    overlaps_timetz: (_, a: TimeTz | null, b: TimeTz | null, c: TimeTz | null, d: TimeTz | null) =>
      overlaps(a, b, c, d, compareTimeTz),
  });
  for (const [type, add] of Object.entries(adders)) {
    for (const [end1, end2] of [
      [type, "interval"],
      ["interval", type],
      ["interval", "interval"],
    ]) {
      const signature = `overlaps(${type},${end1},${type},${end2})`;
      registerFunctions({ [signature]: withIntervals(add) });
    }
  }
}
