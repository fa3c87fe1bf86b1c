/**
 * The participant's side of a transaction that several adjudicators judge: hold its keys, promise
 * that τc may be anything from the lower bound to the end of the lease, and learn the decision
 * from the coordinator, by asking if need be. The entry goes to the coordinator's log only.
 *
 * Who cannot learn a decision within half the time for which outcomes are kept must stop: its
 * successor's floor is above every τc that this epoch could have agreed to.
 */
import type {
  Adjudicator,
  Decision,
  LogId,
  PrepareReply,
  PrepareRequest,
  Timer,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import { ServiceError, laterOf, plusMicros } from "@firstlight/common";
import type { Core } from "./core.ts";
import { isTooFarAhead, judge, rangeRefusal, recordPart } from "./core.ts";
import { claimsOf } from "./held-keys.ts";
import type { LogWriter } from "./log-writer.ts";
import { drained } from "./ranges/range-changes.ts";
import { RecentMap } from "./recent-map.ts";
import type { LargePart } from "./slices.ts";
import { holdInSlices, isLarge, recordInSlices, releaseInSlices } from "./slices.ts";

interface Prepared {
  readonly request: PrepareRequest;
  readonly large: LargePart | undefined;
  readonly since: Timestamp;
  readonly lowerBound: Timestamp;
  readonly reply: Promise<PrepareReply>;
  timer: Timer | undefined;
}

export class Participant {
  readonly #core: Core;
  readonly #peers: (log: LogId) => Adjudicator;
  readonly #prepared = new Map<TransactionId, Prepared>();
  /** Large ones while they are judged, changes of ranges until what they move is free. */
  readonly #holding = new Map<TransactionId, Promise<PrepareReply>>();
  /** Decisions already told: a request to prepare that arrives later is refused. */
  readonly #decided: RecentMap<TransactionId, true>;
  #stopped = false;

  constructor(core: Core, peers: (log: LogId) => Adjudicator) {
    this.#core = core;
    this.#peers = peers;
    this.#decided = new RecentMap(core.settings.outcomesMax);
  }

  prepare(request: PrepareRequest): Promise<PrepareReply> {
    const { transaction, snapshot } = request;
    const known = this.#prepared.get(transaction);
    if (known !== undefined) return known.reply;
    if (this.#decided.get(transaction)) return refuse("the transaction is decided");
    if (isTooFarAhead(this.#core, snapshot)) return refuse("the snapshot is ahead of the clock");
    if (this.#prepared.size >= this.#core.settings.preparedMax) {
      return Promise.reject(new ServiceError("overloaded", "too many prepared transactions"));
    }
    if (request.ranges !== undefined) return this.#preparing(request, () => this.#change(request));
    const moved = this.#moved(request);
    if (moved !== undefined) return Promise.resolve(moved);
    if (isLarge(this.#core, request)) {
      return this.#preparing(request, () => this.#heldLarge(request));
    }
    const refusal = judge(this.#core, request, request);
    if (refusal !== undefined) return Promise.resolve(refusal);
    const { held, bugs } = this.#core;
    if (!bugs.has("participantForgetsHeldKeys")) {
      held.hold(transaction, claimsOf(request.writes, request.checks));
    }
    return this.#promise(request);
  }

  /** Not judged here, or not now. */
  #moved(request: PrepareRequest): PrepareReply | undefined {
    const { ranges } = this.#core;
    if (!ranges.ownsAll(request)) return { verdict: "moved", ranges: ranges.map };
    return rangeRefusal(this.#core, request.snapshot, request);
  }

  /** A change of ranges: what it moves is judged no more, and nobody holds any of it. */
  async #change(request: PrepareRequest): Promise<PrepareReply> {
    const { ranges, held } = this.#core;
    const { transaction, ranges: next } = request;
    if (next === undefined || next.version !== ranges.map.version + 1) {
      return refuse(`the ranges are of version ${ranges.map.version}`);
    }
    const refusal = judge(this.#core, request, request);
    if (refusal !== undefined) return refusal;
    if (!ranges.begin(transaction, next)) return refuse("another change of ranges is under way");
    held.hold(transaction, claimsOf(request.writes, request.checks));
    const isDrained = await drained(this.#core, transaction, next);
    if (this.#stopped) throw new ServiceError("unavailable", "the epoch has ended");
    if (isDrained && this.#decided.get(transaction) === undefined) return this.#promise(request);
    held.release(transaction);
    ranges.end(transaction, undefined);
    return refuse("keys that are to be moved were held for too long");
  }

  /** What takes several turns is done once. */
  async #preparing(
    request: PrepareRequest,
    prepare: () => Promise<PrepareReply>,
  ): Promise<PrepareReply> {
    const { transaction } = request;
    const known = this.#holding.get(transaction);
    if (known !== undefined) return known;
    const holding = prepare();
    this.#holding.set(transaction, holding);
    try {
      return await holding;
    } finally {
      this.#holding.delete(transaction);
    }
  }

  async #heldLarge(request: PrepareRequest): Promise<PrepareReply> {
    const { transaction } = request;
    const { ranges } = this.#core;
    const { turns } = ranges;
    const large = await holdInSlices(this.#core, request, request);
    if ("verdict" in large) return large;
    if (this.#stopped) throw new ServiceError("unavailable", "the epoch has ended");
    const isDecided = this.#decided.get(transaction) !== undefined;
    const refusal = isDecided || ranges.turns === turns ? undefined : this.#moved(request);
    if (!isDecided && refusal === undefined) return this.#promise(request, large);
    await releaseInSlices(this.#core, transaction);
    // Otherwise the coordinator has not waited.
    return refusal ?? refuse("the transaction is decided");
  }

  decide({ transaction, outcome, timestamp }: Decision): void {
    this.#decided.set(transaction, true);
    const prepared = this.#prepared.get(transaction);
    if (prepared === undefined) return this.#core.ranges.end(transaction, undefined);
    prepared.timer?.cancel();
    this.#prepared.delete(transaction);
    const { bugs, writer, held } = this.#core;
    const { request, large } = prepared;
    if (outcome === "committed") {
      if (large === undefined) recordPart(this.#core, request, timestamp);
      else void recordInSlices(this.#core, large, timestamp);
      // BEFORE the keys are released: whoever changes what it read (R) must come after it.
      if (!bugs.has("decisionsLeaveClockBehind")) writer.last = laterOf(writer.last, timestamp);
    }
    if (large === undefined) held.release(transaction);
    else if (outcome !== "committed") void releaseInSlices(this.#core, transaction);
    // AFTER the clock: what this log judges of the new ranges comes later than the change.
    this.#core.ranges.end(transaction, outcome === "committed" ? timestamp : undefined);
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#prepared.values()) timer?.cancel();
  }

  /** What it writes is held: τc may be anything up to the end of the lease. */
  #promise(request: PrepareRequest, large?: LargePart): Promise<PrepareReply> {
    const { writer, clock, settings } = this.#core;
    const { transaction } = request;
    const lowerBound = writer.next(request.snapshot);
    const until = plusMicros(lowerBound, settings.leaseMicros / 2);
    const reply = writer.leaseUntil(until).then((): PrepareReply => {
      return { verdict: "prepared", lowerBound, leaseEnd: writer.leaseEnd };
    });
    const since = clock.now().latest;
    const prepared: Prepared = { request, large, since, lowerBound, reply, timer: undefined };
    this.#prepared.set(transaction, prepared);
    this.#askLater(prepared);
    return reply;
  }

  #askLater(prepared: Prepared): void {
    const { clock, settings } = this.#core;
    prepared.timer = clock.after(settings.decisionMicros, () => this.#ask(prepared));
  }

  #ask(prepared: Prepared): void {
    const { clock, settings } = this.#core;
    const { transaction, coordinator } = prepared.request;
    if (this.#stopped || this.#prepared.get(transaction) !== prepared) return;
    if (clock.now().latest > plusMicros(prepared.since, settings.outcomeWindowMicros / 2)) {
      this.#core.stop(`the outcome of prepared transaction ${transaction} cannot be learned`);
      return;
    }
    // Armed BEFORE asking: an answer that never comes is asked for again.
    this.#askLater(prepared);
    this.#peers(coordinator)
      .outcome(transaction, plusMicros(prepared.lowerBound, -1))
      .then(
        (answer) => {
          if (answer.outcome === "unknown" || this.#stopped) return;
          const timestamp = answer.outcome === "committed" ? answer.timestamp : prepared.since;
          this.decide({ transaction, outcome: answer.outcome, timestamp });
        },
        (error: unknown) =>
          this.#core.diagnostics.debug("coordinator gave no outcome", { transaction, error }),
      );
  }
}

function refuse(reason: string): Promise<PrepareReply> {
  return Promise.resolve({ verdict: "aborted", reason });
}

/** The smallest τc of the coordinator's log that all participants accept, if there is one. */
export function agreedTimestamp(
  writer: LogWriter,
  snapshot: Timestamp,
  replies: readonly Extract<PrepareReply, { readonly verdict: "prepared" }>[],
): Timestamp | undefined {
  let agreed = writer.next(snapshot);
  for (const { lowerBound } of replies) agreed = laterOf(agreed, lowerBound);
  agreed = writer.own(agreed);
  return replies.every(({ leaseEnd }) => agreed <= leaseEnd) ? agreed : undefined;
}
