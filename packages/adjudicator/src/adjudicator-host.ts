/**
 * Keeps an adjudicator serving: starts an epoch, and starts another one when it ended because the
 * journal could not be reached. When it was fenced, someone else serves the log: then this process
 * has nothing left to do.
 */
import type {
  Adjudicator as AdjudicatorContract,
  CommitReply,
  CommitRequest,
  Decision,
  Heartbeat,
  Journal,
  NodeRuntime,
  Outcome,
  PrepareReply,
  PrepareRequest,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import { ServiceError, isServiceError } from "@firstlight/common";
import { Adjudicator } from "./adjudicator.ts";
import type { AdjudicatorOptions } from "./adjudicator.ts";

const RETRY_MICROS = 200_000;

export interface AdjudicatorHostOptions extends Omit<AdjudicatorOptions, "onStopped"> {
  /** Nothing can be served any more; called once. */
  readonly onFatal: (reason: string) => void;
}

export class AdjudicatorHost implements AdjudicatorContract {
  readonly #runtime: NodeRuntime;
  readonly #journal: Journal;
  readonly #options: AdjudicatorHostOptions;
  #current: Adjudicator | undefined;
  #stopped = false;

  constructor(runtime: NodeRuntime, journal: Journal, options: AdjudicatorHostOptions) {
    this.#runtime = runtime;
    this.#journal = journal;
    this.#options = options;
  }

  /** Resolves when the first epoch serves. */
  async start(): Promise<void> {
    while (!this.#stopped) {
      const adjudicator = this.#make();
      try {
        await adjudicator.start();
        this.#current = adjudicator;
        return;
      } catch (error) {
        adjudicator.stop("could not start");
        this.#runtime.log.warn("the epoch could not be started", { log: this.#options.log, error });
        await this.#runtime.clock.sleep(RETRY_MICROS * (0.5 + this.#runtime.random.next()));
      }
    }
  }

  #make(): Adjudicator {
    const { onFatal: _, ...options } = this.#options;
    const adjudicator: Adjudicator = new Adjudicator(this.#runtime, this.#journal, {
      ...options,
      onStopped: (reason, cause) => this.#ended(adjudicator, reason, cause),
    });
    return adjudicator;
  }

  #ended(adjudicator: Adjudicator, reason: string, cause: unknown): void {
    if (this.#stopped || this.#current !== adjudicator) return;
    this.#current = undefined;
    this.#runtime.log.warn("the epoch has ended", { log: this.#options.log, reason });
    if (isServiceError(cause, "fenced")) {
      this.#stopped = true;
      this.#options.onFatal("someone else serves this log");
      return;
    }
    this.start().catch((error: unknown) => this.#options.onFatal(String(error)));
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.stop();
    this.#current = undefined;
  }

  #serving(): Adjudicator {
    if (this.#current !== undefined) return this.#current;
    throw new ServiceError("unavailable", `adjudicator ${this.#options.log} is starting`);
  }

  /** As of the adjudicator that serves now. */
  async confirmEpoch(): Promise<number> {
    return this.#serving().confirmEpoch();
  }

  async commit(request: CommitRequest): Promise<CommitReply> {
    return this.#serving().commit(request);
  }

  async prepare(request: PrepareRequest): Promise<PrepareReply> {
    return this.#serving().prepare(request);
  }

  async decide(decision: Decision): Promise<void> {
    return this.#serving().decide(decision);
  }

  async outcome(transaction: TransactionId): Promise<Outcome> {
    return this.#serving().outcome(transaction);
  }

  async heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    return this.#serving().heartbeat(atLeast);
  }
}
