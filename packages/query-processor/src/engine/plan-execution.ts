/** Starts a plan in a transaction, with the engine's part of the execution context. */
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { SessionView } from "../catalog/catalog.ts";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import type { ExecutionContext, Execution } from "../execute/executable.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { SequenceBlockNeeded } from "../sequences/sequence-blocks.ts";
import { EngineEvaluation } from "./engine-evaluation.ts";
import type { SessionContext } from "./engine.ts";
import type { PreparedPlan } from "./prepared.ts";
import { QueryExecution } from "./query-execution.ts";
import type { SessionTransaction } from "./session-transaction.ts";
import { SequenceSession } from "./sequence-session.ts";

export interface PlanServices {
  readonly sequences: SequenceBlocks;
  readonly session: SessionContext;
  readonly transaction: SessionTransaction;
  readonly parameters: readonly Datum[];
  replan(plan: PreparedPlan): MaybePromise<PreparedPlan>;
}

export function startPlan(services: PlanServices, prepared: PreparedPlan): Execution {
  const { transaction } = services;
  const { kv } = transaction.schema;
  const sequences = new SequenceSession(services.sequences, services.session);
  const mark = prepared.takesSequenceValues ? kv.mark() : undefined;
  let plan = prepared;
  const start = (): Execution => {
    for (const table of plan.dependencies) kv.dependsOn(table);
    return plan.executable.execute(executionContext(services, plan, sequences));
  };
  if (kv.catalogVerified && mark === undefined) return start();
  return new QueryExecution({
    start,
    replan: () =>
      andThen(services.replan(plan), (fresh) => {
        plan = fresh;
      }),
    refill: (need) => sequences.meet(need),
    undo: () => {
      sequences.giveBack();
      if (mark !== undefined) kv.rollbackTo(mark);
    },
  });
}

function executionContext(
  services: PlanServices,
  plan: PreparedPlan,
  sequences: SequenceSession,
): ExecutionContext {
  const { session, transaction, parameters } = services;
  const { image, kv } = transaction.schema;
  const { searchPath } = plan;
  const { user, database } = session;
  const base = session.evaluation(parameters);
  const evaluation = new EngineEvaluation(base, { image, searchPath, sequences });
  return {
    transaction: kv,
    catalog: image,
    // Made when it is asked for: few statements read virtual relations.
    get sessionView(): SessionView {
      return {
        user,
        database,
        searchPath,
        backendPid: evaluation.session?.backendPid ?? 0,
        setting: (name) => evaluation.session?.getSetting(name),
      };
    },
    evaluation,
    interrupts: session.interrupts,
    memoryLimitBytes: session.memoryLimitBytes,
    notice: (severity, sqlstate, message) => session.notice(severity, sqlstate, message),
    nextSequenceValue: (oid) => nextValue(services, sequences, image.objects.get(oid)),
    parameters,
  };
}

function nextValue(
  services: PlanServices,
  sequences: SequenceSession,
  object: { readonly kind: string } | undefined,
): MaybePromise<bigint> {
  if (object?.kind !== "sequence") throw new TypeError("not a sequence");
  const sequence = object as SequenceDescriptor;
  try {
    return sequences.next(sequence);
  } catch (error) {
    if (!(error instanceof SequenceBlockNeeded)) throw error;
    return services.sequences.refill(sequence).then(() => nextValue(services, sequences, sequence));
  }
}
