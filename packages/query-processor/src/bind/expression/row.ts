/** ROW(...) and (a, b, ...). */
import { type Expr, oids } from "@firstlight/sql";
import { asTag, list, locationOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { expandStar } from "../star.ts";
import { columnName } from "./column.ts";

const FIELDS_MAX = 1664;

/** Expressions of a list in which `t.*` stands for all columns. */
export function expressionList(scope: Scope, nodes: readonly ParseNode[]): readonly Expr[] {
  return nodes.flatMap((node) => {
    const column = asTag(node, "ColumnRef");
    if (column === undefined || !columnName(column).star) return [scope.expr(node)];
    return expandStar(scope, columnName(column)).map(({ expr }) => expr);
  });
}

export function rowExpr(scope: Scope, fields: ParseNode): Expr {
  const exprs = expressionList(scope, list(fields, "args"));
  const position = locationOf(fields);
  if (exprs.length > FIELDS_MAX) {
    throw bindError("54011", `ROW expressions can have at most ${FIELDS_MAX} entries`, position);
  }
  return {
    kind: "row",
    type: oids.RECORD,
    typmod: -1,
    position,
    fields: exprs,
    names: exprs.map((_, index) => `f${index + 1}`),
  };
}
