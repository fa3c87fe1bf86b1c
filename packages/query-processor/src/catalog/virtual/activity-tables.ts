/**
 * Sessions as pg_stat_activity and its kin show them: those of all query processors that
 * answer in time. What a session runs is for its own role, and for those who may read statistics.
 */
import type { ListedLock, MaybePromise } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, findType, oids } from "@firstlight/sql";
import { hasPrivilegesOf } from "../../privileges/memberships.ts";
import type { Catalog, ListedSession, SessionView, VirtualTable } from "../catalog.ts";
import { databaseNamed } from "../databases.ts";
import type { NamedRow } from "./virtual-table.ts";
import { clusterTable } from "./virtual-table.ts";

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
    datid: databaseNamed(catalog, each.database)?.oid ?? null,
    datname: each.database,
    pid: each.pid,
    usesysid: catalog.roleByName(each.user)?.oid ?? null,
    usename: each.user,
    application_name: each.applicationName,
  };
}

function waitOf({ state, waitsForLock }: ListedSession): NamedRow {
  if (state !== "active") return { wait_event_type: "Client", wait_event: "ClientRead" };
  return waitsForLock ? { wait_event_type: "Lock", wait_event: "advisory" } : {};
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
    ...waitOf(each),
    state: each.state,
    query: each.query.slice(0, QUERY_LENGTH_MAX),
    backend_type: "client backend",
  };
}

export const PG_STAT_ACTIVITY: VirtualTable = clusterTable(
  "pg_stat_activity",
  sessionsOf,
  (sessions, session, catalog) => sessions.map((each) => activityRow(catalog, session, each)),
);

function sessionsOf(session: SessionView): MaybePromise<readonly ListedSession[]> {
  return session.listSessions?.() ?? [];
}

export const PG_STAT_SSL: VirtualTable = clusterTable(
  "pg_stat_ssl",
  sessionsOf,
  (sessions, session, catalog) =>
    sessions.map((each): NamedRow => {
      const { pid, tls } = each;
      if (!maySee(catalog, session, catalog.roleByName(each.user)?.oid)) return { pid };
      if (tls === undefined) return { pid, ssl: false };
      return { pid, ssl: true, version: tls.version, cipher: tls.cipher, bits: tls.bits };
    }),
);

/** Microseconds of PostgreSQL's epoch. */
const EPOCH_MICROS = 946_684_800_000_000n;

function locksOf(session: SessionView): MaybePromise<readonly ListedLock[]> {
  return session.listLocks?.() ?? [];
}

/** Advisory locks of the cluster: transactions take no others, and never wait for one. */
export const PG_LOCKS: VirtualTable = clusterTable("pg_locks", locksOf, (locks) =>
  locks.map((each): NamedRow => {
    const { session, tag, mode, granted, waitStart } = each;
    return {
      locktype: "advisory",
      database: tag.database,
      classid: tag.classId,
      objid: tag.objectId,
      objsubid: tag.subId,
      virtualtransaction: `${session}/0`,
      pid: session,
      mode,
      granted,
      fastpath: false,
      waitstart: waitStart === undefined ? null : BigInt(waitStart) - EPOCH_MICROS,
    };
  }),
);
