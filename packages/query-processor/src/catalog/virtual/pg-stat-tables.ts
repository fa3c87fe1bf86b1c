/**
 * pg_stat_all_tables and pg_stat_all_indexes: what all query processors that answer in time have
 * counted since they started, and when tables were analyzed. Rows are those that storage handed over:
 * what it filtered out or summed up itself is not among them.
 */
import { andThen } from "@firstlight/common";
import type { MaybePromise } from "@firstlight/common";
import type { ActivitySums, ScanCounters } from "../../statistics/activity-counters.ts";
import { activityIn, sumOfReports } from "../../statistics/activity-counters.ts";
import { POSTGRES_EPOCH } from "../../statistics/postgres-epoch.ts";
import type { Catalog, SessionView, VirtualTable } from "../catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../descriptors.ts";
import type { NamedRow } from "./virtual-table.ts";
import { clusterTable } from "./virtual-table.ts";

export function gatherActivity(session: SessionView): MaybePromise<ActivitySums> {
  return andThen(session.listActivity?.() ?? [], sumOfReports);
}

function timestamp(micros: number | undefined): bigint | null {
  return micros === undefined ? null : BigInt(micros - POSTGRES_EPOCH);
}

/** There are no updates in place, no dead rows, and nothing to vacuum. */
const NOT_COUNTED: readonly string[] = [
  "n_tup_hot_upd",
  "n_tup_newpage_upd",
  "n_dead_tup",
  "n_ins_since_vacuum",
  "vacuum_count",
  "autovacuum_count",
];
const ZEROS: NamedRow = Object.fromEntries(NOT_COUNTED.map((name) => [name, 0n]));

type ScanColumn = keyof ScanCounters;

function scanned({ scans }: ActivitySums, oid: number, what: ScanColumn): bigint {
  return BigInt(scans.get(oid)?.[what] ?? 0);
}

/** Over a table's indexes; NULL where it has none. */
function overIndexes(
  sums: ActivitySums,
  { indexes }: TableDescriptor,
  what: ScanColumn,
): bigint | null {
  if (indexes.length === 0) return null;
  return indexes.reduce((sum, { oid }) => sum + scanned(sums, oid, what), 0n);
}

function lastScan(sums: ActivitySums, oids: readonly number[]): bigint | null {
  const last = Math.max(0, ...oids.map((oid) => sums.scans.get(oid)?.last ?? 0));
  return last === 0 ? null : BigInt(last);
}

function scanColumns(sums: ActivitySums, table: TableDescriptor): NamedRow {
  const fetched = overIndexes(sums, table, "fetched");
  return {
    seq_scan: scanned(sums, table.oid, "scans"),
    seq_tup_read: scanned(sums, table.oid, "rows"),
    idx_scan: overIndexes(sums, table, "scans"),
    idx_tup_fetch: fetched,
    last_seq_scan: lastScan(sums, [table.oid]),
    last_idx_scan: lastScan(
      sums,
      table.indexes.map(({ oid }) => oid),
    ),
  };
}

function tableRow(sums: ActivitySums, catalog: Catalog, table: TableDescriptor): NamedRow {
  const statistics = catalog.statisticsOf(table);
  const written = sums.writes.get(table.oid);
  return {
    ...ZEROS,
    ...scanColumns(sums, table),
    relid: table.oid,
    schemaname: catalog.schemaByOid(table.schema)?.name ?? null,
    relname: table.name,
    n_tup_ins: BigInt(written?.inserted ?? 0),
    n_tup_upd: BigInt(written?.updated ?? 0),
    n_tup_del: BigInt(written?.deleted ?? 0),
    n_live_tup: BigInt(statistics?.size.rows ?? 0),
    n_mod_since_analyze: BigInt(sums.changed.get(table.storageId) ?? 0),
    last_analyze: timestamp(statistics?.lastAnalyze),
    last_autoanalyze: timestamp(statistics?.lastAutomatic),
    analyze_count: BigInt(statistics?.analyzeCount ?? 0),
    autoanalyze_count: BigInt(statistics?.automaticCount ?? 0),
  };
}

function indexRow(
  sums: ActivitySums,
  catalog: Catalog,
  table: TableDescriptor,
  index: IndexDescriptor,
): NamedRow {
  return {
    relid: table.oid,
    indexrelid: index.oid,
    schemaname: catalog.schemaByOid(table.schema)?.name ?? null,
    relname: table.name,
    indexrelname: index.name,
    idx_scan: scanned(sums, index.oid, "scans"),
    last_idx_scan: lastScan(sums, [index.oid]),
    idx_tup_read: scanned(sums, index.oid, "rows"),
    idx_tup_fetch: scanned(sums, index.oid, "fetched"),
  };
}

function* tablesOf(catalog: Catalog): Generator<TableDescriptor> {
  for (const object of catalog.objects.values()) if (object.kind === "table") yield object;
}

export const PG_STAT_ALL_TABLES: VirtualTable = clusterTable(
  "pg_stat_all_tables",
  gatherActivity,
  function* (all, _, catalog) {
    const sums = activityIn(catalog.database, all);
    for (const table of tablesOf(catalog)) yield tableRow(sums, catalog, table);
  },
);

export const PG_STAT_ALL_INDEXES: VirtualTable = clusterTable(
  "pg_stat_all_indexes",
  gatherActivity,
  function* (all, _, catalog) {
    const sums = activityIn(catalog.database, all);
    for (const table of tablesOf(catalog)) {
      for (const index of table.indexes) yield indexRow(sums, catalog, table, index);
    }
  },
);
