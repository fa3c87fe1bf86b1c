/**
 * Whether and how one type becomes another, without building anything: PostgreSQL's
 * find_coercion_pathway and find_typmod_coercion_function.
 */
import { findCast, type UserCasts } from "../catalog/cast-catalog.ts";
import {
  baseTypeOid,
  elementTypeOid,
  isComposite,
  rangeOf,
  typeCategory,
} from "../catalog/type-catalog.ts";
import { INT2VECTOR, OIDVECTOR, RECORD, UNKNOWN } from "../types/oids.ts";
import { ANY, RECORD_ARRAY } from "./pseudo-types.ts";
import type { CoercionContext } from "./resolve-context.ts";

export type CoercionPathway =
  | { readonly path: "none" }
  | { readonly path: "relabel" }
  | { readonly path: "function"; readonly proc: number }
  | { readonly path: "arrayCoerce" }
  | { readonly path: "viaIO" };

const NONE: CoercionPathway = { path: "none" };
const RELABEL: CoercionPathway = { path: "relabel" };
const VIA_IO: CoercionPathway = { path: "viaIO" };
const ARRAY_COERCE: CoercionPathway = { path: "arrayCoerce" };

/** The cast that comes with a range type of a user: a multirange of one range. */
const OWN_MULTIRANGE: CoercionPathway = { path: "function", proc: 4281 };

const RANK: Readonly<Record<CoercionContext, number>> = { implicit: 0, assignment: 1, explicit: 2 };

export function findCoercionPathway(
  targetType: number,
  sourceType: number,
  context: CoercionContext,
  casts?: UserCasts,
): CoercionPathway {
  const source = baseTypeOid(sourceType);
  const target = baseTypeOid(targetType);
  if (source === target) return RELABEL;
  const cast = findCast(source, target) ?? casts?.find(source, target);
  if (cast === undefined) return pathwayWithoutCast(target, source, context, casts);
  if (RANK[context] < RANK[cast.context]) return NONE;
  if (cast.method === "function") return { path: "function", proc: cast.proc };
  return cast.method === "inout" ? VIA_IO : RELABEL;
}

function pathwayWithoutCast(
  target: number,
  source: number,
  context: CoercionContext,
  casts: UserCasts | undefined,
): CoercionPathway {
  if (target !== OIDVECTOR && target !== INT2VECTOR) {
    const targetElement = elementTypeOid(target);
    const sourceElement = elementTypeOid(source);
    if (targetElement !== 0 && sourceElement !== 0) {
      const element = findCoercionPathway(targetElement, sourceElement, context, casts);
      if (element.path !== "none") return ARRAY_COERCE;
    }
  }
  if (context === "explicit" && rangeOf(source)?.multirange === target) return OWN_MULTIRANGE;
  // Any type can be written to and read from a string, but only when that was asked for.
  if (RANK[context] >= RANK.assignment && typeCategory(target) === "S") return VIA_IO;
  if (context === "explicit" && typeCategory(source) === "S") return VIA_IO;
  return NONE;
}

/** The length coercion of a type: a cast from the type to itself, taken per element for arrays. */
export function findTypmodCoercion(type: number): CoercionPathway {
  const element = elementTypeOid(type);
  const cast = findCast(element === 0 ? type : element, element === 0 ? type : element);
  if (cast === undefined || cast.proc === 0) return NONE;
  return element === 0 ? { path: "function", proc: cast.proc } : ARRAY_COERCE;
}

/** Whether a type can become a target that is not polymorphic. */
export function canCoerceType(
  input: number,
  target: number,
  context: CoercionContext,
  casts?: UserCasts,
): boolean {
  if (input === target || target === ANY || input === UNKNOWN) return true;
  if (findCoercionPathway(target, input, context, casts).path !== "none") return true;
  if (input === RECORD && isComposite(baseTypeOid(target))) return true;
  if (target === RECORD && isComposite(baseTypeOid(input))) return true;
  return target === RECORD_ARRAY && isComposite(elementTypeOid(input));
}
