/**
 * Every setting a session knows, in one table. Defaults say what this server really does, which is
 * not always PostgreSQL's default; a setting that has no effect here is listed only because clients
 * send it and its value cannot change an answer.
 */
import type { SettingDefinition, SettingUnit } from "./setting.ts";

const INT_MAX = 2147483647;
const LEVELS = [
  "debug5",
  "debug4",
  "debug3",
  "debug2",
  "debug1",
  "log",
  "notice",
  "warning",
  "error",
] as const;
const ISOLATION = [
  "serializable",
  "repeatable read",
  "read committed",
  "read uncommitted",
] as const;

function integer(
  name: string,
  value: number,
  range: readonly [number, number],
  description: string,
  unit?: SettingUnit,
): SettingDefinition {
  const [min, max] = range;
  const base = {
    name,
    kind: "integer",
    default: String(value),
    context: "user",
    min,
    max,
  } as const;
  return unit === undefined ? { ...base, description } : { ...base, description, unit };
}

function real(name: string, value: number, description: string): SettingDefinition {
  return {
    name,
    kind: "real",
    default: String(value),
    context: "user",
    min: 0,
    max: Number.MAX_VALUE,
    description,
  };
}

function bool(name: string, value: "on" | "off", description: string): SettingDefinition {
  return { name, kind: "bool", default: value, context: "user", description };
}

function fixed(
  name: string,
  value: string,
  description: string,
  context: "internal" | "postmaster" | "sighup" = "internal",
): SettingDefinition {
  return { name, kind: "string", default: value, context, description };
}

function reported(definition: SettingDefinition): SettingDefinition {
  return { ...definition, report: true };
}

const CLIENT_SETTINGS: readonly SettingDefinition[] = [
  reported({
    name: "application_name",
    kind: "string",
    default: "",
    context: "user",
    check: "ascii",
    description: "Sets the application name to be reported in statistics and logs.",
  }),
  reported({
    name: "client_encoding",
    kind: "string",
    default: "UTF8",
    context: "user",
    check: "encoding",
    description: "Sets the client's character set encoding.",
  }),
  reported({
    name: "DateStyle",
    kind: "string",
    default: "ISO, MDY",
    context: "user",
    check: "dateStyle",
    description: "Sets the display format for date and time values.",
  }),
  reported({
    name: "IntervalStyle",
    kind: "enum",
    default: "postgres",
    context: "user",
    values: ["postgres", "postgres_verbose", "sql_standard", "iso_8601"],
    description: "Sets the display format for interval values.",
  }),
  reported({
    name: "TimeZone",
    kind: "string",
    default: "UTC",
    context: "user",
    check: "timeZone",
    description: "Sets the time zone for displaying and interpreting time stamps.",
  }),
  {
    name: "bytea_output",
    kind: "enum",
    default: "hex",
    context: "user",
    values: ["escape", "hex"],
    description: "Sets the output format for bytea.",
  },
  {
    name: "client_min_messages",
    kind: "enum",
    default: "notice",
    context: "user",
    values: LEVELS,
    aliases: { debug: "debug2", info: "notice" },
    description: "Sets the message levels that are sent to the client.",
  },
  integer(
    "extra_float_digits",
    1,
    [-15, 3],
    "Sets the number of digits displayed for floating-point values.",
  ),
  {
    name: "search_path",
    kind: "string",
    default: '"$user", public',
    context: "user",
    list: true,
    description: "Sets the schema search order for names that are not schema-qualified.",
  },
  {
    name: "xmloption",
    kind: "enum",
    default: "content",
    context: "user",
    values: ["content", "document"],
    description: "Sets whether XML data is considered a document or content fragment.",
  },
  {
    name: "role",
    kind: "string",
    default: "none",
    context: "user",
    description: "Sets the current role.",
  },
  { ...fixed("lc_messages", "C", "Sets the language in which messages are displayed.") },
  { ...fixed("lc_monetary", "C", "Sets the locale for formatting monetary amounts.") },
  { ...fixed("lc_numeric", "C", "Sets the locale for formatting numbers.") },
  { ...fixed("lc_time", "C", "Sets the locale for formatting date and time values.") },
  {
    name: "default_table_access_method",
    kind: "string",
    default: "heap",
    context: "user",
    only: ["heap"],
    description: "Sets the default table access method for new tables.",
  },
  {
    name: "default_tablespace",
    kind: "string",
    default: "",
    context: "user",
    only: [""],
    description: "Sets the default tablespace to create tables and indexes in.",
  },
  {
    name: "default_text_search_config",
    kind: "string",
    default: "pg_catalog.simple",
    context: "user",
    description: "Sets default text search configuration.",
  },
  {
    name: "session_replication_role",
    kind: "enum",
    default: "origin",
    context: "superuser",
    values: ["origin", "replica", "local"],
    description: "Sets the session's behavior for triggers and rewrite rules.",
  },
];

const TRANSACTION_SETTINGS: readonly SettingDefinition[] = [
  {
    name: "default_transaction_isolation",
    kind: "enum",
    default: "repeatable read",
    context: "user",
    values: ISOLATION,
    description: "Sets the transaction isolation level of each new transaction.",
  },
  reported(
    bool(
      "default_transaction_read_only",
      "off",
      "Sets the default read-only status of new transactions.",
    ),
  ),
  bool(
    "default_transaction_deferrable",
    "off",
    "Sets the default deferrable status of new transactions.",
  ),
  {
    name: "transaction_isolation",
    kind: "enum",
    default: "repeatable read",
    context: "user",
    values: ISOLATION,
    description: "Sets the current transaction's isolation level.",
  },
  bool("transaction_read_only", "off", "Sets the current transaction's read-only status."),
  bool(
    "transaction_deferrable",
    "off",
    "Whether to defer a read-only serializable transaction until it can be executed with no possible serialization failures.",
  ),
  integer(
    "statement_timeout",
    0,
    [0, INT_MAX],
    "Sets the maximum allowed duration of any statement.",
    "ms",
  ),
  integer(
    "lock_timeout",
    0,
    [0, INT_MAX],
    "Sets the maximum allowed duration of any wait for a lock.",
    "ms",
  ),
  integer(
    "idle_in_transaction_session_timeout",
    0,
    [0, INT_MAX],
    "Sets the maximum allowed idle time between queries, when in a transaction.",
    "ms",
  ),
  integer(
    "idle_session_timeout",
    0,
    [0, INT_MAX],
    "Sets the maximum allowed idle time between queries, when not in a transaction.",
    "ms",
  ),
  integer(
    "firstlight.autocommit_retry_limit",
    10,
    [0, 1000],
    "Sets how often a statement outside a transaction block that lost a conflict is run again.",
  ),
  {
    name: "synchronous_commit",
    kind: "enum",
    default: "on",
    context: "user",
    values: ["local", "remote_write", "remote_apply", "on", "off"],
    aliases: { true: "on", yes: "on", "1": "on", false: "off", no: "off", "0": "off" },
    description: "Sets the current transaction's synchronization level.",
  },
];

const PLANNER_SWITCHES: readonly SettingDefinition[] = [
  "async_append",
  "bitmapscan",
  "gathermerge",
  "hashagg",
  "hashjoin",
  "incremental_sort",
  "indexonlyscan",
  "indexscan",
  "material",
  "memoize",
  "mergejoin",
  "nestloop",
  "parallel_append",
  "parallel_hash",
  "partition_pruning",
  "presorted_aggregate",
  "seqscan",
  "sort",
  "tidscan",
].map((name) => bool(`enable_${name}`, "on", "Enables the planner's use of this plan type."));

const QUERY_SETTINGS: readonly SettingDefinition[] = [
  ...PLANNER_SWITCHES,
  integer(
    "firstlight.query_memory",
    131072,
    [64, INT_MAX],
    "Sets the memory that one query may use; sorts, hashes and materialisations go to temporary files past it.",
    "kB",
  ),
  {
    ...integer(
      "temp_file_limit",
      -1,
      [-1, INT_MAX],
      "Limits the total size of all temporary files used by each process.",
      "kB",
    ),
    context: "superuser",
  },
  {
    ...integer(
      "log_temp_files",
      -1,
      [-1, INT_MAX],
      "Log the use of temporary files larger than this number of kilobytes.",
      "kB",
    ),
    context: "superuser",
  },
  integer(
    "work_mem",
    4096,
    [64, INT_MAX],
    "Sets the maximum memory to be used for query workspaces.",
    "kB",
  ),
  integer(
    "maintenance_work_mem",
    65536,
    [1024, INT_MAX],
    "Sets the maximum memory to be used for maintenance operations.",
    "kB",
  ),
  integer(
    "temp_buffers",
    1024,
    [100, 1073741823],
    "Sets the maximum number of temporary buffers used by each session.",
    "8kB",
  ),
  integer(
    "effective_cache_size",
    524288,
    [1, INT_MAX],
    "Sets the planner's assumption about the total size of the data caches.",
    "8kB",
  ),
  integer(
    "max_parallel_workers_per_gather",
    0,
    [0, 1024],
    "Sets the maximum number of parallel processes per executor node.",
  ),
  integer(
    "from_collapse_limit",
    12,
    [1, INT_MAX],
    "Sets the FROM-list size beyond which subqueries are not collapsed.",
  ),
  integer(
    "join_collapse_limit",
    12,
    [1, INT_MAX],
    "Sets the FROM-list size beyond which JOIN constructs are not flattened.",
  ),
  integer("default_statistics_target", 100, [1, 10000], "Sets the default statistics target."),
  integer(
    "gin_fuzzy_search_limit",
    0,
    [0, INT_MAX],
    "Sets the maximum allowed result for exact search by GIN.",
  ),
  real(
    "random_page_cost",
    4,
    "Sets the planner's estimate of the cost of a nonsequentially fetched disk page.",
  ),
  real(
    "seq_page_cost",
    1,
    "Sets the planner's estimate of the cost of a sequentially fetched disk page.",
  ),
  real(
    "cpu_tuple_cost",
    0.01,
    "Sets the planner's estimate of the cost of processing each tuple (row).",
  ),
  real(
    "cpu_index_tuple_cost",
    0.005,
    "Sets the planner's estimate of the cost of processing each index entry during an index scan.",
  ),
  {
    ...real(
      "cursor_tuple_fraction",
      0.1,
      "Sets the planner's estimate of the fraction of a cursor's rows that will be retrieved.",
    ),
    max: 1,
  } as SettingDefinition,
  real(
    "cpu_operator_cost",
    0.0025,
    "Sets the planner's estimate of the cost of processing each operator or function call.",
  ),
  bool("geqo", "on", "Enables genetic query optimization."),
  bool("jit", "off", "Allow JIT compilation."),
  {
    name: "plan_cache_mode",
    kind: "enum",
    default: "auto",
    context: "user",
    values: ["auto", "force_generic_plan", "force_custom_plan"],
    description: "Controls the planner's selection of custom or generic plan.",
  },
  {
    name: "constraint_exclusion",
    kind: "enum",
    default: "partition",
    context: "user",
    values: ["partition", "on", "off"],
    description: "Enables the planner to use constraints to optimize queries.",
  },
  bool(
    "check_function_bodies",
    "on",
    "Check routine bodies during CREATE FUNCTION and CREATE PROCEDURE.",
  ),
  bool("row_security", "on", "Enable row security."),
  bool("synchronize_seqscans", "on", "Enable synchronized sequential scans."),
  bool("array_nulls", "on", "Enable input of NULL elements in arrays."),
  bool("quote_all_identifiers", "off", "When generating SQL fragments, quote all identifiers."),
  bool("escape_string_warning", "on", "Warn about backslash escapes in ordinary string literals."),
  bool("transform_null_equals", "off", "Treats expr=NULL as expr IS NULL."),
  bool("debug_print_plan", "off", "Logs each query's execution plan."),
  bool("track_activities", "on", "Collects information about executing commands."),
  bool(
    "lo_compat_privileges",
    "off",
    "Enables backward compatibility mode for privilege checks on large objects.",
  ),
  {
    name: "backslash_quote",
    kind: "enum",
    default: "safe_encoding",
    context: "user",
    values: ["safe_encoding", "on", "off"],
    description: 'Sets whether "\\\'" is allowed in string literals.',
  },
  integer(
    "log_min_duration_statement",
    -1,
    [-1, INT_MAX],
    "Sets the minimum execution time above which all statements will be logged.",
    "ms",
  ),
  integer("tcp_keepalives_idle", 0, [0, INT_MAX], "Time between issuing TCP keepalives.", "s"),
  integer(
    "tcp_keepalives_interval",
    0,
    [0, INT_MAX],
    "Time between TCP keepalive retransmits.",
    "s",
  ),
  integer("tcp_keepalives_count", 0, [0, INT_MAX], "Maximum number of TCP keepalive retransmits."),
];

const SERVER_SETTINGS: readonly SettingDefinition[] = [
  reported(fixed("server_version", "16.14", "Shows the server version.")),
  reported(fixed("server_encoding", "UTF8", "Shows the server (database) character set encoding.")),
  reported(fixed("integer_datetimes", "on", "Shows whether datetimes are integer based.")),
  reported(fixed("in_hot_standby", "off", "Shows whether hot standby is currently active.")),
  reported(fixed("is_superuser", "off", "Shows whether the current user is a superuser.")),
  reported({
    name: "session_authorization",
    kind: "string",
    default: "",
    context: "user",
    description: "Sets the session user name.",
  }),
  reported({
    name: "standard_conforming_strings",
    kind: "string",
    default: "on",
    context: "user",
    only: ["on"],
    description: "Causes '...' strings to treat backslashes literally.",
  }),
  fixed("server_version_num", "160014", "Shows the server version as an integer."),
  fixed("lc_collate", "C", "Shows the collation order locale."),
  fixed("lc_ctype", "C.UTF-8", "Shows the character classification and case conversion locale."),
  fixed("block_size", "8192", "Shows the size of a disk block."),
  fixed("max_identifier_length", "63", "Shows the maximum identifier length."),
  fixed("max_index_keys", "32", "Shows the maximum number of index keys."),
  fixed("max_function_args", "100", "Shows the maximum number of function arguments."),
  fixed("data_checksums", "on", "Shows whether data checksums are turned on for this cluster."),
  fixed("fsync", "on", "Forces synchronization of updates to disk.", "sighup"),
  fixed(
    "full_page_writes",
    "on",
    "Writes full pages to WAL when first modified after a checkpoint.",
    "sighup",
  ),
  fixed("autovacuum", "on", "Starts the autovacuum subprocess.", "sighup"),
  fixed("log_timezone", "UTC", "Sets the time zone to use in log messages.", "sighup"),
  fixed("password_encryption", "scram-sha-256", "Chooses the algorithm for encrypting passwords."),
  fixed("ssl", "off", "Enables SSL connections.", "sighup"),
  fixed(
    "max_connections",
    "100",
    "Sets the maximum number of concurrent connections.",
    "postmaster",
  ),
  fixed(
    "superuser_reserved_connections",
    "0",
    "Sets the number of connection slots reserved for superusers.",
    "postmaster",
  ),
  fixed(
    "max_prepared_transactions",
    "0",
    "Sets the maximum number of simultaneously prepared transactions.",
    "postmaster",
  ),
  fixed("wal_level", "replica", "Sets the level of information written to the WAL.", "postmaster"),
  fixed(
    "shared_buffers",
    "128MB",
    "Sets the number of shared memory buffers used by the server.",
    "postmaster",
  ),
  fixed(
    "listen_addresses",
    "localhost",
    "Sets the host name or IP address(es) to listen to.",
    "postmaster",
  ),
  fixed("port", "5432", "Sets the TCP port the server listens on.", "postmaster"),
  fixed(
    "shared_preload_libraries",
    "",
    "Lists shared libraries to preload into server.",
    "postmaster",
  ),
];

export const SETTING_TABLE: readonly SettingDefinition[] = [
  ...CLIENT_SETTINGS,
  ...TRANSACTION_SETTINGS,
  ...QUERY_SETTINGS,
  ...SERVER_SETTINGS,
];
