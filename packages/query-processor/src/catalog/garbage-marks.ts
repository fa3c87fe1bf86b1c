/** The marks by which storage learns that a schema change has left rows or index entries behind. */
import type { Key } from "@firstlight/common";
import { droppedIndexKey, droppedStorageKey } from "@firstlight/common";
import type { CatalogObject, TableDescriptor } from "./descriptors.ts";
import { allIndexes } from "./table-indexes.ts";

export function garbageOfChange(
  before: CatalogObject | undefined,
  after: CatalogObject | undefined,
): readonly Key[] {
  if (before?.kind !== "table" && before?.kind !== "sequence") return [];
  if (after?.kind !== before.kind || after.storageId !== before.storageId) {
    return [droppedStorageKey(before.storageId)];
  }
  if (before.kind !== "table" || after.kind !== "table") return [];
  return droppedIndexes(before, after).map((number) => droppedIndexKey(before.storageId, number));
}

function droppedIndexes(before: TableDescriptor, after: TableDescriptor): number[] {
  const kept = new Set(allIndexes(after).map(({ number }) => number));
  return allIndexes(before).flatMap(({ number }) => (kept.has(number) ? [] : [number]));
}
