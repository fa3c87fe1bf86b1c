/** The objects of a catalog image, and what they are found by. */
import { BINDERS } from "../bind/binders.ts";
import { originalOf, ownDescriptor, rememberCatalog } from "../bind/index-expressions.ts";
import { PAGES_OID, ownersTable, pagesTable } from "../large-objects/large-object-tables.ts";
import { BUILTIN_DATABASES, BUILTIN_ROLES, BUILTIN_SCHEMAS } from "./builtin-objects.ts";
import { CatalogCasts } from "./catalog-casts.ts";
import type { CatalogImage } from "./catalog-image.ts";
import type { Relation, VirtualTable } from "./catalog.ts";
import type {
  CatalogObject,
  FunctionDescriptor,
  OperatorDescriptor,
  RoleDescriptor,
  SchemaDescriptor,
  TableDescriptor,
} from "./descriptors.ts";
import { NamesInSchemas } from "./names-in-schemas.ts";
import { allIndexes } from "./table-indexes.ts";
import { withTypeNumbers, withTypeOids } from "./type-numbers.ts";
import { UserTypes } from "./user-types.ts";

export function isRelation(object: CatalogObject): object is Exclude<Relation, VirtualTable> {
  return object.kind === "table" || object.kind === "view" || object.kind === "sequence";
}

function addTo<T>(lists: Map<string, T[]>, name: string, object: T): void {
  const alike = lists.get(name);
  if (alike === undefined) lists.set(name, [object]);
  else alike.push(object);
}

/** Of one image, and of those that have its objects and other statistics. */
export class ImageObjects {
  readonly all: Map<number, CatalogObject> = new Map();
  readonly schemas: Map<string, SchemaDescriptor> = new Map();
  readonly operators: Map<string, OperatorDescriptor[]> = new Map();
  readonly casts: CatalogCasts = new CatalogCasts();
  readonly functions: Map<string, FunctionDescriptor[]> = new Map();
  readonly roles: Map<string, RoleDescriptor> = new Map();
  readonly schemaByOid: Map<number, SchemaDescriptor> = new Map();
  readonly relations: NamesInSchemas<Relation> = new NamesInSchemas();
  readonly byOid: Map<number, Relation> = new Map();
  readonly byStorageId: Map<number, TableDescriptor> = new Map();
  #types: UserTypes | undefined;
  /** Made when it is asked for: most images are of one statement of many. */
  #indexOwners: NamesInSchemas<TableDescriptor> | undefined;

  /** `image` finds its objects here from now on. */
  fill(image: CatalogImage, objects: Iterable<CatalogObject>): void {
    const { system, profile, database } = image;
    const builtin = [...BUILTIN_SCHEMAS, ...BUILTIN_ROLES, ...BUILTIN_DATABASES].filter(
      ({ oid }) => !system.absent.has(oid),
    );
    const stored = [...builtin, ...system.objects, ...objects].map((object) =>
      withTypeOids(originalOf(object)),
    );
    this.#defineTypes(image, stored);
    for (const object of this.all.values()) this.#index(object, image);
    for (const table of system.relations) this.#indexRelation(table);
    if (!profile.isDsql && this.byOid.has(PAGES_OID)) this.#indexLargeObjects(database);
  }

  get types(): UserTypes {
    if (this.#types === undefined) throw new Error("the types of an image are not defined yet");
    return this.#types;
  }

  get indexOwners(): NamesInSchemas<TableDescriptor> {
    this.#indexOwners ??= this.#collectIndexOwners();
    return this.#indexOwners;
  }

  #defineTypes(image: CatalogImage, stored: readonly CatalogObject[]): void {
    for (const object of stored) {
      if (object.kind === "schema") this.schemaByOid.set(object.oid, object);
      else if (object.kind === "goneSchema") this.schemaByOid.delete(object.oid);
    }
    const types = new UserTypes(image, stored);
    this.#types = types;
    const numberOf = (oid: number): number => types.numberOf(oid);
    for (const object of stored) {
      this.all.set(object.oid, ownDescriptor(withTypeNumbers(object, numberOf)));
    }
  }

  /** One of their tables is read as any table, the other one stands behind a virtual relation. */
  #indexLargeObjects(database: number): void {
    const [pages, owners] = [pagesTable(database), ownersTable(database)];
    this.#indexRelation(pages);
    for (const table of [pages, owners]) this.byStorageId.set(table.storageId, table);
  }

  #index(object: CatalogObject, image: CatalogImage): void {
    if (object.kind === "schema") this.schemas.set(object.name, object);
    else if (object.kind === "role") this.roles.set(object.name, object);
    else if (object.kind === "function") addTo(this.functions, object.name, object);
    else if (object.kind === "operator") addTo(this.operators, object.name, object);
    else if (object.kind === "cast") this.casts.add(object);
    else if (isRelation(object)) this.#indexRelation(object);
    if (object.kind !== "table") return;
    this.byStorageId.set(object.storageId, object);
    rememberCatalog(object, image, BINDERS);
  }

  #indexRelation(relation: Relation): void {
    this.relations.set(relation.schema, relation.name, relation);
    this.byOid.set(relation.oid, relation);
  }

  #collectIndexOwners(): NamesInSchemas<TableDescriptor> {
    const owners = new NamesInSchemas<TableDescriptor>();
    for (const table of this.byOid.values()) {
      if (table.kind !== "table") continue;
      for (const { name } of allIndexes(table)) owners.set(table.schema, name, table);
    }
    return owners;
  }
}
