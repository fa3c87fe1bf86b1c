/**
 * Which of PostgreSQL's functions are no part of Firstlight's scope, in classes with a reason each.
 * A function of the manual's chapter 9 over values of a supported type is in scope always.
 */
import type { ProcRow } from "../../packages/sql/src/catalog/proc-catalog.ts";
import { baseElementTypeOid, typeRow } from "../../packages/sql/src/catalog/type-catalog.ts";

export interface OutClass {
  readonly name: string;
  readonly reason: string;
  includes(proc: ProcRow): boolean;
}

function typesOf(proc: ProcRow): readonly string[] {
  return [...(proc.allArgTypes ?? proc.argTypes), proc.returnType].map(
    (oid) => typeRow(baseElementTypeOid(oid))?.name ?? typeRow(oid)?.name ?? "",
  );
}

function withTypes(
  name: string,
  reason: string,
  types: readonly string[],
  also?: RegExp,
): OutClass {
  const known = new Set(types);
  const includes = (proc: ProcRow): boolean =>
    typesOf(proc).some((type) => known.has(type)) || also?.test(proc.name) === true;
  return { name, reason, includes };
}

function named(name: string, reason: string, pattern: RegExp): OutClass {
  return { name, reason, includes: (proc) => pattern.test(proc.name) };
}

const GEOMETRY = ["point", "lseg", "path", "box", "polygon", "line", "circle"];
const TEXT_SEARCH = ["tsvector", "tsquery", "gtsvector", "regconfig", "regdictionary"];
const INTERNAL = [
  "internal",
  "index_am_handler",
  "table_am_handler",
  "tsm_handler",
  "fdw_handler",
  "language_handler",
  "pg_ddl_command",
];
const STATISTICS = [
  "pg_ndistinct",
  "pg_dependencies",
  "pg_mcv_list",
  "pg_brin_bloom_summary",
  "pg_brin_minmax_multi_summary",
];

/** The first class that includes a function counts. */
export const OUT_CLASSES: readonly OutClass[] = [
  withTypes(
    "internal arguments",
    "no SQL statement can call them: receive functions, planner support, selectivity, access methods, encoding conversions, aggregates with a state in memory",
    INTERNAL,
  ),
  withTypes("xml", "the type is refused", ["xml"], /xml/u),
  withTypes("geometry", "the types are refused", GEOMETRY),
  withTypes("text search", "the types are refused", TEXT_SEARCH, /^(ts_|gin_cmp_tslexeme)/u),
  withTypes("money", "the type is refused", ["money"]),
  withTypes("triggers", "called by triggers only", ["trigger", "event_trigger"], /event_trigger/u),
  withTypes("summaries of statistics and BRIN", "types of PostgreSQL's own catalogs", STATISTICS),
  named("files of the server as large objects", "psql's use the client's", /^lo_(import|export)$/u),
  named(
    "replication and WAL",
    "one server's write-ahead log, its backup, standbys and replication slots: the journal takes their place",
    /replication|_wal_|_wal$|wal_|_lsn$|walfile|waldir|logical_|logicalmapdir|logicalsnapdir|archive_status|backup|replslotdir|pg_promote|restore_point|standby|recovery$|publication|xact_replay/u,
  ),
  named(
    "cumulative statistics",
    "counters of PostgreSQL's processes",
    /^pg_stat_|^pg_indexam_progress/u,
  ),
  named(
    "files of the server",
    "the files below PostgreSQL's data directory",
    /^pg_(read_(binary_)?file|ls_|rotate_logfile|filenode_relation|tablespace_databases)/u,
  ),
  named(
    "PostgreSQL's processes and files of configuration",
    "state of one PostgreSQL server",
    /^pg_(control_|config$|hba_file|ident_file|show_all_file|reload_conf|log_backend|get_backend_memory|get_shmem|lock_status|isolation_test|safe_snapshot|prepared_xact)/u,
  ),
  named("upgrades of a data directory", "pg_upgrade calls them", /^binary_upgrade_/u),
  named(
    "access methods",
    "maintenance and validation of PostgreSQL's index structures",
    /^(brin_|gin_clean|amvalidate|btequalimage|btvarstrequalimage|satisfies_hash)/u,
  ),
  named(
    "languages, wrappers and extensions",
    "no code or files from outside are loaded",
    /validator$|call_handler$|^pg_(available_)?extension|^pg_get_replica_identity/u,
  ),
  named(
    "versions of rows as PostgreSQL keeps them",
    "multixacts, commit timestamps by xid, row addresses",
    /^(pg_get_multixact_members|mxid_age|pg_xact_commit_timestamp|pg_last_committed_xact|currtid)/u,
  ),
  named(
    "making PostgreSQL's catalogs",
    "initdb and pg_dump call them",
    /^(pg_nextoid|pg_stop_making_pinned|pg_import_system_coll|pg_get_catalog_foreign_keys|_pg_truetyp)/u,
  ),
  named("partitions", "there are no partitioned tables", /^pg_partition_/u),
];

export function outClassOf(proc: ProcRow): OutClass | undefined {
  return OUT_CLASSES.find((each) => each.includes(proc));
}
