/**
 * Which adjudicator judges which keys, and how that changes. Each change makes the next version; the
 * truth is in the first log, in which every change is one transaction that all adjudicators take
 * part in (decisions/0037). Ranges are in the order of their keys, touch each other and cover the
 * key space; a log may own any number of them, and none.
 */
import type { Key, Span } from "../keys/key.ts";
import { KEY_MAX, intersectSpans } from "../keys/key.ts";
import { CATALOG_SPAN } from "../keys/keyspace.ts";
import type { LogId } from "./ids.ts";
import type { AdjudicatorRange } from "./topology.ts";

export interface RangeMap {
  /** 0: as the cluster was made. */
  readonly version: number;
  readonly ranges: readonly AdjudicatorRange[];
}

/** Every commit searches them and every process knows them. */
export const RANGES_MAX = 1_000;

/**
 * - split: `at` becomes a boundary; both parts stay where they are.
 * - merge: `at` is a boundary no longer; what begins there goes to the log of what ends there.
 * - move: the keys of `span`, of whatever ranges, go to `to`, and are one range with its keys before
 *   and behind them.
 */
export type RangeChange =
  | { readonly kind: "split"; readonly at: Key }
  | { readonly kind: "merge"; readonly at: Key }
  | { readonly kind: "move"; readonly span: Span; readonly to: LogId };

/** Keys that one log gives to another. */
export interface MovedSpan {
  readonly span: Span;
  readonly from: LogId;
  readonly to: LogId;
}

const LOCAL_KEYS: Span = { start: CATALOG_SPAN.end, end: KEY_MAX };

/** The position of the range that holds `key`. */
export function rangeIndex(ranges: readonly AdjudicatorRange[], key: Key): number {
  let low = 0;
  let high = ranges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ranges[middle] as AdjudicatorRange).span.start <= key) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function ownerOf({ ranges }: RangeMap, key: Key): LogId {
  return (ranges[rangeIndex(ranges, key)] as AdjudicatorRange).log;
}

/** The logs that own keys of `span`; one may be named twice. */
export function ownersOf({ ranges }: RangeMap, span: Span): LogId[] {
  const owners: LogId[] = [];
  for (let i = rangeIndex(ranges, span.start); i < ranges.length; i++) {
    const range = ranges[i] as AdjudicatorRange;
    if (range.span.start >= span.end) break;
    if (range.span.end > span.start) owners.push(range.log);
  }
  return owners;
}

/** Whose owner differs in two versions. Global keys, which are everybody's, never move. */
export function movedSpans(from: RangeMap, to: RangeMap): MovedSpan[] {
  const moved: MovedSpan[] = [];
  for (let i = 0, j = 0; ;) {
    const [before, after] = [from.ranges[i], to.ranges[j]];
    if (before === undefined || after === undefined) return moved;
    const common = intersectSpans(before.span, after.span);
    const span = common && intersectSpans(common, LOCAL_KEYS);
    if (span !== undefined && before.log !== after.log) {
      moved.push({ span, from: before.log, to: after.log });
    }
    if (before.span.end <= after.span.end) i++;
    if (after.span.end <= before.span.end) j++;
  }
}

/** Throws a RangeError that says what is wrong with the change. */
export function changedRanges(map: RangeMap, change: RangeChange): RangeMap {
  const ranges = rangesAfter(map.ranges, change);
  if (ranges.length > RANGES_MAX) throw new RangeError(`there are ${RANGES_MAX} ranges already`);
  return { version: map.version + 1, ranges };
}

function rangesAfter(
  ranges: readonly AdjudicatorRange[],
  change: RangeChange,
): readonly AdjudicatorRange[] {
  if (change.kind === "split") return splitAt(ranges, change.at);
  if (change.kind === "merge") return mergedAt(ranges, change.at);
  const { span, to } = change;
  if (span.start >= span.end) throw new RangeError("the span is empty");
  const within = intersectSpans(span, wholeOf(ranges));
  if (within?.start !== span.start || within.end !== span.end) {
    throw new RangeError("the span lies outside of the key space");
  }
  const cut = splitWhereNone(splitWhereNone(ranges, span.start), span.end);
  return joined(cut, span, to);
}

/** What lies in `span` goes to `to`, as one range with what it has beside it. */
function joined(
  ranges: readonly AdjudicatorRange[],
  span: Span,
  to: LogId,
): readonly AdjudicatorRange[] {
  const isWithin = (each: Span): boolean => each.start >= span.start && each.end <= span.end;
  const first = ranges.findIndex((each) => isWithin(each.span));
  const last = ranges.findLastIndex((each) => isWithin(each.span));
  const from = ranges[first - 1]?.log === to ? first - 1 : first;
  const until = ranges[last + 1]?.log === to ? last + 1 : last;
  const start = ranges[from]?.span.start ?? span.start;
  const end = ranges[until]?.span.end ?? span.end;
  return ranges.toSpliced(from, until - from + 1, { log: to, span: { start, end } });
}

function wholeOf(ranges: readonly AdjudicatorRange[]): Span {
  const first = ranges[0] as AdjudicatorRange;
  return { start: first.span.start, end: (ranges.at(-1) as AdjudicatorRange).span.end };
}

function splitAt(ranges: readonly AdjudicatorRange[], at: Key): readonly AdjudicatorRange[] {
  const cut = splitWhereNone(ranges, at);
  if (cut === ranges) throw new RangeError("a range begins or ends at this key already");
  return cut;
}

/** The same ranges if there is a boundary, or the end of the key space. */
function splitWhereNone(ranges: readonly AdjudicatorRange[], at: Key): readonly AdjudicatorRange[] {
  const i = rangeIndex(ranges, at);
  const range = ranges[i] as AdjudicatorRange;
  if (at <= range.span.start || at >= range.span.end) return ranges;
  const lower = { log: range.log, span: { start: range.span.start, end: at } };
  const upper = { log: range.log, span: { start: at, end: range.span.end } };
  return ranges.toSpliced(i, 1, lower, upper);
}

function mergedAt(ranges: readonly AdjudicatorRange[], at: Key): readonly AdjudicatorRange[] {
  const i = ranges.findIndex(({ span }) => span.start === at);
  const lower = ranges[i - 1];
  const upper = ranges[i];
  if (lower === undefined || upper === undefined) {
    throw new RangeError("no range begins at this key");
  }
  const whole = { start: lower.span.start, end: upper.span.end };
  return ranges.toSpliced(i - 1, 2, { log: lower.log, span: whole });
}

/** Whether `next` may follow `map` in a cluster of these logs; undefined if it may, else why not. */
export function unfitRanges(
  map: RangeMap,
  next: RangeMap,
  logs: readonly LogId[],
): string | undefined {
  const whole = wholeOf(map.ranges);
  let end: Key | undefined = whole.start;
  for (const { log, span } of next.ranges) {
    if (span.start !== end || span.start >= span.end) return "the ranges do not touch each other";
    if (!logs.includes(log)) return `there is no log ${log}`;
    end = span.end;
  }
  if (end !== whole.end) return "the ranges do not cover the key space";
  return next.ranges.length > RANGES_MAX ? "there are too many ranges" : undefined;
}
