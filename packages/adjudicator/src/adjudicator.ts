/**
 * One adjudicator: owns a key range for an epoch (contracts/adjudicator.ts). This class starts and
 * ends an epoch and hands each request to the role that serves it.
 *
 * A start seals the log, so the predecessor can append nothing more (I2), and sets the floor and
 * the first timestamp to the last durable lease end: whatever the predecessor held, promised or
 * was about to commit is at or below it.
 */
import type {
  Adjudicator as AdjudicatorContract,
  AdjudicatorRange,
  CommitReply,
  CommitRequest,
  ConflictReport,
  Decision,
  Heartbeat,
  Journal,
  LogEnd,
  LogEntry,
  LogId,
  NodeRuntime,
  Outcome,
  PrepareReply,
  PrepareRequest,
  RangeMap,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import {
  InvariantError,
  ServiceError,
  TIMESTAMP_ZERO,
  firstLog,
  isServiceError,
  laterOf,
  logsOf,
  plusMicros,
} from "@firstlight/common";
import type { AdjudicatorBug } from "./adjudicator-bug.ts";
import type { AdjudicatorSettings } from "./adjudicator-settings.ts";
import { ADJUDICATOR_DEFAULTS } from "./adjudicator-settings.ts";
import { Committer } from "./committer.ts";
import { ConflictIndex } from "./conflict-index.ts";
import { ConflictHistory } from "./conflict-history.ts";
import type { Core } from "./core.ts";
import { isTooFarAhead, whenClockPassed } from "./core.ts";
import { HeldKeys } from "./held-keys.ts";
import { Heartbeats } from "./heartbeats.ts";
import type { RecoveredRanges } from "./log-recovery.ts";
import { findCommit, readBack, recoverEnd, recoverRanges } from "./log-recovery.ts";
import { LogWriter } from "./log-writer.ts";
import { OutcomeTable } from "./outcome-table.ts";
import { Participant } from "./participant.ts";
import { RangeLoad } from "./ranges/range-load.ts";
import { RangeState } from "./ranges/range-state.ts";

/** Between two attempts to learn the ranges. */
const RANGES_PAUSE_MICROS = 50_000;

export interface AdjudicatorOptions {
  readonly log: LogId;
  /** With which the cluster was made: every log has one, this one's included. */
  readonly ranges: readonly AdjudicatorRange[];
  /** How to reach another adjudicator. */
  readonly peers: (log: LogId) => AdjudicatorContract;
  readonly settings?: Partial<AdjudicatorSettings>;
  readonly bugs?: ReadonlySet<AdjudicatorBug>;
  /** Of every range map that this epoch learns of. */
  readonly onRanges?: (map: RangeMap) => void;
  /**
   * This epoch has ended and serves nothing more. The owner may start another, unless `cause` is a
   * ServiceError "fenced": then a successor serves the log.
   */
  readonly onStopped?: (reason: string, cause: unknown) => void;
}

interface Serving {
  readonly core: Core;
  readonly committer: Committer;
  readonly participant: Participant;
  readonly heartbeats: Heartbeats;
}

/** What the epoch begins with. */
interface EpochStart {
  /** First timestamps are above it. */
  readonly last: Timestamp;
  readonly leaseEnd: Timestamp;
  readonly index: number;
  readonly ranges: RecoveredRanges;
}

export class Adjudicator implements AdjudicatorContract {
  readonly #runtime: NodeRuntime;
  readonly #journal: Journal;
  readonly #options: AdjudicatorOptions;
  readonly #settings: AdjudicatorSettings;
  readonly #logs: readonly LogId[];
  #serving: Serving | undefined;
  #starting = false;
  #stopped = false;

  constructor(runtime: NodeRuntime, journal: Journal, options: AdjudicatorOptions) {
    this.#runtime = runtime;
    this.#journal = journal;
    this.#options = options;
    this.#settings = { ...ADJUDICATOR_DEFAULTS, ...options.settings };
    this.#logs = logsOf(options.ranges);
    if (!this.#logs.includes(options.log)) {
      throw new InvariantError(`no range for adjudicator ${options.log}`);
    }
  }

  /** Undefined until started and after it stopped. */
  get epoch(): number | undefined {
    return this.#serving?.core.epoch;
  }

  /** LogWriter.waitedMicros; undefined if nothing is served. */
  get appendsWaitedMicros(): number | undefined {
    return this.#serving?.core.writer.waitedMicros;
  }

  /** What was judged since the last call. */
  takeLoad(): ReturnType<RangeLoad["take"]> {
    return this.#serving?.core.load.take() ?? { commits: 0, keys: [] };
  }

  /** Of the log's entries those before this one may be trimmed. */
  get keepFrom(): number {
    return this.#serving?.core.writer.keepFrom ?? 1;
  }

  /** The epoch, made sure of with the journal: nobody has begun another one before the call. */
  async confirmEpoch(): Promise<number> {
    const { core } = this.#ready();
    const granted = await this.#journal.epoch(core.log);
    if (granted === core.epoch) return core.epoch;
    throw new ServiceError("unavailable", `epoch ${core.epoch} of ${core.log} has a successor`);
  }

  /** Transactions with an older snapshot are refused; a new one may use this or anything later. */
  get floor(): Timestamp {
    return this.#serving?.core.index.floor ?? TIMESTAMP_ZERO;
  }

  /**
   * Takes over the log, with the next epoch unless another one is given. Rejects with what the
   * journal says, "fenced" if the epoch given is taken; then another attempt may be made.
   */
  async start(wanted?: number): Promise<void> {
    if (this.#starting || this.#stopped) throw new InvariantError("an adjudicator starts once");
    this.#starting = true;
    try {
      const { log } = this.#options;
      const epoch = wanted ?? (await this.#journal.epoch(log)) + 1;
      const end = await this.#journal.seal(log, epoch);
      if (!this.#stopped) await this.#serve(epoch, end);
    } catch (error) {
      this.#starting = false;
      throw error;
    }
  }

  /** Ends the epoch without a successor: waiting requests are told "unavailable". */
  stop(reason = "stopped"): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const serving = this.#serving;
    this.#serving = undefined;
    const error = new ServiceError("unavailable", `adjudicator ${this.#options.log}: ${reason}`);
    serving?.core.writer.close(error);
    serving?.committer.stop(error);
    serving?.participant.stop();
    serving?.heartbeats.stop(error);
  }

  async commit(request: CommitRequest): Promise<CommitReply> {
    return this.#ready().committer.commit(request);
  }

  async prepare(request: PrepareRequest): Promise<PrepareReply> {
    return this.#ready().participant.prepare(request);
  }

  async decide(decision: Decision): Promise<void> {
    this.#ready().participant.decide(decision);
  }

  async heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    return this.#ready().heartbeats.request(atLeast);
  }

  /**
   * Right even after this epoch was sealed: a successor's changes are above its last lease, hence
   * above `atLeast`.
   */
  async ranges(atLeast: Timestamp): Promise<RangeMap> {
    const { core } = this.#ready();
    const { writer, ranges } = core;
    const isKnown = firstLog(core.logs) === core.log && !isTooFarAhead(core, atLeast);
    if (!isKnown) throw new ServiceError("unavailable", `the ranges at ${atLeast} are not known`);
    // BEFORE waiting: what gets its timestamp from now on is above it, what had one is in flight.
    ranges.notBefore = laterOf(ranges.notBefore, atLeast);
    await writer.leaseUntil(atLeast);
    await writer.settled(writer.last);
    return this.#ready().core.ranges.map;
  }

  async conflicts(): Promise<ConflictReport> {
    const { core } = this.#ready();
    return { log: core.log, ...core.conflicts.report() };
  }

  async outcome(transaction: TransactionId, after: Timestamp = TIMESTAMP_ZERO): Promise<Outcome> {
    const { core } = this.#ready();
    const outcome = await this.#findOutcome(transaction, after);
    if (outcome.outcome !== "committed") return outcome;
    return new Promise((resolve) => {
      whenClockPassed(core, outcome.timestamp, () => resolve(outcome));
    });
  }

  async #findOutcome(transaction: TransactionId, after: Timestamp): Promise<Outcome> {
    const { core } = this.#ready();
    const known = this.#knownOutcome(transaction);
    if (known !== undefined) return this.#final(transaction, known);
    const windowStart = plusMicros(core.clock.now().latest, -core.settings.outcomeWindowMicros);
    const above = laterOf(after, windowStart);
    if (core.outcomes.forgottenUpTo > above && !core.bugs.has("forgottenIsAborted")) {
      const found = await this.#findForgotten(transaction, above);
      if (found !== undefined) return { outcome: "committed", timestamp: found };
      // It may have arrived while the log was read.
      const arrived = this.#knownOutcome(transaction);
      if (arrived !== undefined) return this.#final(transaction, arrived);
    }
    return this.#giveUp(transaction);
  }

  #knownOutcome(transaction: TransactionId): Outcome | undefined {
    const { core, committer } = this.#ready();
    const known = core.outcomes.get(transaction);
    if (known?.outcome === "aborted") return { outcome: "aborted" };
    if (known !== undefined) return known;
    return committer.isWaiting(transaction) ? { outcome: "unknown" } : undefined;
  }

  /** An abort is told only once no successor could commit the transaction; see #giveUp. */
  async #final(transaction: TransactionId, outcome: Outcome): Promise<Outcome> {
    const { core } = this.#ready();
    const known = core.outcomes.get(transaction);
    if (known?.outcome === "aborted") await core.writer.leaseUntil(plusMicros(known.timestamp, 1));
    return outcome;
  }

  #findForgotten(transaction: TransactionId, above: Timestamp): Promise<Timestamp | undefined> {
    const { core } = this.#ready();
    const end = core.writer.durableIndex;
    return findCommit(this.#journal, core.log, { transaction, above, end });
  }

  /**
   * Nothing of it is in the log and nothing will be: a later request is refused by the outcome
   * table, and at a successor by the floor, which this durable lease puts above its snapshot.
   */
  async #giveUp(transaction: TransactionId): Promise<Outcome> {
    const { core } = this.#ready();
    const now = core.clock.now().latest;
    core.outcomes.aborted(transaction, now);
    await core.writer.leaseUntil(plusMicros(now, 1));
    return { outcome: "aborted" };
  }

  #ready(): Serving {
    if (this.#serving !== undefined) return this.#serving;
    const state = this.#stopped ? "has stopped" : "is not ready";
    throw new ServiceError("unavailable", `adjudicator ${this.#options.log} ${state}`);
  }

  async #serve(epoch: number, end: LogEnd): Promise<void> {
    const { log, bugs = new Set() } = this.#options;
    let raiseFloor: (to: Timestamp) => void = () => undefined;
    const outcomes = new OutcomeTable(this.#settings.outcomesMax, (to) => raiseFloor(to));
    const latest = await readBack(this.#journal, log, end.index, this.#settings.readBackEntries);
    const recovered = recoverEnd(latest, outcomes);
    const leaseEnd = laterOf(end.timestamp, recovered ?? this.#latestPossibleLease(end));
    const ranges = await this.#recoverRanges(latest, leaseEnd);
    if (this.#stopped || ranges === undefined) return;
    this.#options.onRanges?.(ranges.map);
    const last = bugs.has("timestampGoesBack") ? end.timestamp : leaseEnd;
    const known = bugs.has("takeoverKeepsOldFloor") ? end.timestamp : last;
    const floor = bugs.has("forgetFloorAfterFailover") ? TIMESTAMP_ZERO : known;
    const index = new ConflictIndex(this.#settings.indexKeysMax, floor);
    raiseFloor = (to) => index.raiseFloor(to);
    const writer = this.#newWriter(epoch, { last, leaseEnd, index: end.index, ranges });
    this.#serving = this.#newServing(epoch, writer, index, outcomes, ranges.map);
    this.#runtime.log.info("adjudicator serves", { log, epoch, index: end.index, floor });
  }

  /**
   * The ranges as of the end of the predecessor's lease: to a later change it has not agreed. They
   * stand in the first log, so its adjudicator needs nobody, and the others need it.
   */
  async #recoverRanges(
    latest: readonly LogEntry[],
    leaseEnd: Timestamp,
  ): Promise<RecoveredRanges | undefined> {
    const { ranges, log, bugs = new Set() } = this.#options;
    const first = { map: { version: 0, ranges }, index: 0 };
    if (this.#logs.length === 1 || bugs.has("takeoverForgetsRanges")) return first;
    if (firstLog(this.#logs) === log) {
      return (await recoverRanges(this.#journal, log, latest)) ?? first;
    }
    while (!this.#stopped) {
      try {
        const map = await this.#options.peers(firstLog(this.#logs)).ranges(leaseEnd);
        return { map, index: 0 };
      } catch (error) {
        if (!isServiceError(error)) throw error;
      }
      await this.#runtime.clock.sleep(RANGES_PAUSE_MICROS);
    }
    return undefined;
  }

  /** When every entry is trimmed: no lease reaches beyond this. */
  #latestPossibleLease(end: LogEnd): Timestamp {
    if (end.index === 0) return TIMESTAMP_ZERO;
    const { leaseMicros, aheadMicrosMax } = this.#settings;
    const now = laterOf(end.timestamp, this.#runtime.clock.now().latest);
    return plusMicros(now, 2 * leaseMicros + aheadMicrosMax);
  }

  #newWriter(epoch: number, { last, leaseEnd, index, ranges }: EpochStart): LogWriter {
    const logs = this.#logs;
    const { log } = this.#options;
    const tellsRanges = logs.length > 1 && firstLog(logs) === log;
    return new LogWriter({
      clock: this.#runtime.clock,
      journal: this.#journal,
      log,
      epoch,
      last,
      leaseEnd,
      index,
      leaseMicros: this.#settings.leaseMicros,
      appendBytesMax: this.#settings.appendBytesMax,
      remainder: logs.indexOf(log),
      logs: logs.length,
      ranges: tellsRanges ? ranges : undefined,
      onDurable: () => this.#serving?.heartbeats.retry(),
      onFailed: (error) => this.#fail("the journal refused an append", error),
    });
  }

  #newServing(
    epoch: number,
    writer: LogWriter,
    index: ConflictIndex,
    outcomes: OutcomeTable,
    map: RangeMap,
  ): Serving {
    const { log, peers, bugs = new Set(), onRanges } = this.#options;
    const logs = this.#logs;
    const ranges = new RangeState({
      log,
      logs,
      map,
      bugs,
      raiseFloor: (to) => index.raiseFloor(to),
      onMap: (next) => onRanges?.(next),
    });
    const core: Core = {
      clock: this.#runtime.clock,
      diagnostics: this.#runtime.log,
      log,
      epoch,
      logs,
      ranges,
      settings: this.#settings,
      bugs,
      writer,
      index,
      held: new HeldKeys(),
      load: new RangeLoad(),
      outcomes,
      conflicts: new ConflictHistory(this.#settings),
      stop: (reason, cause) => this.#fail(reason, cause),
    };
    return {
      core,
      committer: new Committer(core, peers),
      participant: new Participant(core, peers),
      heartbeats: new Heartbeats(core),
    };
  }

  #fail(reason: string, cause: unknown): void {
    if (this.#stopped) return;
    const { log, onStopped } = this.#options;
    this.#runtime.log.warn("adjudicator stops", { log, epoch: this.epoch, reason, error: cause });
    this.stop(reason);
    onStopped?.(reason, cause);
  }
}
