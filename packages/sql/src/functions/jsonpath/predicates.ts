/** Three-valued tests of two items, as they stand in a jsonpath. */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { compareNumeric } from "../../values/numeric.ts";
import { compareText } from "../../values/text-order.ts";
import { compareMoments } from "./datetime.ts";
import type { PathValue } from "./path-value.ts";

/** Undefined: unknown. */
export type Truth = boolean | undefined;

function holds(operator: string, order: number): boolean {
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

export function compareItems(
  context: EvaluationContext,
  operator: string,
  a: PathValue,
  b: PathValue,
  useZone: boolean,
): Truth {
  if (a.kind !== b.kind) {
    return a.kind === "null" || b.kind === "null" ? operator === "!=" : undefined;
  }
  let order: number | undefined;
  if (a.kind === "null") order = 0;
  else if (a.kind === "boolean" && b.kind === "boolean") order = Number(a.value) - Number(b.value);
  else if (a.kind === "number" && b.kind === "number") order = compareNumeric(a.value, b.value);
  else if (a.kind === "string" && b.kind === "string") order = compareText(a.value, b.value);
  else if (a.kind === "moment" && b.kind === "moment") {
    order = compareMoments(context, a, b, useZone);
  }
  return order === undefined ? undefined : holds(operator, order);
}

export function startsWith(whole: PathValue, start: PathValue): Truth {
  if (whole.kind !== "string" || start.kind !== "string") return undefined;
  return whole.value.startsWith(start.value);
}

export function bothTrue(left: Truth, right: () => Truth): Truth {
  if (left === false) return false;
  const other = right();
  return other === true ? left : other;
}

export function eitherTrue(left: Truth, right: () => Truth): Truth {
  if (left === true) return true;
  const other = right();
  return other === false ? left : other;
}
