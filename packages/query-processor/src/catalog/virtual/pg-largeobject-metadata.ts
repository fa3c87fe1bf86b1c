/** pg_largeobject_metadata: whose the large objects are; pg_largeobject is a table (large-objects). */
import type { LargeObject } from "../../large-objects/object-owners.ts";
import { ObjectOwners } from "../../large-objects/object-owners.ts";
import { largeObjectStore } from "../../large-objects/table-store.ts";
import { accessArray } from "../../privileges/access-text.ts";
import type { Transaction } from "../../transaction/transaction.ts";
import type { Catalog, SessionView, VirtualTable } from "../catalog.ts";
import { clusterTable } from "./virtual-table.ts";

/** Those of the database. */
export async function largeObjects(
  _session: SessionView,
  reads: Transaction,
  catalog: Catalog,
): Promise<readonly LargeObject[]> {
  const { owners } = largeObjectStore(catalog.database);
  const found: LargeObject[] = [];
  for await (const each of new ObjectOwners(owners).all(reads)) found.push(each);
  return found;
}

export const PG_LARGEOBJECT_METADATA: VirtualTable = clusterTable(
  "pg_largeobject_metadata",
  largeObjects,
  (objects, _session, catalog) =>
    objects.map(({ oid, owner, items }) => ({
      oid,
      lomowner: owner,
      lomacl: items === undefined ? null : accessArray(catalog, items),
    })),
);
