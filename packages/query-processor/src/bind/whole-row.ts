/**
 * Whole rows of FROM items as records. On the nullable side of an outer join a row that is missing
 * is NULL, not a row of NULLs: a column that cannot be NULL tells the two apart.
 */
import { SqlError } from "@firstlight/common";
import { baseTypeOid, type Expr, oids, requireProc, type RowConstructor } from "@firstlight/sql";
import { systemRelationByOid } from "../catalog/virtual/system-relations.ts";
import type { FoundItem } from "./column-ref.ts";
import { compositeColumns } from "./composite-columns.ts";
import { entryInside } from "./deepen.ts";
import { selectOver } from "./derived-select.ts";
import { makeVar } from "./entries.ts";
import { bindError } from "./errors.ts";
import type { BoundQuery, FromItem, RangeTableEntry } from "./query-tree.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { shiftLevels } from "./walk.ts";

const NEVER_NULL: ReadonlySet<string> = new Set([
  "count",
  "json_build_object",
  "jsonb_build_object",
  "json_build_array",
  "jsonb_build_array",
  "row_number",
  "now",
]);

/** Expressions that make a value of whatever they are given. */
const CONSTRUCTORS: ReadonlySet<Expr["kind"]> = new Set([
  "array",
  "row",
  "isNull",
  "isNotNull",
  "booleanTest",
]);

/** The conditional rows made here, which no user wrote. */
const conditionalRows = new WeakMap<Expr, RowConstructor>();

/** The row inside a whole row that may be missing, whose fields are missing with it. */
export function rowIfPresent(expr: Expr): RowConstructor | undefined {
  return conditionalRows.get(expr);
}

/** Which entry, of which level, a row is all columns of, those that came later included. */
export function entryOfWholeRow(
  expr: Expr,
  entryAt: (levelsUp: number, rte: number) => RangeTableEntry | undefined,
): Extract<Expr, { kind: "var" }> | undefined {
  const row = expr.kind === "row" ? expr : rowIfPresent(expr);
  const first = row?.fields[0];
  if (row === undefined || first?.kind !== "var") return undefined;
  if (row.names.length !== row.fields.length) return undefined;
  const names = new Map<number, string | undefined>();
  for (const [index, field] of row.fields.entries()) {
    if (field.kind !== "var" || field.rte !== first.rte) return undefined;
    if (field.levelsUp !== first.levelsUp) return undefined;
    names.set(field.column, row.names[index]);
  }
  const isConstructed = row.names.every((name, index) => name === `f${index + 1}`);
  const isRow = row.type !== oids.RECORD && !isConstructed;
  const all = entryAt(first.levelsUp, first.rte)?.columns.every(
    ({ name }, index) => name === "" || (isRow ? names.has(index) : names.get(index) === name),
  );
  return all === true ? first : undefined;
}

/** Entries of which an outer join may supply NULLs. */
function nullableEntries(item: FromItem, nullable: boolean, into: Set<number>): void {
  if (item.kind === "rte") {
    if (nullable) into.add(item.rte);
    return;
  }
  const { type } = item;
  nullableEntries(item.left, nullable || type === "right" || type === "full", into);
  nullableEntries(item.right, nullable || type === "left" || type === "full", into);
}

function isNeverNull(query: BoundQuery, expr: Expr): boolean {
  if (CONSTRUCTORS.has(expr.kind)) return true;
  if (expr.kind === "const") return expr.value !== null;
  if (expr.kind === "coalesce") return expr.args.some((arg) => isNeverNull(query, arg));
  if (expr.kind === "relabel") return isNeverNull(query, expr.arg);
  if (expr.kind === "var") {
    return isNeverNullColumn(query, expr.rte, expr.column, expr.levelsUp);
  }
  const isCall = expr.kind === "call" || expr.kind === "aggregate" || expr.kind === "window";
  if (!isCall || expr.routine !== undefined) return false;
  return NEVER_NULL.has(requireProc(expr.proc).name);
}

function isNeverNullColumn(
  query: BoundQuery,
  rte: number,
  column: number,
  levelsUp: number,
): boolean {
  const entry = query.rangeTable[rte];
  if (levelsUp !== 0 || entry === undefined || query.kind !== "select") return false;
  if (query.groupingSets !== undefined) return false;
  const nullable = new Set<number>();
  for (const item of query.from) nullableEntries(item, false, nullable);
  return !nullable.has(rte) && isNeverNullIn(entry, column);
}

function isNeverNullIn(entry: RangeTableEntry, column: number): boolean {
  if (entry.kind === "table") return entry.table.columns[column]?.notNull ?? false;
  if (entry.kind === "function") return entry.ordinality && column === entry.columns.length - 1;
  if (entry.kind !== "subquery" || entry.query.setOperation !== undefined) return false;
  const target = entry.query.targets.filter((each) => !each.junk)[column];
  return target !== undefined && isNeverNull(entry.query, target.expr);
}

function witness(entry: RangeTableEntry | undefined, item: NamespaceItem): Expr | undefined {
  if (entry === undefined) return undefined;
  return item.columns.find(
    ({ expr }) => expr.kind === "var" && expr.rte === item.rte && isNeverNullIn(entry, expr.column),
  )?.expr;
}

const ROW_KEY = { column: -1, type: oids.TEXT } as const;
const BOOL = { type: oids.BOOL, typmod: -1, position: -1 } as const;

/** The key of a table's row; of anything else a column of its own that is true in every row. */
function addedWitness(scope: Scope, rte: number): Expr {
  const entry = scope.rangeTable[rte];
  if (entry === undefined) throw new Error(`range table has no entry ${rte}`);
  const base = { kind: "var", rte, levelsUp: 0, typmod: -1, position: -1 } as const;
  if (entry.kind === "table") return { ...base, ...ROW_KEY };
  const column = entry.columns.findIndex(({ name }) => name === WITNESS);
  if (column >= 0) return { ...base, column, type: oids.BOOL };
  scope.rangeTable[rte] = withWitness(entry);
  return { ...base, column: entry.columns.length, type: oids.BOOL };
}

/** No name that can be written. */
const WITNESS = "\0row";

function withWitness(entry: RangeTableEntry): RangeTableEntry {
  const targets = entry.columns.map((column, at) => ({
    name: column.name,
    expr: makeVar(0, at, column),
    junk: false,
  }));
  const present: Expr = { kind: "const", value: true, ...BOOL };
  const query = selectOver(
    [entryInside(entry)],
    [...targets, { name: WITNESS, expr: present, junk: false }],
  );
  return {
    kind: "subquery",
    alias: entry.alias,
    columns: [...entry.columns, { name: WITNESS, type: oids.BOOL, typmod: -1 }],
    lateral: entry.lateral || entry.kind === "function",
    query,
    standsFor: entry,
  };
}

/** Without what was added to tell whether a row is there. */
export function entryAsWritten(entry: RangeTableEntry): RangeTableEntry {
  return (entry.kind === "subquery" ? entry.standsFor : undefined) ?? entry;
}

/** Relations that PostgreSQL does not have are no types: their rows are anonymous. */
function known(type: number): number {
  return compositeColumns(type) === undefined ? oids.RECORD : type;
}

/** The row type of a table or a view; rows of everything else are anonymous records. */
function rowTypeOf({ context }: Scope, given: RangeTableEntry | undefined): number {
  const { catalog } = context;
  const entry = given && entryAsWritten(given);
  if (entry?.kind === "table") return known(catalog.typeNumber(entry.table.typeOid));
  if (entry?.kind === "virtual") return known(systemRelationByOid(entry.table.oid)?.typeOid ?? 0);
  if (entry?.kind === "subquery" && entry.view !== undefined) {
    const view = catalog.relationByOid(entry.view);
    return view?.kind === "view" ? known(catalog.typeNumber(view.typeOid)) : oids.RECORD;
  }
  if (entry?.kind === "function" && entry.functions.length === 1 && !entry.ordinality) {
    return known(baseTypeOid(entry.functions[0]?.call.type ?? 0));
  }
  return oids.RECORD;
}

/** The whole row of an item: a record of its columns, or the value of a scalar function. */
export function wholeRow(scope: Scope, { item, levelsUp }: FoundItem, location: number): Expr {
  const columns = item.wholeColumns ?? item.columns;
  const fields = columns.map(({ expr }) => shiftLevels(expr, levelsUp));
  const [only] = fields;
  if (item.scalarFunction === true && only !== undefined) return { ...only, position: location };
  const names = columns.map(({ name }) => name);
  const type = rowTypeOf(scope, scope.ancestor(levelsUp).rangeTable[item.rte]);
  return { kind: "row", type, typmod: -1, position: location, fields, names };
}

/** The value where the item has a row, NULL where an outer join supplied none. */
export function whereRowExists(scope: Scope, { item, levelsUp }: FoundItem, value: Expr): Expr {
  if (item.nullable !== true) return value;
  const level = scope.ancestor(levelsUp);
  const found = witness(level.rangeTable[item.rte], item) ?? addedWitness(level, item.rte);
  const { type, typmod, position } = value;
  const present = shiftLevels(found, levelsUp);
  const condition: Expr = {
    kind: "isNotNull",
    type: oids.BOOL,
    typmod: -1,
    position,
    arg: present,
  };
  const otherwise: Expr = { kind: "const", type, typmod, position, value: null };
  const whens = [{ condition, result: value }];
  return { kind: "case", type, typmod, position, whens, otherwise };
}

const ROW_OF_GENERATED = "cannot use whole-row variable in column generation expression";

function rowOfGenerated(location: number): Error {
  const detail = "This would cause the generated column to depend on its own value.";
  return bindError("42P17", ROW_OF_GENERATED, location, { detail });
}

/** Of a row that may be named if one field alone is taken from it. */
export function isRowOfGenerated(error: unknown): boolean {
  return error instanceof SqlError && error.message === ROW_OF_GENERATED;
}

/** As wholeRow where a missing row matters: everywhere but right before a field is taken from it. */
export function wholeRowOrNull(scope: Scope, found: FoundItem, location: number): Expr {
  if (scope.kind === "generated") throw rowOfGenerated(location);
  const row = wholeRow(scope, found, location);
  if (row.kind !== "row") return row;
  const expr = whereRowExists(scope, found, row);
  if (expr !== row) conditionalRows.set(expr, row);
  return expr;
}
