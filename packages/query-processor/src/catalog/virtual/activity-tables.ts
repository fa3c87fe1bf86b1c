/**
 * Sessions as pg_stat_activity and its kin show them: those of this query processor, as others are
 * nobody's to ask. What a session runs is for its own role, and for those who may read statistics.
 */
import type { Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, findType, oids } from "@firstlight/sql";
import { hasPrivilegesOf } from "../../privileges/memberships.ts";
import type { Catalog, ListedSession, SessionView, VirtualTable } from "../catalog.ts";
import { DATABASE_OID } from "./namespaces-and-roles.ts";
import type { NamedRow } from "./virtual-table.ts";
import { sessionTable } from "./virtual-table.ts";

const READ_ALL_STATS = 3375;
/** track_activity_query_size, with its end. */
const QUERY_LENGTH_MAX = 1023;
const FORMAT = { ...DEFAULT_FORMAT, now: 0n };

function addressOf(text: string): Datum {
  try {
    return findType(oids.INET)?.input(text, -1, FORMAT) ?? null;
  } catch {
    return null;
  }
}

function maySee(catalog: Catalog, session: SessionView, owner: number | undefined): boolean {
  const own = catalog.roleByName(session.user)?.oid;
  if (own === undefined) return false;
  if (owner !== undefined && hasPrivilegesOf(catalog, own, owner)) return true;
  return hasPrivilegesOf(catalog, own, READ_ALL_STATS);
}

function commonColumns(catalog: Catalog, each: ListedSession): NamedRow {
  return {
    datid: DATABASE_OID,
    datname: each.database,
    pid: each.pid,
    usesysid: catalog.roleByName(each.user)?.oid ?? null,
    usename: each.user,
    application_name: each.applicationName,
  };
}

function activityRow(catalog: Catalog, session: SessionView, each: ListedSession): NamedRow {
  const common = commonColumns(catalog, each);
  if (!maySee(catalog, session, catalog.roleByName(each.user)?.oid)) {
    return { ...common, query: "<insufficient privilege>" };
  }
  return {
    ...common,
    client_addr: addressOf(each.clientAddress),
    client_port: each.clientPort,
    backend_start: each.startedAt,
    xact_start: each.transactionAt ?? null,
    query_start: each.statementAt,
    state_change: each.changedAt,
    wait_event_type: each.state === "active" ? null : "Client",
    wait_event: each.state === "active" ? null : "ClientRead",
    state: each.state,
    query: each.query.slice(0, QUERY_LENGTH_MAX),
    backend_type: "client backend",
  };
}

export const PG_STAT_ACTIVITY: VirtualTable = sessionTable("pg_stat_activity", (session, catalog) =>
  (session.listSessions?.() ?? []).map((each) => activityRow(catalog, session, each)),
);

export const PG_STAT_SSL: VirtualTable = sessionTable("pg_stat_ssl", (session, catalog) =>
  (session.listSessions?.() ?? []).map((each): NamedRow => {
    const { pid, tls } = each;
    if (!maySee(catalog, session, catalog.roleByName(each.user)?.oid)) return { pid };
    if (tls === undefined) return { pid, ssl: false };
    return { pid, ssl: true, version: tls.version, cipher: tls.cipher, bits: tls.bits };
  }),
);
