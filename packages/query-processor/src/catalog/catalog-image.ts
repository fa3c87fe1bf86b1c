/**
 * The Catalog as an immutable value: built from stored objects, changed by making another one. Look-
 * ups are by hash; a schema change costs a copy of the maps.
 */
import type { UserCasts } from "@firstlight/sql";
import type { Catalog, Relation } from "./catalog.ts";
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
import { FIRST_DATABASE, isTemporaryOid } from "./builtin-objects.ts";
import type { SystemCatalog } from "./system-catalog.ts";
import { ImageObjects } from "./image-objects.ts";
import type { TypeOwner } from "./type-definition.ts";

/** A new or changed object, or the OID of one that is gone. */
export interface CatalogChange {
  readonly put?: CatalogObject;
  readonly drop?: number;
}

const NO_OPERATORS: readonly OperatorDescriptor[] = [];
const NO_FUNCTIONS: readonly FunctionDescriptor[] = [];

export { isRelation } from "./image-objects.ts";

export class CatalogImage implements Catalog {
  readonly version: number;
  readonly statistics: StatisticsByStorage;
  readonly system: SystemCatalog;
  /** Of the query processor: how what is in it is shown. */
  readonly profile: Profile;
  readonly #found: ImageObjects;

  /** The database that it is of; what others have is not in it. */
  readonly database: number;
  /** Of the session whose temporary relations are among the objects. */
  readonly temporarySchema: SchemaDescriptor | undefined;

  constructor(
    version: number,
    /** Those of another image are shared: the same objects with other statistics. */
    objects: Iterable<CatalogObject> | ImageObjects,
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
    this.#found = objects instanceof ImageObjects ? objects : new ImageObjects();
    if (!(objects instanceof ImageObjects)) this.#found.fill(this, objects);
  }

  get objects(): ReadonlyMap<number, CatalogObject> {
    return this.#found.all;
  }

  get casts(): UserCasts | undefined {
    const { casts } = this.#found;
    return casts.isEmpty ? undefined : casts;
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
    objects: Iterable<CatalogObject> | ImageObjects,
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
    return this.#made(this.#found, statistics, this.temporarySchema);
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
    return name === "pg_temp" ? this.temporarySchema : this.#found.schemas.get(name);
  }

  schemaByOid(oid: number): SchemaDescriptor | undefined {
    return this.#found.schemaByOid.get(oid);
  }

  relationByOid(oid: number): Relation | undefined {
    return this.#found.byOid.get(oid);
  }

  relationInSchema(schema: string, name: string): Relation | undefined {
    const found = this.schemaByName(schema);
    return found && this.#found.relations.get(found.oid, name);
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
    return this.#found.relations.get(schema.oid, name);
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
    return this.#found.byStorageId.get(storageId);
  }

  operatorsNamed(name: string): readonly OperatorDescriptor[] {
    return this.#found.operators.get(name) ?? NO_OPERATORS;
  }

  functionsNamed(name: string): readonly FunctionDescriptor[] {
    return this.#found.functions.get(name) ?? NO_FUNCTIONS;
  }

  roleByName(name: string): RoleDescriptor | undefined {
    return this.#found.roles.get(name);
  }

  typeNumber(oid: number): number {
    return this.#found.types.numberOf(oid);
  }

  typeInSchema(schema: string, name: string): number | undefined {
    const found = this.schemaByName(schema);
    return found && this.#found.types.oidByName(found.oid, name);
  }

  arrayTypeName(oid: number): string | undefined {
    return this.#found.types.arrayName(oid);
  }

  /** The composite type of CREATE TYPE whose pg_class entry has this OID. */
  compositeOf(relation: number): TypeDescriptor | undefined {
    return this.#found.types.compositeOf(relation);
  }

  /** OID of the pg_class entry of a composite type. */
  compositeInSchema(schema: string, name: string): number | undefined {
    const found = this.schemaByName(schema);
    return found && this.#found.types.compositeNamed(found.oid, name);
  }

  typeOwner(oid: number): TypeOwner | undefined {
    return this.#found.types.ownerOf(oid);
  }

  relations(): Iterable<Relation> {
    return this.#found.byOid.values();
  }

  closedKind(schema: string, name: string): "indexes" | "composite types" | undefined {
    const oid = this.schemaByName(schema)?.oid;
    if (oid === undefined) return undefined;
    if (this.indexOwner(oid, name) !== undefined) return "indexes";
    return this.#found.types.compositeNamed(oid, name) === undefined
      ? undefined
      : "composite types";
  }

  /** Table or view with an index or constraint of this name in the schema, if any. */
  indexOwner(schema: number, name: string): TableDescriptor | undefined {
    return this.#found.indexOwners.get(schema, name);
  }

  /** Whether a relation or index of this name is in the schema: they share one name space. */
  nameTaken(schema: number, name: string): boolean {
    return (
      this.#found.relations.has(schema, name) ||
      this.indexOwner(schema, name) !== undefined ||
      this.#found.types.compositeNamed(schema, name) !== undefined
    );
  }
}
