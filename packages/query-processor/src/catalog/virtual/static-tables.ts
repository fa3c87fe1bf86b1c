/** Catalogs that hold PostgreSQL's own rows and nothing else. */
import type { SystemCatalogName } from "@firstlight/sql";
import type { VirtualTable } from "../catalog.ts";
import { systemRows } from "./system-rows.ts";
import { systemTable } from "./virtual-table.ts";

const STATIC: readonly SystemCatalogName[] = [
  "pg_am",
  "pg_amop",
  "pg_amproc",
  "pg_cast",
  "pg_collation",
  "pg_opclass",
  "pg_opfamily",
];

const PROCEDURAL = "plpgsql";

export const STATIC_TABLES: readonly VirtualTable[] = [
  ...STATIC.map((name) => systemTable(name, () => systemRows(name))),
  systemTable("pg_language", () =>
    systemRows("pg_language").filter((row) => row["lanname"] !== PROCEDURAL),
  ),
];
