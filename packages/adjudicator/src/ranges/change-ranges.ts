/**
 * Changes the ranges of the adjudicators: a transaction of all of them that writes the range map.
 * Asked by whoever may, an operator or an adjudicator process that has too much to do.
 */
import type {
  Adjudicator,
  Clock,
  CommitReply,
  LogId,
  Random,
  RangeChange,
  RangeMap,
} from "@firstlight/common";
import {
  RANGES_KEY,
  ServiceError,
  TIMESTAMP_ZERO,
  changedRanges,
  encodeRangeMap,
  firstLog,
  isServiceError,
  ownersOf,
  transactionId,
} from "@firstlight/common";

export interface RangeChangerParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Of all adjudicators. */
  readonly logs: readonly LogId[];
  readonly adjudicator: (log: LogId) => Adjudicator;
}

/** Another change, a takeover or a long transaction may be in the way. */
const ATTEMPTS_MAX = 12;
const PAUSE_MICROS = 100_000;

/** The present ranges, asked for until the first log's adjudicator tells. */
export async function currentRanges(parts: RangeChangerParts): Promise<RangeMap> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await parts.adjudicator(firstLog(parts.logs)).ranges(TIMESTAMP_ZERO);
    } catch (error) {
      if (!isServiceError(error) || attempt === ATTEMPTS_MAX) throw error;
    }
    await parts.clock.sleep(PAUSE_MICROS * attempt * parts.random.next());
  }
}

/**
 * The ranges afterwards. Throws a RangeError where the change makes no sense, and ServiceError
 * "unavailable" where it may or may not have been made; it may be asked for again.
 */
export async function changeRanges(
  parts: RangeChangerParts,
  change: RangeChange,
): Promise<RangeMap> {
  let why = "";
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    if (attempt > 1) await parts.clock.sleep(PAUSE_MICROS * attempt * parts.random.next());
    try {
      const map = await currentRanges(parts);
      if (isMade(map, change, attempt)) return map;
      const next = changedRanges(map, change);
      const reply = await propose(parts, next);
      if (reply.verdict === "committed") return next;
      why = reply.verdict === "aborted" ? reply.reason : reply.verdict;
    } catch (error) {
      if (!isServiceError(error)) throw error;
      why = error.message;
    }
  }
  throw new ServiceError("unavailable", `the ranges could not be changed: ${why}`);
}

function propose(
  { clock, random, logs, adjudicator }: RangeChangerParts,
  next: RangeMap,
): Promise<CommitReply> {
  return adjudicator(firstLog(logs)).commit({
    transaction: transactionId(Buffer.from(random.bytes(16)).toString("hex")),
    snapshot: clock.now().latest,
    mutations: [{ key: RANGES_KEY, value: encodeRangeMap(next), intent: "X" }],
    checks: [],
    participants: logs,
  });
}

/** Nothing is left to be done; from the second attempt on it may be the first one's doing. */
function isMade(map: RangeMap, change: RangeChange, attempt: number): boolean {
  if (change.kind === "move") {
    return ownersOf(map, change.span).every((log) => log === change.to);
  }
  const isBoundary = map.ranges.some(({ span }) => span.start === change.at);
  return attempt > 1 && isBoundary === (change.kind === "split");
}
