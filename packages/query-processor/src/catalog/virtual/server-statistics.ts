/**
 * Views of PostgreSQL's cumulative statistics that have one row per server, database or session. Ends
 * of transactions and rows are counted (statistics/activity-counters.ts); other counters are zero,
 * times are not known.
 */
import { numericFromInt } from "@firstlight/sql";
import type { Datum } from "@firstlight/sql";
import type { MaybePromise } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { ActivitySums } from "../../statistics/activity-counters.ts";
import { activityIn } from "../../statistics/activity-counters.ts";
import type { Catalog, ListedSession, SessionView, VirtualTable } from "../catalog.ts";
import type { DatabaseDescriptor } from "../descriptors.ts";
import { gatherActivity } from "./pg-stat-tables.ts";
import { databasesIn } from "../databases.ts";
import { systemRelation } from "./system-relations.ts";
import type { NamedRow } from "./virtual-table.ts";
import { clusterTable, sessionTable, systemTable } from "./virtual-table.ts";

const INT8 = 20;
const INT4 = 23;
const FLOAT8 = 701;
const NUMERIC = 1700;

function zeros(name: string): NamedRow {
  const row: Record<string, Datum> = {};
  for (const { name: column, type } of systemRelation(name).columns) {
    if (type === INT8) row[column] = 0n;
    else if (type === FLOAT8 || type === INT4) row[column] = 0;
    else if (type === NUMERIC) row[column] = numericFromInt(0);
  }
  return row;
}

function oneRow(name: string): VirtualTable {
  return systemTable(name, () => [zeros(name)]);
}

interface Gathered {
  readonly sessions: readonly ListedSession[];
  readonly activity: ActivitySums;
}

function gather(session: SessionView): MaybePromise<Gathered> {
  return andThen(session.listSessions?.() ?? [], (sessions) =>
    andThen(gatherActivity(session), (activity) => ({ sessions, activity })),
  );
}

function perDatabase(
  name: string,
  counted: (gathered: Gathered, database: DatabaseDescriptor, catalog: Catalog) => NamedRow,
): VirtualTable {
  const counters = zeros(name);
  return clusterTable(name, gather, (gathered, _, catalog) =>
    databasesIn(catalog).map((database) => ({
      ...counters,
      ...counted(gathered, database, catalog),
      datid: database.oid,
      datname: database.name,
    })),
  );
}

/** Of the tables of the database that is asked in; those of others are not known in it. */
function rowCounts(all: ActivitySums, catalog: Catalog): NamedRow {
  const { scans, writes } = activityIn(catalog.database, all);
  const sums = { returned: 0, fetched: 0, inserted: 0, updated: 0, deleted: 0 };
  for (const object of catalog.objects.values()) {
    if (object.kind !== "table") continue;
    sums.returned += scans.get(object.oid)?.rows ?? 0;
    sums.fetched += scans.get(object.oid)?.fetched ?? 0;
    for (const { oid } of object.indexes) {
      sums.returned += scans.get(oid)?.rows ?? 0;
      sums.fetched += scans.get(oid)?.fetched ?? 0;
    }
    const written = writes.get(object.oid);
    sums.inserted += written?.inserted ?? 0;
    sums.updated += written?.updated ?? 0;
    sums.deleted += written?.deleted ?? 0;
  }
  return Object.fromEntries(
    Object.entries(sums).map(([what, count]) => [`tup_${what}`, BigInt(count)]),
  );
}

const NOT_KNOWN: NamedRow = Object.fromEntries(
  ["returned", "fetched", "inserted", "updated", "deleted"].map((what) => [`tup_${what}`, null]),
);

function databaseCounts(
  { sessions, activity }: Gathered,
  database: DatabaseDescriptor,
  catalog: Catalog,
): NamedRow {
  const ends = activity.databases.get(database.oid);
  return {
    numbackends: sessions.filter((each) => each.database === database.name).length,
    xact_commit: BigInt(ends?.committed ?? 0),
    xact_rollback: BigInt(ends?.rolledBack ?? 0),
    ...(database.oid === catalog.database ? rowCounts(activity, catalog) : NOT_KNOWN),
  };
}

function perSession(name: string, row: NamedRow): VirtualTable {
  return sessionTable(name, (session) => [{ ...row, pid: session.backendPid ?? 0 }]);
}

export const SERVER_STATISTICS: readonly VirtualTable[] = [
  oneRow("pg_stat_archiver"),
  oneRow("pg_stat_bgwriter"),
  oneRow("pg_stat_wal"),
  oneRow("pg_stat_recovery_prefetch"),
  perDatabase("pg_stat_database", databaseCounts),
  perDatabase("pg_stat_database_conflicts", () => ({})),
  perSession("pg_stat_gssapi", {
    gss_authenticated: false,
    encrypted: false,
    credentials_delegated: false,
  }),
];
