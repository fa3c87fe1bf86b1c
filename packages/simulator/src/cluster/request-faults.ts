/**
 * Requests that arrive twice, late, or after others that were sent later: wherever a contract calls
 * a request idempotent, its sender may be wrapped in this.
 */
import type {
  Adjudicator,
  Clock,
  CommitReply,
  CommitRequest,
  ConflictReport,
  Decision,
  Heartbeat,
  Incarnations,
  JournalReplica,
  LogId,
  Outcome,
  PrepareReply,
  PrepareRequest,
  RangeMap,
  ReadResult,
  Registrar,
  RegistrarReplies,
  RegistrarRequest,
  ReplicaAppend,
  ReplicaAppendReply,
  ReplicaJoin,
  ReplicaJoinReply,
  ReplicaPromiseReply,
  ReplicaState,
  Subscription,
  TailListener,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import type { Marks } from "../simulation/marks.ts";
import type { SeededRandom } from "../kernel/seeded-random.ts";

/** Changed while a run goes on. */
export interface RequestFaults {
  duplicateChance: number;
  lateChance: number;
  lateMicrosMax: number;
}

export interface FaultySender {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly faults: RequestFaults;
  readonly marks: Marks;
}

async function send<T>(sender: FaultySender, what: string, request: () => Promise<T>): Promise<T> {
  const { clock, random, faults, marks } = sender;
  if (random.chance(faults.duplicateChance)) {
    marks.hit(`${what} sent twice`);
    clock.after(random.between(0, faults.lateMicrosMax), () => {
      request().catch(() => undefined);
    });
  }
  if (random.chance(faults.lateChance)) {
    marks.hit(`${what} overtaken`);
    await clock.sleep(random.between(0, faults.lateMicrosMax));
  }
  return request();
}

export class FaultyAdjudicator implements Adjudicator {
  readonly #inner: Adjudicator;
  readonly #sender: FaultySender;

  constructor(inner: Adjudicator, sender: FaultySender) {
    this.#inner = inner;
    this.#sender = sender;
  }

  commit(request: CommitRequest): Promise<CommitReply> {
    return send(this.#sender, "commit", () => this.#inner.commit(request));
  }

  prepare(request: PrepareRequest): Promise<PrepareReply> {
    return send(this.#sender, "prepare", () => this.#inner.prepare(request));
  }

  decide(decision: Decision): Promise<void> {
    return send(this.#sender, "decide", () => this.#inner.decide(decision));
  }

  outcome(transaction: TransactionId, after?: Timestamp): Promise<Outcome> {
    return send(this.#sender, "outcome", () => this.#inner.outcome(transaction, after));
  }

  heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    return send(this.#sender, "heartbeat", () => this.#inner.heartbeat(atLeast));
  }

  ranges(atLeast: Timestamp): Promise<RangeMap> {
    return send(this.#sender, "ranges", () => this.#inner.ranges(atLeast));
  }

  conflicts(): Promise<ConflictReport> {
    return this.#inner.conflicts();
  }
}

export class FaultyRegistrar implements Registrar {
  readonly #inner: Registrar;
  readonly #sender: FaultySender;

  constructor(inner: Registrar, sender: FaultySender) {
    this.#inner = inner;
    this.#sender = sender;
  }

  call<R extends RegistrarRequest>(request: R): Promise<RegistrarReplies[R["kind"]]> {
    return send(this.#sender, request.kind, async () => this.#inner.call(request));
  }
}

/** Appends only: a promise that arrives late is another epoch's, and a tail keeps its order. */
export class FaultyReplica implements JournalReplica {
  readonly #inner: JournalReplica;
  readonly #sender: FaultySender;

  constructor(inner: JournalReplica, sender: FaultySender) {
    this.#inner = inner;
    this.#sender = sender;
  }

  append(request: ReplicaAppend): Promise<ReplicaAppendReply> {
    return send(this.#sender, "append", () => this.#inner.append(request));
  }

  promise(log: LogId, epoch: number, members: Incarnations): Promise<ReplicaPromiseReply> {
    return this.#inner.promise(log, epoch, members);
  }

  state(log: LogId): Promise<ReplicaState> {
    return this.#inner.state(log);
  }

  read(log: LogId, from: number, maxBytes: number, uncommitted: boolean): Promise<ReadResult> {
    return this.#inner.read(log, from, maxBytes, uncommitted);
  }

  tail(log: LogId, from: number, listener: TailListener): Subscription {
    return this.#inner.tail(log, from, listener);
  }

  trim(log: LogId, upTo: number): Promise<void> {
    return this.#inner.trim(log, upTo);
  }

  join(request: ReplicaJoin): Promise<ReplicaJoinReply> {
    return this.#inner.join(request);
  }
}
