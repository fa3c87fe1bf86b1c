/** Why Firstlight answers some statements of PostgreSQL's regression scripts otherwise. */
export interface Found {
  readonly script: string;
  readonly line: number;
  readonly sql: string;
  readonly mine: string;
  readonly truth: string;
  /** Line of the statement that it follows from. */
  readonly cause: number | undefined;
}

/** What is given has to match. */
export interface Family {
  /** For docs/regression-scripts.md. */
  readonly what: string;
  readonly scripts?: string;
  readonly sql?: RegExp;
  readonly mine?: RegExp;
  readonly truth?: RegExp;
}

export const FAMILIES: readonly Family[] = [
  {
    what: "a cursor WITH HOLD is computed when it is declared, not at COMMIT",
    scripts: "portals",
    sql: /fetch all from c2/iu,
  },
  {
    what: "SET (a, b) = ROW(v.*), and what the rows then hold",
    scripts: "update",
    sql: /ROW\(v\.\*\)|char_length\(c\) FROM update_test/iu,
  },
  {
    what: "WITH: a name that is also the table written to, two writes of one row, SEARCH below WITH",
    scripts: "with",
    sql: /with_test|simpletup|search depth/iu,
  },
  {
    what: "text search: its functions, configurations, dictionaries and parsers",
    sql: /to_tsvector|text search|tsvector/iu,
  },
  {
    what: "types box, point, circle and their kin",
    mine: /type (?:point|box|circle|path|polygon|line|lseg)\b/u,
  },
  {
    what: "conversions, foreign data, publications, extended statistics, databases",
    sql: /\b(?:conversion|foreign\s+(?:table|data)|server|publication|statistics\s+\w+\s+(?:on|\()|drop\s+database|comment\s+on\s+statistics)\b/iu,
  },
  {
    what: "system catalogs are read-only: UPDATE and DELETE of pg_* tables",
    mine: /permission denied for table pg_/u,
  },
  {
    what: "xmin, xmax and numbers of transactions in progress elsewhere",
    mine: /system column "(?:xmin|xmax|cmin|cmax)"|current_snapshot/u,
  },
  {
    what: "no TOAST tables: sizes, storage and compression of columns",
    sql: /reltoastrelid|toast|storage/iu,
  },
  { what: "no table locks: pg_locks tells advisory locks only", sql: /pg_locks|my_locks/iu },
  {
    what: "no triggers: pg_trigger, information_schema's is_trigger_* and what they would have written",
    sql: /pg_trigger|is_trigger_|tt_log|_hist\b/iu,
  },
  { what: "EXCLUDE constraints", sql: /exclude\b/iu, mine: /EXCLUDE/u },
  {
    what: "tables of EXCLUDE constraints that are not there",
    scripts: "constraints",
    sql: /deferred_excl/iu,
  },
  {
    what: "SET between the statements of one message",
    scripts: "transactions",
    sql: /SHOW transaction|INSERT INTO trans_abc|ROLLBACK AND CHAIN/iu,
  },
  {
    what: "temporary tables are written in read-only transactions as well",
    scripts: "transactions sequence",
    mine: /read-only transaction/u,
  },
  {
    what: "deferrable UNIQUE and PRIMARY KEY",
    mine: /deferrable (?:unique )?constraint is not supported/u,
  },
  { what: "DO and functions in plpgsql", mine: /language "plpgsql"/u },
  { what: "DO and functions in plpgsql", scripts: "select_into", sql: /\beasi\b/iu },
  {
    what: "errors of constants, casts and sequences that PostgreSQL finds while it plans",
    scripts: "case",
    sql: /1\/0/u,
  },
  {
    what: "CREATE AGGREGATE over state of type internal, ordered sets, moving aggregates' checks",
    scripts: "create_aggregate",
  },
  { what: "base types (shell types, ALTER TYPE SET)", scripts: "create_type" },
  {
    what: "SQL functions with LEAKPROOF need no superuser, WINDOW is 0A000, SECURITY of names",
    scripts: "create_function_sql create_procedure",
  },
  { what: "values of an enum type are usable in the transaction that adds them", scripts: "enum" },
  {
    what: "frames are aggregated anew: steps back of users' aggregates, which tell how they are called, are not taken",
    scripts: "window",
    sql: /logging_agg|randomrestart/iu,
  },
  {
    what: "rows in an order that only PostgreSQL's sort has: ties in a window's ORDER BY",
    scripts: "window",
    mine: /tag SELECT/u,
  },
  { what: "REPEATABLE samples follow from pages", scripts: "tablesample" },
  {
    what: "order of rows in PostgreSQL's heap after UPDATE; inherited children of its tables",
    scripts: "portals",
  },
  { what: "types money and cardinal_number", mine: /money|cardinal_number/u },
  { what: "composite type of point", scripts: "rowtypes" },
  {
    what: "partitioned tables and their trees, also as parents of foreign keys",
    scripts:
      "foreign_key alter_table constraints copy create_index create_table generated identity insert merge truncate updatable_views temp",
    sql: /part|parted|fk_notpart|\bpt\b|new_measurement|trunc(?:prim|_a)\b|uv_ptv/iu,
  },
  {
    what: "inheritance: columns and constraints of children, attislocal, coninhcount, is_local",
    sql: /attinhcount|coninhcount|attislocal|inh_/iu,
  },
  {
    what: "rows are changed in the order of their keys: a unique key that is moved by one is taken",
    scripts: "foreign_key",
    sql: /\bpp\b|\bcc\b/iu,
  },
  {
    what: "pending checks of deferred foreign keys do not refuse ALTER TABLE",
    scripts: "foreign_key",
    sql: /fktable2|^commit/iu,
  },
  {
    what: "order of the checks of a foreign key's definition",
    scripts: "foreign_key",
    sql: /FOREIGN KEY/iu,
  },
  {
    what: "columns of types that are not there (alter_table's attmp)",
    scripts: "alter_table",
    sql: /\battmp/iu,
  },
  {
    what: "rows of a table's type in its own columns, ROW() of an altered type, names of array types",
    scripts: "alter_table",
    sql: /at_tab2|recur1|at_view_2|_attmp_array/iu,
  },
  {
    what: "SET SCHEMA of operators, and what stays behind in the schema",
    scripts: "alter_table",
    sql: /\balter1\b|alter2\b/iu,
  },
  {
    what: "physical files: relfilenode, pg_filenode_relation, settings of PostgreSQL's catalogs",
    sql: /filenode|allow_system_table_mods|oldoid|old_system_table/iu,
  },
  {
    what: "SET LOGGED and UNLOGGED beside foreign keys",
    scripts: "alter_table",
    sql: /set (?:un)?logged/iu,
  },
  {
    what: "ALTER TYPE of an attribute that an index holds as a whole row",
    scripts: "alter_table",
    sql: /test_type1/iu,
  },
  {
    what: "views over functions whose row type changes; what a view's function returns is not pinned",
    sql: /tt14t|tt14v|usersview|alter table users|rngfuncbar/iu,
  },
  {
    what: "pg_get_viewdef of row columns' names, of merged columns with a cast, of rules",
    sql: /pg_get_(?:view|rule)def/iu,
  },
  {
    what: "pg_get_functiondef of routines that write, layout of SQL-standard bodies",
    sql: /pg_get_functiondef/iu,
  },
  { what: "COPY FREEZE needs no new table", scripts: "copy2", sql: /vistest|^COMMIT/iu },
  {
    what: "defaults that do not fit are found with the first row; COPY of other relations' names",
    scripts: "copy copyselect",
  },
  {
    what: "REINDEX: names of indexes, statistics of expressions, order of pg_depend",
    scripts: "create_index",
    sql: /reindex|concur_|pg_describe_object|pg_my_temp_schema|cwi_|func_index_heap/iu,
  },
  {
    what: "storage parameters and WITH OIDS are not checked; schema of unlogged tables in pg_class",
    scripts: "create_table",
    sql: /tas_case|withoid|unlogged|as_select1|MAGIC/iu,
  },
  {
    what: "partition keys and their types",
    scripts: "create_table",
    sql: /plusone|intdom1|partitioned/iu,
  },
  {
    what: "comments of indexes made by LIKE, kinds of LIKE over foreign tables and types",
    scripts: "create_table_like",
  },
  {
    what: "DROP of procedures by an ambiguous name",
    scripts: "drop_if_exists",
    sql: /ambiguous/iu,
  },
  {
    what: "two aliases of one expression in GROUP BY a, ROLLUP (b) are one",
    scripts: "groupingsets",
  },
  {
    what: "identity: SET DEFAULT and NULL on identity columns, identity of typed tables",
    scripts: "identity",
  },
  { what: "indexes over columns of type box", scripts: "index_including" },
  {
    what: "sizes of relations are not known",
    sql: /pg_(?:relation|table|total_relation|indexes)_size/iu,
  },
  {
    what: "pg_stats: histograms of small tables, anyarray of different types",
    sql: /pg_stats|array_in\(/iu,
  },
  {
    what: "privileges by ALTER DEFAULT PRIVILEGES that take INSERT away from an owner; roles with grants in DROP USER",
    sql: /schema\.(?:mv|tbl)_withdata|DROP USER/iu,
  },
  { what: "functions of PostgreSQL's test library", sql: /hobbies|test_support_func|SUPPORT/iu },
  { what: "pg_timezone_names has other names", sql: /pg_timezone_names/iu },
  { what: "names of multirange types that are taken", scripts: "multirangetypes" },
  {
    what: "numbers: to_number with a sign behind or within the digits, values beyond 10^131071",
    scripts: "numeric",
  },
  { what: "the parser is PostgreSQL 17's in this: $1a", scripts: "numerology" },
  { what: "pg_input_error_info of oidvector", scripts: "oid" },
  { what: "no counts of generic and custom plans", scripts: "plancache" },
  {
    what: "EXECUTE of statements over children, order of pg_prepared_statements",
    scripts: "prepare",
  },
  { what: "ranges of money", scripts: "rangetypes" },
  {
    what: "regular expressions: 'too complex' is not refused, a back reference across alternatives",
    scripts: "regex",
  },
  { what: "HAVING of constants is looked at before WHERE", scripts: "select_having" },
  {
    what: "CREATE TABLE AS and cursors in SQL functions",
    sql: /make_table|created_table|declares_cursor/iu,
  },
  {
    what: "sequences: pg_sequence_parameters, setval in read-only transactions, values that PostgreSQL takes once more at the end of a set",
    scripts: "sequence",
  },
  { what: "order of rows in a window partition", scripts: "sqljson" },
  {
    what: "temporary tables: ON COMMIT with foreign keys, LOCK, schema pg_temp as current schema, functions and domains in it",
    scripts: "temp",
  },
  {
    what: "temporary tables: ON COMMIT with foreign keys, LOCK, schema pg_temp as current schema, functions and domains in it",
    mine: /pg_temp\./u,
  },
  { what: "pg_get_viewdef, constants in the session's time zone", scripts: "timetz" },
  {
    what: "SET of transaction characteristics at the end of blocks and in functions; what a function in plpgsql computes",
    scripts: "transactions",
  },
  {
    what: "TRUNCATE: triggers, and RESTRICT over foreign keys of an own transaction",
    scripts: "truncate",
  },
  { what: "string hashing without a collation", scripts: "collate" },
  {
    what: "direct arguments of hypothetical sets have a collation of their own; a query that PostgreSQL does not finish in time",
    scripts: "aggregates",
  },
  {
    what: "comments on constraints of domains need no ownership; conditions over system columns",
    scripts: "constraints",
  },
  {
    what: "functions that return a domain over a composite type; 1/0 in the check of a domain",
    scripts: "domain",
  },
  {
    what: "names of SQL functions in upper case, order of SQLSTATEs",
    scripts: "create_function_sql",
  },
  {
    what: "views whose relations have triggers or rules: information_schema and the rows that they would have written",
    scripts: "updatable_views",
  },
  { what: "rules and children of WITH's tables", scripts: "with" },
  { what: "composite types with point, cascades of rules", scripts: "rowtypes" },
  { what: "update of partitioned and triggered tables", scripts: "update" },
  {
    what: "the row type of a typed table is not cast to the type that it is of",
    scripts: "typed_table alter_table",
    sql: /namelen|DROP TYPE/iu,
  },
  { what: "order of rows that tie in DISTINCT ON", scripts: "tsrf" },
  { what: "indexes that are made by hash or gist elsewhere", scripts: "uuid" },
  {
    what: "which error comes first: EXCLUDED's system columns or the arbiter",
    scripts: "insert_conflict",
  },
];
