/**
 * Commits as one adjudicator, alone or as the coordinator of several.
 *
 * Alone: judge, take τc, record in the conflict index, append; all in one step, so later requests
 * are judged against it while it is on its way to the disk. The acknowledgement follows
 * durability, in order.
 * Together: hold the own keys, let the others prepare, take τc above all lower bounds and within
 * all leases, append to the own log only, and tell the others AFTER it is durable.
 * A change of ranges is one of those, of all adjudicators, and the first log's.
 */
import type {
  Adjudicator,
  CommitReply,
  CommitRequest,
  Decision,
  LogId,
  PrepareReply,
  RangeMap,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import { ServiceError, firstLog, laterOf, plusMicros } from "@firstlight/common";
import type { Core, Part, Refusal } from "./core.ts";
import { isTooFarAhead, judge, rangeRefusal, recordPart, whenClockPassed } from "./core.ts";
import { claimsOf } from "./held-keys.ts";
import type { LogWriter } from "./log-writer.ts";
import { agreedTimestamp } from "./participant.ts";
import { drained, proposedRanges, unfitChange } from "./ranges/range-changes.ts";
import type { LargePart } from "./slices.ts";
import { holdInSlices, isLarge, packInSlices, recordInSlices, releaseInSlices } from "./slices.ts";

interface Waiting {
  readonly promise: Promise<CommitReply>;
  resolve(reply: CommitReply): void;
  reject(error: Error): void;
}

/** With the ranges that it makes, if it changes them. */
type Proposed = CommitRequest & { readonly ranges?: RangeMap };

/** To the log and to storage, perhaps of the same disk, with what pages and their copies take. */
const TIMES_WRITTEN = 3;
/** What the largest transaction needs: with more room nothing has to be counted. */
const ROOM_BYTES_MAX = 4 * 1024 * 1024 * 1024;

export class Committer {
  readonly #core: Core;
  readonly #peers: (log: LogId) => Adjudicator;
  readonly #waiting = new Map<TransactionId, Waiting>();
  #stopped: Error | undefined;

  constructor(core: Core, peers: (log: LogId) => Adjudicator) {
    this.#core = core;
    this.#peers = peers;
  }

  isWaiting(transaction: TransactionId): boolean {
    return this.#waiting.has(transaction);
  }

  commit(request: CommitRequest): Promise<CommitReply> {
    const { transaction } = request;
    const waiting = this.#waiting.get(transaction);
    if (waiting !== undefined) return waiting.promise;
    const known = this.#core.outcomes.get(transaction);
    if (known?.outcome === "committed") return this.#commitAgain(known.timestamp);
    const { settings, writer } = this.#core;
    if (known !== undefined) {
      // As final as #refuse says.
      const final = writer.leaseUntil(plusMicros(known.timestamp, 1));
      return final.then(() => aborted("the transaction was given up"));
    }
    if (this.#mayBeForgotten(request)) {
      return Promise.reject(new ServiceError("unavailable", "its outcome may be forgotten here"));
    }
    if (
      this.#waiting.size >= settings.waitingCommitsMax ||
      writer.queuedBytes > settings.waitingBytesMax
    ) {
      return Promise.reject(new ServiceError("overloaded", "too many commits wait"));
    }
    if (!hasRoom(writer, request)) {
      return Promise.reject(new ServiceError("full", "the disks of the journal are nearly full"));
    }
    const own: Part = { writes: request.mutations, checks: request.checks };
    const alone = request.participants.length === 1;
    const unfit = this.#unfit(request);
    if (unfit !== undefined) return this.#refuse(request, unfit);
    const part = alone ? own : this.#core.ranges.partOf(this.#core.log, own);
    const ranges = proposedRanges(request);
    if (ranges !== undefined) return this.#changeRanges({ ...request, ranges }, part, ranges);
    if (isLarge(this.#core, part)) return this.#commitLarge(request, part);
    const refusal = judge(this.#core, request, part);
    if (refusal !== undefined) return this.#refuse(request, refusal);
    return alone ? this.#commitAlone(request, part) : this.#commitTogether(request, part);
  }

  #commitLarge(request: CommitRequest, part: Part): Promise<CommitReply> {
    const waiting = this.#wait(request.transaction);
    this.#holdLarge(request, part).catch((error: unknown) =>
      this.#core.stop("a commit failed unexpectedly", error),
    );
    return waiting.promise;
  }

  async #holdLarge(request: CommitRequest, part: Part): Promise<void> {
    const { transaction, participants } = request;
    const { ranges } = this.#core;
    const { turns } = ranges;
    const large = await holdInSlices(this.#core, request, part);
    if ("verdict" in large) {
      const waiting = this.#waiting.get(transaction);
      this.#waiting.delete(transaction);
      this.#refuse(request, large).then(
        (reply) => waiting?.resolve(reply),
        (error: unknown) => waiting?.reject(error as Error),
      );
      return;
    }
    const packed = request.packed ?? (await packInSlices(this.#core, request.mutations));
    if (this.#stopped !== undefined) return;
    const unfit = ranges.turns === turns ? undefined : this.#unfit(request);
    if (unfit !== undefined) return this.#abort(request, [], unfit);
    if (participants.length > 1) return this.#prepareOthers({ ...request, packed }, large);
    const at = this.#core.writer.next(sentAfter(request));
    this.#append({ ...request, packed }, large, at, () => undefined);
  }

  async #prepared(request: Proposed, part: Part, ranges: RangeMap): Promise<void> {
    const { transaction } = request;
    const isDrained = await drained(this.#core, transaction, ranges);
    if (this.#stopped !== undefined) return;
    if (isDrained) return this.#prepareOthers(request, part);
    this.#core.held.release(transaction);
    this.#abort(request, [], aborted("keys that are to be moved are held for too long"));
  }

  #changeRanges(request: Proposed, part: Part, ranges: RangeMap): Promise<CommitReply> {
    const { transaction } = request;
    const refusal = unfitChange(this.#core, ranges) ?? judge(this.#core, request, part);
    if (refusal !== undefined) return this.#refuse(request, refusal);
    if (!this.#core.ranges.begin(transaction, ranges)) {
      return this.#refuse(request, aborted("another change of ranges is under way"));
    }
    const waiting = this.#wait(transaction);
    this.#core.held.hold(transaction, claimsOf(part.writes, part.checks));
    this.#prepared(request, part, ranges).catch((error: unknown) =>
      this.#core.stop("a change of ranges failed unexpectedly", error),
    );
    return waiting.promise;
  }

  /** The first answer was lost; this one is no earlier than that one was allowed to be. */
  #commitAgain(timestamp: Timestamp): Promise<CommitReply> {
    return new Promise((resolve) => {
      whenClockPassed(this.#core, timestamp, () => resolve({ verdict: "committed", timestamp }));
    });
  }

  stop(error: Error): void {
    this.#stopped = error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  /**
   * A refusal is as final as a commit (I9), wherever the request is repeated. Here: what may pass
   * away is remembered. At a successor: its floor is at or above this durable lease, hence above
   * the snapshot; and waiting for that lease also shows that there is no successor yet.
   */
  #refuse(request: CommitRequest, refusal: Refusal): Promise<CommitReply> {
    const { outcomes, clock, writer } = this.#core;
    const heldByOther =
      refusal.verdict === "conflict" && refusal.conflict.winnerTimestamp === undefined;
    if (heldByOther || refusal.verdict === "aborted" || refusal.verdict === "moved") {
      outcomes.aborted(request.transaction, clock.now().latest);
    }
    if (isTooFarAhead(this.#core, request.snapshot)) return Promise.resolve(refusal);
    const final = writer.leaseUntil(plusMicros(request.snapshot, 1));
    return final.then(() => this.#settled(refusal)).then(() => refusal);
  }

  /**
   * The loser of a conflict is told when the winner is durable: only then can its next snapshot see
   * the winner, and trying earlier would lose again. Likewise after a takeover, whose floor is ahead
   * of the clock: whoever is told of it at once would try in vain until the lease has passed. And
   * while keys are being moved.
   */
  #settled(refusal: Refusal): Promise<void> {
    if (refusal.verdict === "aborted") return this.#rangesSettled();
    if (refusal.verdict === "tooOld") return this.#floorPassed(refusal.floor);
    if (refusal.verdict !== "conflict") return Promise.resolve();
    const { winnerTimestamp } = refusal.conflict;
    if (winnerTimestamp === undefined) return Promise.resolve();
    return this.#core.writer.settled(winnerTimestamp);
  }

  /** A change whose outcome cannot be learned takes longer. */
  #rangesSettled(): Promise<void> {
    const { clock, settings, ranges } = this.#core;
    const { settled } = ranges;
    if (settled === undefined) return Promise.resolve();
    return Promise.race([settled, clock.sleep(settings.leaseMicros * 2)]);
  }

  #floorPassed(floor: Timestamp): Promise<void> {
    const { clock, settings } = this.#core;
    const early = floor - clock.now().latest;
    if (early <= 0) return Promise.resolve();
    return clock.sleep(Math.min(early, settings.leaseMicros * 2));
  }

  #mayBeForgotten(request: CommitRequest): boolean {
    const { bugs, outcomes } = this.#core;
    return sentAfter(request) < outcomes.forgottenUpTo && !bugs.has("forgottenIsJudged");
  }

  #unfit(request: CommitRequest): Refusal | undefined {
    const { participants, snapshot, mutations: writes, checks } = request;
    const { log, logs, ranges } = this.#core;
    if (!participants.includes(log)) return aborted("the coordinator takes no part");
    if (ranges.isMisrouted(request)) return { verdict: "moved", ranges: ranges.map };
    if (request.notifications !== undefined && firstLog(logs) !== log) {
      return aborted("notifications belong into another log");
    }
    if (isTooFarAhead(this.#core, sentAfter(request))) {
      return aborted("the snapshot is ahead of the clock");
    }
    return rangeRefusal(this.#core, snapshot, { writes, checks });
  }

  #commitAlone(request: CommitRequest, part: Part): Promise<CommitReply> {
    const waiting = this.#wait(request.transaction);
    const at = this.#core.writer.next(sentAfter(request));
    this.#append(request, part, at, () => undefined);
    return waiting.promise;
  }

  #commitTogether(request: CommitRequest, part: Part): Promise<CommitReply> {
    const { transaction } = request;
    const waiting = this.#wait(transaction);
    this.#core.held.hold(transaction, claimsOf(part.writes, part.checks));
    this.#prepareOthers(request, part).catch((error: unknown) =>
      this.#core.stop("a commit failed unexpectedly", error),
    );
    return waiting.promise;
  }

  #prepareOthers(request: Proposed, part: Part | LargePart): Promise<void> {
    const others = request.participants.filter((log) => log !== this.#core.log);
    return Promise.all(others.map((log) => this.#prepareAt(log, request))).then((replies) =>
      this.#decide(request, part, others, replies),
    );
  }

  #decide(
    request: Proposed,
    part: Part | LargePart,
    others: readonly LogId[],
    replies: readonly PrepareReply[],
  ): void {
    if (this.#stopped !== undefined) return;
    const { held, writer } = this.#core;
    const { transaction } = request;
    // Large ones are given back when they are recorded.
    if (!("sorted" in part)) held.release(transaction);
    const refusal = replies.find((reply) => reply.verdict !== "prepared");
    if (refusal !== undefined) return this.#abort(request, others, refusal);
    const prepared = replies.filter((reply) => reply.verdict === "prepared");
    const { ranges } = request;
    const sent = sentAfter(request);
    const after = ranges === undefined ? sent : laterOf(sent, this.#core.ranges.notBefore);
    const at = agreedTimestamp(writer, after, prepared);
    if (at === undefined) return this.#abort(request, others, aborted("a lease ended"));
    // BEFORE the append: what the log repeats of the ranges afterwards is what it says there.
    if (ranges !== undefined) writer.ranges = ranges;
    this.#append(request, part, at, () => {
      this.#core.ranges.end(transaction, at);
      this.#tell(others, { transaction, outcome: "committed", timestamp: at });
    });
  }

  #abort(request: CommitRequest, others: readonly LogId[], refusal: Refusal): void {
    const { transaction, snapshot } = request;
    const now = this.#core.clock.now().latest;
    this.#core.outcomes.aborted(transaction, now);
    this.#core.ranges.end(transaction, undefined);
    void releaseInSlices(this.#core, transaction);
    this.#tell(others, { transaction, outcome: "aborted", timestamp: now });
    const waiting = this.#waiting.get(transaction);
    this.#waiting.delete(transaction);
    // As final as #refuse says. If the lease cannot be had, this epoch ends.
    this.#core.writer.leaseUntil(plusMicros(snapshot, 1)).then(
      () => waiting?.resolve(refusal),
      (error: unknown) => waiting?.reject(error as Error),
    );
  }

  /** Losing this message costs time only: a participant that hears nothing asks. */
  #tell(others: readonly LogId[], decision: Decision): void {
    for (const log of others) {
      this.#peers(log)
        .decide(decision)
        .catch((error: unknown) =>
          this.#core.diagnostics.debug("decision not delivered", { log, error }),
        );
    }
  }

  async #prepareAt(log: LogId, request: Proposed): Promise<PrepareReply> {
    const { clock, settings, logs } = this.#core;
    if (!logs.includes(log)) return aborted(`no adjudicator ${log}`);
    const { transaction, snapshot, mutations, ranges } = request;
    const part = this.#core.ranges.partOf(log, { writes: mutations, checks: request.checks });
    let timer;
    const patience = new Promise<PrepareReply>((resolve) => {
      const late = (): void => resolve(aborted(`adjudicator ${log} did not answer`));
      timer = clock.after(settings.prepareMicros, late);
    });
    const writes = Array.from(part.writes, ({ key, intent }) => ({ key, intent }));
    const { checks } = part;
    const coordinator = this.#core.log;
    const answer = this.#peers(log)
      .prepare({
        transaction,
        coordinator,
        snapshot,
        writes,
        checks,
        ...(ranges === undefined ? {} : { ranges }),
      })
      .catch((error: unknown) => aborted(`adjudicator ${log}: ${String(error)}`));
    const reply = await Promise.race([answer, patience]);
    (timer as { cancel(): void } | undefined)?.cancel();
    return reply;
  }

  #append(
    request: CommitRequest,
    part: Part | LargePart,
    at: Timestamp,
    durable: () => void,
  ): void {
    const { transaction, notifications, snapshot, participants, mutations, packed } = request;
    const { writer, bugs } = this.#core;
    const recorded = this.#record(part, at);
    const kind = "transaction";
    const plain = { kind, transaction, snapshot, participants, mutations, packed } as const;
    const record = notifications === undefined ? plain : { ...plain, notifications };
    writer.append(at, record, () => {
      this.#core.outcomes.committed(transaction, at);
      if (recorded === undefined) this.#acknowledge(transaction, at);
      else void recorded.then(() => this.#acknowledge(transaction, at));
      durable();
    });
    if (bugs.has("ackBeforeDurable")) this.#acknowledge(transaction, at);
  }

  /** A promise if that takes several turns of the event loop. */
  #record(part: Part | LargePart, at: Timestamp): Promise<void> | undefined {
    if ("sorted" in part) return recordInSlices(this.#core, part, at);
    recordPart(this.#core, part, at);
    return undefined;
  }

  #acknowledge(transaction: TransactionId, at: Timestamp): void {
    whenClockPassed(this.#core, at, () => {
      const waiting = this.#waiting.get(transaction);
      this.#waiting.delete(transaction);
      waiting?.resolve({ verdict: "committed", timestamp: at });
    });
  }

  #wait(transaction: TransactionId): Waiting {
    let resolve: (reply: CommitReply) => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    const promise = new Promise<CommitReply>((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    });
    const waiting = { promise, resolve, reject };
    this.#waiting.set(transaction, waiting);
    return waiting;
  }
}

/** Its timestamp will be above it, or is: a repeated request says the same. */
function sentAfter({ snapshot, sent }: CommitRequest): Timestamp {
  return sent === undefined ? snapshot : laterOf(snapshot, sent);
}

/**
 * The reserve of a disk is for what was promised before: it may be less than one large transaction,
 * and a disk that refuses to write ends the process.
 */
function hasRoom(
  { roomBytes, queuedBytes }: LogWriter,
  { mutations, packed }: CommitRequest,
): boolean {
  if (roomBytes > ROOM_BYTES_MAX) return true;
  if (packed !== undefined) return roomBytes > (queuedBytes + packed.length) * TIMES_WRITTEN;
  let bytes = queuedBytes;
  for (const { key, value } of mutations) bytes += key.length + (value?.length ?? 0);
  return roomBytes > bytes * TIMES_WRITTEN;
}

function aborted(reason: string): Extract<CommitReply, { readonly verdict: "aborted" }> {
  return { verdict: "aborted", reason };
}
