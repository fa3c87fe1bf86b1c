/**
 * What a comparison of rows says about their first columns: (a, b) > (x, y) only where a >= x. Its
 * share of rows is taken to be that of a > x (rowcomparesel).
 */
import type { Call, Expr, OperatorRow, RowCompare } from "@firstlight/sql";
import { btreeStrategies, operatorsByName, typeOrdering } from "@firstlight/sql";

const BOOL = 16;
const INCLUSIVE = { "<": "<=", "<=": "<=", ">": ">=", ">=": ">=" } as const;

/** The operator of that name by which an index of the column would be ordered. */
function operatorOf(name: string, left: Expr, right: Expr): OperatorRow | undefined {
  const family = typeOrdering(left.type)?.family;
  return operatorsByName(name).find(({ oid }) =>
    btreeStrategies(oid).some(
      (each) => each.family === family && each.left === left.type && each.right === right.type,
    ),
  );
}

function firstCall(row: RowCompare, name: string): Call | undefined {
  const [left] = row.left;
  const [right] = row.right;
  if (left === undefined || right === undefined) return undefined;
  const operator = operatorOf(name, left, right);
  // The columns may be compared by an order that is not their type's own.
  if (operator === undefined || !comparesAsTyped(row, left)) return undefined;
  return {
    kind: "call",
    proc: operator.proc,
    operator: operator.oid,
    display: "operator",
    args: [left, right],
    type: BOOL,
    typmod: -1,
    position: -1,
  };
}

function comparesAsTyped({ procs, left, right }: RowCompare, first: Expr): boolean {
  if (left[0]?.type !== right[0]?.type) return false;
  return procs[0] === typeOrdering(first.type)?.compareProc;
}

/** Holds wherever the comparison does. */
export function impliedOfFirst(row: RowCompare): Call | undefined {
  const { operator } = row;
  return operator === "=" || operator === "<>" ? undefined : firstCall(row, INCLUSIVE[operator]);
}

/** The same operator of the first columns. */
export function comparedFirst(row: RowCompare): Call | undefined {
  return firstCall(row, row.operator);
}
