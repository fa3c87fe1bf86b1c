/**
 * Views of PostgreSQL's cumulative statistics that have one row per server, database or session.
 * Nothing is counted: counters are zero, times are not known.
 */
import type { Datum } from "@firstlight/sql";
import { DATABASE_OID } from "../builtin-objects.ts";
import type { VirtualTable } from "../catalog.ts";
import { systemRelation } from "./system-relations.ts";
import type { NamedRow } from "./virtual-table.ts";
import { sessionTable, systemTable } from "./virtual-table.ts";

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

function perDatabase(name: string, backends: NamedRow): VirtualTable {
  return sessionTable(name, (session) => [
    { ...zeros(name), ...backends, datid: DATABASE_OID, datname: session.database },
  ]);
}

function perSession(name: string, row: NamedRow): VirtualTable {
  return sessionTable(name, (session) => [{ ...row, pid: session.backendPid ?? 0 }]);
}

export const SERVER_STATISTICS: readonly VirtualTable[] = [
  oneRow("pg_stat_archiver"),
  oneRow("pg_stat_bgwriter"),
  oneRow("pg_stat_wal"),
  oneRow("pg_stat_recovery_prefetch"),
  perDatabase("pg_stat_database", { numbackends: 1 }),
  perDatabase("pg_stat_database_conflicts", {}),
  perSession("pg_stat_gssapi", {
    gss_authenticated: false,
    encrypted: false,
    credentials_delegated: false,
  }),
];
