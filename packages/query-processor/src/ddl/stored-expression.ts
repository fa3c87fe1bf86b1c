/**
 * Expressions of the schema: checked when they are written, stored as raw parse trees, which lose
 * nothing and mean the same in every session.
 */
import { SqlError } from "@firstlight/common";
import type { Datum, EvaluationContext, Expr, Row } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  compileExpr,
  physicalType,
  someExpr,
  typeByOid,
  visitExpr,
  volatility,
} from "@firstlight/sql";
import { bindColumnExpression, bindInserted } from "../bind/schema-expressions.ts";
import { type Pins, withPins } from "../bind/pins.ts";
import { inlinedCalls } from "../bind/routine/inline-scalar.ts";
import type { CheckDescriptor, ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { overStoredRow } from "../engine/stored-row-functions.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import { pinMeanings } from "./pin-meanings.ts";
import { pinTypes } from "./pin-types.ts";

type RowKind = "indexExpression" | "indexPredicate" | "statisticsExpression";
type Kind = "default" | "generated" | "check" | RowKind;

function bind(
  context: DdlContext,
  table: TableDescriptor,
  source: string | ParseNode,
  kind: Kind,
  column?: ColumnDescriptor,
  pins?: Pins,
): Expr {
  return bindColumnExpression(source, table, {
    ...(pins === undefined ? {} : { pins }),
    catalog: imageOf(context),
    kind,
    searchPath: context.searchPath,
    evaluation: context.evaluation(),
    ...(column === undefined ? {} : { column }),
  });
}

/** An expression or condition of an index or of statistics, over one row of the table. */
export function bindRowExpression(
  context: DdlContext,
  table: TableDescriptor,
  node: ParseNode,
  kind: RowKind,
  pins?: Pins,
): Expr {
  return bind(context, table, node, kind, undefined, pins);
}

/** The tree with what its names stand for, which others may change later. */
export function pinned(context: DdlContext, node: ParseNode, bound: Expr, pins: Pins): ParseNode {
  const tree = withPins(node, pins) as ParseNode;
  return pinTypes(pinMeanings(tree, bound), imageOf(context), context.searchPath);
}

/** Undefined for DEFAULT NULL: no default. */
export function storeDefault(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  node: ParseNode,
): string | undefined {
  const pins: Pins = new Map();
  const bound = bind(context, table, node, "default", column, pins);
  if (bound.kind === "const" && bound.value === null) return undefined;
  return JSON.stringify(pinned(context, node, bound, pins));
}

export function storeGenerated(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  node: ParseNode,
): string {
  // What makes a value of the column's type of it may be stable.
  if (volatility(inlinedCalls(bind(context, table, node, "generated"))) !== "immutable") {
    throw new SqlError("42P17", "generation expression is not immutable");
  }
  const pins: Pins = new Map();
  const bound = bind(context, table, node, "generated", column, pins);
  return JSON.stringify(pinned(context, node, bound, pins));
}

/** The condition and the names of the columns it uses. */
export function storeCheck(
  context: DdlContext,
  table: TableDescriptor,
  node: ParseNode,
): { readonly expression: string; readonly columns: readonly string[] } {
  const used = new Set<string>();
  const pins: Pins = new Map();
  const bound = bind(context, table, node, "check", undefined, pins);
  visitExpr(bound, (expr) => {
    if (expr.kind === "var") used.add(table.columns[expr.column]?.name ?? "");
  });
  return { expression: JSON.stringify(pinned(context, node, bound, pins)), columns: [...used] };
}

type RowFunction = (row: Row, context: EvaluationContext) => Datum;

/** Compiles over a whole row: Vars of rte 0 become slots. */
function compileOverRow(expr: Expr): RowFunction {
  return compileExpr(overStoredRow(expr));
}

export function checkPredicate(
  context: DdlContext,
  table: TableDescriptor,
  check: CheckDescriptor,
): (row: Row) => boolean {
  const holds = compileOverRow(bind(context, table, check.expression, "check"));
  const evaluation = context.evaluation();
  return (row) => holds(row, evaluation) !== false;
}

export type MissingValue =
  | { readonly kind: "constant"; readonly text: string | undefined }
  | { readonly kind: "volatile" };

/** What rows stored before the column was added have in it. */
export function missingText(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
): MissingValue {
  if (column.sequence !== undefined || column.generated !== undefined) return { kind: "volatile" };
  const bound = bindInserted(column, table, imageOf(context));
  if (bound === undefined) return { kind: "constant", text: undefined };
  // A domain is asked about rows, of which there may be none.
  if (volatility(bound) === "volatile" || someExpr(bound, isDomainCheck)) {
    return { kind: "volatile" };
  }
  const value = compileOverRow(bound)([], context.evaluation());
  if (value === null) return { kind: "constant", text: undefined };
  return {
    kind: "constant",
    text: typeByOid(physicalType(column.type)).output(value, DEFAULT_FORMAT),
  };
}

/** Values of a new column for existing rows, one per row. */
export async function newColumnValues(
  context: DdlContext,
  table: TableDescriptor,
  column: ColumnDescriptor,
  rowCount: number,
): Promise<(row: Row) => Datum> {
  if (column.sequence !== undefined) {
    const values = await sequenceValues(context, column.sequence, rowCount);
    return () => asColumnType(column, values.shift() ?? 0n);
  }
  const evaluate = compileOverRow(newValue(context, table, column));
  const evaluation = context.evaluation();
  return (row) => evaluate(row, evaluation);
}

function newValue(context: DdlContext, table: TableDescriptor, column: ColumnDescriptor): Expr {
  if (column.generated !== undefined) {
    return bind(context, table, column.default ?? "NULL", "generated", column);
  }
  const { type, typmod } = column;
  const nothing: Expr = { kind: "const", type, typmod, position: -1, value: null };
  return bindInserted(column, table, imageOf(context)) ?? nothing;
}

function isDomainCheck(expr: Expr): boolean {
  return expr.kind === "coerceToDomain";
}

function asColumnType(column: ColumnDescriptor, value: bigint): Datum {
  const type = typeByOid(column.type);
  return type.input(String(value), -1, { ...DEFAULT_FORMAT, now: 0n });
}

async function sequenceValues(context: DdlContext, oid: number, count: number): Promise<bigint[]> {
  const sequence = imageOf(context).objects.get(oid);
  if (sequence?.kind !== "sequence") throw new TypeError(`no sequence ${oid}`);
  const values: bigint[] = [];
  while (values.length < count) {
    const value = context.sequences.take(sequence);
    if (value === undefined) await context.sequences.refill(sequence);
    else values.push(value);
  }
  return values;
}
