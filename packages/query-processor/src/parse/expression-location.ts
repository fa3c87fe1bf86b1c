/** The leftmost byte offset of a raw expression: PostgreSQL's exprLocation. */
import { child, fieldsOf, int, list, tagOf } from "./node.ts";
import type { ParseNode } from "./parsed-statement.ts";

function leftmost(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}

function operand(fields: ParseNode, field: string): number {
  const node = child(fields, field);
  return node === undefined ? -1 : expressionLocation(node);
}

/** Operators and casts may be written after their first operand. */
export function expressionLocation(node: ParseNode): number {
  const fields = fieldsOf(node);
  const own = "location" in fields || tagOf(node) !== "List" ? int(fields, "location") : -1;
  switch (tagOf(node)) {
    case "A_Expr":
      return leftmost(own, operand(fields, "lexpr"));
    case "TypeCast":
    case "CollateClause":
    case "NullTest":
    case "BooleanTest":
      return leftmost(own, operand(fields, "arg"));
    case "A_Indirection":
      return operand(fields, "arg");
    case "BoolExpr": {
      const [first] = list(fields, "args");
      return first === undefined ? own : leftmost(own, expressionLocation(first));
    }
    default:
      return own;
  }
}
