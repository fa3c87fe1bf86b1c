/**
 * Which process is meant to serve a log at present. Whoever calls an adjudicator asks again only
 * after a failure, so a replaced process goes on being called for a while.
 */
import type {
  Adjudicator,
  CommitReply,
  CommitRequest,
  Decision,
  Heartbeat,
  LogId,
  Outcome,
  PrepareReply,
  PrepareRequest,
  Timestamp,
  TransactionId,
} from "@firstlight/common";

export class Directory {
  readonly #serving = new Map<LogId, string>();

  assign(log: LogId, name: string): void {
    this.#serving.set(log, name);
  }

  find(log: LogId): string {
    const name = this.#serving.get(log);
    if (name === undefined) throw new RangeError(`nobody serves log ${log}`);
    return name;
  }
}

export class RoutedAdjudicator implements Adjudicator {
  readonly #log: LogId;
  readonly #directory: Directory;
  readonly #reach: (name: string) => Adjudicator;
  #at: string;

  constructor(log: LogId, directory: Directory, reach: (name: string) => Adjudicator) {
    this.#log = log;
    this.#directory = directory;
    this.#reach = reach;
    this.#at = directory.find(log);
  }

  commit(request: CommitRequest): Promise<CommitReply> {
    return this.#ask((adjudicator) => adjudicator.commit(request));
  }

  prepare(request: PrepareRequest): Promise<PrepareReply> {
    return this.#ask((adjudicator) => adjudicator.prepare(request));
  }

  decide(decision: Decision): Promise<void> {
    return this.#ask((adjudicator) => adjudicator.decide(decision));
  }

  outcome(transaction: TransactionId): Promise<Outcome> {
    return this.#ask((adjudicator) => adjudicator.outcome(transaction));
  }

  heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    return this.#ask((adjudicator) => adjudicator.heartbeat(atLeast));
  }

  async #ask<T>(request: (adjudicator: Adjudicator) => Promise<T>): Promise<T> {
    try {
      return await request(this.#reach(this.#at));
    } catch (error) {
      this.#at = this.#directory.find(this.#log);
      throw error;
    }
  }
}
