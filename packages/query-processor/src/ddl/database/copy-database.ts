/**
 * What a database of CREATE DATABASE has from its template: all objects under the OIDs that they have
 * there, as in PostgreSQL, with storage of their own, and every row and index entry as of the
 * transaction's snapshot.
 */
import { isDeepStrictEqual } from "node:util";
import { featureNotSupported, indexPrefix, movedToStorage, prefixSpan } from "@firstlight/common";
import type { Span } from "@firstlight/common";
import { BUILTIN_SCHEMAS } from "../../catalog/builtin-objects.ts";
import type { CatalogImage } from "../../catalog/catalog-image.ts";
import { isShared } from "../../catalog/databases.ts";
import type {
  CatalogObject,
  DatabaseDescriptor,
  SequenceDescriptor,
  TableDescriptor,
} from "../../catalog/descriptors.ts";
import { ownersTable, pagesTable } from "../../large-objects/large-object-tables.ts";
import type { DdlContext } from "../ddl-context.ts";
import { newOid } from "../ddl-context.ts";
import { beingAccessed, othersIn } from "./find-database.ts";

/** 55006 while others are in the template: what they do may be half done. */
export async function copyDatabase(
  context: DdlContext,
  template: DatabaseDescriptor,
  copy: DatabaseDescriptor,
): Promise<void> {
  const image = await context.transaction.imageOf(template.oid);
  const objects = ownObjects(image);
  if (objects.length > 0) await refuseWhileUsed(context, template, objects);
  const copied: CatalogObject[] = [];
  for (const object of objects) {
    copied.push({ ...(await copiedObject(context, object)), inDatabase: copy.oid });
  }
  context.transaction.putElsewhere(copied);
  const large = [pagesTable, ownersTable] as const;
  for (const table of large)
    await copyRows(context, table(template.oid), table(copy.oid).storageId);
}

/** What statements have made: not what every database has. */
function ownObjects({ objects, system }: CatalogImage): CatalogObject[] {
  const builtin = new Map<number, CatalogObject>();
  for (const object of [...BUILTIN_SCHEMAS, ...system.objects]) builtin.set(object.oid, object);
  return [...objects.values()].filter((object) => {
    return !isShared(object) && !isDeepStrictEqual(builtin.get(object.oid), object);
  });
}

async function refuseWhileUsed(
  context: DdlContext,
  template: DatabaseDescriptor,
  objects: readonly CatalogObject[],
): Promise<void> {
  const others = await othersIn(context, template, false);
  if (others > 0) throw beingAccessed("source database", template.name, others);
  // A job in the background would finish the one in the template only.
  const isBuilt = (each: CatalogObject): boolean =>
    each.kind === "table" && (each.building?.some(({ state }) => state !== "invalid") ?? false);
  if (objects.some(isBuilt)) {
    throw featureNotSupported("copying a database in which an index is being built");
  }
}

async function copiedObject(context: DdlContext, object: CatalogObject): Promise<CatalogObject> {
  if (object.kind === "table") {
    const storageId = await newOid(context);
    await copyRows(context, object, storageId);
    return { ...object, storageId };
  }
  if (object.kind !== "sequence") return object;
  const copy: SequenceDescriptor = { ...object, storageId: await newOid(context) };
  await context.sequences.copyPosition(context.transaction.kv, object, copy);
  return copy;
}

/** Entries of indexes that were dropped stay behind: storage has yet to remove them. */
async function copyRows(
  context: DdlContext,
  { storageId, indexes, building = [] }: TableDescriptor,
  to: number,
): Promise<void> {
  const numbers = new Set([0, ...indexes.map((each) => each.number)]);
  for (const { index } of building) numbers.add(index.number);
  for (const number of [...numbers].toSorted((a, b) => a - b)) {
    await copySpan(context, prefixSpan(indexPrefix(storageId, number)), to);
  }
}

async function copySpan(context: DdlContext, span: Span, to: number): Promise<void> {
  const { kv } = context.transaction;
  const { interrupts } = context.session;
  for (let rest: Span | undefined = span; rest !== undefined;) {
    const page = await kv.scan({ span: rest, reverse: false, withKeys: true });
    if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
    for (const [at, key] of (page.keys ?? []).entries()) {
      const value = page.batch.values[at];
      if (value !== undefined) kv.put(movedToStorage(key, to), value.slice(), "insert");
    }
    rest = page.rest;
    interrupts.check();
    if (interrupts.overdue()) await interrupts.yield();
  }
}
