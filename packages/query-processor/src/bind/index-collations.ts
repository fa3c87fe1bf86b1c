/** Key expressions of indexes, and the collations of all keys. */
import type { CollationName, Expr } from "@firstlight/sql";
import { collationOfType, exprCollation } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { derivedColumns } from "./index-expressions.ts";
import { columnCollation } from "./output-columns.ts";

export function keyExpression(table: TableDescriptor, index: IndexDescriptor, at: number): Expr {
  const { exprs, positionsOf } = derivedColumns(table);
  const expr = exprs[(positionsOf(index).keys[at] ?? 0) - table.columns.length];
  if (expr === undefined) throw new Error(`column ${at} of index ${index.name} is no expression`);
  return expr;
}

/** The collation that each key column has of itself. */
function ownCollations(
  table: TableDescriptor,
  index: IndexDescriptor,
): readonly (CollationName | undefined)[] {
  return index.columns.map(({ column, expression }, at) => {
    if (expression !== undefined) {
      return exprCollation(keyExpression(table, index, at), columnCollation);
    }
    const own = table.columns[column - 1];
    return own === undefined ? undefined : (own.collation ?? collationOfType(own.type));
  });
}

/** pg_index.indcollation */
export function indexCollations(
  table: TableDescriptor,
  index: IndexDescriptor,
): readonly (CollationName | undefined)[] {
  const own = ownCollations(table, index);
  return index.columns.map(({ collation }, at) => collation ?? own[at]);
}
