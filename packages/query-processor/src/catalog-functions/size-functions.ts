/**
 * pg_relation_size and its kin. Storage keeps rows of all tables in one key space: what a relation
 * takes is estimated in blocks from what ANALYZE counted last.
 */
import { SqlError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { Catalog, Relation } from "../catalog/catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { databaseByOid, databaseNamed } from "../catalog/databases.ts";
import { DEFAULT_TABLESPACE } from "../catalog/builtin-objects.ts";
import { systemIndexes } from "../catalog/virtual/system-indexes.ts";
import { systemRelationByOid } from "../catalog/virtual/system-relations.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { indexByOid } from "./object-names.ts";

const BLOCK = 8192;

function indexBytes(image: Catalog, table: TableDescriptor, index: IndexDescriptor): number {
  const pages = image.statisticsOf(table)?.indexes.get(index.oid)?.pages ?? 0;
  return Math.max(pages, 1) * BLOCK;
}

function relationBytes(image: Catalog, relation: Relation): number {
  if (relation.kind === "sequence") return BLOCK;
  if (relation.kind === "table") return (image.statisticsOf(relation)?.size.pages ?? 0) * BLOCK;
  return systemRelationByOid(relation.oid)?.kind === "r" ? BLOCK : 0;
}

/** Of the main fork; undefined if there is no such relation. */
function ownBytes(image: CatalogImage, oid: number): number | undefined {
  const relation = image.relationByOid(oid);
  if (relation !== undefined) return relationBytes(image, relation);
  const found = indexByOid(image, oid);
  if (found !== undefined) return indexBytes(image, found.table, found.index);
  if (image.compositeOf(oid) !== undefined) return 0;
  return systemIndexes().has(oid) ? BLOCK : undefined;
}

function indexesBytes(image: CatalogImage, oid: number): number | undefined {
  const relation = image.relationByOid(oid);
  if (relation?.kind !== "table") return ownBytes(image, oid) === undefined ? undefined : 0;
  return relation.indexes.reduce((sum, index) => sum + indexBytes(image, relation, index), 0);
}

function totalBytes(image: CatalogImage, oid: number): number | undefined {
  const own = ownBytes(image, oid);
  return own === undefined ? undefined : own + (indexesBytes(image, oid) ?? 0);
}

/** Of all tables, their indexes and sequences, as they were last analyzed. */
export function databaseBytes(image: Catalog): number {
  let sum = 0;
  for (const object of image.objects.values()) {
    if (object.kind !== "table" && object.kind !== "sequence") continue;
    sum += relationBytes(image, object);
    if (object.kind === "sequence") continue;
    for (const index of object.indexes) sum += indexBytes(image, object, index);
  }
  return sum;
}

function bytes(size: (image: CatalogImage, oid: number) => number | undefined): CatalogFunction {
  return ({ image }, [oid]) => {
    const found = typeof oid === "number" ? size(image, oid) : undefined;
    return found === undefined ? null : BigInt(found);
  };
}

/** Forks beside the main one are empty. */
const relationSize: CatalogFunction = (call, args) => {
  const fork = args[1] ?? "main";
  return fork === "main" ? bytes(ownBytes)(call, args) : 0n;
};

/** Templates are empty; what other databases hold is not known in this one. */
function databaseSize(call: CatalogCall, [which]: readonly Datum[]): Datum {
  const { image } = call;
  const found =
    typeof which === "number"
      ? databaseByOid(image, which)
      : databaseNamed(image, typeof which === "string" ? which : "");
  if (found === undefined && typeof which === "string") {
    throw new SqlError("3D000", `database "${which}" does not exist`);
  }
  if (found?.oid === image.database) return BigInt(databaseBytes(image));
  return found?.isTemplate === true ? BigInt(BLOCK) : null;
}

const tablespaceSize: CatalogFunction = (call, [which]) =>
  which === DEFAULT_TABLESPACE || which === "pg_default"
    ? BigInt(databaseBytes(call.image))
    : BigInt(BLOCK);

function fileNode({ image }: CatalogCall, oid: Datum | undefined): number | undefined {
  if (typeof oid !== "number") return undefined;
  const relation = image.relationByOid(oid);
  if (relation?.kind === "table" || relation?.kind === "sequence") return relation.storageId;
  return indexByOid(image, oid)?.index.oid;
}

export const SIZE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_relation_size: relationSize,
  pg_table_size: bytes(ownBytes),
  pg_indexes_size: bytes(indexesBytes),
  pg_total_relation_size: bytes(totalBytes),
  pg_database_size: databaseSize,
  pg_tablespace_size: tablespaceSize,
  pg_relation_filenode: (call, [oid]) => fileNode(call, oid) ?? null,
  pg_relation_filepath: (call, [oid]) => {
    const node = fileNode(call, oid);
    return node === undefined ? null : `base/${call.image.database}/${node}`;
  },
};
