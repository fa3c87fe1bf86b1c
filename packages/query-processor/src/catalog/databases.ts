/** Databases: which objects they share, and which ones are whose. */
import { CLASS } from "./dependencies/object-address.ts";
import { FIRST_DATABASE } from "./builtin-objects.ts";
import type { Catalog } from "./catalog.ts";
import type { CatalogObject, DatabaseDescriptor } from "./descriptors.ts";

const SHARED_CLASSES: ReadonlySet<number> = new Set([CLASS.database, CLASS.role]);

const SHARED_KINDS: ReadonlySet<CatalogObject["kind"]> = new Set([
  "role",
  "membership",
  "roleSetting",
  "iamMapping",
  "database",
]);

/** As PostgreSQL's shared catalogs. */
export function isShared(object: CatalogObject): boolean {
  const isAbout = object.kind === "acl" || object.kind === "comment";
  return isAbout ? SHARED_CLASSES.has(object.about[0]) : SHARED_KINDS.has(object.kind);
}

/** Whether sessions of the database see the object. */
export function isVisibleIn(database: number, object: CatalogObject): boolean {
  return isShared(object) || (object.inDatabase ?? FIRST_DATABASE) === database;
}

/** The object as it is stored by a transaction in the database. */
export function placedIn(database: number, object: CatalogObject): CatalogObject {
  if (database === FIRST_DATABASE || isShared(object)) return object;
  return object.inDatabase === database ? object : { ...object, inDatabase: database };
}

type Objects = Pick<Catalog, "objects">;

export function databasesIn({ objects }: Objects): readonly DatabaseDescriptor[] {
  const found: DatabaseDescriptor[] = [];
  for (const object of objects.values()) if (object.kind === "database") found.push(object);
  return found;
}

export function databaseNamed(catalog: Objects, name: string): DatabaseDescriptor | undefined {
  return databasesIn(catalog).find((each) => each.name === name);
}

export function databaseByOid(catalog: Objects, oid: number): DatabaseDescriptor | undefined {
  const object = catalog.objects.get(oid);
  return object?.kind === "database" ? object : undefined;
}
