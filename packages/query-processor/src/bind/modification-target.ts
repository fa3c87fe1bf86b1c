/** The table that INSERT, UPDATE or DELETE changes, and the columns that they name. */
import { bindError } from "./errors.ts";
import { child, locationOf, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { findCte } from "./cte-reference.ts";
import { addTable, aliasOf } from "./entries.ts";
import { rangeVarName, requireRelation } from "./relation.ts";
import type { NamespaceItem, Scope } from "./scope.ts";

export interface ModificationTarget {
  readonly table: TableDescriptor;
  readonly item: NamespaceItem;
}

const VERBS = {
  insert: "insert into",
  update: "update",
  delete: "delete from",
  merge: "merge into",
} as const;

/** MERGE is refused for relations that the other statements may know how to change. */
function checkMergeTarget({ kind, name }: Relation): void {
  if (kind !== "view" && kind !== "sequence") return;
  throw bindError("0A000", `cannot execute MERGE on relation "${name}"`, -1, {
    detail: `This operation is not supported for ${kind}s.`,
  });
}

/** Adds the target as entry 0; it is not visible before the caller says so. */
export function openTarget(
  scope: Scope,
  fields: ParseNode,
  action: keyof typeof VERBS,
): ModificationTarget {
  const range = requiredChild(fields, "relation");
  const name = rangeVarName(range);
  const location = locationOf(range);
  if (name.schema === undefined && findCte(scope, name.name) !== undefined) {
    throw bindError(
      "42P01",
      `relation "${name.name}" cannot be the target of a modifying statement`,
      location,
    );
  }
  const relation = requireRelation(scope.context, name, location);
  if (action === "merge") checkMergeTarget(relation);
  const verb = VERBS[action];
  switch (relation.kind) {
    case "view":
      throw bindError("55000", `cannot ${verb} view "${relation.name}"`, -1, {
        detail: "Views are not automatically updatable.",
      });
    case "sequence":
      throw bindError("42809", `cannot change sequence "${relation.name}"`, -1);
    case "virtual":
      throw bindError("42501", `permission denied for table ${relation.name}`, -1);
    case "table": {
      if (relation.materialized !== undefined) {
        throw bindError("42809", `cannot change materialized view "${relation.name}"`, -1);
      }
      const item = addTable(scope, relation, aliasOf(child(range, "alias")));
      scope.targetItem = item;
      return { table: relation, item };
    }
  }
}

/** Index in TableDescriptor.columns of a live column; 42703 when there is none. */
export function targetColumn(table: TableDescriptor, name: string, location: number): number {
  const index = table.columns.findIndex((column) => !column.dropped && column.name === name);
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
