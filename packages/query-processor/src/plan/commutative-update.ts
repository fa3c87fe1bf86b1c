/**
 * SET n = n + amount, of UPDATE and of ON CONFLICT DO UPDATE: assignments that commute with others of
 * their kind, so that the transaction may send the amount instead of the row (intent D). That holds
 * only where nothing else depends on the column's value: no index, constraint, foreign key or
 * generated column, no condition of the statement, no RETURNING.
 */
import type { Expr } from "@firstlight/sql";
import { visitExpr, volatility } from "@firstlight/sql";
import type { BoundCheck, BoundInsert, BoundUpdate, ColumnAssignment } from "../bind/query-tree.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { PlannedDelta } from "./plan-node.ts";
import { needsSubplan } from "./subplans.ts";
import { tableLayout } from "./table-layout.ts";

const INT4 = 23;
const INT8 = 20;
const NUMERIC = 1700;
/** pg_proc's sums whose result has the type: of two such, or of one and a smaller integer. */
const PLUS: ReadonlyMap<number, readonly number[]> = new Map([
  [INT4, [177, 178, 179]],
  [INT8, [463, 837, 841, 1274, 1278]],
  [NUMERIC, [1724]],
]);
const MINUS: ReadonlyMap<number, readonly number[]> = new Map([
  [INT4, [181, 183]],
  [INT8, [464, 838, 1275]],
  [NUMERIC, [1725]],
]);
/** numeric(numeric, typmod): rounds to the column's scale when it is assigned. */
const NUMERIC_LENGTH_CAST = 1703;

/** What assigns, and what else reads the row that is changed (the columns of range table entry 0). */
interface Assigning {
  readonly table: TableDescriptor;
  readonly assignments: readonly ColumnAssignment[];
  readonly where: Expr | undefined;
  readonly generated: readonly ColumnAssignment[];
  readonly checks: readonly BoundCheck[];
}

export function deltasOfUpdate(query: BoundUpdate): readonly PlannedDelta[] | undefined {
  const isPlain =
    query.ctes.length === 0 &&
    query.from.length === 0 &&
    query.currentOf === undefined &&
    query.returning.length === 0;
  return isPlain ? plannedDeltas(query) : undefined;
}

/** Rows to be inserted that come from a query may be the table's own. */
export function deltasOfConflict(
  query: BoundInsert,
  generated: readonly ColumnAssignment[],
): readonly PlannedDelta[] | undefined {
  const { onConflict, table, checks } = query;
  const isPlain =
    onConflict?.action === "update" &&
    query.ctes.length === 0 &&
    query.returning.length === 0 &&
    query.source.kind === "values" &&
    query.source.rows.every((row) => row.every(looksAtNothingElse)) &&
    query.defaults.every((expr) => expr === undefined || looksAtNothingElse(expr));
  if (!isPlain) return undefined;
  const { assignments, where } = onConflict;
  return plannedDeltas({ table, assignments, where, generated, checks });
}

/** Undefined unless all that the statement assigns are such sums. */
function plannedDeltas(query: Assigning): readonly PlannedDelta[] | undefined {
  const { table, assignments, where } = query;
  if (assignments.length === 0 || isTemporaryOid(table.oid)) return undefined;
  if (where !== undefined && !looksAtNothingElse(where)) return undefined;
  const deltas: PlannedDelta[] = [];
  for (const assignment of assignments) {
    const delta = deltaOf(table, assignment);
    if (delta === undefined) return undefined;
    deltas.push(delta);
  }
  const columns = new Set(deltas.map(({ column }) => column));
  if (columns.size !== deltas.length || dependsOn(query, columns)) return undefined;
  return deltas.toSorted((a, b) => a.column - b.column);
}

function deltaOf(
  table: TableDescriptor,
  { column: at, expr }: ColumnAssignment,
): PlannedDelta | undefined {
  const column = table.columns[at];
  if (column === undefined || column.missing !== undefined) return undefined;
  const { type, typmod } = column;
  const sum = withoutLengthCast(expr);
  if (sum.kind !== "call" || sum.args.length !== 2 || sum.routine !== undefined) return undefined;
  const [left, right] = sum.args;
  if (left === undefined || right === undefined) return undefined;
  const isOwn = (side: Expr): boolean =>
    side.kind === "var" && side.rte === 0 && side.column === at && side.type === type;
  const isPlus = PLUS.get(type)?.includes(sum.proc) === true;
  const isMinus = MINUS.get(type)?.includes(sum.proc) === true;
  const amount = (isPlus || isMinus) && isOwn(left) ? right : isPlus && isOwn(right) ? left : null;
  if (amount === null || !isFreeOfRow(amount)) return undefined;
  return { column: at, type, typmod, amount, negative: isMinus };
}

function withoutLengthCast(expr: Expr): Expr {
  if (expr.kind !== "call" || expr.proc !== NUMERIC_LENGTH_CAST) return expr;
  return expr.args[0] ?? expr;
}

function isFreeOfRow(expr: Expr): boolean {
  // It is computed twice: for own reads, and to be sent.
  let free = looksAtNothingElse(expr) && volatility(expr) !== "volatile";
  visitExpr(expr, (each) => {
    if (each.kind === "var" && each.rte === 0) free = false;
    return free;
  });
  return free;
}

/** No subquery, and no function that could hold one. */
function looksAtNothingElse(expr: Expr): boolean {
  let nothing = !needsSubplan(expr);
  visitExpr(expr, (each) => {
    if (each.kind === "call" && each.routine !== undefined) nothing = false;
    return nothing;
  });
  return nothing;
}

/** Whether anything else reads one of the columns. */
function dependsOn(query: Assigning, columns: ReadonlySet<number>): boolean {
  const { table, where, generated, checks } = query;
  const layout = tableLayout(table);
  const indexes = [...layout.secondary, ...layout.deleteOnly];
  if (layout.primaryParts.some(({ position }) => columns.has(position))) return true;
  // What refers to a parent has to be looked up there.
  if (table.foreignKeys?.some((key) => key.columns.some((number) => columns.has(number - 1)))) {
    return true;
  }
  if (indexes.some(({ positions }) => [...columns].some((at) => positions.has(at)))) return true;
  const read = [
    ...(where === undefined ? [] : [where]),
    ...generated.map(({ expr }) => expr),
    ...checks.map(({ expr }) => expr),
  ];
  return read.some((expr) => readsAny(expr, columns));
}

function readsAny(expr: Expr, columns: ReadonlySet<number>): boolean {
  let reads = false;
  visitExpr(expr, (each) => {
    // A column below zero is the row as a whole.
    if (each.kind !== "var" || each.rte !== 0) return !reads;
    if (each.column < 0 || columns.has(each.column)) reads = true;
    return !reads;
  });
  return reads;
}
