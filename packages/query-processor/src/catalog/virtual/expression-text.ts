/**
 * Defaults and conditions as SQL text. What pg_attrdef.adbin and pg_constraint.conbin hold is the
 * text with every name qualified; pg_get_expr prints the expression anew for its session.
 */
import type { Expr, FormatSettings } from "@firstlight/sql";
import { displayExpr, oids, quoteIdentifier, quoting, visitExpr } from "@firstlight/sql";
import { bindCheck, bindDefault } from "../../bind/schema-expressions.ts";
import type { Catalog } from "../catalog.ts";
import type { CheckDescriptor, ColumnDescriptor, TableDescriptor } from "../descriptors.ts";

export interface StoredExpression {
  readonly expr: Expr;
  readonly table: TableDescriptor;
  /** As the catalog's columns of pg_node_tree hold it. */
  readonly text: string;
}

export interface PrintOptions {
  /** With only the parentheses that it takes. */
  readonly pretty: boolean;
  /** Whether CASE begins a line of its own; it does unless told otherwise. */
  readonly lines?: boolean;
  readonly format?: FormatSettings | undefined;
  objectName(type: number, oid: number): string | undefined;
}

export function printExpression(stored: StoredExpression, options: PrintOptions): string {
  return print(stored.expr, stored.table, options);
}

function print(expr: Expr, table: TableDescriptor, options: PrintOptions): string {
  const column = (each: { readonly kind: string; readonly column?: number }): string =>
    quoteIdentifier(table.columns[each.column ?? 0]?.name ?? "?column?");
  return displayExpr(expr, { column, lines: true, ...options });
}

function fullName(catalog: Catalog, type: number, oid: number): string | undefined {
  const relation = type === oids.REGCLASS ? catalog.relationByOid(oid) : undefined;
  if (relation === undefined) return undefined;
  const schema = catalog.schemaByOid(relation.schema)?.name ?? "";
  return `${quoteIdentifier(schema)}.${quoteIdentifier(relation.name)}`;
}

const known = new WeakMap<Expr, StoredExpression>();

export function storedExpression(
  expr: Expr,
  table: TableDescriptor,
  catalog: Catalog,
): StoredExpression {
  const cached = known.get(expr);
  if (cached?.table === table) return cached;
  const objectName = (type: number, oid: number): string | undefined =>
    fullName(catalog, type, oid);
  // It is kept, and found again by its text.
  const text = quoting(false, () => print(expr, table, { pretty: false, objectName }));
  const stored = { expr, table, text };
  known.set(expr, stored);
  return stored;
}

export function defaultExpression(
  column: ColumnDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): StoredExpression | undefined {
  const expr = bindDefault(column, table, catalog);
  return expr && storedExpression(expr, table, catalog);
}

export function checkExpression(
  check: CheckDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): StoredExpression {
  return storedExpression(bindCheck(check, table, catalog), table, catalog);
}

/** Numbers of the columns that a condition reads, in the order in which it names them. */
export function checkColumns(
  check: CheckDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): number[] {
  return [...columnsIn(bindCheck(check, table, catalog))];
}

function columnsIn(expression: Expr): ReadonlySet<number> {
  const numbers = new Set<number>();
  visitExpr(expression, (expr) => {
    if (expr.kind === "var") numbers.add(expr.column + 1);
  });
  return numbers;
}

/** Ascending. */
export function columnsOf(expression: Expr): number[] {
  return [...columnsIn(expression)].toSorted((a, b) => a - b);
}
