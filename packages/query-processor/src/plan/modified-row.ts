/**
 * What all statements that write rows have in common: complete rows with their defaults, and
 * expressions over a row that is about to be stored.
 */
import type { Expr } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import type { BoundCheck, BoundInsert, ColumnAssignment } from "../bind/query-tree.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { ONE_ROW } from "./estimate.ts";
import type { Layout, Relation } from "./layout.ts";
import type { ColumnValue, PlanNode } from "./plan-node.ts";
import { keyVar } from "./scan-path.ts";
import type { Scope } from "./scope.ts";
import { attach } from "./subplans.ts";

export const EMPTY_ROW: PlanNode = { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] };

export function positions(table: TableDescriptor): number[] {
  return table.columns.map((_, at) => at);
}

function nullOf(table: TableDescriptor, at: number): Expr {
  const column = table.columns[at];
  const { type = 0, typmod = -1 } = column ?? {};
  return { kind: "const", value: null, type, typmod, position: -1 };
}

/** Expressions over a row for which there is no place to run a correlated subquery. */
export function overRow(
  scope: Scope,
  layout: Layout,
  exprs: readonly Expr[],
  where: string,
): Expr[] {
  const row: Relation = { node: EMPTY_ROW, layout };
  const attached = attach(scope, row, exprs);
  if (attached.relation !== row) throw featureNotSupported(`a correlated subquery in ${where}`);
  return [...attached.exprs];
}

export function valuesOver(
  scope: Scope,
  layout: Layout,
  assignments: readonly ColumnAssignment[],
  where: string,
): ColumnValue[] {
  const exprs = overRow(
    scope,
    layout,
    assignments.map((each) => each.expr),
    where,
  );
  return assignments.map(({ column }, at) => ({ column, expr: exprs[at] ?? nullExpr() }));
}

export function nullExpr(): Expr {
  return { kind: "const", value: null, type: 0, typmod: -1, position: -1 };
}

export function checksOver(
  scope: Scope,
  layout: Layout,
  checks: readonly BoundCheck[],
): BoundCheck[] {
  return checks.map(({ expr, ...check }) => ({
    ...check,
    expr:
      overRow(
        scope,
        layout,
        [expr],
        check.ofView === true ? "WITH CHECK OPTION" : "a check constraint",
      )[0] ?? expr,
  }));
}

const INT2 = 21;
const INT4 = 23;
const INT8 = 20;
const REGCLASS = 2205;
const NEXTVAL_PROC = 1574;
/** int2(int8) and int4(int8) of pg_proc. */
const NARROWING: ReadonlyMap<number, number> = new Map([
  [INT2, 714],
  [INT4, 480],
]);

/** The next value of an identity column's sequence, as the column's type. */
function identityValue(column: ColumnDescriptor): Expr | undefined {
  if (column.identity === undefined || column.sequence === undefined) return undefined;
  const base = { kind: "call", operator: 0, typmod: -1, position: -1 } as const;
  const sequence: Expr = {
    kind: "const",
    value: column.sequence,
    type: REGCLASS,
    typmod: -1,
    position: -1,
  };
  const next: Expr = {
    ...base,
    proc: NEXTVAL_PROC,
    args: [sequence],
    display: "function",
    type: INT8,
  };
  const proc = NARROWING.get(column.type);
  if (proc === undefined) return next;
  return { ...base, proc, args: [next], display: "implicitCast", type: column.type };
}

/** A complete row: given values, defaults for the rest; generated columns come later. */
export function completeRow(
  query: Pick<BoundInsert, "table" | "columns" | "defaults">,
  given: (index: number) => Expr,
): Expr[] {
  const { table } = query;
  return table.columns.map((column, at) => {
    if (column.dropped || column.generated !== undefined) return nullOf(table, at);
    const index = query.columns.indexOf(at);
    const expr = index < 0 ? undefined : given(index);
    if (expr !== undefined && expr.kind !== "default") return expr;
    return query.defaults[at] ?? identityValue(column) ?? nullOf(table, at);
  });
}

export function keyVarOf(rte: number): Extract<Expr, { kind: "var" }> {
  const key = keyVar(rte);
  if (key.kind !== "var") throw new Error("a row's key is a column");
  return key;
}
