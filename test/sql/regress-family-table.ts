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
];
