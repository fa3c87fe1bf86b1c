/**
 * Closures of AND and OR. Those of very many terms are never more than closures: functions as long as
 * their source would be are neither compiled in one turn nor optimized.
 */
import type { Datum } from "../values/datum.ts";
import type { Evaluate } from "./compile/compile-tree.ts";
import type { RowsOfArms } from "./compile/row-membership.ts";
import { dividedArms, rowMembership } from "./compile/row-membership.ts";
import type { Interpret } from "./interpret-conditionals.ts";
import { allInSteps } from "./list-steps.ts";
import type { BoolOp, Expr } from "./tree.ts";

/** Longer ones are looked up in sets by the compiler. */
const TERMS_MAX = 16;
/** Of so many the compiler makes no function. */
const MANY = 256;

/** AND stops at false, OR at true; a null on the way makes the result null unless it stops. */
export function interpretLogic(expr: BoolOp, interpret: Interpret): Evaluate | undefined {
  const { kind, args } = expr;
  if (args.length > TERMS_MAX && args.length < MANY) return undefined;
  const terms = kind === "or" ? dividedArms(args) : args;
  const operands = allInSteps("terms", terms, (term) => operandOf(term, interpret));
  if (operands === undefined) return undefined;
  const stop = kind === "or";
  return (row, context, tested) => {
    let result: Datum = !stop;
    for (const operand of operands) {
      const value = operand(row, context, tested);
      if (value === stop) return stop;
      if (value === null) result = null;
    }
    return result;
  };
}

function operandOf(term: RowsOfArms | Expr, interpret: Interpret): Evaluate | undefined {
  if (term.kind !== "rowsOfArms") return interpret(term);
  const test = rowMembership(term);
  const indices = term.slots.map(({ index }) => index);
  return (row, context) =>
    test(
      context,
      indices.map((index) => row[index] as Datum),
    );
}
