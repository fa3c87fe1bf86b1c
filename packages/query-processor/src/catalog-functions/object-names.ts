/** Names of objects as functions print them: quoted where needed, with the schema where it is not seen. */
import type { FormatSettings } from "@firstlight/sql";
import { allIndexes } from "../catalog/table-indexes.ts";
import { formatType, quoteIdentifier, setVisibleNames, systemCatalogText } from "@firstlight/sql";
import { typeNamed } from "../parse/type-name.ts";
import { PG_CATALOG_OID } from "../catalog/builtin-objects.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { systemIndexByName, systemIndexes } from "../catalog/virtual/system-indexes.ts";
import { relationOfRowType, rowTypeOfArray } from "../catalog/virtual/row-types.ts";

/** What decides whether a name needs its schema. */
export interface NameScope {
  readonly image: CatalogImage;
  readonly searchPath: readonly string[];
  /** Of the session, for constants in definitions. */
  readonly format?: FormatSettings | undefined;
}

/** What names written by a client are looked up with. */
export interface LookUpScope extends NameScope {
  /** Without a user for what is done for nobody. */
  readonly session: { readonly database: string; readonly currentUser?: string };
  /** On whose behalf a function runs that says SECURITY DEFINER. */
  readonly currentUser?: string;
}

export interface NamedObject {
  readonly name: string;
  readonly schema: number;
}

export interface FoundIndex {
  readonly table: TableDescriptor;
  readonly index: IndexDescriptor;
}

const indexes = new WeakMap<CatalogImage, ReadonlyMap<number, FoundIndex>>();

function collectIndexes(image: CatalogImage): ReadonlyMap<number, FoundIndex> {
  const found = new Map<number, FoundIndex>();
  for (const table of image.objects.values()) {
    if (table.kind !== "table") continue;
    for (const index of allIndexes(table)) found.set(index.oid, { table, index });
  }
  return found;
}

export function indexByOid(image: CatalogImage, oid: number): FoundIndex | undefined {
  let known = indexes.get(image);
  if (known === undefined) {
    known = collectIndexes(image);
    indexes.set(image, known);
  }
  return known.get(oid);
}

/** Tables, views, sequences, system relations and indexes share one name space. */
export function relationObject(image: CatalogImage, oid: number): NamedObject | undefined {
  const relation = image.relationByOid(oid);
  if (relation !== undefined) return relation;
  const composite = image.compositeOf(oid);
  if (composite !== undefined) return composite;
  const found = indexByOid(image, oid);
  if (found !== undefined) return { name: found.index.name, schema: found.table.schema };
  const system = systemIndexes().get(oid);
  return system && { name: system.name, schema: PG_CATALOG_OID };
}

export function relationOidIn(
  image: CatalogImage,
  schema: string,
  name: string,
): number | undefined {
  const relation = image.relationInSchema(schema, name);
  if (relation !== undefined) return relation.oid;
  const composite = image.compositeInSchema(schema, name);
  if (composite !== undefined) return composite;
  const oid = image.schemaByName(schema)?.oid;
  const table = oid === undefined ? undefined : image.indexOwner(oid, name);
  const index = table && allIndexes(table).find((each) => each.name === name)?.oid;
  return index ?? (oid === PG_CATALOG_OID ? systemIndexByName(name) : undefined);
}

function withTemporary({ image, searchPath }: NameScope): readonly string[] {
  const name = image.temporarySchema?.name;
  if (name === undefined || searchPath.includes(name) || searchPath.includes("pg_temp")) {
    return searchPath;
  }
  return [name, ...searchPath];
}

/** Schemas in the order in which names are looked up. */
export function lookUpPath(call: NameScope): readonly string[] {
  const searchPath = withTemporary(call);
  return searchPath.includes("pg_catalog") ? searchPath : ["pg_catalog", ...searchPath];
}

export function isVisibleRelation(call: NameScope, oid: number): boolean | null {
  const object = relationObject(call.image, oid);
  if (object === undefined) return null;
  for (const schema of lookUpPath(call)) {
    const found = relationOidIn(call.image, schema, object.name);
    if (found !== undefined) return found === oid;
  }
  return false;
}

export function qualifiedName(image: CatalogImage, object: NamedObject): string {
  const schema = image.schemaByOid(object.schema)?.name ?? "pg_catalog";
  return `${quoteIdentifier(schema)}.${quoteIdentifier(object.name)}`;
}

/** As regclass prints it; undefined if there is no such relation. */
export function relationName(call: NameScope, oid: number): string | undefined {
  const object = relationObject(call.image, oid);
  if (object === undefined) return undefined;
  if (isVisibleRelation(call, oid) === true) return quoteIdentifier(object.name);
  return qualifiedName(call.image, object);
}

/** Texts have names as they are found from there. */
export function showNamesFor({ image, searchPath }: NameScope): void {
  const own = image.temporarySchema?.name;
  const schemas = own === undefined ? searchPath : [...searchPath, own];
  setVisibleNames(schemas, (name) => typeNamed(image, searchPath, name));
}

/** format_type for built-in types and row types of tables. */
export function typeName(call: NameScope, oid: number, typmod?: number): string {
  showNamesFor(call);
  const builtin = formatType(call.image.typeNumber(oid), typmod);
  if (builtin !== "???") return builtin;
  const element = rowTypeOfArray(oid);
  const relation = relationOfRowType(call.image, element ?? oid);
  if (relation === undefined) return builtin;
  const name = relationName(call, relation.oid) ?? builtin;
  return element === undefined ? name : `${name}[]`;
}

let collations: ReadonlyMap<number, string> | undefined;

function readCollations(): ReadonlyMap<number, string> {
  const rows = systemCatalogText("pg_collation").rows();
  return new Map(rows.map((row) => [row.number("oid"), row.text("collname")]));
}

export function collationName(oid: number): string | undefined {
  collations ??= readCollations();
  return collations.get(oid);
}

export function collationOid(name: string): number | undefined {
  collations ??= readCollations();
  for (const [oid, each] of collations) if (each === name) return oid;
  return undefined;
}
