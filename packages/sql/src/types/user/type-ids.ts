/**
 * Numbers of user-defined types inside a process. A built-in type goes by its OID everywhere; a
 * user-defined one by a number from USER_TYPE_BASE on, which stands for one definition: catalogs of
 * other databases and of other versions, in which the same OID means something else, have other
 * numbers. OIDs are for clients, for pg_catalog and for what is stored.
 */
export const USER_TYPE_BASE: number = 2 ** 52;

const oidOf = new Map<number, number>();

export function isUserType(type: number): boolean {
  return type >= USER_TYPE_BASE;
}

/** The OID of a type in the catalog that it comes from. */
export function typeOid(type: number): number {
  return type < USER_TYPE_BASE ? type : (oidOf.get(type) ?? 0);
}

let next: number = USER_TYPE_BASE;

export function newTypeNumber(oid: number): number {
  const type = next++;
  oidOf.set(type, oid);
  return type;
}
