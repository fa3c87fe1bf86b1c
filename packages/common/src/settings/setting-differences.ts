/**
 * Where a setting of PostgreSQL's is something else here: another default, values that mean
 * something that this server does not do (refused), or nothing that a session could change.
 */
import type { SettingContext } from "./setting.ts";

export interface SettingDifference {
  readonly default?: string;
  readonly context?: SettingContext;
  readonly only?: readonly string[];
  readonly check?: "timeZone" | "dateStyle" | "encoding" | "ascii";
  readonly aliases?: Readonly<Record<string, string>>;
  readonly list?: true;
  readonly min?: number;
}

const OFF_ON = { true: "on", yes: "on", "1": "on", false: "off", no: "off", "0": "off" };

/** Texts are printed and read in this locale only. */
const LOCALE: SettingDifference = {
  default: "C",
  only: ["C", "POSIX", "C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8", ""],
};
const PLAIN_LOCALE: SettingDifference = { default: "C", only: ["C", "POSIX", "C.UTF-8", "C.utf8"] };

/** What sessions may set. */
const OF_SESSIONS: Readonly<Record<string, SettingDifference>> = {
  allow_in_place_tablespaces: { only: ["off"] },
  allow_system_table_mods: { only: ["off"] },
  application_name: { check: "ascii" },
  array_nulls: { only: ["on"] },
  backslash_quote: { aliases: OFF_ON },
  client_encoding: { default: "UTF8", check: "encoding" },
  client_min_messages: { aliases: { debug: "debug2", info: "notice" } },
  compute_query_id: { default: "off", aliases: OFF_ON },
  constraint_exclusion: { aliases: OFF_ON },
  createrole_self_grant: { only: [""] },
  DateStyle: { check: "dateStyle", list: true },
  debug_parallel_query: { aliases: OFF_ON },
  default_table_access_method: { only: ["heap"] },
  default_tablespace: { only: ["", "pg_default"] },
  default_transaction_isolation: { default: "repeatable read" },
  from_collapse_limit: { default: "12" },
  jit: { default: "off" },
  join_collapse_limit: { default: "12" },
  lc_messages: LOCALE,
  lc_monetary: PLAIN_LOCALE,
  lc_numeric: PLAIN_LOCALE,
  lc_time: PLAIN_LOCALE,
  local_preload_libraries: { only: [""] },
  log_min_error_statement: { aliases: { debug: "debug2" } },
  log_min_messages: { aliases: { debug: "debug2" } },
  max_parallel_maintenance_workers: { default: "0" },
  max_parallel_workers: { default: "0" },
  max_parallel_workers_per_gather: { default: "0" },
  max_stack_depth: { default: "2048" },
  password_encryption: { only: ["scram-sha-256"] },
  search_path: { list: true },
  session_preload_libraries: { only: [""] },
  synchronous_commit: { aliases: OFF_ON },
  temp_tablespaces: { only: ["", "pg_default"] },
  TimeZone: { default: "UTC", check: "timeZone" },
  timezone_abbreviations: { default: "Default", only: ["Default"] },
  transaction_isolation: { default: "repeatable read" },
  transform_null_equals: { only: ["off"] },
  wal_compression: { aliases: { ...OFF_ON, on: "pglz" } },
};

/** What the server is: no files of settings, no WAL of PostgreSQL's, no replication, no workers. */
const OF_SERVERS: Readonly<Record<string, SettingDifference>> = {
  data_checksums: { default: "on" },
  data_directory_mode: { default: "448" },
  dynamic_shared_memory_type: { default: "mmap" },
  event_source: { default: "" },
  hot_standby: { default: "off" },
  huge_pages: { default: "off" },
  jit_provider: { default: "" },
  log_timezone: { default: "UTC" },
  max_connections: { default: "1000" },
  max_logical_replication_workers: { default: "0" },
  max_replication_slots: { default: "0" },
  max_wal_senders: { default: "0" },
  max_worker_processes: { default: "0" },
  restart_after_crash: { default: "off" },
  server_encoding: { default: "UTF8" },
  unix_socket_directories: { default: "" },
  wal_level: { default: "minimal" },
};

export const SETTING_DIFFERENCES: Readonly<Record<string, SettingDifference>> = {
  ...OF_SESSIONS,
  ...OF_SERVERS,
};
