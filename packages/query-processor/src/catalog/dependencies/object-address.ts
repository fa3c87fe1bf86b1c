/**
 * Objects of the catalog as pg_depend names them: the catalog that lists the object, its OID, and
 * the column where the object is part of a relation.
 */
export const CLASS = {
  relation: 1259,
  type: 1247,
  function: 1255,
  constraint: 2606,
  default: 2604,
  schema: 2615,
  rule: 2618,
  trigger: 2620,
  operator: 2617,
  cast: 2605,
  role: 1260,
  database: 1262,
  policy: 3256,
  collation: 3456,
  language: 2612,
  statistics: 3381,
  extension: 3079,
  largeObject: 2613,
  defaultAcl: 826,
  membership: 1261,
  tablespace: 1213,
} as const;

export interface ObjectAddress {
  /** OID of the catalog: CLASS. */
  readonly classId: number;
  readonly objectId: number;
  /** Column number, 0 for the whole object. */
  readonly subId: number;
}

export function addressOf(classId: number, objectId: number, subId = 0): ObjectAddress {
  return { classId, objectId, subId };
}

export function sameObject(a: ObjectAddress, b: ObjectAddress): boolean {
  return a.classId === b.classId && a.objectId === b.objectId;
}

/** As descriptors store what they depend on: class, OID, column. */
export type StoredReference = readonly [classId: number, objectId: number, subId: number];

export function fromStored([classId, objectId, subId]: StoredReference): ObjectAddress {
  return { classId, objectId, subId };
}

/** pg_depend.deptype: normal, auto, internal, extension. */
export type DependencyType = "n" | "a" | "i" | "e";

/** `object` cannot be without `on`. */
export interface Dependency {
  readonly object: ObjectAddress;
  readonly on: ObjectAddress;
  readonly type: DependencyType;
}

export function depends(
  object: ObjectAddress,
  on: ObjectAddress,
  type: DependencyType,
): Dependency {
  return { object, on, type };
}
