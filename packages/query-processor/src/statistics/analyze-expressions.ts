/** Statistics of the expressions that indexes are on: computed for the rows of a table's sample. */
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

/** Undefined when it has no value for some row: what it needs is not there outside of a session. */
function valuesOf(expr: Expr, rows: readonly Row[]): Datum[] | undefined {
  try {
    const value = compileExpr(overRow(expr));
    return rows.map((row) => value(row, PLAIN_EVALUATION));
  } catch {
    return undefined;
  }
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
    const values = valuesOf(expr, rows);
    if (values === undefined) continue;
    const wanted = { column, type: expr.type, values, totalRows, target };
    const analyzed = await analyzeColumn(wanted, pause);
    if (analyzed !== undefined) found.push({ ...analyzed, index });
  }
  return found;
}
