/**
 * A plan of a statement, in steps: bound, planned and compiled, each begun anew where something in it
 * takes long, and with turns for others in between where the statement may be left.
 */
import { beginBinding, finishedInSteps } from "../bind/bind-statement.ts";
import { LongLists } from "../bind/long-lists.ts";
import type { Executable } from "../execute/executable.ts";
import { compileQuery, planBound } from "../execute/plan-query.ts";
import type { PlannedQuery } from "../execute/plan-query.ts";
import type { JoinSearches } from "../plan/join/join-searches.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import { EngineEvaluation } from "./engine-evaluation.ts";
import type { MadePlan, PlanArguments } from "./planning-steps.ts";
import { boundInSteps, compiledInSteps, plannedInSteps } from "./planning-steps.ts";
import type { PreparedPlan } from "./prepared.ts";
import { COMMANDS } from "./query-commands.ts";
import { confirmsSchemaFirst } from "./schema-readers.ts";
import { effectivePath } from "./search-path.ts";
import { takesSequenceValues } from "./sequence-calls.ts";
import { readingOf } from "./literal-reading.ts";
import { SequenceSession } from "./sequence-session.ts";

export interface PlanMakers {
  readonly sequences: SequenceBlocks;
  /** Whether storage is another process. */
  readonly remote: boolean;
}

export function* makePlan(
  services: PlanMakers,
  ...given: PlanArguments
): Generator<void, MadePlan> {
  const [session, transaction, statement, paramTypes, about = {}] = given;
  const { image } = transaction.schema;
  const searchPath = effectivePath(session, image);
  const base = session.evaluation([]);
  const sequences = new SequenceSession(services.sequences, session);
  const lists = new LongLists(true, base.longCalls);
  const facts = { image, searchPath, sequences };
  const { reading } = about;
  const evaluation = new EngineEvaluation(base, facts, { longCalls: lists.calls, reading });
  const begun = yield* boundInSteps(lists, () =>
    beginBinding(statement, image, { searchPath, paramTypes, evaluation, lists }),
  );
  yield;
  const bound = yield* finishedInSteps(begun);
  yield;
  const options = {
    settings: session.planner,
    facts: { evaluation, parameters: about.values },
    remote: services.remote,
    ...(about.tests === undefined ? {} : { tests: about.tests }),
  };
  const plans = (searches?: JoinSearches): PlannedQuery =>
    planBound(bound, image, statement.keepsRowKeys, {
      ...options,
      ...(searches === undefined ? {} : { searches }),
    });
  const pauses = about.pauses === true;
  const planned = pauses ? yield* plannedInSteps(session.interrupts, plans) : plans();
  yield;
  const { keepsRowKeys = false } = statement;
  const compiles = (): Executable =>
    compileQuery(bound, planned, { keepsRowKeys, tests: about.tests });
  const executable = pauses ? yield* compiledInSteps(session.interrupts, compiles) : compiles();
  yield;
  const schemaFirst = confirmsSchemaFirst(bound, image);
  yield;
  const sequenceValues = takesSequenceValues(bound.query);
  yield;
  const plan: PreparedPlan = {
    kind: "plan",
    tag: statement.tag,
    statement,
    declaredTypes: paramTypes,
    paramTypes: bound.paramTypes,
    columns: bound.columns,
    command: COMMANDS[executable.kind],
    readsOnly: executable.readsOnly,
    refusesItself: executable.refusesItself === true,
    rowKeys: executable.rowKeys,
    goesBack: executable.goesBack ?? false,
    outsideTransactionOnly: false,
    searchPath,
    image,
    executable,
    dependencies: bound.dependencies,
    confirmsSchemaFirst: schemaFirst,
    takesSequenceValues: sequenceValues,
    access: bound.access,
    allowed: new Set(),
    reading: readingOf(evaluation, bound.literals),
    variants: new Map(),
  };
  return { plan, keeps: bound.literals !== "now" };
}
