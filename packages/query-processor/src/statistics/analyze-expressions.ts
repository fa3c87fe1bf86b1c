/** Statistics of expressions of indexes and statistics objects: computed for a sample's rows. */
import { SqlError } from "@firstlight/common";
import type { Datum, Expr, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import { derivedColumns } from "../bind/index-expressions.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { mapChildren } from "../plan/expression-map.ts";
import { slot } from "../plan/layout.ts";
import { PLAIN_EVALUATION } from "../plan/selectivity/scope-estimation.ts";
import { analyzeColumn } from "./analyze-column.ts";
import type { RowSample } from "./sample-rows.ts";
import type { ExpressionStatistics } from "./table-statistics.ts";

interface IndexedExpression {
  readonly index: number;
  readonly column: number;
  readonly expr: Expr;
}

function expressionsOf(table: TableDescriptor): IndexedExpression[] {
  const { exprs, positionsOf } = derivedColumns(table);
  return table.indexes.flatMap((index) =>
    positionsOf(index).keys.flatMap((position, at) => {
      const expr = exprs[position - table.columns.length];
      return expr === undefined ? [] : [{ index: index.oid, column: at + 1, expr }];
    }),
  );
}

function overRow(expr: Expr): Expr {
  if (expr.kind === "var") return slot(expr.column, expr);
  return mapChildren(expr, overRow);
}

/**
 * Undefined when it has no value for some row: what it needs is not there outside of a session. What
 * is wrong with a value is told to who asks for statistics, and keeps nobody else from having them.
 */
export function valuesOf(
  expr: Expr,
  rows: readonly Row[],
  isSilent: boolean,
): readonly Datum[] | undefined {
  try {
    const value = compileExpr(overRow(expr));
    return rows.map((row) => value(row, PLAIN_EVALUATION));
  } catch (error) {
    if (error instanceof SqlError && !isSilent) throw error;
    return undefined;
  }
}

/** An expression with its values in the rows of a sample. */
export interface ComputedColumn {
  readonly expr: Expr;
  readonly values: readonly Datum[] | undefined;
}

/** A sample with what was computed from its rows. */
export interface ComputedSample {
  readonly sample: RowSample;
  readonly computed: readonly ComputedColumn[];
}

/** Of the expressions of one statistics object, numbered from 1. */
export async function analyzeComputed(
  object: number,
  { sample, computed }: ComputedSample,
  about: { readonly target: number; readonly pause: () => Promise<void> },
): Promise<readonly ExpressionStatistics[]> {
  const found: ExpressionStatistics[] = [];
  for (const [at, { expr, values }] of computed.entries()) {
    if (values === undefined) continue;
    const { totalRows } = sample;
    const wanted = { column: at + 1, type: expr.type, values, totalRows, target: about.target };
    const analyzed = await analyzeColumn(wanted, about.pause);
    if (analyzed !== undefined) found.push({ ...analyzed, index: object });
  }
  return found;
}

export async function analyzeExpressions(
  table: TableDescriptor,
  sample: RowSample,
  target: number,
  pause: () => Promise<void>,
): Promise<readonly ExpressionStatistics[]> {
  const { totalRows, rows } = sample;
  const found: ExpressionStatistics[] = [];
  for (const { index, column, expr } of expressionsOf(table)) {
    const values = valuesOf(expr, rows, true);
    if (values === undefined) continue;
    const wanted = { column, type: expr.type, values, totalRows, target };
    const analyzed = await analyzeColumn(wanted, pause);
    if (analyzed !== undefined) found.push({ ...analyzed, index });
  }
  return found;
}
