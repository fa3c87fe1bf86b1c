/** pg_collation: PostgreSQL's own collations and those of users. */
import type { Catalog, VirtualTable } from "../catalog.ts";
import { collationVersion } from "../collations.ts";
import { systemRows } from "./system-rows.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

function* rows(catalog: Catalog): Iterable<NamedRow> {
  yield* systemRows("pg_collation");
  for (const object of catalog.objects.values()) {
    if (object.kind !== "collation") continue;
    yield {
      oid: object.oid,
      collname: object.name,
      collnamespace: object.schema,
      collowner: object.owner,
      collprovider: object.provider,
      collisdeterministic: object.deterministic,
      collencoding: object.encoding,
      collcollate: object.collate ?? null,
      collctype: object.ctype ?? null,
      colliculocale: object.icuLocale ?? null,
      collicurules: object.icuRules ?? null,
      collversion: collationVersion(object.provider),
    };
  }
}

export const PG_COLLATION: VirtualTable = systemTable("pg_collation", rows);
