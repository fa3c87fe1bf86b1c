/**
 * What the roles of an adjudicator (committer, coordinator, participant, heartbeats) share for one
 * epoch, and the judgement itself.
 */
import type {
  Check,
  Clock,
  CommitReply,
  CommitRequest,
  Log,
  LogId,
  Mutation,
  ReadonlyList,
  Timestamp,
} from "@firstlight/common";
import { plusMicros } from "@firstlight/common";
import type { AdjudicatorBug } from "./adjudicator-bug.ts";
import type { AdjudicatorSettings } from "./adjudicator-settings.ts";
import type { ConflictHistory } from "./conflict-history.ts";
import type { ConflictIndex } from "./conflict-index.ts";
import type { HeldKeys } from "./held-keys.ts";
import { claimsOf } from "./held-keys.ts";
import type { LogWriter } from "./log-writer.ts";
import type { OutcomeTable } from "./outcome-table.ts";
import type { RangeLoad } from "./ranges/range-load.ts";
import type { RangeState } from "./ranges/range-state.ts";

export type Refusal = Exclude<CommitReply, { readonly verdict: "committed" }>;
export type Write = Pick<Mutation, "key" | "intent">;

/** The keys of one transaction that one adjudicator judges. */
export interface Part {
  readonly writes: ReadonlyList<Write>;
  readonly checks: readonly Check[];
}

export interface Core {
  readonly clock: Clock;
  readonly diagnostics: Log;
  readonly log: LogId;
  readonly epoch: number;
  /** All logs of the cluster. */
  readonly logs: readonly LogId[];
  readonly ranges: RangeState;
  readonly settings: AdjudicatorSettings;
  readonly bugs: ReadonlySet<AdjudicatorBug>;
  readonly writer: LogWriter;
  readonly index: ConflictIndex;
  readonly held: HeldKeys;
  readonly load: RangeLoad;
  readonly outcomes: OutcomeTable;
  readonly conflicts: ConflictHistory;
  /** Ends this epoch: everything that waits is told "unavailable". */
  stop(reason: string, cause?: unknown): void;
}

/** Whose part it is, and as of when it was written. */
export type Judged = Pick<CommitRequest, "transaction" | "snapshot">;

/**
 * Why the transaction cannot commit here; undefined if it can. `part` is judged by this one. A
 * conflict is remembered: whoever has none pays nothing for that.
 */
export function judge(core: Core, judged: Judged, part: Part): Refusal | undefined {
  const refusal = findRefusal(core, judged, part);
  if (refusal?.verdict === "conflict") {
    core.conflicts.add(refusal.conflict, core.clock.now().latest);
  }
  return refusal;
}

function findRefusal(
  core: Core,
  { transaction, snapshot }: Judged,
  part: Part,
): Refusal | undefined {
  const { index, held, bugs } = core;
  if (bugs.has("skipConflictCheck")) return undefined;
  if (snapshot < index.floor) return { verdict: "tooOld", floor: index.floor };
  if (held.isHeldByOthers(transaction)) {
    const conflict = held.find(transaction, claimsOf(part.writes, part.checks));
    if (conflict !== undefined) return { verdict: "conflict", conflict };
  }
  for (const { key, intent } of part.writes) {
    if (intent === "D" && bugs.has("deltasAreNotChecked")) continue;
    const conflict = index.find(key, intent, snapshot);
    if (conflict !== undefined) return { verdict: "conflict", conflict };
  }
  for (const check of part.checks) {
    if (check.intent === "R" && bugs.has("readsAreNotChecked")) continue;
    if ("span" in check && snapshot < index.spanFloor) {
      return { verdict: "tooOld", floor: index.spanFloor };
    }
    const conflict =
      "span" in check
        ? index.findInSpan(check.span, snapshot)
        : index.find(check.key, check.intent, snapshot);
    if (conflict !== undefined) return { verdict: "conflict", conflict };
  }
  return undefined;
}

/**
 * Why what touches these keys cannot be judged here now, though it may be at another time or place.
 * Asked in the turn in which the transaction is held or gets its timestamp.
 */
export function rangeRefusal(
  { ranges }: Core,
  snapshot: Timestamp,
  part: Part,
): Refusal | undefined {
  if (ranges.isMoving(part)) {
    return { verdict: "aborted", reason: "a key is being moved to another adjudicator" };
  }
  const floor = ranges.floorOf(part, snapshot);
  return floor === undefined ? undefined : { verdict: "tooOld", floor };
}

/** Locks count as winners for those that come later; what was only read does not. */
export function recordPart({ index, load, bugs }: Core, part: Part, at: Timestamp): void {
  load.note(part);
  index.recordAll(part.writes, at);
  if (bugs.has("locksLeaveNoTrace")) return;
  for (const check of part.checks) {
    if (check.intent !== "R") index.record(check.key, check.intent, at);
  }
}

/** A clock that far ahead would drag this one's timestamps along. */
export function isTooFarAhead({ clock, settings, writer }: Core, time: Timestamp): boolean {
  if (time <= writer.last) return false;
  return time > plusMicros(clock.now().latest, settings.aheadMicrosMax);
}

/**
 * Runs `then` once no clock can give out a snapshot below `at` any more: nobody may be told of a
 * commit before that, or a transaction that begins afterwards might not see it (I6).
 */
export function whenClockPassed(core: Core, at: Timestamp, then: () => void): void {
  const { clock, settings } = core;
  const early = settings.waitForClock ? at - clock.now().earliest : 0;
  if (early > 0) clock.after(early, () => whenClockPassed(core, at, then));
  else then();
}
