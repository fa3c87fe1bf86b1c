/** Closures of conditionals: CASE, IS DISTINCT FROM, NULLIF, GREATEST and LEAST. */
import type { Implementation } from "../functions/registry.ts";
import type { Datum } from "../values/datum.ts";
import type { Evaluate } from "./compile/compile-tree.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { implementationOf } from "./implementations.ts";
import { allInSteps } from "./list-steps.ts";
import type { Case, Coalesce, Distinct, Expr } from "./tree.ts";

export type Interpret = (expr: Expr) => Evaluate | undefined;

interface Arm {
  readonly condition: Evaluate;
  readonly result: Evaluate;
}

export function interpretCaseTest(): Evaluate {
  return (_row, _context, tested) => tested as Datum;
}

function interpretedArms({ whens }: Case, interpret: Interpret): readonly Arm[] | undefined {
  const conditions = whens.map((when) => when.condition);
  const results = whens.map((when) => when.result);
  const tests = allInSteps("conditions", conditions, interpret);
  const values = tests && allInSteps("results", results, interpret);
  return values?.flatMap((result, at): readonly Arm[] => {
    const condition = tests?.[at];
    return condition === undefined ? [] : [{ condition, result }];
  });
}

/** With an argument it is what the conditions compare with, and so it is in the results. */
export function interpretCase(expr: Case, interpret: Interpret): Evaluate | undefined {
  const arms = interpretedArms(expr, interpret);
  const otherwise = interpret(expr.otherwise);
  if (arms === undefined || otherwise === undefined) return undefined;
  const choose: Evaluate = (row, context, tested) => {
    for (const { condition, result } of arms) {
      if (condition(row, context, tested) === true) return result(row, context, tested);
    }
    return otherwise(row, context, tested);
  };
  if (expr.arg === undefined) return choose;
  const arg = interpret(expr.arg);
  return arg && ((row, context, tested) => choose(row, context, arg(row, context, tested)));
}

type Same = (context: EvaluationContext, left: Datum, right: Datum) => boolean;

/** Two nulls are not distinct; one null is. */
export function interpretDistinct(expr: Distinct, interpret: Interpret): Evaluate | undefined {
  const [left, right] = expr.args;
  const [a, b] = [interpret(left), interpret(right)];
  if (a === undefined || b === undefined) return undefined;
  const types = { argTypes: [left.type, right.type], resultType: 16 };
  const equals = implementationOf(expr.proc, types);
  const same: Same = (context, x, y) => equals(context, x, y) === true;
  if (expr.kind === "nullif") {
    return (row, context, tested) => {
      const [x, y] = [a(row, context, tested), b(row, context, tested)];
      return x !== null && y !== null && same(context, x, y) ? null : x;
    };
  }
  const isDistinct = expr.kind === "distinct";
  return (row, context, tested) => {
    const [x, y] = [a(row, context, tested), b(row, context, tested)];
    const isSame = x === null || y === null ? x === y : same(context, x, y);
    return isSame !== isDistinct;
  };
}

interface Compared {
  readonly evaluate: Evaluate;
  readonly compare: Implementation;
}

/** GREATEST and LEAST leave nulls out; null only if all are. */
export function interpretExtreme(expr: Coalesce, interpret: Interpret): Evaluate | undefined {
  const args = allInSteps("extremes", expr.args, (arg): Compared | undefined => {
    const evaluate = interpret(arg);
    const types = { argTypes: [arg.type, arg.type], resultType: 23 };
    return evaluate && { evaluate, compare: implementationOf(expr.proc, types) };
  });
  if (args === undefined) return undefined;
  const sign = expr.kind === "greatest" ? 1 : -1;
  return (row, context, tested) => {
    let best: Datum = null;
    for (const { evaluate, compare } of args) {
      const value = evaluate(row, context, tested);
      if (value === null) continue;
      if (best === null || (compare(context, value, best) as number) * sign > 0) best = value;
    }
    return best;
  };
}
