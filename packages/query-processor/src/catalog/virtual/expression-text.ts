/** Defaults and conditions as SQL text: what pg_attrdef.adbin and pg_constraint.conbin hold here. */
import type { Expr } from "@firstlight/sql";
import { displayExpr, quoteIdentifier, visitExpr } from "@firstlight/sql";
import { bindCheck, bindDefault } from "../../bind/schema-expressions.ts";
import type { Catalog } from "../catalog.ts";
import type { CheckDescriptor, ColumnDescriptor, TableDescriptor } from "../descriptors.ts";

export interface ExpressionText {
  readonly plain: string;
  /** With only the parentheses that it takes. */
  readonly pretty: string;
}

const texts = new WeakMap<Expr, ExpressionText>();

function textOf(expr: Expr, table: TableDescriptor): ExpressionText {
  const cached = texts.get(expr);
  if (cached !== undefined) return cached;
  const column = (each: { readonly kind: string; readonly column?: number }): string =>
    quoteIdentifier(table.columns[each.column ?? 0]?.name ?? "?column?");
  const plain = displayExpr(expr, { column });
  const text = { plain, pretty: plain };
  texts.set(expr, text);
  return text;
}

export function defaultText(
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): ExpressionText | undefined {
  const expr = bindDefault(column, table, catalog);
  return expr && textOf(expr, table);
}

export function checkText(
  check: CheckDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): ExpressionText {
  return textOf(bindCheck(check, table, catalog), table);
}

/** Numbers of the columns that the condition reads, ascending. */
export function checkColumns(
  check: CheckDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): number[] {
  const numbers = new Set<number>();
  visitExpr(bindCheck(check, table, catalog), (expr) => {
    if (expr.kind === "var") numbers.add(expr.column + 1);
  });
  return [...numbers].toSorted((a, b) => a - b);
}
