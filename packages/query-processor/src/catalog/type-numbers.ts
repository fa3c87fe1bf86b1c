/**
 * Types in catalog objects: stored by OID, and by number (sql: types/user/type-ids.ts) in the
 * objects of an image, so that whoever reads a column's type can look it up without the catalog.
 */
import { isUserType, typeOid } from "@firstlight/sql";
import { FIRST_USER_OID } from "./builtin-objects.ts";
import type { CatalogObject } from "./descriptors.ts";

/** Fields of catalog objects that hold a type or a list of types. */
const TYPE_FIELDS: ReadonlySet<string> = new Set([
  "type",
  "types",
  "baseType",
  "subtype",
  "dataType",
  "argTypes",
  "allArgTypes",
  "returnType",
  "resultType",
  "stateType",
  "leftType",
  "sourceType",
  "targetType",
  "rightType",
]);

type Rewrite = (type: number) => number;

function rewriteField(key: string, value: unknown, rewrite: Rewrite): unknown {
  if (typeof value === "number") return TYPE_FIELDS.has(key) ? rewrite(value) : value;
  if (Array.isArray(value)) return rewriteList(key, value, rewrite);
  return typeof value === "object" && value !== null ? rewriteObject(value, rewrite) : value;
}

function rewriteList(key: string, list: readonly unknown[], rewrite: Rewrite): readonly unknown[] {
  let changed = false;
  const result = list.map((item) => {
    const next = rewriteField(key, item, rewrite);
    changed ||= next !== item;
    return next;
  });
  return changed ? result : list;
}

/** The same object when no type in it changes. */
function rewriteObject<T extends object>(object: T, rewrite: Rewrite): T {
  let changed: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    const next = rewriteField(key, value, rewrite);
    if (next === value) continue;
    changed ??= { ...(object as Record<string, unknown>) };
    changed[key] = next;
  }
  return changed === undefined ? object : (changed as T);
}

const isUserOid = (type: number): boolean => type >= FIRST_USER_OID;

/** Objects whose types are all built in, which is most of them: there is nothing to rewrite. */
const plain = new WeakSet<CatalogObject>();

function isPlain(object: CatalogObject): boolean {
  if (plain.has(object)) return true;
  let found = false;
  rewriteObject(object, (type) => {
    found ||= isUserOid(type);
    return type;
  });
  if (!found) plain.add(object);
  return !found;
}

/** With OIDs in place of numbers: as it is stored. */
export function withTypeOids(object: CatalogObject): CatalogObject {
  return isPlain(object) ? object : rewriteObject(object, typeOid);
}

/** With numbers in place of the OIDs of user-defined types. */
export function withTypeNumbers(object: CatalogObject, numberOf: Rewrite): CatalogObject {
  if (isPlain(object)) return object;
  return rewriteObject(object, (type) =>
    isUserOid(type) && !isUserType(type) ? numberOf(type) : type,
  );
}
