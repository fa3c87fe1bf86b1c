/** INSERT (transformInsertStmt). */
import { SqlError } from "@firstlight/common";
import type { Expr } from "@firstlight/sql";
import { baseTypeOid, oids } from "@firstlight/sql";
import {
  asTag,
  child,
  constantRows,
  hasItems,
  items,
  list,
  locationOf,
  requiredChild,
  string,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { type AssignedColumn, assignValue, checkGenerated, defaultMarker } from "./assignment.ts";
import { contextFor } from "./context.ts";
import { makeVar } from "./entries.ts";
import { convertOutputs, selectFrom } from "./derived-select.ts";
import { bindError } from "./errors.ts";
import { columnName } from "./expression/column.ts";
import { boundList } from "./many-items.ts";
import { assignedColumn, columnAt, insertedColumns, openTarget } from "./modification-target.ts";
import { bindOnConflict } from "./on-conflict.ts";
import { outputTargets } from "./output-columns.ts";
import type { BoundInsert, BoundSelect } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { expandStar } from "./star.ts";
import { boundChecks, boundDefaults } from "./table-expressions.ts";
import { refuseColumn } from "./view-target.ts";
import { bindReturning } from "./targets.ts";
import { viewDefault } from "./update-targets.ts";
import { bindInsertedConstants } from "./values.ts";
import { bindWith, boundCtes } from "./with.ts";

type Overriding = "none" | "user" | "system";

interface InsertColumns {
  readonly assigned: readonly AssignedColumn[];
  /** Whether the statement lists them. */
  readonly explicit: boolean;
}

const OVERRIDING: Readonly<Record<string, Overriding>> = {
  OVERRIDING_USER_VALUE: "user",
  OVERRIDING_SYSTEM_VALUE: "system",
};

function insertColumns(
  scope: Scope,
  table: TableDescriptor,
  nodes: readonly ParseNode[],
): InsertColumns {
  if (nodes.length === 0) {
    const assigned = insertedColumns(scope, table).map((column) => ({
      table,
      column,
      indirection: [],
      location: -1,
    }));
    return { assigned, explicit: false };
  }
  const whole = new Set<number>();
  const parts = new Set<number>();
  const assigned = nodes.map((node) => {
    const target = asTag(node, "ResTarget") ?? {};
    const location = locationOf(target);
    const name = string(target, "name");
    const column = assignedColumn(scope, table, name, location, "insert");
    const indirection = list(target, "indirection");
    if (indirection.length > 0) {
      if (whole.has(column)) throw repeated(name, location);
      parts.add(column);
      return { table, column, indirection, location };
    }
    if (whole.has(column) || parts.has(column)) throw repeated(name, location);
    whole.add(column);
    return { table, column, indirection, location };
  });
  return { assigned, explicit: true };
}

function repeated(name: string, location: number): Error {
  return bindError("42701", `column "${name}" specified more than once`, location);
}

/** Two columns of a view may be the same one of its table. */
function refuseRepeatedBase(assigned: readonly AssignedColumn[]): void {
  const whole = assigned.filter((each) => each.column >= 0 && each.indirection.length === 0);
  const twice = whole.find((each, at) => whole.findIndex((e) => e.column === each.column) !== at);
  if (twice === undefined) return;
  const { name } = columnAt(twice.table, twice.column);
  throw bindError("42601", `multiple assignments to same column "${name}"`, -1);
}

function refuseUnassignable(
  scope: Scope,
  assigned: readonly AssignedColumn[],
): readonly AssignedColumn[] {
  if (scope.targetView === undefined) return assigned;
  refuseRepeatedBase(assigned);
  const at = assigned.findIndex((each) => each.column < 0);
  const unassignable = scope.targetView.columns.find(
    (each, index) => index === at || (each.base === undefined && each.default !== undefined),
  );
  const name = unassignable?.name;
  if (name === undefined) return assigned;
  throw refuseColumn(scope.targetView.view, name, "insert");
}

/** Checks the number of values and gives the columns that they are for. */
function columnsFor(
  scope: Scope,
  columns: InsertColumns,
  values: readonly Expr[],
  subqueryLocation: number | undefined,
): readonly AssignedColumn[] {
  const { assigned, explicit } = columns;
  const extra = values[assigned.length];
  if (extra !== undefined) {
    throw bindError("42601", "INSERT has more expressions than target columns", extra.position);
  }
  if (explicit && values.length < assigned.length) {
    const [only] = values;
    const isRow = values.length === 1 && only?.kind === "row";
    const hint =
      isRow && subqueryLocation !== undefined && only.fields.length === assigned.length
        ? "The insertion source is a row expression containing the same number of columns expected by the INSERT. Did you accidentally use extra parentheses?"
        : undefined;
    throw bindError(
      "42601",
      "INSERT has more target columns than expressions",
      assigned[values.length]?.location ?? -1,
      { hint },
    );
  }
  return refuseUnassignable(scope, assigned.slice(0, values.length));
}

function valueExprs(scope: Scope, row: ParseNode): readonly Expr[] {
  const exprs: Expr[] = [];
  for (const node of items(row)) {
    const marker = asTag(node, "SetToDefault");
    const column = asTag(node, "ColumnRef");
    if (marker !== undefined) exprs.push(defaultMarker(locationOf(marker)));
    else if (column !== undefined && columnName(column).star) {
      exprs.push(...expandStar(scope, columnName(column)).map(({ expr }) => expr));
    } else exprs.push(scope.expr(node));
  }
  return exprs;
}

interface Source {
  readonly columns: readonly number[];
  readonly source: BoundInsert["source"];
}

/** OVERRIDING USER VALUE: what is given for an identity column is ignored. */
function overridden(value: Expr, assigned: AssignedColumn, overriding: Overriding): Expr {
  const { identity, type, typmod } = columnAt(assigned.table, assigned.column);
  if (overriding !== "user" || identity === undefined) return value;
  return { kind: "default", type, typmod, position: value.position, written: value };
}

function valuesSource(
  scope: Scope,
  columns: InsertColumns,
  select: ParseNode,
  overriding: Overriding,
): Source {
  const nodes = list(select, "valuesLists");
  let width: number | undefined;
  const bind = (node: ParseNode): AssignedRow => {
    const row = rowOfValues(scope, node, nodes.length);
    if (row.length !== (width ??= row.length)) {
      throw bindError("42601", "VALUES lists must all be the same length", row[0]?.position ?? -1);
    }
    return assignedRow(scope, columnsFor(scope, columns, row, undefined), row, overriding);
  };
  // The first one says how long they are, whichever of the others are bound before.
  const first = nodes.slice(0, 1).map(bind);
  const others = boundList(scope, select, nodes.slice(1), { bind, exprs: ({ values }) => values });
  const rows = [...first, ...others].map(({ values }) => values);
  const used = first[0]?.columns ?? [];
  return { columns: columnNumbers(used), source: { kind: "values", rows } };
}

interface AssignedRow {
  readonly columns: readonly AssignedColumn[];
  readonly values: readonly Expr[];
}

function assignedRow(
  scope: Scope,
  columns: readonly AssignedColumn[],
  row: readonly Expr[],
  overriding: Overriding,
): AssignedRow {
  const stored = new Map<number, Expr>();
  row.forEach((value, index) => {
    const assigned = columns[index];
    if (assigned === undefined) throw new Error("as many columns as values");
    const before = stored.get(assigned.column);
    const whole = assignValue(scope, assigned, value, "insert", before);
    const given = overridden(whole, assigned, overriding);
    if (given.kind !== "default") refuseGenerated(assigned, overriding);
    stored.set(assigned.column, given);
  });
  return { columns, values: [...stored.values()] };
}

function rowOfValues(scope: Scope, node: ParseNode, rowCount: number): readonly Expr[] {
  const outer = scope.kind;
  scope.kind = rowCount === 1 ? "valuesSingle" : "values";
  const row = valueExprs(scope, node);
  scope.kind = outer;
  return row;
}

/** Each column once, where its first part is written. */
function columnNumbers(assigned: readonly AssignedColumn[]): readonly number[] {
  return [...new Set(assigned.map(({ column }) => column))];
}

function refuseGenerated({ table, column }: AssignedColumn, overriding: Overriding): void {
  checkGenerated(table, column, false, "insert", overriding);
}

function querySource(
  scope: Scope,
  columns: InsertColumns,
  fields: ParseNode,
  overriding: Overriding,
): Source {
  const inner = scope.child(contextFor(scope.context, fields));
  inner.resolveUnknowns = false;
  return insertedQuery(scope, columns, scope.context.binders.select(inner, fields), overriding);
}

/**
 * A long list of constants is one query over all of them: their text is read as of the type of their
 * column, and the rest of the assignment is the same for all. Undefined where that cannot be, and
 * where it fails: then the row that is at fault says so.
 */
function constantsSource(
  scope: Scope,
  columns: InsertColumns,
  select: ParseNode,
  overriding: Overriding,
): Source | undefined {
  if (constantRows(select, "valuesLists") === undefined || overriding === "user") return undefined;
  const { assigned } = columns;
  if (assigned.some(({ column, indirection }) => column < 0 || indirection.length > 0)) {
    return undefined;
  }
  const types = assigned.map(({ table, column }) => baseTypeOid(columnAt(table, column).type));
  try {
    const query = bindInsertedConstants(scope.child(), select, types);
    return query === undefined ? undefined : insertedQuery(scope, columns, query, overriding);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function insertedQuery(
  scope: Scope,
  columns: InsertColumns,
  query: BoundSelect,
  overriding: Overriding,
): Source {
  const values = outputTargets(query).map(({ expr }) => expr);
  const used = columnsFor(scope, columns, values, 0);
  const taken = used.map(
    ({ table, column }) => overriding !== "user" || columnAt(table, column).identity === undefined,
  );
  const { asWritten = false } = scope.context;
  if (taken.includes(false) && !asWritten) {
    const others = <T>(all: readonly T[]): T[] => all.filter((_, at) => taken[at]);
    const rest = { assigned: others(used), explicit: true };
    return insertedQuery(scope, rest, selectFrom(query, others), "none");
  }
  for (const assigned of used) refuseGenerated(assigned, overriding);
  const numbers = columnNumbers(used);
  const hasParts = used.some(({ indirection }) => indirection.length > 0);
  if (numbers.length < used.length || (hasParts && asWritten)) {
    return { columns: numbers, source: { kind: "query", query: joinParts(scope, query, used) } };
  }
  const converted = convertOutputs(query, (expr, index) => {
    const assigned = used[index];
    if (assigned === undefined) return expr;
    if (expr.type === oids.RECORD) assignOutput(scope, assigned, expr);
    return assignValue(scope, assigned, expr, "insert");
  });
  return { columns: numbers, source: { kind: "query", query: converted } };
}

/** What a query yields is no row that is written out: its fields are not looked into. */
function assignOutput(scope: Scope, assigned: AssignedColumn, { type, position }: Expr): void {
  const output: Expr = { ...makeVar(0, 0, { type, typmod: -1 }), position };
  assignValue(scope, assigned, output, "insert");
}

/** Several outputs that are parts of one column make one output. */
function joinParts(scope: Scope, query: BoundSelect, used: readonly AssignedColumn[]): BoundSelect {
  return selectFrom(query, (outputs) => {
    const stored = new Map<number, Expr>();
    used.forEach((assigned, index) => {
      const value = outputs[index];
      if (value === undefined) throw new Error("as many outputs as columns");
      const before = stored.get(assigned.column);
      stored.set(assigned.column, assignValue(scope, assigned, value, "insert", before));
    });
    return [...stored.values()];
  });
}

/** VALUES with ORDER BY, LIMIT or WITH is a query like any other. */
function isPlainValues(select: ParseNode): boolean {
  return (
    hasItems(select, "valuesLists") &&
    ["sortClause", "limitOffset", "limitCount", "lockingClause", "withClause"].every(
      (field) => select[field] === undefined,
    )
  );
}

function bindSource(
  scope: Scope,
  columns: InsertColumns,
  fields: ParseNode,
  overriding: Overriding,
): Source {
  const node = child(fields, "selectStmt");
  const select = asTag(node, "SelectStmt");
  if (select === undefined) return { columns: [], source: { kind: "defaults" } };
  if (isPlainValues(select)) {
    const long = constantsSource(scope, columns, select, overriding);
    if (long !== undefined) return long;
    return valuesSource(scope, columns, select, overriding);
  }
  return querySource(scope, columns, select, overriding);
}

export function overridingOf(fields: ParseNode): Overriding {
  return OVERRIDING[string(fields, "override")] ?? "none";
}

/** The INSERT of a MERGE: `targetList` and `values`, or DEFAULT VALUES. */
export function bindInsertRow(
  scope: Scope,
  table: TableDescriptor,
  fields: ParseNode,
  overriding: Overriding,
): { readonly columns: readonly number[]; readonly values: readonly Expr[] } {
  const columns = insertColumns(scope, table, list(fields, "targetList"));
  const values = list(fields, "values");
  if (values.length === 0) return { columns: [], values: [] };
  const row: ParseNode = { List: { items: values } };
  const { columns: used, source } = valuesSource(
    scope,
    columns,
    { valuesLists: [row] },
    overriding,
  );
  return { columns: used, values: source.kind === "values" ? (source.rows[0] ?? []) : [] };
}

/** A view's own default is a value like any other: a generated column takes none. */
function refuseViewDefaults(scope: Scope, table: TableDescriptor): void {
  for (const { base, default: own } of scope.targetView?.columns ?? []) {
    if (base === undefined || own === undefined) continue;
    if (columnAt(table, base).generated !== undefined) {
      checkGenerated(table, base, false, "insert", "none");
    }
  }
}

/** A view's own defaults come before those of its table. */
function defaultsOf(scope: Scope, table: TableDescriptor): BoundInsert["defaults"] {
  const { binders, catalog } = scope.context;
  const own = boundDefaults(binders, table, catalog);
  if (scope.targetView === undefined) return own;
  return own.map((expr, index) => viewDefault(scope, table, index) ?? expr);
}

export function bindInsert(scope: Scope, fields: ParseNode): BoundInsert {
  bindWith(scope, fields);
  requiredChild(fields, "relation");
  const { table, item } = openTarget(scope, fields, "insert");
  const columns = insertColumns(scope, table, list(fields, "cols"));
  const overriding = overridingOf(fields);
  refuseViewDefaults(scope, table);
  const { columns: used, source } = bindSource(scope, columns, fields, overriding);
  const onConflict = bindOnConflict(scope, table, item, child(fields, "onConflictClause"));
  scope.namespace = [item];
  const returning = bindReturning(scope, fields);
  const { binders, catalog, lists } = scope.context;
  return {
    kind: "insert",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    table,
    columns: used,
    source,
    defaults: defaultsOf(scope, table),
    checks: [...boundChecks(binders, table, catalog, lists), ...(scope.targetView?.checks ?? [])],
    onConflict,
    returning,
  };
}
