/**
 * Views of PostgreSQL's cumulative statistics that have one row per server, database or session.
 * Nothing is counted: counters are zero, times are not known.
 */
import type { Datum } from "@firstlight/sql";
import type { MaybePromise } from "@firstlight/common";
import type { ListedSession, SessionView, VirtualTable } from "../catalog.ts";
import { databasesIn } from "../databases.ts";
import { systemRelation } from "./system-relations.ts";
import type { NamedRow } from "./virtual-table.ts";
import { clusterTable, sessionTable, systemTable } from "./virtual-table.ts";

const INT8 = 20;
const FLOAT8 = 701;

function zeros(name: string): NamedRow {
  const row: Record<string, Datum> = {};
  for (const { name: column, type } of systemRelation(name).columns) {
    if (type === INT8) row[column] = 0n;
    else if (type === FLOAT8) row[column] = 0;
  }
  return row;
}

function oneRow(name: string): VirtualTable {
  return systemTable(name, () => [zeros(name)]);
}

/** Databases by OID; what all of them share goes by 0. */
function perDatabase(name: string, backends: (count: number) => NamedRow): VirtualTable {
  const counters = zeros(name);
  const gather = (session: SessionView): MaybePromise<readonly ListedSession[]> =>
    session.listSessions?.() ?? [];
  return clusterTable(name, gather, (sessions, _, catalog) =>
    databasesIn(catalog).map((database) => {
      const count = sessions.filter((each) => each.database === database.name).length;
      return { ...counters, ...backends(count), datid: database.oid, datname: database.name };
    }),
  );
}

function perSession(name: string, row: NamedRow): VirtualTable {
  return sessionTable(name, (session) => [{ ...row, pid: session.backendPid ?? 0 }]);
}

export const SERVER_STATISTICS: readonly VirtualTable[] = [
  oneRow("pg_stat_archiver"),
  oneRow("pg_stat_bgwriter"),
  oneRow("pg_stat_wal"),
  oneRow("pg_stat_recovery_prefetch"),
  perDatabase("pg_stat_database", (numbackends) => ({ numbackends })),
  perDatabase("pg_stat_database_conflicts", () => ({})),
  perSession("pg_stat_gssapi", {
    gss_authenticated: false,
    encrypted: false,
    credentials_delegated: false,
  }),
];
