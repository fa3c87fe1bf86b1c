/**
 * Planning in steps: at once for nearly all statements, and with turns for others in between where
 * the text is so long that each step takes its time.
 */
import type { MaybePromise } from "@firstlight/common";
import type { Datum, ListTurns } from "@firstlight/sql";
import { ListSteps, ListUnfinished } from "@firstlight/sql";
import type { Interrupts } from "../execute/executable.ts";
import type { LongLists } from "../bind/long-lists.ts";
import { ListUnread } from "../bind/long-lists.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import { JoinSearches, SearchUnfinished } from "../plan/join/join-searches.ts";
import type { ParameterTests } from "../plan/parameter-tests.ts";
import type { SessionContext } from "./engine.ts";
import type { LiteralReading } from "./literal-reading.ts";
import type { PreparedPlan } from "./prepared.ts";
import type { SessionTransaction } from "./session-transaction.ts";

/** Longer texts than most: bulk loads and long lists. */
export const LONG_TEXT = 16_384;

export interface PlanFacts {
  readonly tests?: ParameterTests;
  readonly values?: readonly Datum[];
  /** Of a statement that was analysed before; absent: as the session reads now. */
  readonly reading?: LiteralReading | undefined;
  /** Its steps are taken with turns in between. */
  readonly pauses?: boolean;
}

export type PlanArguments = readonly [
  session: SessionContext,
  transaction: SessionTransaction,
  statement: ParsedStatement,
  paramTypes: readonly number[],
  about?: PlanFacts,
];

export interface MadePlan {
  readonly plan: PreparedPlan;
  /** Whether it may be used again. */
  readonly keeps: boolean;
}

export function atOnce(steps: Generator<void, MadePlan>): MadePlan {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** At once as far as a share of the event loop allows. */
export function asFarAsAllowed(
  interrupts: Interrupts,
  steps: Generator<void, MadePlan>,
): MaybePromise<MadePlan> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (interrupts.overdue()) return inTurns(interrupts, steps);
  }
}

async function inTurns(
  interrupts: Interrupts,
  steps: Generator<void, MadePlan>,
): Promise<MadePlan> {
  for (;;) {
    if (interrupts.overdue()) await interrupts.yield();
    interrupts.check();
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Plans again and again, until all searches for joins are ended and all long lists are treated. */
export function* plannedInSteps<T>(
  turns: ListTurns,
  plan: (searches: JoinSearches) => T,
): Generator<void, T> {
  const searches = new JoinSearches();
  const lists = new ListSteps(turns);
  for (;;) {
    searches.begin();
    try {
      return lists.run(() => plan(searches));
    } catch (error) {
      if (error instanceof ListUnfinished) yield;
      else if (error instanceof SearchUnfinished) yield* error.steps;
      else throw error;
    }
  }
}

/** Compiles again and again, until all long lists are compiled. */
export function* compiledInSteps<T>(turns: ListTurns, compile: () => T): Generator<void, T> {
  const lists = new ListSteps(turns);
  for (;;) {
    try {
      return lists.run(compile);
    } catch (error) {
      if (!(error instanceof ListUnfinished)) throw error;
      yield;
    }
  }
}

/** Binds again and again, until all long lists are read. */
export function* boundInSteps<T>(lists: LongLists, bind: () => T): Generator<void, T> {
  for (;;) {
    try {
      return lists.bind(bind);
    } catch (error) {
      if (!(error instanceof ListUnread)) throw error;
      yield* error.steps;
    }
  }
}
