/** What CREATE STATISTICS is about: columns, and expressions over a row of the table (statscmds.c). */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { formatType } from "@firstlight/sql";
import { tableColumns } from "../bind/entries.ts";
import type { Pins } from "../bind/pins.ts";
import { SYSTEM_COLUMNS } from "../bind/system-columns.ts";
import { entryOfWholeRow } from "../bind/whole-row.ts";
import { visitExpr } from "../bind/walk.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { StatisticsExpression } from "../catalog/statistics-descriptor.ts";
import { defaultOperatorClass } from "../catalog/virtual/type-facts.ts";
import { asTag, optionalString, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { exprKey } from "../plan/expression-map.ts";
import type { DdlContext } from "./ddl-context.ts";
import { columnNamed } from "./index-definition.ts";
import { bindRowExpression, pinned } from "./stored-expression.ts";

/** As they were written. */
export type StatisticsElement =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "expression"; readonly bound: Expr; readonly stored: StatisticsExpression };

export interface StatisticsSubject {
  /** Numbers, ascending. */
  readonly columns: readonly number[];
  readonly expressions: readonly StatisticsExpression[];
}

function storedExpression(
  context: DdlContext,
  table: TableDescriptor,
  tree: ParseNode,
): StatisticsElement {
  const pins: Pins = new Map();
  const bound = bindRowExpression(context, table, tree, "statisticsExpression", pins);
  const { type, typmod } = bound;
  const text = JSON.stringify(pinned(context, tree, bound, pins));
  return { kind: "expression", bound, stored: { text, type, typmod } };
}

/** Expressions are looked into BEFORE anything is said of columns. */
export function statisticsElements(
  context: DdlContext,
  table: TableDescriptor,
  nodes: readonly ParseNode[],
): readonly StatisticsElement[] {
  return nodes.map((node) => {
    const fields = asTag(node, "StatsElem") ?? {};
    const name = optionalString(fields, "name");
    if (name !== undefined) return { kind: "column", name };
    return storedExpression(context, table, requiredChild(fields, "expr"));
  });
}

function refuseSystemColumn(): never {
  throw new SqlError("0A000", "statistics creation on system columns is not supported");
}

function columnNumber(table: TableDescriptor, name: string): number {
  const column = columnNamed(table.columns, name);
  if (column === undefined && SYSTEM_COLUMNS.has(name)) refuseSystemColumn();
  if (column === undefined) throw new SqlError("42703", `column "${name}" does not exist`);
  if (defaultOperatorClass(column.type) !== 0) return column.number;
  const text = `column "${name}" cannot be used in statistics because its type ${formatType(column.type)} has no default btree operator class`;
  throw new SqlError("0A000", text);
}

/** A whole row stands for system columns, too. */
function refuseWholeRow(bound: Expr, table: TableDescriptor): void {
  const columns = tableColumns(table);
  const entry = { kind: "table", alias: table.name, columns, lateral: false, table } as const;
  visitExpr(bound, (each) => {
    const isRow = entryOfWholeRow(each, () => entry) !== undefined;
    if (isRow) refuseSystemColumn();
    return true;
  });
}

function refuseUnordered({ type }: Expr): void {
  if (defaultOperatorClass(type) !== 0) return;
  const text = `expression cannot be used in multivariate statistics because its type ${formatType(type)} has no default btree operator class`;
  throw new SqlError("0A000", text);
}

function ownColumn(table: TableDescriptor, element: StatisticsElement): string | undefined {
  if (element.kind === "column") return element.name;
  const { bound } = element;
  return bound.kind === "var" ? table.columns[bound.column]?.name : undefined;
}

export function statisticsSubject(
  table: TableDescriptor,
  elements: readonly StatisticsElement[],
): StatisticsSubject {
  const columns: number[] = [];
  const expressions: StatisticsExpression[] = [];
  for (const element of elements) {
    const name = ownColumn(table, element);
    if (name !== undefined) columns.push(columnNumber(table, name));
    if (name !== undefined || element.kind === "column") continue;
    refuseWholeRow(element.bound, table);
    if (elements.length > 1) refuseUnordered(element.bound);
    expressions.push(element.stored);
  }
  return { columns: columns.toSorted((a, b) => a - b), expressions };
}

/** Neither a column nor an expression twice, and at least two of them unless it is one expression. */
export function checkSubject(
  { columns, expressions }: StatisticsSubject,
  elements: readonly StatisticsElement[],
): void {
  if (elements.length < 2 && expressions.length !== 1) {
    throw new SqlError("42P17", "extended statistics require at least 2 columns");
  }
  if (new Set(columns).size < columns.length) {
    throw new SqlError("42701", "duplicate column name in statistics definition");
  }
  const keys = elements.flatMap((each) => (each.kind === "column" ? [] : [exprKey(each.bound)]));
  if (new Set(keys).size < keys.length) {
    throw new SqlError("42701", "duplicate expression in statistics definition");
  }
}
