/** Who owns which keys. Spans of one list do not overlap and cover the key space. */
import type { Key, Span } from "../keys/key.ts";
import { spanContains } from "../keys/key.ts";
import { isGlobalKey } from "../keys/keyspace.ts";
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

/** The log in which every commit with notifications stands. */
export function notificationLog(ranges: readonly AdjudicatorRange[]): LogId {
  const first = ranges[0];
  if (first === undefined) throw new RangeError("a cluster without adjudicators");
  return first.log;
}

/** The range that holds `key`; global keys are found in the first one. */
export function rangeOf<R extends { readonly span: Span }>(ranges: readonly R[], key: Key): R {
  for (const range of ranges) if (spanContains(range.span, key)) return range;
  throw new RangeError(`no range holds key ${Buffer.from(key, "latin1").toString("hex")}`);
}

/** Whether an adjudicator with this range judges `key`. */
export function judges(range: AdjudicatorRange, key: Key): boolean {
  return isGlobalKey(key) || spanContains(range.span, key);
}
