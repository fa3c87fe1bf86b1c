/** pg_stat_all_tables: when tables were analyzed. Activity is not counted. */
import { POSTGRES_EPOCH } from "../../statistics/postgres-epoch.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import type { TableDescriptor } from "../descriptors.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

function timestamp(micros: number | undefined): bigint | null {
  return micros === undefined ? null : BigInt(micros - POSTGRES_EPOCH);
}

const COUNTERS: readonly string[] = [
  "seq_scan",
  "seq_tup_read",
  "idx_scan",
  "idx_tup_fetch",
  "n_tup_ins",
  "n_tup_upd",
  "n_tup_del",
  "n_tup_hot_upd",
  "n_tup_newpage_upd",
  "n_dead_tup",
  "n_mod_since_analyze",
  "n_ins_since_vacuum",
  "vacuum_count",
  "autovacuum_count",
];
const ZEROS: NamedRow = Object.fromEntries(COUNTERS.map((name) => [name, 0n]));

function tableRow(catalog: Catalog, table: TableDescriptor): NamedRow {
  const statistics = catalog.statisticsOf(table);
  return {
    ...ZEROS,
    relid: table.oid,
    schemaname: catalog.schemaByOid(table.schema)?.name ?? null,
    relname: table.name,
    n_live_tup: BigInt(statistics?.size.rows ?? 0),
    last_analyze: timestamp(statistics?.lastAnalyze),
    last_autoanalyze: timestamp(statistics?.lastAutomatic),
    analyze_count: BigInt(statistics?.analyzeCount ?? 0),
    autoanalyze_count: BigInt(statistics?.automaticCount ?? 0),
  };
}

export const PG_STAT_ALL_TABLES: VirtualTable = systemTable(
  "pg_stat_all_tables",
  function* (catalog) {
    for (const object of catalog.objects.values()) {
      if (object.kind === "table") yield tableRow(catalog, object);
    }
  },
);
