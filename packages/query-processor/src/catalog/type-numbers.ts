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

/** An object in the numbers of an image: what each of its types was, and the object as it is stored. */
interface Numbered {
  readonly numbers: ReadonlyMap<number, number>;
  readonly object: CatalogObject;
}

/** What is known of an object, which never changes: images are made for every change of the schema. */
interface Known {
  /** Whether all of its types are built in, as of most objects: there is nothing to rewrite. */
  readonly isPlain: boolean;
  stored?: CatalogObject;
  numbered?: Numbered;
}

const known = new WeakMap<CatalogObject, Known>();

function knownOf(object: CatalogObject): Known {
  let found = known.get(object);
  if (found === undefined) {
    let isPlain = true;
    rewriteObject(object, (type) => {
      isPlain &&= !isUserOid(type);
      return type;
    });
    known.set(object, (found = { isPlain }));
  }
  return found;
}

/** With OIDs in place of numbers: as it is stored. */
export function withTypeOids(object: CatalogObject): CatalogObject {
  const about = knownOf(object);
  if (about.isPlain) return object;
  return (about.stored ??= rewriteObject(object, typeOid));
}

function isNumberedBy({ numbers }: Numbered, numberOf: Rewrite): boolean {
  for (const [oid, number] of numbers) if (numberOf(oid) !== number) return false;
  return true;
}

function numbered(object: CatalogObject, numberOf: Rewrite): Numbered {
  const numbers = new Map<number, number>();
  const made = rewriteObject(object, (type) => {
    if (!isUserOid(type) || isUserType(type)) return type;
    const number = numberOf(type);
    numbers.set(type, number);
    return number;
  });
  return { numbers, object: made };
}

/** With numbers in place of the OIDs of user-defined types. */
export function withTypeNumbers(object: CatalogObject, numberOf: Rewrite): CatalogObject {
  const about = knownOf(object);
  if (about.isPlain) return object;
  if (about.numbered === undefined || !isNumberedBy(about.numbered, numberOf)) {
    about.numbered = numbered(object, numberOf);
    if (about.numbered.object !== object) knownOf(about.numbered.object).stored = object;
  }
  return about.numbered.object;
}
