/** Which function a call means (func_get_detail), and the errors when it means none or several. */
import type { UserCasts } from "../catalog/cast-catalog.ts";
import { SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { typeByName } from "../catalog/type-catalog.ts";
import { RECORD, UNKNOWN } from "../types/oids.ts";
import { matchArgTypes, sameTypes, selectCandidate } from "./candidates.ts";
import { findCoercionPathway } from "./coercion-pathway.ts";
import {
  type FunctionCallShape,
  type FunctionCandidate,
  functionCandidates,
} from "./function-candidates.ts";
import { resolveError } from "./resolve-context.ts";
import { isComposite, typeCategory } from "../catalog/type-catalog.ts";

export type FunctionLookup =
  | { readonly kind: "found"; readonly candidate: FunctionCandidate }
  /** typename(value): a cast in function's clothing. */
  | { readonly kind: "coercion"; readonly type: number }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous" };

function isCoercion(sourceType: number, targetType: number, casts: UserCasts | undefined): boolean {
  if (sourceType === UNKNOWN) return true;
  const { path } = findCoercionPathway(targetType, sourceType, "explicit", casts);
  if (path === "relabel") return true;
  if (path !== "viaIO") return false;
  const fromRecord = sourceType === RECORD || isComposite(sourceType);
  return !(fromRecord && typeCategory(targetType) === "S");
}

function coercionTarget(shape: FunctionCallShape, argTypes: readonly number[]): number | undefined {
  const [source] = argTypes;
  if (shape.argCount !== 1 || shape.argNames.length > 0 || source === undefined) return undefined;
  if (shape.names.length > 1 && shape.names[0] !== "pg_catalog") return undefined;
  const target = typeByName(shape.names.at(-1) ?? "");
  if (target === undefined || target.relation !== 0) return undefined;
  return isCoercion(source, target.oid, shape.routines?.casts) ? target.oid : undefined;
}

/** The catalogs do not change, so neither do answers; those with names of arguments are rare. */
const cache = new Map<string, FunctionLookup>();
const CACHE_ENTRIES_MAX = 4096;

/** Whether users have functions that the call may mean. */
function knowsMore({ routines, names, withOut }: FunctionCallShape): boolean {
  if (routines === undefined) return withOut === true;
  if (routines.casts !== undefined) return true;
  const name = names.at(-1) ?? "";
  const schema = names.length > 1 ? names.at(-2) : undefined;
  if (schema === undefined) return routines.onPath(name).length > 0 || withOut === true;
  return schema !== "pg_catalog" || withOut === true;
}

/** Finds the function for argument types; unknown literals count as UNKNOWN. */
export function lookupFunction(
  shape: FunctionCallShape,
  argTypes: readonly number[],
): FunctionLookup {
  if (shape.argNames.length > 0 || knowsMore(shape)) return lookup(shape, argTypes);
  const key = `${JSON.stringify(shape.names)} ${argTypes.join(" ")} ${shape.variadicArray}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const found = lookup(shape, argTypes);
  if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
  cache.set(key, found);
  return found;
}

function lookup(shape: FunctionCallShape, argTypes: readonly number[]): FunctionLookup {
  const candidates = functionCandidates(shape);
  const exact = candidates.find((each) => sameTypes(each.argTypes, argTypes));
  if (exact !== undefined) return foundUnlessAmbiguous(exact);
  const type = coercionTarget(shape, argTypes);
  if (type !== undefined) return { kind: "coercion", type };
  const casts = shape.routines?.casts;
  const matching = matchArgTypes(argTypes, candidates, casts);
  const [only] = matching;
  if (only === undefined) return { kind: "none" };
  const candidate = matching.length === 1 ? only : selectCandidate(argTypes, matching, casts);
  return candidate === undefined ? { kind: "ambiguous" } : foundUnlessAmbiguous(candidate);
}

function foundUnlessAmbiguous(candidate: FunctionCandidate): FunctionLookup {
  return candidate.ambiguous === true ? { kind: "ambiguous" } : { kind: "found", candidate };
}

/** `name(type, arg => type)`, as errors print a call. */
export function functionSignature(shape: FunctionCallShape, argTypes: readonly number[]): string {
  const positional = argTypes.length - shape.argNames.length;
  const args = argTypes.map((type, index) => {
    const name = index < positional ? undefined : shape.argNames[index - positional];
    return name === undefined ? formatType(type) : `${name} => ${formatType(type)}`;
  });
  return `${shape.names.join(".")}(${args.join(", ")})`;
}

export function undefinedFunction(shape: FunctionCallShape, argTypes: readonly number[]): SqlError {
  return resolveError(
    "42883",
    `function ${functionSignature(shape, argTypes)} does not exist`,
    shape.position,
    {
      hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
    },
  );
}

export function ambiguousFunction(shape: FunctionCallShape, argTypes: readonly number[]): SqlError {
  return resolveError(
    "42725",
    `function ${functionSignature(shape, argTypes)} is not unique`,
    shape.position,
    {
      hint: "Could not choose a best candidate function. You might need to add explicit type casts.",
    },
  );
}
