/** What the checkers may know of the services beyond what clients see. */
import type {
  Adjudicator,
  CommitReply,
  CommitRequest,
  ConflictReport,
  Decision,
  Heartbeat,
  Log,
  Outcome,
  PrepareReply,
  PrepareRequest,
  RangeMap,
  Serving,
  Timestamp,
  TransactionId,
} from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type { ListenerRecord } from "../clients/sim-listener.ts";

export interface Observations {
  /** Every watermark that left an adjudicator. */
  readonly heartbeats: Heartbeat[];
  /** Broken invariants and other defects that services noticed themselves. */
  readonly defects: string[];
  /** Every life of every session that listened. */
  readonly listeners: ListenerRecord[];
  /** What every life of every process came to hold true of who serves which log, in order. */
  readonly learned: LearnedServing[];
  /** Advisory locks that two sessions held at the same time, in words. */
  readonly sharedLocks: string[];
}

export interface LearnedServing {
  readonly process: string;
  readonly life: number;
  readonly serving: Serving;
}

export function noObservations(): Observations {
  return { heartbeats: [], defects: [], listeners: [], learned: [], sharedLocks: [] };
}

/** An adjudicator's serving side with its watermarks written down. */
export class ObservedAdjudicator implements Adjudicator {
  readonly #inner: Adjudicator;
  readonly #observations: Observations;

  constructor(inner: Adjudicator, observations: Observations) {
    this.#inner = inner;
    this.#observations = observations;
  }

  commit(request: CommitRequest): Promise<CommitReply> {
    return this.#inner.commit(request);
  }

  prepare(request: PrepareRequest): Promise<PrepareReply> {
    return this.#inner.prepare(request);
  }

  decide(decision: Decision): Promise<void> {
    return this.#inner.decide(decision);
  }

  outcome(transaction: TransactionId, after?: Timestamp): Promise<Outcome> {
    return this.#inner.outcome(transaction, after);
  }

  async heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    const heartbeat = await this.#inner.heartbeat(atLeast);
    this.#observations.heartbeats.push(heartbeat);
    return heartbeat;
  }

  ranges(atLeast: Timestamp): Promise<RangeMap> {
    return this.#inner.ranges(atLeast);
  }

  conflicts(): Promise<ConflictReport> {
    return this.#inner.conflicts();
  }
}

function describe(value: unknown): string {
  if (value instanceof Error) {
    const cause = value.cause === undefined ? "" : ` (${describe(value.cause)})`;
    return `${value.name}: ${value.message}${cause}`;
  }
  return String(value);
}

/** A service's diagnostics: errors, and whatever else tells of a broken invariant, are kept. */
export function observingLog(name: string, observations: Observations): Log {
  const keep = (message: string, fields: Readonly<Record<string, unknown>> = {}): string => {
    const parts = Object.entries(fields).map(([key, value]) => `${key}=${describe(value)}`);
    return `${name}: ${message} ${parts.join(" ")}`;
  };
  const suspicious: Log["warn"] = (message, fields) => {
    const broken = Object.values(fields ?? {}).some(
      (value) => value instanceof InvariantError || value instanceof TypeError,
    );
    if (broken) observations.defects.push(keep(message, fields));
  };
  return {
    debug: suspicious,
    info: suspicious,
    warn: suspicious,
    error: (message, fields) => {
      observations.defects.push(keep(message, fields));
    },
  };
}
