/**
 * The Catalog as an immutable value: built from stored objects, changed by making another one. Look-
 * ups are by hash; a schema change costs a copy of the maps.
 */
import type { UserCasts } from "@firstlight/sql";
import { allIndexes } from "./table-indexes.ts";
import { BINDERS } from "../bind/binders.ts";
import { ownDescriptor, rememberCatalog } from "../bind/index-expressions.ts";
import type { Catalog, Relation, VirtualTable } from "./catalog.ts";
import type {
  CatalogObject,
  FunctionDescriptor,
  OperatorDescriptor,
  RoleDescriptor,
  SchemaDescriptor,
  TableDescriptor,
  TypeDescriptor,
} from "./descriptors.ts";
import { FIRSTLIGHT } from "../profile/firstlight.ts";
import type { Profile } from "../profile/profile.ts";
import type { ExtendedStatistics } from "../statistics/extended-statistics.ts";
import type { StatisticsByStorage, TableStatistics } from "../statistics/table-statistics.ts";
import { NO_STATISTICS } from "../statistics/table-statistics.ts";
import {
  BUILTIN_DATABASES,
  BUILTIN_ROLES,
  BUILTIN_SCHEMAS,
  FIRST_DATABASE,
  isTemporaryOid,
} from "./builtin-objects.ts";
import type { SystemCatalog } from "./system-catalog.ts";
import { CatalogCasts } from "./catalog-casts.ts";
import { PAGES_OID, ownersTable, pagesTable } from "../large-objects/large-object-tables.ts";
import { NamesInSchemas } from "./names-in-schemas.ts";
import { withTypeNumbers, withTypeOids } from "./type-numbers.ts";
import { type TypeOwner, UserTypes } from "./user-types.ts";

/** A new or changed object, or the OID of one that is gone. */
export interface CatalogChange {
  readonly put?: CatalogObject;
  readonly drop?: number;
}

const NO_OPERATORS: readonly OperatorDescriptor[] = [];
const NO_FUNCTIONS: readonly FunctionDescriptor[] = [];

export function isRelation(object: CatalogObject): object is Exclude<Relation, VirtualTable> {
  return object.kind === "table" || object.kind === "view" || object.kind === "sequence";
}

export class CatalogImage implements Catalog {
  readonly version: number;
  readonly objects: ReadonlyMap<number, CatalogObject>;
  readonly statistics: StatisticsByStorage;
  readonly system: SystemCatalog;
  /** Of the query processor: how what is in it is shown. */
  readonly profile: Profile;
  readonly #schemas = new Map<string, SchemaDescriptor>();
  readonly #operators = new Map<string, OperatorDescriptor[]>();
  readonly #casts = new CatalogCasts();
  readonly #functions = new Map<string, FunctionDescriptor[]>();
  readonly #roles = new Map<string, RoleDescriptor>();
  readonly #schemaByOid = new Map<number, SchemaDescriptor>();
  readonly #types: UserTypes;
  readonly #relations = new NamesInSchemas<Relation>();
  readonly #byOid = new Map<number, Relation>();
  readonly #byStorageId = new Map<number, TableDescriptor>();

  /** Made when it is asked for: most images are of one statement of many. */
  #indexOwners: NamesInSchemas<TableDescriptor> | undefined;

  /** The database that it is of; what others have is not in it. */
  readonly database: number;
  /** Of the session whose temporary relations are among the objects. */
  readonly temporarySchema: SchemaDescriptor | undefined;

  constructor(
    version: number,
    objects: Iterable<CatalogObject>,
    system: SystemCatalog,
    statistics: StatisticsByStorage = NO_STATISTICS,
    temporarySchema?: SchemaDescriptor,
    database: number = FIRST_DATABASE,
    profile: Profile = FIRSTLIGHT,
  ) {
    this.database = database;
    this.profile = profile;
    this.version = version;
    this.statistics = statistics;
    this.temporarySchema = temporarySchema;
    this.system = system;
    const builtin = [...BUILTIN_SCHEMAS, ...BUILTIN_ROLES, ...BUILTIN_DATABASES].filter(
      ({ oid }) => !system.absent.has(oid),
    );
    const stored = [...builtin, ...system.objects, ...objects].map(withTypeOids);
    for (const object of stored) {
      if (object.kind === "schema") this.#schemaByOid.set(object.oid, object);
      else if (object.kind === "goneSchema") this.#schemaByOid.delete(object.oid);
    }
    this.#types = new UserTypes(this, stored);
    const all = new Map<number, CatalogObject>();
    for (const object of stored) {
      const own = ownDescriptor(object);
      all.set(
        object.oid,
        withTypeNumbers(own, (oid) => this.#types.numberOf(oid)),
      );
    }
    this.objects = all;
    for (const object of all.values()) this.#index(object);
    for (const table of system.relations) this.#indexRelation(table);
    if (!profile.isDsql && this.#byOid.has(PAGES_OID)) this.#indexLargeObjects(database);
  }

  /** One of their tables is read as any table, the other one stands behind a virtual relation. */
  #indexLargeObjects(database: number): void {
    const [pages, owners] = [pagesTable(database), ownersTable(database)];
    this.#indexRelation(pages);
    for (const table of [pages, owners]) this.#byStorageId.set(table.storageId, table);
  }

  #index(object: CatalogObject): void {
    if (object.kind === "schema") this.#schemas.set(object.name, object);
    else if (object.kind === "role") this.#roles.set(object.name, object);
    else if (object.kind === "function") this.#indexFunction(object);
    else if (object.kind === "operator") this.#indexOperator(object);
    else if (object.kind === "cast") this.#casts.add(object);
    else if (isRelation(object)) this.#indexRelation(object);
    if (object.kind !== "table") return;
    this.#byStorageId.set(object.storageId, object);
    rememberCatalog(object, this, BINDERS);
  }

  get casts(): UserCasts | undefined {
    return this.#casts.isEmpty ? undefined : this.#casts;
  }

  #indexOperator(object: OperatorDescriptor): void {
    const alike = this.#operators.get(object.name);
    if (alike === undefined) this.#operators.set(object.name, [object]);
    else alike.push(object);
  }

  #indexFunction(object: FunctionDescriptor): void {
    const alike = this.#functions.get(object.name);
    if (alike === undefined) this.#functions.set(object.name, [object]);
    else alike.push(object);
  }

  #indexRelation(relation: Relation): void {
    this.#relations.set(relation.schema, relation.name, relation);
    this.#byOid.set(relation.oid, relation);
  }

  /** The catalog after these changes, still based on the same committed version. */
  with(changes: readonly CatalogChange[]): CatalogImage {
    const objects = new Map(this.objects);
    for (const { put, drop } of changes) {
      if (drop !== undefined) objects.delete(drop);
      if (put !== undefined) objects.set(put.oid, put);
    }
    return this.#made(objects.values(), this.statistics, this.temporarySchema);
  }

  #made(
    objects: Iterable<CatalogObject>,
    statistics: StatisticsByStorage,
    temporarySchema: SchemaDescriptor | undefined,
  ): CatalogImage {
    return new CatalogImage(
      this.version,
      objects,
      this.system,
      statistics,
      temporarySchema,
      this.database,
      this.profile,
    );
  }

  /** The same schema with other statistics: plans are made anew on it. */
  withStatistics(statistics: StatisticsByStorage): CatalogImage {
    return this.#made(this.objects.values(), statistics, this.temporarySchema);
  }

  statisticsOf(table: TableDescriptor): TableStatistics | undefined {
    const found = this.statistics.get(table.storageId);
    if (found === undefined) return undefined;
    const isThere = ({ object }: ExtendedStatistics): boolean => this.objects.has(object);
    const { extended } = found;
    // Objects that were dropped since the table was analyzed say nothing any more.
    return extended === undefined || extended.every(isThere)
      ? found
      : { ...found, extended: extended.filter(isThere) };
  }

  withTemporary(
    schema: SchemaDescriptor,
    own: readonly CatalogObject[],
    statistics: ReadonlyMap<number, TableStatistics> = new Map(),
  ): CatalogImage {
    const all = new Map([...this.statistics, ...statistics]);
    return this.#made([...this.objects.values(), schema, ...own], all, schema);
  }

  /** Without the session's own objects: as everybody sees it. */
  withoutTemporary(): CatalogImage {
    const { temporarySchema: schema } = this;
    if (schema === undefined) return this;
    const shared = [...this.objects.values()].filter(
      (object) =>
        !(object.kind === "acl" && isTemporaryOid(object.oid)) &&
        object.oid !== schema.oid &&
        !("schema" in object && object.schema === schema.oid),
    );
    const statistics = [...this.statistics].filter(([table]) => !isTemporaryOid(table));
    return this.#made(shared, new Map(statistics), undefined);
  }

  schemaByName(name: string): SchemaDescriptor | undefined {
    return name === "pg_temp" ? this.temporarySchema : this.#schemas.get(name);
  }

  schemaByOid(oid: number): SchemaDescriptor | undefined {
    return this.#schemaByOid.get(oid);
  }

  relationByOid(oid: number): Relation | undefined {
    return this.#byOid.get(oid);
  }

  relationInSchema(schema: string, name: string): Relation | undefined {
    const found = this.schemaByName(schema);
    return found && this.#relations.get(found.oid, name);
  }

  /** Temporary relations come first unless the path says where. */
  #findTemporary(name: string, searchPath: readonly string[]): Relation | undefined {
    const schema = this.temporarySchema;
    if (
      schema === undefined ||
      searchPath.includes("pg_temp") ||
      searchPath.includes(schema.name)
    ) {
      return undefined;
    }
    return this.#relations.get(schema.oid, name);
  }

  findRelation(name: string, searchPath: readonly string[]): Relation | undefined {
    const temporary = this.#findTemporary(name, searchPath);
    if (temporary !== undefined) return temporary;
    if (!searchPath.includes("pg_catalog")) {
      const system = this.relationInSchema("pg_catalog", name);
      if (system !== undefined) return system;
    }
    for (const schema of searchPath) {
      const relation = this.relationInSchema(schema, name);
      if (relation !== undefined) return relation;
    }
    return undefined;
  }

  tableByStorageId(storageId: number): TableDescriptor | undefined {
    return this.#byStorageId.get(storageId);
  }

  operatorsNamed(name: string): readonly OperatorDescriptor[] {
    return this.#operators.get(name) ?? NO_OPERATORS;
  }

  functionsNamed(name: string): readonly FunctionDescriptor[] {
    return this.#functions.get(name) ?? NO_FUNCTIONS;
  }

  roleByName(name: string): RoleDescriptor | undefined {
    return this.#roles.get(name);
  }

  typeNumber(oid: number): number {
    return this.#types.numberOf(oid);
  }

  typeInSchema(schema: string, name: string): number | undefined {
    const found = this.schemaByName(schema);
    return found && this.#types.oidByName(found.oid, name);
  }

  arrayTypeName(oid: number): string | undefined {
    return this.#types.arrayName(oid);
  }

  /** The composite type of CREATE TYPE whose pg_class entry has this OID. */
  compositeOf(relation: number): TypeDescriptor | undefined {
    return this.#types.compositeOf(relation);
  }

  /** OID of the pg_class entry of a composite type. */
  compositeInSchema(schema: string, name: string): number | undefined {
    const found = this.schemaByName(schema);
    return found && this.#types.compositeNamed(found.oid, name);
  }

  typeOwner(oid: number): TypeOwner | undefined {
    return this.#types.ownerOf(oid);
  }

  relations(): Iterable<Relation> {
    return this.#byOid.values();
  }

  closedKind(schema: string, name: string): "indexes" | "composite types" | undefined {
    const oid = this.schemaByName(schema)?.oid;
    if (oid === undefined) return undefined;
    if (this.indexOwner(oid, name) !== undefined) return "indexes";
    return this.#types.compositeNamed(oid, name) === undefined ? undefined : "composite types";
  }

  /** Table or view with an index or constraint of this name in the schema, if any. */
  indexOwner(schema: number, name: string): TableDescriptor | undefined {
    this.#indexOwners ??= this.#collectIndexOwners();
    return this.#indexOwners.get(schema, name);
  }

  #collectIndexOwners(): NamesInSchemas<TableDescriptor> {
    const owners = new NamesInSchemas<TableDescriptor>();
    for (const table of this.#byOid.values()) {
      if (table.kind !== "table") continue;
      for (const { name } of allIndexes(table)) owners.set(table.schema, name, table);
    }
    return owners;
  }

  /** Whether a relation or index of this name is in the schema: they share one name space. */
  nameTaken(schema: number, name: string): boolean {
    return (
      this.#relations.has(schema, name) ||
      this.indexOwner(schema, name) !== undefined ||
      this.#types.compositeNamed(schema, name) !== undefined
    );
  }
}
