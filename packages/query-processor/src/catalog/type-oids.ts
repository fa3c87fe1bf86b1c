/** The OIDs of array types: a user-defined type has one in the lower half, its array the mirror above. */
import { FIRST_USER_OID } from "./builtin-objects.ts";

const ARRAY_BIT = 0x80000000;

export function arrayTypeOid(typeOid: number): number {
  return typeOid + ARRAY_BIT;
}

/** The element type's OID; undefined when `oid` is no array of a user-defined type. */
export function elementOfArrayOid(oid: number): number | undefined {
  return oid >= ARRAY_BIT + FIRST_USER_OID ? oid - ARRAY_BIT : undefined;
}
