/** ON CONFLICT: which unique indexes arbitrate, and what is done instead (transformOnConflictClause). */
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, list, locationOf, names, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { addVisible, tableColumns } from "./entries.ts";
import { bindError, unsupported } from "./errors.ts";
import type { OnConflict } from "./query-tree.ts";
import type { NamespaceItem, Scope } from "./scope.ts";
import { bindCondition } from "./select.ts";
import { targetColumn } from "./modification-target.ts";
import { bindAssignments } from "./update-targets.ts";

/** Column numbers of ON CONFLICT (a, b). */
function inferenceColumns(table: TableDescriptor, infer: ParseNode): ReadonlySet<number> {
  const numbers = list(infer, "indexElems").map((node) => {
    const element = asTag(node, "IndexElem") ?? {};
    const location = locationOf(infer);
    if (string(element, "ordering") !== "SORTBY_DEFAULT" && element["ordering"] !== undefined) {
      throw bindError("42P10", "ASC/DESC is not allowed in ON CONFLICT clause", location);
    }
    if (
      string(element, "nulls_ordering") !== "SORTBY_NULLS_DEFAULT" &&
      element["nulls_ordering"] !== undefined
    ) {
      throw bindError("42P10", "NULLS FIRST/LAST is not allowed in ON CONFLICT clause", location);
    }
    const name = optionalString(element, "name");
    if (name === undefined) throw unsupported("ON CONFLICT with an index expression", location);
    if (names(element, "opclass").length > 0) {
      throw unsupported("an operator class in ON CONFLICT", location);
    }
    return targetColumnNumber(table, name, location);
  });
  return new Set(numbers);
}

/** The name is looked up as a column reference, so its error is that of one. */
function targetColumnNumber(table: TableDescriptor, name: string, location: number): number {
  const index = table.columns.findIndex((column) => !column.dropped && column.name === name);
  if (index < 0) throw bindError("42703", `column "${name}" does not exist`, location);
  return table.columns[targetColumn(table, name, location)]?.number ?? 0;
}

function arbitersByColumns(table: TableDescriptor, infer: ParseNode): readonly number[] {
  const wanted = inferenceColumns(table, infer);
  const found = table.indexes.filter((index) => {
    const own = new Set(index.columns.map((column) => column.column));
    return index.unique && own.size === wanted.size && [...own].every((each) => wanted.has(each));
  });
  if (found.length > 0) return found.map((index) => index.oid);
  throw bindError(
    "42P10",
    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
    -1,
  );
}

function arbiterByName(table: TableDescriptor, name: string): readonly number[] {
  const found = table.indexes.find((index) => index.constraint?.name === name);
  if (found !== undefined) return [found.oid];
  throw bindError("42704", `constraint "${name}" for table "${table.name}" does not exist`, -1);
}

function arbiters(
  scope: Scope,
  table: TableDescriptor,
  infer: ParseNode | undefined,
): readonly number[] {
  if (infer === undefined) return [];
  const name = optionalString(infer, "conname");
  if (name !== undefined) return arbiterByName(table, name);
  // A complete unique index arbitrates whatever predicate is given; the predicate must only be valid.
  bindCondition(scope, child(infer, "whereClause"), "where");
  return arbitersByColumns(table, infer);
}

function addExcluded(scope: Scope, table: TableDescriptor): NamespaceItem {
  const columns = tableColumns(table);
  return addVisible(
    scope,
    { kind: "table", alias: "excluded", columns, lateral: false, table },
    { explicitAlias: true, relation: table.oid, unnamedJoin: false },
  );
}

export function bindOnConflict(
  scope: Scope,
  table: TableDescriptor,
  item: NamespaceItem,
  clause: ParseNode | undefined,
): OnConflict | undefined {
  if (clause === undefined) return undefined;
  const isUpdate = string(clause, "action") === "ONCONFLICT_UPDATE";
  const infer = child(clause, "infer");
  if (isUpdate && infer === undefined) {
    throw bindError(
      "42601",
      "ON CONFLICT DO UPDATE requires inference specification or constraint name",
      locationOf(clause),
      { hint: "For example, ON CONFLICT (column_name)." },
    );
  }
  scope.namespace = [item];
  const chosen = arbiters(scope, table, infer);
  if (!isUpdate) {
    return {
      action: "nothing",
      arbiters: chosen,
      excludedRte: -1,
      assignments: [],
      where: undefined,
    };
  }
  const excluded = addExcluded(scope, table);
  scope.namespace = [item, excluded];
  const assignments = bindAssignments(scope, table, list(clause, "targetList"));
  const where = bindCondition(scope, child(clause, "whereClause"), "where");
  return { action: "update", arbiters: chosen, excludedRte: excluded.rte, assignments, where };
}
