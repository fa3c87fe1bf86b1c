/**
 * What one adjudicator process does about one log: serves it, or stands by to take it over.
 *
 * Whether a takeover is right is decided by the journal alone: to start an epoch is to seal the one
 * before (I2), and what the predecessor promised is below the successor's floor. So suspicion may be
 * wrong, and two may suspect at the same time; preference and pauses only make that rare. A log that
 * grows has a writer that others reach, whoever cannot hear of it: it is left alone.
 */
import type { Clock, Journal, LogId, NodeRuntime, Timestamp } from "@firstlight/common";
import { isServiceError, plusMicros } from "@firstlight/common";
import { Adjudicator } from "../adjudicator.ts";
import type { AdjudicatorOptions } from "../adjudicator.ts";
import type { TakeoverSettings } from "./takeover-settings.ts";

/** Why an epoch ended: sealed by another process, known to be, or cut off from the journal. */
export type EndReason = "fenced" | "replaced" | "failed";

export interface LogDutyParts {
  readonly runtime: NodeRuntime;
  readonly journal: Journal;
  /** The timestamp of the log's newest entry. */
  readonly newestEntry: (log: LogId) => Promise<Timestamp>;
  readonly adjudicator: Omit<AdjudicatorOptions, "onStopped">;
  readonly settings: TakeoverSettings;
  /** The epoch begins to serve, and does no longer. */
  readonly onServing: (log: LogId, epoch: number) => void;
  readonly onEnded: (log: LogId, why: EndReason) => void;
}

/** How the others are at the moment of a check. */
export interface DutyView {
  /** How many that are alive would be preferred to this process. */
  readonly rank: number;
  /** The process that last served it accepts no connections. */
  readonly refused: boolean;
  /** How much longer than usual silence may last, unless `refused`. */
  readonly patienceMicros: number;
}

export class LogDuty {
  readonly log: LogId;
  readonly #parts: LogDutyParts;
  readonly #clock: Clock;
  #serving: Adjudicator | undefined;
  #taking = false;
  #stopped = false;
  /** When somebody was last known to serve the log; monotonic. */
  #heardAt: number;
  #notBefore = -Infinity;
  /** The highest epoch that the journal was seen to have granted. */
  #granted: number | undefined;
  /** How often in a row it was taken away. */
  #losses = 0;

  constructor(parts: LogDutyParts) {
    this.#parts = parts;
    this.log = parts.adjudicator.log;
    this.#clock = parts.runtime.clock;
    const { bootMicros, suspectMicros } = parts.settings;
    this.#heardAt = this.#clock.monotonicMicros() + bootMicros - suspectMicros;
  }

  get serving(): Adjudicator | undefined {
    return this.#serving;
  }

  /** Whether this process may tell others that it serves the log. */
  get isClaimed(): boolean {
    const waiting = this.#serving?.appendsWaitedMicros;
    return waiting !== undefined && waiting < this.#parts.settings.stallMicros;
  }

  /** Somebody serves it, or has just begun to. */
  heard(): void {
    this.#heardAt = this.#clock.monotonicMicros();
  }

  /** It is meant to be served here, and nobody else does. */
  expect(): void {
    this.#heardAt = -Infinity;
  }

  check({ rank, refused, patienceMicros }: DutyView): void {
    if (this.#isBusy) return;
    const { suspectMicros, refusedMicros, stepMicros } = this.#parts.settings;
    const quiet = refused ? refusedMicros : suspectMicros + patienceMicros;
    if (this.#clock.monotonicMicros() - this.#heardAt < quiet + rank * stepMicros) return;
    void this.#take(quiet);
  }

  /** Now, though somebody else serves it. */
  takeBack(): void {
    if (!this.#isBusy) void this.#take(undefined);
  }

  /** Another process has begun `epoch`. */
  replaced(epoch: number, by: string): void {
    this.heard();
    const serving = this.#serving;
    if (serving === undefined || (serving.epoch ?? 0) >= epoch) return;
    serving.stop(`${by} serves it since epoch ${epoch}`);
    this.#lost(serving, "replaced");
  }

  stop(): void {
    this.#stopped = true;
    this.#serving?.stop();
    this.#serving = undefined;
  }

  get #isBusy(): boolean {
    const isEarly = this.#clock.monotonicMicros() < this.#notBefore;
    return this.#stopped || this.#taking || this.#serving !== undefined || isEarly;
  }

  async #take(quietMicros: number | undefined): Promise<void> {
    this.#taking = true;
    let adjudicator: Adjudicator | undefined;
    try {
      if (quietMicros !== undefined && (await this.#isServed(quietMicros))) return;
      adjudicator = this.#make();
      // The epoch after the one that was found silent: who else has begun meanwhile keeps the log.
      const silent = quietMicros === undefined ? undefined : this.#granted;
      await adjudicator.start(silent === undefined ? undefined : silent + 1);
      if (this.#stopped) adjudicator.stop();
      else this.#began(adjudicator);
    } catch (error) {
      adjudicator?.stop("could not start");
      this.#failed(error);
    } finally {
      this.#taking = false;
    }
  }

  #began(adjudicator: Adjudicator): void {
    // It may have ended in the same turn.
    if (adjudicator.epoch === undefined) return;
    this.#serving = adjudicator;
    this.#granted = adjudicator.epoch;
    this.#parts.onServing(this.log, adjudicator.epoch);
  }

  #failed(error: unknown): void {
    const { settings, runtime } = this.#parts;
    runtime.log.warn("the epoch could not be started", { log: this.log, error });
    if (isServiceError(error, "fenced")) this.heard();
    this.#rest(settings.retryMicros);
  }

  /** Whether the log grows, or somebody has begun an epoch that nobody here has heard of yet. */
  async #isServed(quietMicros: number): Promise<boolean> {
    const { journal, newestEntry } = this.#parts;
    const [epoch, newest] = await Promise.all([journal.epoch(this.log), newestEntry(this.log)]);
    const before = this.#granted;
    this.#granted = epoch;
    if (before !== undefined && epoch > before) {
      this.heard();
      return true;
    }
    return this.#clock.now().earliest < plusMicros(newest, quietMicros);
  }

  #make(): Adjudicator {
    const { runtime, journal, adjudicator: options } = this.#parts;
    const adjudicator: Adjudicator = new Adjudicator(runtime, journal, {
      ...options,
      onStopped: (_, cause) => this.#ended(adjudicator, cause),
    });
    return adjudicator;
  }

  #ended(adjudicator: Adjudicator, cause: unknown): void {
    if (this.#serving !== adjudicator) return;
    if (isServiceError(cause, "fenced")) {
      this.heard();
      this.#lost(adjudicator, "fenced");
      return;
    }
    // The journal could not be reached, by this process at least: whoever comes first begins anew.
    this.#end("failed");
    this.expect();
    this.#rest(this.#parts.settings.retryMicros);
  }

  #lost(adjudicator: Adjudicator, why: EndReason): void {
    if (this.#serving !== adjudicator) return;
    this.#end(why);
    const { yieldMicrosMin, yieldMicrosMax } = this.#parts.settings;
    this.#rest(Math.min(yieldMicrosMax, yieldMicrosMin * 2 ** this.#losses));
    this.#losses++;
  }

  #end(why: EndReason): void {
    this.#serving = undefined;
    this.#parts.onEnded(this.log, why);
  }

  #rest(micros: number): void {
    const share = 0.5 + this.#parts.runtime.random.next();
    this.#notBefore = this.#clock.monotonicMicros() + micros * share;
  }

  /** It has been served in peace for a while. */
  forgetLosses(): void {
    this.#losses = 0;
  }
}
