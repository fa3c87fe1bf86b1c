/** Adds entries to the range table and makes the namespace items by which they are seen. */
import type { Expr } from "@firstlight/sql";
import type { VirtualTable } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { list, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { noteCollations } from "./note-collation.ts";
import { type PinnedRelation, pinnedColumns } from "./pinned-relations.ts";
import type { Alias, OutputColumn, RangeTableEntry } from "./query-tree.ts";
import type { EntryOrigin, NamespaceColumn, NamespaceItem, Scope } from "./scope.ts";

export type { Alias } from "./query-tree.ts";

/** What an entry keeps of the alias that its statement gives it. */
export function writtenAs(alias: Alias | undefined): { readonly written?: Alias } {
  return alias === undefined ? {} : { written: alias };
}

/** The fields of an Alias node. */
export function aliasOf(fields: ParseNode | undefined): Alias | undefined {
  if (fields === undefined) return undefined;
  const columns = list(fields, "colnames").map((node) => stringValue(node) ?? "");
  return { name: string(fields, "aliasname"), columns };
}

export function makeVar(
  rte: number,
  column: number,
  { type, typmod, collation }: Pick<OutputColumn, "type" | "typmod" | "collation">,
): Expr {
  const own = { kind: "var", type, typmod, position: -1, rte, column, levelsUp: 0 } as const;
  return collation === undefined ? own : { ...own, collation };
}

/** Renames leading columns; `noun` begins the error when there are too many names. */
export function renameColumns(
  columns: readonly OutputColumn[],
  alias: Alias | undefined,
  name: string,
): readonly OutputColumn[] {
  if (alias === undefined || alias.columns.length === 0) return columns;
  if (alias.columns.length > columns.length) {
    throw bindError(
      "42P10",
      `table "${name}" has ${columns.length} columns available but ${alias.columns.length} columns specified`,
      -1,
    );
  }
  return columns.map((column, index) => ({ ...column, name: alias.columns[index] ?? column.name }));
}

/** An item that shows all named columns of an entry; dropped columns have no name. */
export function itemOf(
  rte: number,
  name: string,
  columns: readonly NamespaceColumn[],
  relation = 0,
): NamespaceItem {
  return {
    rte,
    name,
    columns,
    relationVisible: true,
    columnsVisible: true,
    lateralOnly: false,
    lateralOk: true,
    relation,
  };
}

interface ColumnVars {
  readonly rte: number;
  readonly vars: readonly NamespaceColumn[];
}

/** Those made last: the checks and defaults of a wide table are bound one by one. */
const knownVars = new WeakMap<readonly OutputColumn[], ColumnVars>();

function varsOf(rte: number, columns: readonly OutputColumn[]): readonly NamespaceColumn[] {
  const known = knownVars.get(columns);
  if (known?.rte === rte) return known.vars;
  const vars = newVars(rte, columns);
  knownVars.set(columns, { rte, vars });
  return vars;
}

function newVars(rte: number, columns: readonly OutputColumn[]): readonly NamespaceColumn[] {
  return columns.flatMap((column, index) =>
    column.name === "" ? [] : [{ name: column.name, expr: makeVar(rte, index, column) }],
  );
}

/** Adds an entry that is seen as its columns. */
export function addVisible(
  scope: Scope,
  entry: RangeTableEntry,
  origin: EntryOrigin,
): NamespaceItem {
  const rte = scope.addEntry(entry, origin);
  noteCollations(scope, entry.columns);
  return itemOf(
    rte,
    entry.alias,
    varsOf(rte, entry.columns),
    origin.explicitAlias ? 0 : origin.relation,
  );
}

/** Columns of a table as an entry has them: dropped ones keep their place without a name. */
export function tableColumns(table: TableDescriptor): readonly OutputColumn[] {
  return knownTable(table).columns;
}

interface KnownTable {
  readonly columns: readonly OutputColumn[];
  /** Whether a column names its collation. */
  readonly collates: boolean;
}

const knownTables = new WeakMap<TableDescriptor, KnownTable>();

function knownTable(table: TableDescriptor): KnownTable {
  const known = knownTables.get(table);
  if (known !== undefined) return known;
  const collates = table.columns.some((each) => each.collation !== undefined);
  const made = { columns: newColumns(table), collates };
  knownTables.set(table, made);
  return made;
}

function newColumns(table: TableDescriptor): readonly OutputColumn[] {
  return table.columns.map((column) => ({
    name: column.dropped ? "" : column.name,
    type: column.type,
    typmod: column.typmod,
    ...(column.collation === undefined ? {} : { collation: column.collation }),
  }));
}

/** Aliases rename live columns only. */
export function renameLive(
  columns: readonly OutputColumn[],
  alias: Alias | undefined,
  name: string,
): readonly OutputColumn[] {
  if (alias === undefined || alias.columns.length === 0) return columns;
  const live = renameColumns(
    columns.filter((column) => column.name !== ""),
    alias,
    name,
  );
  let next = 0;
  return columns.map((column) => (column.name === "" ? column : (live[next++] ?? column)));
}

/** The item of a pinned relation, whose whole row has the columns that came later as well. */
export function withWholeRow(
  item: NamespaceItem,
  columns: readonly OutputColumn[],
  pinned: PinnedRelation | undefined,
): NamespaceItem {
  return pinned === undefined ? item : { ...item, wholeColumns: varsOf(item.rte, columns) };
}

export function addTable(
  scope: Scope,
  table: TableDescriptor,
  alias: Alias | undefined,
  pinned?: PinnedRelation,
): NamespaceItem {
  scope.context.dependencies.add(table.oid);
  const name = alias?.name ?? pinned?.name ?? table.name;
  const { columns: all, collates } = knownTable(table);
  if (collates) scope.context.collates.used = true;
  const columns = renameLive(pinnedColumns(all, pinned), alias, name);
  const item = addVisible(
    scope,
    { kind: "table", alias: name, columns, lateral: false, table, ...writtenAs(alias) },
    { explicitAlias: alias !== undefined, relation: table.oid, unnamedJoin: false },
  );
  return withWholeRow(item, all, pinned);
}

export function addVirtual(
  scope: Scope,
  table: VirtualTable,
  alias: Alias | undefined,
): NamespaceItem {
  scope.context.dependencies.add(table.oid);
  const name = alias?.name ?? table.name;
  const own = table.columns.map((column) => ({
    name: column.name,
    type: column.type,
    typmod: column.typmod ?? -1,
  }));
  return addVisible(
    scope,
    {
      kind: "virtual",
      alias: name,
      columns: renameColumns(own, alias, name),
      lateral: false,
      table,
      ...writtenAs(alias),
    },
    { explicitAlias: alias !== undefined, relation: table.oid, unnamedJoin: false },
  );
}
