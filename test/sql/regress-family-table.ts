/** Why Firstlight answers some statements of PostgreSQL's regression scripts otherwise. */
export interface Found {
  readonly script: string;
  readonly line: number;
  readonly sql: string;
  readonly mine: string;
  readonly truth: string;
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
  {
    what: "rest of a block that a refused statement has ended",
    mine: /^\s*error 25P02|^\s*tag ROLLBACK/u,
  },
  {
    what: "follows a statement that is refused or not counted: what it makes is not there",
    mine: /error 42P01|error 42704: (?:index|type|publication|server|foreign-data wrapper)|error 42883: (?:aggregate|function) "?(?:my|test_|my_|makedcomp)|error 42883: function (?:makedcomp|pg_temp\.)/u,
  },
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
];
