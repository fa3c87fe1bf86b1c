/** The table that INSERT, UPDATE or DELETE changes, and the columns that they name. */
import { bindError } from "./errors.ts";
import { child, locationOf, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { PG_CATALOG_OID } from "../catalog/builtin-objects.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { ColumnDescriptor, TableDescriptor, ViewDescriptor } from "../catalog/descriptors.ts";
import { viewAsTable } from "../catalog/view-as-table.ts";
import { rememberViewTarget } from "./access-requirements.ts";
import { addTable, type Alias, aliasOf, tableColumns } from "./entries.ts";
import { positionOf } from "./name-index.ts";
import { pinFor, pinnedColumns, pinnedRelation } from "./pinned-relations.ts";
import { pinOf } from "./pins.ts";
import type { OutputColumn } from "./query-tree.ts";
import { SYSTEM_COLUMNS } from "./system-columns.ts";
import { type QualifiedName, rangeVarName, requireRelation } from "./relation.ts";
import type { NamespaceItem, Scope, TargetAction } from "./scope.ts";
import { refuseColumn, type ViewTarget } from "./view-target.ts";
import { viewTarget } from "./view.ts";

export interface ModificationTarget {
  readonly table: TableDescriptor;
  readonly item: NamespaceItem;
}

/** MERGE is refused for relations that the other statements may know how to change. */
function checkMergeTarget(relation: Relation): void {
  const { kind, name } = relation;
  const isMaterialized = kind === "table" && relation.materialized !== undefined;
  if (kind !== "view" && kind !== "sequence" && !isMaterialized) return;
  throw bindError("0A000", `cannot execute MERGE on relation "${name}"`, -1, {
    detail: `This operation is not supported for ${isMaterialized ? "materialized view" : kind}s.`,
  });
}

/** A stored statement says which relation it was, and what its columns were called. */
function targetRelation(scope: Scope, range: ParseNode, name: QualifiedName): Relation {
  const { context } = scope;
  scope.targetPinned = pinOf(range);
  if (scope.targetPinned !== undefined) {
    return pinnedRelation(context.catalog, scope.targetPinned);
  }
  const relation = requireRelation(context, name, locationOf(range));
  context.pins?.set(range, pinFor(relation, context.catalog));
  return relation;
}

/** Adds the target as entry 0; it is not visible before the caller says so. */
export function openTarget(
  scope: Scope,
  fields: ParseNode,
  action: TargetAction,
): ModificationTarget {
  const range = requiredChild(fields, "relation");
  const name = rangeVarName(range);
  scope.targetAction = action;
  const relation = targetRelation(scope, range, name);
  if (action === "merge") checkMergeTarget(relation);
  switch (relation.kind) {
    case "view":
      if (scope.context.asWritten === true) return asItself(scope, relation, range);
      return throughView(scope, relation, aliasOf(child(range, "alias")), action);
    case "sequence":
      throw bindError("42809", `cannot change sequence "${relation.name}"`, -1);
    case "virtual":
      throw bindError("42501", `permission denied for table ${relation.name}`, -1);
    case "table": {
      if (relation.schema === PG_CATALOG_OID) {
        throw bindError("42501", `permission denied for table ${relation.name}`, -1);
      }
      if (relation.materialized !== undefined) {
        throw bindError("42809", `cannot change materialized view "${relation.name}"`, -1);
      }
      const item = addTable(scope, relation, aliasOf(child(range, "alias")), scope.targetPinned);
      scope.targetItem = item;
      return { table: relation, item };
    }
  }
}

/** The view in the place of a table: nothing is asked of what it shows. */
function asItself(scope: Scope, view: ViewDescriptor, range: ParseNode): ModificationTarget {
  const table = viewAsTable(view);
  const item = addTable(scope, table, aliasOf(child(range, "alias")), scope.targetPinned);
  scope.targetItem = item;
  return { table, item };
}

/** The base table as entry 0, seen as the view's columns. */
function throughView(
  scope: Scope,
  view: ViewDescriptor,
  alias: Alias | undefined,
  action: TargetAction,
): ModificationTarget {
  const target = pinnedTarget(
    scope,
    viewTarget(scope, view, action === "merge" ? "update" : action),
  );
  const { table } = target;
  const name = alias?.name ?? scope.targetPinned?.name ?? view.name;
  const own = addTable(scope, table, { name, columns: [] });
  const columns = target.columns.map(({ name, expr }, index) => ({
    name: alias?.columns[index] ?? name,
    expr,
  }));
  const item = { ...own, columns, relation: alias === undefined ? view.oid : 0 };
  scope.targetItem = item;
  scope.targetView = target;
  rememberViewTarget(scope.rangeTable, target);
  return { table, item };
}

/** The view's columns by the names that the statement knows them by. */
function pinnedTarget({ targetPinned }: Scope, target: ViewTarget): ViewTarget {
  if (targetPinned === undefined) return target;
  const names = new Map(targetPinned.columns);
  const columns = target.columns.map((column, at) => ({
    ...column,
    name: names.get(at + 1) ?? "",
  }));
  return { ...target, columns };
}

/** The column that a statement assigns to, through the view that it names if that is one. */
export function assignedColumn(
  scope: Scope,
  table: TableDescriptor,
  name: string,
  location: number,
  action: "insert" | "update",
): number {
  const { targetView } = scope;
  if (targetView === undefined) {
    const column = columnNamed(scope, table, name);
    if (column < 0 && action === "update" && SYSTEM_COLUMNS.has(name)) {
      throw bindError("0A000", `cannot assign to system column "${name}"`, location);
    }
    return targetColumn(scope, table, name, location);
  }
  const { view, columns } = targetView;
  const column = columns.find((each) => each.name === name);
  if (column === undefined) {
    const text = `column "${name}" of relation "${view.name}" does not exist`;
    throw bindError("42703", text, location);
  }
  if (column.base === undefined) throw refuseColumn(view, name, action);
  return column.base;
}

/** Positions that INSERT without a column list is about; -1 for columns that take no values. */
export function insertedColumns(scope: Scope, table: TableDescriptor): readonly number[] {
  const { targetView } = scope;
  if (targetView === undefined) {
    return targetColumns(scope, table).flatMap(({ name }, index) => (name === "" ? [] : [index]));
  }
  return targetView.columns.map(({ base }) => base ?? -1);
}

/** By which the statement knows the columns; those without a name are not there for it. */
function targetColumns({ targetPinned }: Scope, table: TableDescriptor): readonly OutputColumn[] {
  return pinnedColumns(tableColumns(table), targetPinned);
}

/** Index of the column of that name, -1 when there is none. */
export function columnNamed(scope: Scope, table: TableDescriptor, name: string): number {
  return name === "" ? -1 : positionOf(targetColumns(scope, table), name);
}

/** Index in TableDescriptor.columns of a live column; 42703 when there is none. */
function targetColumn(
  scope: Scope,
  table: TableDescriptor,
  name: string,
  location: number,
): number {
  const index = columnNamed(scope, table, name);
  if (index >= 0) return index;
  throw bindError("42703", `column "${name}" of relation "${table.name}" does not exist`, location);
}

export function columnAt(table: TableDescriptor, index: number): ColumnDescriptor {
  const column = table.columns[index];
  if (column === undefined) throw new Error(`table ${table.name} has no column at ${index}`);
  return column;
}

/** Positions of the live columns, in order. */
export function liveColumns(table: TableDescriptor): readonly number[] {
  return table.columns.flatMap((column, index) => (column.dropped ? [] : [index]));
}
