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

export function onlineStepIn(catalog: Catalog, oid: number): number {
  const table = catalog.objects.get(oid);
  return table?.kind === "table" ? onlineStepOf(table) : 0;
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
  const step = onlineStepOf(before);
  if (after?.kind === "table" && onlineStepOf(after) === step + 1) {
    return [schemaFenceKey(before.oid, step + 1)];
  }
  return [schemaFenceKey(before.oid, 0), schemaFenceKey(before.oid, 1)];
}
