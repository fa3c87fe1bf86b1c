/** The adjudicator of a log, and the registrar beside it, whichever process serves them. */
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
} from "../contracts/adjudicator.ts";
import type { TransactionId } from "../contracts/ids.ts";
import type { RangeMap } from "../contracts/range-map.ts";
import type { Registrar, RegistrarReplies, RegistrarRequest } from "../contracts/registrar.ts";
import type { Timestamp } from "../time/timestamp.ts";
import type { Route } from "./route.ts";

export class RoutedAdjudicator implements Adjudicator {
  readonly #route: Route<Adjudicator>;

  constructor(route: Route<Adjudicator>) {
    this.#route = route;
  }

  /** Not repeated when the answer is lost: its outcome is asked for. */
  commit(request: CommitRequest): Promise<CommitReply> {
    return this.#route.ask((adjudicator) => adjudicator.commit(request), false);
  }

  prepare(request: PrepareRequest): Promise<PrepareReply> {
    return this.#route.ask((adjudicator) => adjudicator.prepare(request), false);
  }

  decide(decision: Decision): Promise<void> {
    return this.#route.ask((adjudicator) => adjudicator.decide(decision), true);
  }

  outcome(transaction: TransactionId, after?: Timestamp): Promise<Outcome> {
    return this.#route.ask((adjudicator) => adjudicator.outcome(transaction, after), true);
  }

  heartbeat(atLeast: Timestamp): Promise<Heartbeat> {
    return this.#route.ask((adjudicator) => adjudicator.heartbeat(atLeast), true);
  }

  ranges(atLeast: Timestamp): Promise<RangeMap> {
    return this.#route.ask((adjudicator) => adjudicator.ranges(atLeast), true);
  }

  conflicts(): Promise<ConflictReport> {
    return this.#route.ask((adjudicator) => adjudicator.conflicts(), true);
  }
}

export class RoutedRegistrar implements Registrar {
  readonly #route: Route<Registrar>;

  constructor(route: Route<Registrar>) {
    this.#route = route;
  }

  call<R extends RegistrarRequest>(request: R): Promise<RegistrarReplies[R["kind"]]> {
    return this.#route.ask(async (registrar) => registrar.call(request), false);
  }
}
