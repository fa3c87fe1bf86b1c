/** Every table and view is a type, with an array type above it. */
import type { Catalog } from "../catalog.ts";
import type { TableDescriptor, ViewDescriptor } from "../descriptors.ts";
import { arrayTypeOid, elementOfArrayOid } from "../type-oids.ts";

export const rowArrayTypeOid: (typeOid: number) => number = arrayTypeOid;
export const rowTypeOfArray: (oid: number) => number | undefined = elementOfArrayOid;

export type RowTyped = TableDescriptor | ViewDescriptor;

/** Tables and views of users, whose row types are in no built-in list. */
export function* rowTyped(catalog: Catalog): Iterable<RowTyped> {
  for (const object of catalog.objects.values()) {
    if (object.kind === "table" || object.kind === "view") yield object;
  }
}

export function relationOfRowType(catalog: Catalog, typeOid: number): RowTyped | undefined {
  for (const relation of rowTyped(catalog)) if (relation.typeOid === typeOid) return relation;
  return undefined;
}
