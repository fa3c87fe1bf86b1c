/** Starts a plan in a transaction, with the engine's part of the execution context. */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { FIRST_USER_OID, isTemporaryOid } from "../catalog/builtin-objects.ts";
import { objectKey } from "../catalog/catalog-codec.ts";
import type { Execution } from "../execute/executable.ts";
import type { SequenceBlockNeeded, SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { JobRunner } from "../online/job-runner.ts";
import { authorize } from "./authorize.ts";
import type { SessionContext } from "./engine.ts";
import { EngineExecutionContext } from "./engine-execution-context.ts";
import type { PreparedPlan } from "./prepared.ts";
import { QueryExecution } from "./query-execution.ts";
import type { RestartHandler } from "./query-execution.ts";
import type { SessionTransaction } from "./session-transaction.ts";
import { SequenceSession } from "./sequence-session.ts";

export interface PlanServices {
  readonly sequences: SequenceBlocks;
  readonly jobs?: JobRunner;
  readonly session: SessionContext;
  readonly transaction: SessionTransaction;
  readonly parameters: readonly Datum[];
  readonly pauses?: boolean;
  replan(plan: PreparedPlan): MaybePromise<PreparedPlan>;
}

export function startPlan(services: PlanServices, prepared: PreparedPlan): Execution {
  const { kv } = services.transaction.schema;
  const mayStartAgain = !kv.catalogVerified || prepared.takesSequenceValues;
  const start = new PlanStart(services, prepared, mayStartAgain);
  return mayStartAgain ? new QueryExecution(start) : start.start();
}

/** Starts a plan, as often as it takes until it is the right one and has the values it needs. */
class PlanStart implements RestartHandler {
  readonly #services: PlanServices;
  readonly #sequences: SequenceSession;
  readonly #mark: number | undefined;
  #plan: PreparedPlan;

  constructor(services: PlanServices, plan: PreparedPlan, mayStartAgain: boolean) {
    this.#services = services;
    this.#sequences = new SequenceSession(services.sequences, services.session);
    this.#plan = plan;
    // A plan that was found to be outdated may have written before: foreign keys read afterwards.
    const mayUndo = mayStartAgain && (plan.takesSequenceValues || !plan.readsOnly);
    this.#mark = mayUndo ? services.transaction.schema.kv.mark() : undefined;
  }

  start(): Execution {
    const { session, transaction } = this.#services;
    authorize(this.#plan, transaction.schema.image, session.user);
    const { kv } = this.#services.transaction.schema;
    for (const oid of this.#plan.dependencies) {
      const object = this.#plan.image.objects.get(oid);
      // Nobody changes system relations.
      if (object === undefined && oid < FIRST_USER_OID) continue;
      if (object === undefined || object.kind === "table") kv.dependsOn(oid);
      else if (!isTemporaryOid(oid)) kv.dependencyKeys.add(objectKey(object));
    }
    return this.#plan.executable.execute(this.#context());
  }

  replan(): MaybePromise<void> {
    return andThen(this.#services.replan(this.#plan), (fresh) => {
      this.#plan = fresh;
    });
  }

  refill(need: SequenceBlockNeeded): Promise<void> {
    return this.#sequences.meet(need);
  }

  undo(): void {
    this.#sequences.giveBack();
    if (this.#mark !== undefined) this.#services.transaction.schema.kv.rollbackTo(this.#mark);
  }

  #context(): EngineExecutionContext {
    const { session, transaction, parameters, jobs, sequences: blocks } = this.#services;
    const { schema } = transaction;
    const { image, kv } = schema;
    const { searchPath } = this.#plan;
    const sequences = this.#sequences;
    const deferred = kv.deferredConstraints;
    const transactional = { transaction: kv, schema, deferred, image, searchPath };
    const pauses = this.#services.pauses === true;
    const parts = { session, ...transactional, parameters, blocks, sequences, jobs, pauses };
    return new EngineExecutionContext(parts);
  }
}
