/**
 * SEARCH and CYCLE of WITH RECURSIVE: the clauses checked as analyzeCTE does, and both arms of the
 * union wrapped to compute the extra columns as rewriteSearchAndCycle does.
 */
import {
  coerceToCommonType,
  type Expr,
  formatType,
  makeOperatorCall,
  makeScalarArrayOp,
  oids,
  requireEquality,
  selectCommonType,
} from "@firstlight/sql";
import {
  child,
  flag,
  list,
  locationOf,
  requiredChild,
  string,
  stringValue,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { deepenSelect } from "./deepen.ts";
import { selectOver } from "./derived-select.ts";
import { makeVar } from "./entries.ts";
import { bindError } from "./errors.ts";
import { outputColumns } from "./output-columns.ts";
import type { BoundSelect, OutputColumn, RangeTableEntry, TargetEntry } from "./query-tree.ts";
import type { Scope } from "./scope.ts";

const RECORD_ARRAY = 2287;
const ANY_TYPMOD = { typmod: -1, position: -1 } as const;

interface SearchClause {
  readonly columns: readonly string[];
  readonly breadthFirst: boolean;
  readonly sequence: string;
  readonly location: number;
}

interface CycleClause {
  readonly columns: readonly string[];
  readonly mark: string;
  readonly path: string;
  readonly value: Expr;
  readonly initial: Expr;
  readonly location: number;
}

export interface SearchAndCycle {
  readonly search: SearchClause | undefined;
  readonly cycle: CycleClause | undefined;
  /** What they add behind the query's own columns. */
  readonly columns: readonly OutputColumn[];
}

function columnNames(fields: ParseNode, field: string): readonly string[] {
  return list(fields, field).map((node) => stringValue(node) ?? "");
}

function searchClause(fields: ParseNode | undefined): SearchClause | undefined {
  if (fields === undefined) return undefined;
  return {
    columns: columnNames(fields, "search_col_list"),
    breadthFirst: flag(fields, "search_breadth_first"),
    sequence: string(fields, "search_seq_column"),
    location: locationOf(fields),
  };
}

/** The mark's two values have to be of one type that has an equality. */
function cycleClause(scope: Scope, fields: ParseNode | undefined): CycleClause | undefined {
  if (fields === undefined) return undefined;
  const { resolve } = scope.context;
  const value = scope.expr(requiredChild(fields, "cycle_mark_value"), "cycleMark");
  const initial = scope.expr(requiredChild(fields, "cycle_mark_default"), "cycleMark");
  const type = selectCommonType([value, initial], "CYCLE");
  const clause = {
    columns: columnNames(fields, "cycle_col_list"),
    mark: string(fields, "cycle_mark_column"),
    path: string(fields, "cycle_path_column"),
    value: coerceToCommonType(resolve, value, type, "CYCLE/SET/TO"),
    initial: coerceToCommonType(resolve, initial, type, "CYCLE/SET/DEFAULT"),
    location: locationOf(fields),
  };
  try {
    requireEquality(type, -1);
  } catch {
    throw bindError(
      "42883",
      `could not identify an equality operator for type ${formatType(type)}`,
      -1,
    );
  }
  return clause;
}

function addedColumns(
  search: SearchClause | undefined,
  cycle: CycleClause | undefined,
): readonly OutputColumn[] {
  const columns: OutputColumn[] = [];
  if (search !== undefined) {
    const type = search.breadthFirst ? oids.RECORD : RECORD_ARRAY;
    columns.push({ name: search.sequence, type, typmod: -1 });
  }
  if (cycle !== undefined) {
    const { type, typmod } = cycle.value;
    columns.push({ name: cycle.mark, type, typmod });
    columns.push({ name: cycle.path, type: RECORD_ARRAY, typmod: -1 });
  }
  return columns;
}

/** What a WITH query's clauses say, undefined if it has none. */
export function searchAndCycle(scope: Scope, fields: ParseNode): SearchAndCycle | undefined {
  const search = searchClause(child(fields, "search_clause"));
  const cycle = cycleClause(scope, child(fields, "cycle_clause"));
  if (search === undefined && cycle === undefined) return undefined;
  return { search, cycle, columns: addedColumns(search, cycle) };
}

function checkColumns(
  noun: "search" | "cycle",
  columns: readonly string[],
  own: readonly string[],
  location: number,
): void {
  columns.forEach((name, at) => {
    if (!own.includes(name)) {
      const message = `${noun} column "${name}" not in WITH query column list`;
      throw bindError("42601", message, location);
    }
    if (columns.indexOf(name) < at) {
      throw bindError("42701", `${noun} column "${name}" specified more than once`, location);
    }
  });
}

function checkUnused(noun: string, name: string, own: readonly string[], location: number): void {
  if (!own.includes(name)) return;
  throw bindError(
    "42601",
    `${noun} name "${name}" already used in WITH query column list`,
    location,
  );
}

function checkDifferent(a: string, b: string, nouns: string, location: number): void {
  if (a === b) throw bindError("42601", `${nouns} are the same`, location);
}

function checkNames({ search, cycle }: SearchAndCycle, own: readonly string[]): void {
  if (search !== undefined) {
    checkColumns("search", search.columns, own, search.location);
    checkUnused("search sequence column", search.sequence, own, search.location);
  }
  if (cycle !== undefined) {
    const { location } = cycle;
    checkColumns("cycle", cycle.columns, own, location);
    checkUnused("cycle mark column", cycle.mark, own, location);
    checkUnused("cycle path column", cycle.path, own, location);
    const both = "cycle mark column name and cycle path column name";
    checkDifferent(cycle.mark, cycle.path, both, location);
  }
  if (search === undefined || cycle === undefined) return;
  const { location, sequence } = search;
  const first = "search sequence column name and cycle";
  checkDifferent(sequence, cycle.mark, `${first} mark column name`, location);
  checkDifferent(sequence, cycle.path, `${first} path column name`, location);
}

interface Arm {
  readonly rte: number;
  readonly query: BoundSelect;
}

function armOf(query: BoundSelect, side: "left" | "right"): Arm {
  const tree = query.setOperation;
  const arm = tree === undefined || tree.kind === "arm" ? undefined : tree[side];
  const entry = arm?.kind === "arm" ? query.rangeTable[arm.rte] : undefined;
  if (arm?.kind === "arm" && entry?.kind === "subquery")
    return { rte: arm.rte, query: entry.query };
  throw bindError(
    side === "left" ? "0A000" : "42601",
    `with a SEARCH or CYCLE clause, the ${side} side of the UNION must be a SELECT`,
    -1,
  );
}

/** The CTE as it is while it is rewritten. */
interface Rewriting {
  readonly scope: Scope;
  readonly name: string;
  readonly clauses: SearchAndCycle;
  /** Its own columns under the names that the clauses use. */
  readonly columns: readonly OutputColumn[];
}

function rowOf(
  { columns }: Rewriting,
  names: readonly string[],
  first: readonly Expr[] = [],
): Expr {
  const fields = names.map((name) => {
    const at = columns.findIndex((column) => column.name === name);
    return makeVar(0, at, columns[at] ?? { type: oids.UNKNOWN, typmod: -1 });
  });
  const all = [...first, ...fields];
  return {
    kind: "row",
    type: oids.RECORD,
    ...ANY_TYPMOD,
    fields: all,
    names: all.map((_, at) => `f${at + 1}`),
  };
}

function arrayOf(row: Expr): Expr {
  return {
    kind: "array",
    type: RECORD_ARRAY,
    ...ANY_TYPMOD,
    elementType: oids.RECORD,
    elements: [row],
    multidims: false,
  };
}

function int8(value: bigint): Expr {
  return { kind: "const", value, type: oids.INT8, ...ANY_TYPMOD };
}

/** Values of the added columns in the arm that starts. */
function startValues(rewriting: Rewriting): readonly Expr[] {
  const { search, cycle } = rewriting.clauses;
  const values: Expr[] = [];
  if (search?.breadthFirst === true) values.push(rowOf(rewriting, search.columns, [int8(0n)]));
  else if (search !== undefined) values.push(arrayOf(rowOf(rewriting, search.columns)));
  if (cycle !== undefined) values.push(cycle.initial, arrayOf(rowOf(rewriting, cycle.columns)));
  return values;
}

/** Values of the added columns in the arm that goes on, over those of the row that it came from. */
function stepValues(rewriting: Rewriting, before: readonly Expr[]): readonly Expr[] {
  const { search, cycle } = rewriting.clauses;
  const { resolve } = rewriting.scope.context;
  const values: Expr[] = [];
  const [sequence] = before;
  if (search !== undefined && sequence !== undefined) {
    values.push(nextSequence(rewriting, search, sequence));
  }
  const path = before.at(-1);
  if (cycle === undefined || path === undefined) return values;
  const row = rowOf(rewriting, cycle.columns);
  const { type, typmod } = cycle.value;
  const seen = makeScalarArrayOp(resolve, "=", true, row, path, -1);
  values.push({
    kind: "case",
    type,
    typmod,
    position: -1,
    whens: [{ condition: seen, result: cycle.value }],
    otherwise: cycle.initial,
  });
  values.push(makeOperatorCall(resolve, "||", path, row, -1));
  return values;
}

function nextSequence(rewriting: Rewriting, search: SearchClause, sequence: Expr): Expr {
  const { resolve } = rewriting.scope.context;
  if (!search.breadthFirst) {
    return makeOperatorCall(resolve, "||", sequence, rowOf(rewriting, search.columns), -1);
  }
  const depth: Expr = {
    kind: "fieldSelect",
    type: oids.INT8,
    ...ANY_TYPMOD,
    arg: sequence,
    field: 0,
  };
  const deeper = makeOperatorCall(resolve, "+", depth, int8(1n), -1);
  return rowOf(rewriting, search.columns, [deeper]);
}

function overArm(
  alias: string,
  query: BoundSelect,
  rewriting: Rewriting,
  values: readonly Expr[],
): BoundSelect {
  const columns = outputColumns(query);
  const entry: RangeTableEntry = { kind: "subquery", alias, columns, lateral: false, query };
  const { clauses } = rewriting;
  const own = rewriting.columns.map((column, at): TargetEntry => ({
    name: column.name,
    expr: makeVar(0, at, column),
    junk: false,
  }));
  const added = values.map((expr, at): TargetEntry => ({
    name: clauses.columns[at]?.name ?? "",
    expr,
    junk: false,
  }));
  return selectOver([entry], [...own, ...added]);
}

/** The step's query with the added columns of the row that it came from behind its own. */
function withAdded(rewriting: Rewriting, query: BoundSelect): BoundSelect {
  const rte = query.rangeTable.findIndex((entry) => entry.kind === "cte" && entry.recursive);
  if (rte < 0) {
    throw bindError(
      "0A000",
      `with a SEARCH or CYCLE clause, the recursive reference to WITH query "${rewriting.name}" must be at the top level of its right-hand SELECT`,
      -1,
    );
  }
  const base = rewriting.columns.length;
  const added = rewriting.clauses.columns.map((column, at): TargetEntry => ({
    name: column.name,
    expr: makeVar(rte, base + at, column),
    junk: false,
  }));
  return { ...query, targets: [...query.targets.filter((each) => !each.junk), ...added] };
}

function stepOver(rewriting: Rewriting, query: BoundSelect): BoundSelect {
  const base = rewriting.columns.length;
  const { columns, cycle } = rewriting.clauses;
  const before = columns.map((column, at) => makeVar(0, base + at, column));
  const inner = deepenSelect(withAdded(rewriting, query), 0);
  const step = overArm("*TROCRN*", inner, rewriting, stepValues(rewriting, before));
  const mark = before.at(-2);
  if (cycle === undefined || mark === undefined) return step;
  const { resolve } = rewriting.scope.context;
  return { ...step, where: makeOperatorCall(resolve, "<>", mark, cycle.value, -1) };
}

/** Both arms and the combination with the added columns. */
export function withSearchAndCycle(
  scope: Scope,
  name: string,
  clauses: SearchAndCycle,
  columns: readonly OutputColumn[],
  query: BoundSelect,
): BoundSelect {
  const left = armOf(query, "left");
  const right = armOf(query, "right");
  checkNames(
    clauses,
    columns.map((column) => column.name),
  );
  const rewriting: Rewriting = { scope, name, clauses, columns };
  const start = overArm("*TLOCRN*", deepenSelect(left.query, 0), rewriting, startValues(rewriting));
  const step = stepOver(rewriting, right.query);
  const rangeTable = query.rangeTable.map((entry, rte): RangeTableEntry => {
    const arm = rte === left.rte ? start : rte === right.rte ? step : undefined;
    if (arm === undefined || entry.kind !== "subquery") return entry;
    return { ...entry, query: arm, columns: outputColumns(arm) };
  });
  const added = clauses.columns.map((column, at): TargetEntry => ({
    name: column.name,
    expr: makeVar(left.rte, columns.length + at, column),
    junk: false,
  }));
  return { ...query, rangeTable, targets: [...query.targets, ...added] };
}
