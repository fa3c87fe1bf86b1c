/**
 * Who owns which keys. Spans of one list do not overlap and cover the key space. Of adjudicators it
 * is what the cluster was made with: range-map.ts tells how that changes.
 */
import type { Span } from "../keys/key.ts";
import type { LogId } from "./ids.ts";

export interface AdjudicatorRange {
  readonly log: LogId;
  readonly span: Span;
}

export interface ShardRange {
  readonly shard: string;
  readonly span: Span;
}

export interface Topology {
  readonly adjudicators: readonly AdjudicatorRange[];
  readonly shards: readonly ShardRange[];
}

/** Each log once, in the order of the ranges that it is made with: the same order for ever. */
export function logsOf(ranges: readonly AdjudicatorRange[]): readonly LogId[] {
  return [...new Set(ranges.map(({ log }) => log))];
}

/** The log in which every commit with notifications stands, and every change of ranges. */
export function firstLog(logs: readonly LogId[]): LogId {
  const [first] = logs;
  if (first === undefined) throw new RangeError("a cluster without adjudicators");
  return first;
}
