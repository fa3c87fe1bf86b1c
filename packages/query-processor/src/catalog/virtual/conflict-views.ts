/**
 * firstlight_recent_conflicts and firstlight_hot_keys: what transactions have lost, and where, as the
 * adjudicators remember it. In pg_catalog, where they are found without a schema; no
 * catalog lists them. For superusers and those who may monitor, as keys are data.
 */
import type { ConflictReport, MaybePromise, Timestamp } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { oids } from "@firstlight/sql";
import { describedKey } from "../../engine/conflict-key.ts";
import { RIGHT } from "../../privileges/rights.ts";
import { POSTGRES_EPOCH } from "../../statistics/postgres-epoch.ts";
import { BOOTSTRAP_SUPERUSER, PG_CATALOG_OID, aclOid } from "../builtin-objects.ts";
import type { Catalog, SessionView, VirtualTable } from "../catalog.ts";
import { CLASS } from "../dependencies/object-address.ts";
import type { AclDescriptor } from "../descriptors.ts";
import type { NamedRow } from "./own-relation.ts";
import { ownView, relationOf, rowsOf } from "./own-relation.ts";
import type { SystemRelationFacts } from "./system-relations.ts";

/** Above PostgreSQL's own OIDs and below users'. */
const RECENT_OID = 15_100;
const HOTTEST_OID = 15_101;
const PG_MONITOR = 3373;

const KEY_COLUMNS: readonly (readonly [string, number])[] = [
  ["schemaname", oids.NAME],
  ["tablename", oids.NAME],
  ["indexname", oids.NAME],
  ["key", oids.TEXT],
];

const RECENT_FACTS: SystemRelationFacts = ownView(
  { oid: RECENT_OID, schema: PG_CATALOG_OID, name: "firstlight_recent_conflicts" },
  [
    ["refused_at", oids.TIMESTAMPTZ],
    ["log", oids.TEXT],
    ...KEY_COLUMNS,
    ["intent", oids.TEXT],
    ["winner_intent", oids.TEXT],
    ["winner_timestamp", oids.INT8],
    ["winner_committed_at", oids.TIMESTAMPTZ],
  ],
);

const HOTTEST_FACTS: SystemRelationFacts = ownView(
  { oid: HOTTEST_OID, schema: PG_CATALOG_OID, name: "firstlight_hot_keys" },
  [
    ["log", oids.TEXT],
    ...KEY_COLUMNS,
    ["conflicts", oids.INT8],
    ["overestimate", oids.INT8],
    ["last_refused_at", oids.TIMESTAMPTZ],
  ],
);

function moment(timestamp: Timestamp): bigint {
  return BigInt(timestamp - POSTGRES_EPOCH);
}

/** NULL for what another database, or nobody any more, has under the key. */
function keyColumns(key: Parameters<typeof describedKey>[0], catalog: Catalog): NamedRow {
  const { table, index, text } = describedKey(key, catalog);
  return {
    schemaname: (table && catalog.schemaByOid(table.schema)?.name) ?? null,
    tablename: table?.name ?? null,
    indexname: index?.name ?? null,
    key: text ?? null,
  };
}

function view(
  facts: SystemRelationFacts,
  rows: (report: ConflictReport, catalog: Catalog) => readonly NamedRow[],
): VirtualTable {
  return relationOf(facts, {
    gather: (session: SessionView): MaybePromise<readonly ConflictReport[]> =>
      session.listConflicts?.() ?? [],
    eachRow: (catalog, _session, gathered) =>
      rowsOf(
        facts,
        (gathered as readonly ConflictReport[]).flatMap((report) => rows(report, catalog)),
      ),
  });
}

const RECENT: VirtualTable = view(RECENT_FACTS, ({ log, recent }, catalog) =>
  recent.map(({ at, key, intent, winnerIntent, winnerTimestamp }) => ({
    refused_at: moment(at),
    log,
    ...keyColumns(key, catalog),
    intent,
    winner_intent: winnerIntent,
    winner_timestamp: winnerTimestamp === undefined ? null : BigInt(winnerTimestamp),
    winner_committed_at: winnerTimestamp === undefined ? null : moment(winnerTimestamp),
  })),
);

const HOTTEST: VirtualTable = view(HOTTEST_FACTS, ({ log, hottest }, catalog) =>
  hottest.map(({ key, conflicts, overestimate, lastAt }): Record<string, Datum> => ({
    log,
    ...keyColumns(key, catalog),
    conflicts: BigInt(conflicts),
    overestimate: BigInt(overestimate),
    last_refused_at: moment(lastAt),
  })),
);

function forMonitors(objectId: number): AclDescriptor {
  const grantor = BOOTSTRAP_SUPERUSER;
  return {
    kind: "acl",
    oid: aclOid(objectId),
    about: [CLASS.relation, objectId],
    items: [
      { grantee: grantor, grantor, mode: RIGHT.select },
      { grantee: PG_MONITOR, grantor, mode: RIGHT.select },
    ],
  };
}

export const CONFLICT_VIEWS: readonly VirtualTable[] = [RECENT, HOTTEST];
export const CONFLICT_ACCESS: readonly AclDescriptor[] = [RECENT_OID, HOTTEST_OID].map(forMonitors);
