/** Values computed for columns of a row: assignments and generated columns. */
import type { CompiledExpr, EvaluationContext, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { ColumnValue } from "../plan/plan-node.ts";

export interface CompiledValue {
  readonly column: number;
  readonly value: CompiledExpr;
}

export function compileValues(values: readonly ColumnValue[]): CompiledValue[] {
  return values.map(({ column, expr }) => ({ column, value: compileExpr(expr) }));
}

/** Generated columns are computed over the row as it is otherwise. */
export function withGenerated(
  row: Row,
  generated: readonly CompiledValue[],
  context: EvaluationContext,
): Row {
  if (generated.length === 0) return row;
  const complete = [...row];
  for (const { column, value } of generated) complete[column] = value(row, context);
  return complete;
}
