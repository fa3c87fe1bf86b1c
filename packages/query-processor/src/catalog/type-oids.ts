/**
 * The OIDs of array types: that of the element type, moved to a range of their own. All stay below
 * 2^31, because clients read OIDs as signed numbers.
 */
import { FIRST_TEMPORARY_OID, FIRST_USER_OID } from "./builtin-objects.ts";

const ARRAYS = 0x40000000;
const TEMPORARY_ARRAYS = 0x08000000;
const FIRST_TEMPORARY_ARRAY = FIRST_TEMPORARY_OID + TEMPORARY_ARRAYS;

export function arrayTypeOid(typeOid: number): number {
  return typeOid + (typeOid >= FIRST_TEMPORARY_OID ? TEMPORARY_ARRAYS : ARRAYS);
}

/** The element type's OID; undefined when `oid` is no array of a user-defined type. */
export function elementOfArrayOid(oid: number): number | undefined {
  if (oid >= FIRST_TEMPORARY_ARRAY) return oid - TEMPORARY_ARRAYS;
  return oid >= ARRAYS + FIRST_USER_OID && oid < FIRST_TEMPORARY_OID ? oid - ARRAYS : undefined;
}
