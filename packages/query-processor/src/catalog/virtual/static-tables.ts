/** Catalogs that hold PostgreSQL's own rows and nothing else. */
import type { Datum, SystemCatalogName } from "@firstlight/sql";
import { shownAccess } from "../../privileges/access-text.ts";
import { BOOTSTRAP_SUPERUSER } from "../builtin-objects.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { CLASS } from "../dependencies/object-address.ts";
import { rangeCasts } from "./range-functions.ts";
import { eachSystemRow, systemRows } from "./system-rows.ts";
import { systemTable } from "./virtual-table.ts";
import { userCasts } from "./user-casts.ts";

const STATIC: readonly SystemCatalogName[] = [
  "pg_am",
  "pg_amop",
  "pg_amproc",
  "pg_conversion",
  "pg_opclass",
  "pg_opfamily",
  "pg_ts_config",
  "pg_ts_config_map",
  "pg_ts_dict",
  "pg_ts_parser",
  "pg_ts_template",
  "sql_features",
  "sql_implementation_info",
  "sql_parts",
  "sql_sizing",
];

function languageAccess(catalog: Catalog, objectId: number): Datum {
  const owner = BOOTSTRAP_SUPERUSER;
  return shownAccess(catalog, { classId: CLASS.language, objectId, kind: "language", owner });
}

const PROCEDURAL = "plpgsql";

export const STATIC_TABLES: readonly VirtualTable[] = [
  ...STATIC.map((name) => systemTable(name, () => eachSystemRow(name))),
  systemTable("pg_cast", (catalog) => [
    ...systemRows("pg_cast"),
    ...rangeCasts(catalog),
    ...userCasts(catalog),
  ]),
  systemTable("pg_language", (catalog) =>
    systemRows("pg_language")
      .filter((row) => row["lanname"] !== PROCEDURAL)
      .map((row) => ({ ...row, lanacl: languageAccess(catalog, Number(row["oid"])) })),
  ),
];
