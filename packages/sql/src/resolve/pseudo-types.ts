/** Pseudo-types that stand for the types of a call, and which family each belongs to. */
export const ANY = 2276;
export const ANYELEMENT = 2283;
export const ANYARRAY = 2277;
export const ANYNONARRAY = 2776;
export const ANYENUM = 3500;
export const ANYRANGE = 3831;
export const ANYMULTIRANGE = 4537;
export const ANYCOMPATIBLE = 5077;
export const ANYCOMPATIBLEARRAY = 5078;
export const ANYCOMPATIBLENONARRAY = 5079;
export const ANYCOMPATIBLERANGE = 5080;
export const ANYCOMPATIBLEMULTIRANGE = 4538;
export const RECORD_ARRAY = 2287;

const FIRST_FAMILY: ReadonlySet<number> = new Set([
  ANYELEMENT,
  ANYARRAY,
  ANYNONARRAY,
  ANYENUM,
  ANYRANGE,
  ANYMULTIRANGE,
]);
const COMPATIBLE_FAMILY: ReadonlySet<number> = new Set([
  ANYCOMPATIBLE,
  ANYCOMPATIBLEARRAY,
  ANYCOMPATIBLENONARRAY,
  ANYCOMPATIBLERANGE,
  ANYCOMPATIBLEMULTIRANGE,
]);

/** anyelement and its kin, whose actual types must be the same. */
export function isExactPolymorphic(type: number): boolean {
  return FIRST_FAMILY.has(type);
}

/** anycompatible and its kin, whose actual types need a common type only. */
export function isCompatiblePolymorphic(type: number): boolean {
  return COMPATIBLE_FAMILY.has(type);
}

export function isPolymorphic(type: number): boolean {
  return FIRST_FAMILY.has(type) || COMPATIBLE_FAMILY.has(type);
}
