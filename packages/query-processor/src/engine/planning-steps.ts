/**
 * Planning in steps: at once for nearly all statements, and with turns for others in between where
 * the text is so long that each step takes its time.
 */
import type { Datum } from "@firstlight/sql";
import type { Interrupts } from "../execute/executable.ts";
import { ListUnread, LongLists } from "../bind/long-lists.ts";
import type { BindResult } from "../bind/query-tree.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import type { ParameterTests } from "../plan/parameter-tests.ts";
import type { SessionContext } from "./engine.ts";
import type { PreparedPlan } from "./prepared.ts";
import type { SessionTransaction } from "./session-transaction.ts";

/** Longer texts than most: bulk loads and long lists. */
export const LONG_TEXT = 16_384;

export interface PlanFacts {
  readonly tests?: ParameterTests;
  readonly values?: readonly Datum[];
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

export async function inTurns(
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

/** Binds again and again, until all long lists are read. */
export function* boundInSteps(bind: (lists: LongLists) => BindResult): Generator<void, BindResult> {
  const lists = new LongLists(true);
  for (;;) {
    try {
      return bind(lists);
    } catch (error) {
      if (!(error instanceof ListUnread)) throw error;
      yield* error.steps;
    }
  }
}
