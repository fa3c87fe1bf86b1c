/** Reads of a stored row those columns that some expressions use, and moves their slots to match. */
import { rowDecoder } from "../encoding/row-decoder.ts";
import type { Expr } from "../expression/tree.ts";
import { replaceExpr, visitExpr } from "../expression/walk.ts";
import type { Datum } from "../values/datum.ts";
import type { ScanProgram } from "./scan-program.ts";

export interface StoredRowReader {
  readonly columns: readonly number[];
  readonly read: (value: Uint8Array) => Datum[];
  /** The expression over the rows that `read` gives. */
  readonly over: (expr: Expr) => Expr;
}

/** Columns used by the expressions, ascending, each once. */
export function columnsOf(exprs: readonly Expr[]): readonly number[] {
  const columns = new Set<number>();
  for (const expr of exprs) {
    visitExpr(expr, (node) => {
      if (node.kind === "slot") columns.add(node.index);
    });
  }
  return [...columns].toSorted((a, b) => a - b);
}

export function storedRowReader(
  { columnTypes, defaults }: ScanProgram,
  columns: readonly number[],
): StoredRowReader {
  return { columns, read: rowDecoder(columnTypes, columns, defaults), over: slotsOver(columns) };
}

/** Moves slots of the stored row to slots of a row of these columns. */
export function slotsOver(columns: readonly number[]): (expr: Expr) => Expr {
  const slotOf = new Map(columns.map((column, slot) => [column, slot]));
  return (expr) =>
    replaceExpr(expr, (node) =>
      node.kind === "slot" ? { ...node, index: slotOf.get(node.index) ?? -1 } : undefined,
    );
}
