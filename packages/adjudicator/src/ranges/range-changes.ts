/** What a change of ranges asks of those who take part in it; range-state.ts says why. */
import type { CommitRequest, RangeMap, TransactionId } from "@firstlight/common";
import { RANGES_KEY, decodeRangeMap, firstLog, unfitRanges } from "@firstlight/common";
import type { Core, Refusal } from "../core.ts";

const DRAIN_PAUSE_MICROS = 2_000;

/** What the transaction makes of the ranges, if it changes them: then it writes nothing else. */
export function proposedRanges({ mutations }: CommitRequest): RangeMap | undefined {
  const [first] = mutations;
  if (first?.key !== RANGES_KEY || first.value === undefined) return undefined;
  return decodeRangeMap(first.value);
}

/** Why the first log's adjudicator does not propose it. */
export function unfitChange({ log, logs, ranges }: Core, next: RangeMap): Refusal | undefined {
  if (logs.length === 1) return refused("there is one adjudicator only");
  if (firstLog(logs) !== log) return refused("changes of ranges belong into another log");
  if (next.version !== ranges.map.version + 1) return { verdict: "moved", ranges: ranges.map };
  const unfit = unfitRanges(ranges.map, next, logs);
  return unfit === undefined ? undefined : refused(unfit);
}

function refused(reason: string): Refusal {
  return { verdict: "aborted", reason };
}

/**
 * Resolves when no other transaction holds keys that leave this log; false if that takes too long.
 * No new one can, as the change has begun here.
 */
export async function drained(
  { ranges, held, clock, settings }: Core,
  transaction: TransactionId,
  next: RangeMap,
): Promise<boolean> {
  const leaving = ranges.leaving(next);
  const until = clock.monotonicMicros() + settings.prepareMicros;
  while (held.holdsIn(leaving, transaction)) {
    if (clock.monotonicMicros() >= until) return false;
    await clock.sleep(DRAIN_PAUSE_MICROS);
  }
  return true;
}
