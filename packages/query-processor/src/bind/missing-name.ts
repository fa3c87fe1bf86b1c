/**
 * The errors for columns and tables that cannot be found, with PostgreSQL's hints: near names by
 * edit distance, entries that exist but cannot be seen from here (parse_relation.c).
 */
import { bindError } from "./errors.ts";
import { findItem } from "./column-ref.ts";
import { levenshtein } from "./levenshtein.ts";
import { findRelation, type QualifiedName } from "./relation.ts";
import type { RangeTableEntry } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { SYSTEM_COLUMNS } from "./system-columns.ts";

const FUZZY_DISTANCE_MAX = 3;

interface EntryRef {
  readonly scope: Scope;
  readonly rte: number;
}

interface ColumnRef extends EntryRef {
  readonly column: string;
}

interface FuzzyState {
  distance: number;
  first: ColumnRef | undefined;
  second: ColumnRef | undefined;
  readonly exact: EntryRef[];
}

function aliasOf({ scope, rte }: EntryRef): string {
  return scope.rangeTable[rte]?.alias ?? "";
}

function considerColumn(state: FuzzyState, wanted: string, penalty: number, ref: ColumnRef): void {
  if (penalty > state.distance || ref.column === "") return;
  const limit = state.distance + 1 - penalty;
  const own = levenshtein(wanted, ref.column, limit);
  if (own > Math.floor(Buffer.byteLength(wanted) / 2)) return;
  const distance = own + penalty;
  if (distance < state.distance) {
    state.distance = distance;
    state.first = ref;
    state.second = undefined;
  } else if (distance === state.distance) {
    // Too many at this distance: only closer ones are of use.
    if (state.second !== undefined) {
      state.first = undefined;
      state.second = undefined;
    } else if (state.first !== undefined) state.second = ref;
  }
}

/** A view has none, also where it stands for its table. */
function hasSystemColumn(
  { scope, rte: at }: EntryRef,
  rte: RangeTableEntry,
  wanted: string,
): boolean {
  if (scope.targetView !== undefined && scope.targetItem?.rte === at) return false;
  const isStored = rte.kind === "table" || rte.kind === "virtual";
  return isStored && rte.alias !== "excluded" && rte.table.oid !== 0 && SYSTEM_COLUMNS.has(wanted);
}

function searchEntry(
  state: FuzzyState,
  entry: EntryRef,
  table: string | undefined,
  wanted: string,
): void {
  const rte = entry.scope.rangeTable[entry.rte];
  if (rte === undefined) return;
  const penalty = table === undefined ? 0 : levenshtein(table, rte.alias, FUZZY_DISTANCE_MAX + 1);
  let exact = penalty === 0 && hasSystemColumn(entry, rte, wanted);
  // Of a view that is written to, the columns of its table are none.
  const item = entry.scope.namespace.find((each) => each.rte === entry.rte);
  for (const { name } of rte.columns) {
    if (item?.columns.every((column) => column.name !== name) === true) continue;
    if (name === wanted) exact = true;
    else considerColumn(state, wanted, penalty, { ...entry, column: name });
  }
  if (!exact) return;
  if (penalty === 0) state.exact.push(entry);
  else considerColumn(state, wanted, penalty, { ...entry, column: wanted });
}

function* entries(scope: Scope): Generator<EntryRef> {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    for (let rte = 0; rte < level.rangeTable.length; rte += 1) {
      if (level.origins[rte]?.unnamedJoin !== true) yield { scope: level, rte };
    }
  }
}

function visibleIfLateral(scope: Scope, entry: EntryRef): boolean {
  if (scope.lateralActive) return false;
  return entry.scope.namespace.some(
    (item) => item.rte === entry.rte && item.lateralOnly && item.lateralOk,
  );
}

function visibleIfQualified(entry: EntryRef): boolean {
  return entry.scope.namespace.some(
    (item) => item.rte === entry.rte && item.relationVisible && !item.columnsVisible,
  );
}

function exactMatchError(
  scope: Scope,
  exact: readonly EntryRef[],
  table: string | undefined,
  column: string,
): { detail: string; hint: string | undefined } {
  const [first] = exact;
  if (first === undefined || exact.length > 1) {
    return {
      detail: `There are columns named "${column}", but they are in tables that cannot be referenced from this part of the query.`,
      hint: table === undefined ? "Try using a table-qualified name." : undefined,
    };
  }
  let hint: string | undefined;
  if (visibleIfLateral(scope, first)) {
    hint = "To reference that column, you must mark this subquery with LATERAL.";
  } else if (table === undefined && visibleIfQualified(first)) {
    hint = "To reference that column, you must use a table-qualified name.";
  }
  return {
    detail: `There is a column named "${column}" in table "${aliasOf(first)}", but it cannot be referenced from this part of the query.`,
    hint,
  };
}

function nearMissHint({ first, second }: FuzzyState): string | undefined {
  if (first === undefined) return undefined;
  const one = `the column "${aliasOf(first)}.${first.column}"`;
  if (second === undefined) return `Perhaps you meant to reference ${one}.`;
  return `Perhaps you meant to reference ${one} or the column "${aliasOf(second)}.${second.column}".`;
}

/** 42703 for a column, `table` being its qualifier as written. */
export function missingColumn(
  scope: Scope,
  table: string | undefined,
  column: string,
  location: number,
): Error {
  const state: FuzzyState = {
    distance: FUZZY_DISTANCE_MAX + 1,
    first: undefined,
    second: undefined,
    exact: [],
  };
  for (const entry of entries(scope)) searchEntry(state, entry, table, column);
  const message =
    table === undefined
      ? `column "${column}" does not exist`
      : `column ${table}.${column} does not exist`;
  const fields =
    state.exact.length > 0
      ? exactMatchError(scope, state.exact, table, column)
      : { hint: nearMissHint(state) };
  return bindError("42703", message, location, fields);
}

function entryForRelation(scope: Scope, name: QualifiedName): EntryRef | undefined {
  const relation = findRelation(scope.context, name)?.oid;
  for (const entry of entries(scope)) {
    const origin = entry.scope.origins[entry.rte];
    if (relation !== undefined && origin?.relation === relation) return entry;
    const rte = entry.scope.rangeTable[entry.rte];
    if (rte?.alias === name.name) return entry;
  }
  return undefined;
}

/** 42P01 for a qualifier that names no FROM item. */
export function missingTable(scope: Scope, name: QualifiedName, location: number): Error {
  const entry = entryForRelation(scope, name);
  if (entry === undefined) {
    return bindError("42P01", `missing FROM-clause entry for table "${name.name}"`, location);
  }
  const message = `invalid reference to FROM-clause entry for table "${name.name}"`;
  const alias = aliasOf(entry);
  const origin = entry.scope.origins[entry.rte];
  if (origin?.explicitAlias === true && alias !== name.name) {
    const visible = findItem(scope, { schema: undefined, name: alias }, location);
    if (visible?.item.rte === entry.rte) {
      return bindError("42P01", message, location, {
        hint: `Perhaps you meant to reference the table alias "${alias}".`,
      });
    }
  }
  return bindError("42P01", message, location, {
    detail: `There is an entry for table "${alias}", but it cannot be referenced from this part of the query.`,
    hint: visibleIfLateral(scope, entry)
      ? "To reference that table, you must mark this subquery with LATERAL."
      : undefined,
  });
}
