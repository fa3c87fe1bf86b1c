/** Relations of features that do not exist here: there, with PostgreSQL's columns, and empty. */
import type { VirtualTable } from "../catalog.ts";
import { emptyTable } from "./virtual-table.ts";

const CATALOGS: readonly string[] = [
  "pg_event_trigger",
  "pg_foreign_data_wrapper",
  "pg_foreign_server",
  "pg_foreign_table",
  "pg_inherits",
  "pg_largeobject",
  "pg_parameter_acl",
  "pg_partitioned_table",
  "pg_policy",
  "pg_publication",
  "pg_publication_namespace",
  "pg_publication_rel",
  "pg_replication_origin",
  "pg_seclabel",
  "pg_shseclabel",
  "pg_subscription",
  "pg_subscription_rel",
  "pg_transform",
  "pg_trigger",
  "pg_user_mapping",
];

/** Views that PostgreSQL fills from the server's memory: there is nothing of it here. */
const SERVER: readonly string[] = [
  "pg_backend_memory_contexts",
  "pg_config",
  "pg_file_settings",
  "pg_hba_file_rules",
  "pg_ident_file_mappings",
  "pg_prepared_xacts",
  "pg_publication_tables",
  "pg_replication_origin_status",
  "pg_replication_slots",
  "pg_shmem_allocations",
  "pg_stat_progress_analyze",
  "pg_stat_progress_basebackup",
  "pg_stat_progress_cluster",
  "pg_stat_progress_copy",
  "pg_stat_progress_vacuum",
  "pg_stat_replication",
  "pg_stat_replication_slots",
  "pg_stat_subscription",
  "pg_stat_subscription_stats",
  "pg_stat_wal_receiver",
  "pg_stat_io",
  "pg_stat_slru",
];

export const EMPTY_TABLES: readonly VirtualTable[] = [...CATALOGS, ...SERVER].map(emptyTable);
