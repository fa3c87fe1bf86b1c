/** A log's adjudicator as a process offers it: whichever epoch it serves, or none at present. */
import type {
  Adjudicator,
  CommitReply,
  CommitRequest,
  ConflictReport,
  Decision,
  Heartbeat,
  Outcome,
  PrepareReply,
  PrepareRequest,
  RangeMap,
  Timestamp,
  TransactionId,
} from "@firstlight/common";

export class ServedLog implements Adjudicator {
  readonly #serving: () => Adjudicator;

  /** `serving` throws what the asker is to be told while there is none. */
  constructor(serving: () => Adjudicator) {
    this.#serving = serving;
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

  async outcome(transaction: TransactionId, after?: Timestamp): Promise<Outcome> {
    return this.#serving().outcome(transaction, after);
  }

  async heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    return this.#serving().heartbeat(atLeast);
  }

  async ranges(atLeast: Timestamp): Promise<RangeMap> {
    return this.#serving().ranges(atLeast);
  }

  async conflicts(): Promise<ConflictReport> {
    return this.#serving().conflicts();
  }
}
