/** Every table and view is a type, with an array type above it. */
import type { Catalog } from "../catalog.ts";
import type { TableDescriptor, ViewDescriptor } from "../descriptors.ts";
import { FIRST_USER_OID } from "../builtin-objects.ts";

const ARRAY_BIT = 0x80000000;

/** Row types are numbered in the lower half of the OIDs; their arrays are their mirror above. */
export function rowArrayTypeOid(typeOid: number): number {
  return typeOid + ARRAY_BIT;
}

export function rowTypeOfArray(oid: number): number | undefined {
  return oid >= ARRAY_BIT + FIRST_USER_OID ? oid - ARRAY_BIT : undefined;
}

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
