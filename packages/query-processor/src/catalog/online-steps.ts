/**
 * Online steps of a table: changes of its schema whose predecessor's writers do no harm. A commit is
 * refused if the table has made two of them, or any other change, since its snapshot (I10).
 */
import type { Key } from "@firstlight/common";
import { schemaFenceKey } from "@firstlight/common";
import type { Catalog } from "./catalog.ts";
import type { CatalogObject, TableDescriptor } from "./descriptors.ts";

export function onlineStepOf(table: TableDescriptor): number {
  return table.onlineStep ?? 0;
}

/** What a commit checks that relies on the table as the catalog has it. */
export function fenceIn(catalog: Catalog, oid: number): Key {
  const table = catalog.objects.get(oid);
  const step = table?.kind === "table" ? onlineStepOf(table) : 0;
  return schemaFenceKey(oid, step, table?.inDatabase);
}

/** The table one online step later; `changes` must be harmless to writers on the table as it is. */
export function nextOnlineStep(
  table: TableDescriptor,
  changes: Partial<TableDescriptor>,
): TableDescriptor {
  return { ...table, ...changes, onlineStep: onlineStepOf(table) + 1 };
}

/** The fences that a change of a table writes, so that who relies on it as it was is refused. */
export function fencesOfChange(
  before: CatalogObject | undefined,
  after: CatalogObject | undefined,
): readonly Key[] {
  if (before?.kind !== "table") return [];
  const { oid, inDatabase } = before;
  const step = onlineStepOf(before);
  if (after?.kind === "table" && onlineStepOf(after) === step + 1) {
    return [schemaFenceKey(oid, step + 1, inDatabase)];
  }
  return [schemaFenceKey(oid, 0, inDatabase), schemaFenceKey(oid, 1, inDatabase)];
}
