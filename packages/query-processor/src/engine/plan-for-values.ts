/**
 * From the plan of a statement for any values to that for the values at hand. Plans for values are
 * kept by the class of the values; where no class is told apart by statistics there is but one plan.
 */
import type { Datum } from "@firstlight/sql";
import type { SessionContext } from "./engine.ts";
import { literalTypes } from "./normalized-statements.ts";
import type { PlanChoice } from "./plan-choice.ts";
import type { PreparedPlan } from "./prepared.ts";

/** Plans of one statement for other classes of values. */
const VARIANTS_MAX = 16;

export interface ValuesAtHand {
  readonly session: SessionContext;
  readonly parameters: readonly Datum[];
  /** Of a named statement. */
  readonly choice: PlanChoice | undefined;
}

/** `planAfresh` plans the statement for the values, as parameters of these types, as it was read. */
export function planForValues(
  at: ValuesAtHand,
  generic: PreparedPlan,
  planAfresh: (types: readonly number[]) => PreparedPlan,
): PreparedPlan {
  const { planCacheMode } = at.session.planner;
  const { choice } = at;
  const isWritten = choice === undefined && generic.literals !== undefined;
  if (planCacheMode === "force_generic_plan" && !isWritten) {
    choice?.count(generic, generic, planCacheMode);
    return generic;
  }
  const plan = at.parameters.length === 0 ? generic : variant(at, generic, planAfresh);
  choice?.count(plan, generic, at.parameters.length === 0 ? "force_generic_plan" : planCacheMode);
  return plan;
}

function variant(
  { session, parameters }: ValuesAtHand,
  generic: PreparedPlan,
  planAfresh: (types: readonly number[]) => PreparedPlan,
): PreparedPlan {
  const { tests } = generic.executable;
  const key = tests?.classOf(parameters, session.evaluation([]));
  if (key === undefined) return generic;
  const { statement, paramTypes, literals, variants } = generic;
  let plan = variants.get(key);
  if (plan === undefined) {
    const isShared = literals !== undefined && statement.normalized !== undefined;
    plan = planAfresh(isShared ? literalTypes(statement.normalized) : paramTypes);
    if (variants.size >= VARIANTS_MAX) variants.clear();
    variants.set(key, plan);
  }
  return literals === undefined ? plan : { ...plan, paramTypes, literals };
}
