/**
 * Which of PostgreSQL's regression scripts and statements are counted: the SQL language over the
 * supported types. What is left out is left out by class, with the reason.
 */
const OUT_OF_SCOPE: Readonly<Record<string, string>> = {
  "box circle geometry line lseg path point polygon": "geometric types",
  "tsdicts tsearch tstypes xml xmlmap money": "text search, xml and money",
  "brin brin_bloom brin_multi gin gist spgist create_index_spgist index_including_gist amutils":
    "index access methods other than btree",
  "partition_aggregate partition_info partition_join partition_prune hash_part indexing inherit":
    "inheritance and partitions",
  "plpgsql triggers event_trigger rules rowsecurity": "plpgsql, triggers, rules, row security",
  "foreign_data publication subscription largeobject security_label replica_identity":
    "foreign data, replication, large objects, labels",
  "create_am create_function_c conversion opr_sanity type_sanity oidjoins misc_sanity sanity_check":
    "checks of PostgreSQL's own catalogs, C functions, access methods",
  "tablespace vacuum vacuum_parallel cluster reindex_catalog reloptions compression indirect_toast":
    "physical storage",
  "stats stats_ext bitmapops select_parallel write_parallel memoize tuplesort tidrangescan":
    "physical plans and statistics collectors",
  "mvcc prepared_xacts advisory_lock lock async dbsize password init_privs object_address":
    "administration",
  "collate.icu.utf8 collate.linux.utf8 collate.windows.win1252": "collations of a platform",
  "psql psql_crosstab": "psql itself",
  "alter_generic alter_operator create_operator drop_operator create_cast": "user operators",
  "privileges roleattributes create_role guc sysviews comments regproc": "sessions and roles",
  "brin_multi gist hash_index btree_index": "index internals",
  "combocid tid tidscan": "physical positions and command numbers of rows",
};

const SCRIPTS = new Map(
  Object.entries(OUT_OF_SCOPE).flatMap(([names, reason]) =>
    names.split(" ").map((name) => [name, reason] as const),
  ),
);

export function whyOutOfScope(script: string): string | undefined {
  return SCRIPTS.get(script);
}

/** Scripts about the schema and its tools; all others are about the language. */
const SCHEMA = new Set(
  (
    "alter_table constraints copy copy2 copydml copyselect create_index create_misc create_schema " +
    "create_table create_table_like create_view dependency drop_if_exists fast_default foreign_key " +
    "identity index_including matview misc namespace select_views sequence temp truncate " +
    "typed_table updatable_views"
  ).split(" "),
);

export function groupOf(script: string): "language" | "schema" {
  return SCHEMA.has(script) ? "schema" : "language";
}

/** Physical plans, out-of-scope types and languages, and PostgreSQL's own missing objects. */
const NOT_COUNTED = [
  /^\s*explain\b/iu,
  /^\s*(?:vacuum|analyze|checkpoint|cluster|reindex|set|reset|load|security)\b/iu,
  /\b(?:plpgsql|tsvector|tsquery|to_tsvector|xml\w*|money|polygon|circle|lseg)\b/iu,
  /\b(?:partition\s+of|partition\s+by\s+(?:range|list|hash)|inherits|(?:attach|detach)\s+partition|^\s*alter\s+table\s+\S+\s+(?:no\s+)?inherit\b|(?:create|drop|enable|disable|alter)\s+(?:event\s+)?trigger)\b/iu,
  /\b(?:create\s+(?:or\s+replace\s+)?rule|create\s+policy|tablespace)\b/iu,
  /\busing\s+(?:gist|gin|spgist|brin|hash)\b/iu,
  /\blanguage\s+'?(?:c|internal|plpgsql)'?\b/iu,
  /\b(?:point|box|path|line)\s*(?:\(|'|\[\]|,|\)|$)/iu,
  // Base types need functions in C; casts and classes of operators come with them.
  /^\s*create\s+type\s+[\w.]+\s*(?:$|\(\s*(?:input|internallength)\b)/iu,
  /^\s*(?:create|alter|drop)\s+(?:cast|operator\s+(?:class|family))\b/iu,
  // There is one isolation level.
  /\bisolation(?:\s+level|\s*=\s*')\s*serializable\b|^\s*show\s+transaction_isolation\b/iu,
  // Numbers of transactions are the server's own choice.
  /^\s*select\s+(?:txid_current|pg_current_xact_id)\s*\(\)(?:\s+as\s+\w+)?\s*$/iu,
  // Which rows a repeatable sample has follows from pages and a hash of row positions.
  /\btablesample\s+\w+\s*\([^)]*\)\s*repeatable\b/iu,
  // Files and control data of a server.
  /\bpg_(?:ls_\w+|read_(?:binary_)?file|stat_file|split_walfile_name|control_\w+|log_backend_memory_contexts|tablespace_databases)\s*\(/iu,
];

/**
 * Statements that give a table children, rules or triggers: what it then does and holds is out of
 * scope. The tables that they name are behind these words.
 */
export const EXTENDS_TABLE =
  /^\s*create\s+(?:or\s+replace\s+)?(?:(?:constraint\s+)?trigger\b[\s\S]*?\bon|rule\b[\s\S]*?\bto)\s+([\w."]+)|\binherits\s*\(\s*([\w."]+)|^\s*alter\s+table\s+\S+\s+inherit\s+([\w."]+)/iu;

/** Whether a statement is counted; `truth` are PostgreSQL's lines of answer. */
export function isCounted(sql: string, truth: readonly string[]): boolean {
  if (NOT_COUNTED.some((pattern) => pattern.test(sql))) return false;
  // What fails in PostgreSQL for want of a library or a relation of another script says nothing.
  return !truth.some((line) => /^error (?:58P01|42P01)/u.test(line));
}
