/**
 * The catalog of the dsql profile. Expected rows are what clusters of the service answered to such
 * questions: GOLD (eu-central-1, 2026-09), PIST (ap-northeast-1, 2026-10), one of its users (USER, 2026-08) and the user guide (DOC).
 * The questions are put in this test's own words.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { runWithJobs } from "./schema.ts";

interface Observation {
  readonly what: string;
  readonly source: "GOLD" | "PIST" | "DOC" | "USER";
  readonly sql: string;
  readonly rows: readonly (readonly (string | null)[])[];
}

const SCHEMA = [
  `CREATE TABLE users (
     id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1),
     name text NOT NULL,
     email text,
     CONSTRAINT users_pkey PRIMARY KEY (id))`,
  "CREATE INDEX ASYNC users_name_idx ON users (name)",
  "ALTER TABLE users ADD COLUMN status text",
  "CREATE INDEX ASYNC users_status_idx ON users (status, name)",
  "CREATE SCHEMA test",
  "CREATE TABLE test.departments (name varchar(255), title varchar(255) PRIMARY KEY, manager varchar(255), size int)",
  "CREATE INDEX ASYNC test_index1 ON test.departments (name, manager, size)",
  "CREATE TABLE plain (v text, n numeric)",
  "CREATE TABLE keyed (id uuid PRIMARY KEY, code text UNIQUE, CHECK (code <> ''))",
  "CREATE INDEX ASYNC keyed_lower ON keyed ((lower(code))) INCLUDE (id) WHERE code IS NOT NULL",
];

const indexes = (table: string): string => `
  SELECT ci.relname, i.indisvalid, pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class ci ON ci.oid = i.indexrelid
  WHERE i.indrelid = '${table}'::regclass ORDER BY ci.relname`;

const constraints = (table: string): string => `
  SELECT conname, contype, pg_get_constraintdef(con.oid, true),
         (SELECT array_agg(a.attname ORDER BY array_position(con.conkey, a.attnum))
            FROM pg_attribute a
           WHERE a.attrelid = con.conrelid AND a.attnum = ANY (con.conkey)) AS columns
  FROM pg_constraint con WHERE conrelid = '${table}'::regclass ORDER BY contype DESC, conname`;

const OBSERVED: readonly Observation[] = [
  {
    what: "the version",
    source: "GOLD",
    sql: "SELECT version(), current_setting('server_version'), current_setting('server_version_num')",
    rows: [["PostgreSQL 16", "16.15", "160015"]],
  },
  {
    what: "the probe for the service",
    source: "PIST",
    sql: "SELECT sys.dsql_major_version(), pg_typeof(sys.dsql_major_version())",
    rows: [["1", "integer"]],
  },
  {
    what: "database and schema",
    source: "GOLD",
    sql: "SELECT current_database(), current_schema()",
    rows: [["postgres", "public"]],
  },
  {
    what: "databases",
    source: "DOC",
    sql: "SELECT datname FROM pg_database",
    rows: [["postgres"]],
  },
  {
    what: "the columns of sys.jobs",
    source: "GOLD",
    sql: `SELECT attname FROM pg_attribute WHERE attrelid = 'sys.jobs'::regclass AND attnum > 0
          ORDER BY attnum`,
    rows: [
      ["job_id"],
      ["status"],
      ["details"],
      ["job_type"],
      ["class_id"],
      ["object_id"],
      ["object_name"],
      ["start_time"],
      ["update_time"],
    ],
  },
  {
    what: "the columns of sys.iam_pg_role_mappings",
    source: "DOC",
    sql: `SELECT string_agg(column_name, ',' ORDER BY ordinal_position)
          FROM information_schema.columns WHERE table_name = 'iam_pg_role_mappings'`,
    rows: [["iam_oid,arn,pg_role_oid,pg_role_name,grantor_pg_role_oid,grantor_pg_role_name"]],
  },
  {
    what: "columns: identity and compression",
    source: "PIST",
    sql: `SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                 a.attcompression, sq.seqstart, sq.seqmax, sq.seqincrement, sq.seqcache
          FROM pg_attribute a
          LEFT JOIN pg_depend d ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
                AND d.deptype = 'i' AND d.classid = 'pg_class'::regclass
          LEFT JOIN pg_sequence sq ON sq.seqrelid = d.objid
          WHERE a.attrelid = 'users'::regclass AND a.attnum > 0 AND NOT a.attisdropped
          ORDER BY a.attnum`,
    rows: [
      ["id", "bigint", "t", "a", "", "1", "9223372036854775807", "1", "1"],
      ["name", "text", "t", "", "l", null, null, null, null],
      ["email", "text", "f", "", "l", null, null, null, null],
      ["status", "text", "f", "", "l", null, null, null, null],
    ],
  },
  {
    what: "a primary key includes all other columns, those that were added later as well",
    source: "PIST",
    sql: constraints("users"),
    rows: [["users_pkey", "p", "PRIMARY KEY (id) INCLUDE (name, email, status)", "{id}"]],
  },
  {
    what: "indexes of users",
    source: "PIST",
    sql: indexes("users"),
    rows: [
      [
        "users_name_idx",
        "t",
        "CREATE INDEX users_name_idx ON public.users USING btree_index (name)",
      ],
      [
        "users_pkey",
        "t",
        "CREATE UNIQUE INDEX users_pkey ON public.users USING btree_index (id) INCLUDE (name, email, status)",
      ],
      [
        "users_status_idx",
        "t",
        "CREATE INDEX users_status_idx ON public.users USING btree_index (status, name)",
      ],
    ],
  },
  {
    what: "the user guide's departments",
    source: "DOC",
    sql: indexes("test.departments"),
    rows: [
      [
        "departments_pkey",
        "t",
        "CREATE UNIQUE INDEX departments_pkey ON test.departments USING btree_index (title) INCLUDE (name, manager, size)",
      ],
      [
        "test_index1",
        "t",
        "CREATE INDEX test_index1 ON test.departments USING btree_index (name, manager, size)",
      ],
    ],
  },
  {
    what: "a unique constraint includes nothing",
    source: "PIST",
    sql: constraints("keyed"),
    rows: [
      ["keyed_code_key", "u", "UNIQUE (code)", "{code}"],
      ["keyed_pkey", "p", "PRIMARY KEY (id) INCLUDE (code)", "{id}"],
      ["keyed_code_check", "c", "CHECK (code <> ''::text)", "{code}"],
    ],
  },
  {
    what: "expressions and conditions of indexes",
    source: "PIST",
    sql: `SELECT pg_get_indexdef('keyed_lower'::regclass), pg_get_indexdef('keyed_pkey'::regclass, 2, false)`,
    rows: [
      [
        "CREATE INDEX keyed_lower ON public.keyed USING btree_index (lower(code)) INCLUDE (id) WHERE (code IS NOT NULL)",
        "code",
      ],
    ],
  },
  {
    what: "the columns of a primary key's index",
    source: "DOC",
    sql: `SELECT i.indnatts, i.indnkeyatts, i.indkey, am.amname,
                 (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
                   WHERE attrelid = i.indexrelid)
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
          WHERE c.relname = 'users_pkey'`,
    rows: [["4", "1", "1 2 3 4", "btree_index", "id,name,email,status"]],
  },
  {
    what: "a table without a key has no index",
    source: "DOC",
    sql: `SELECT relhasindex, reltuples, relpages FROM pg_class WHERE relname = 'plain'`,
    rows: [["f", "-1", "0"]],
  },
  {
    what: "the only extension",
    source: "PIST",
    sql: "SELECT extname FROM pg_extension",
    rows: [["plpgsql"]],
  },
  {
    what: "the only configuration of text search",
    source: "USER",
    sql: "SELECT cfgname FROM pg_ts_config",
    rows: [["simple"]],
  },
  {
    what: "no extensions to create",
    source: "PIST",
    sql: "SELECT count(*) FROM pg_available_extensions",
    rows: [["0"]],
  },
  {
    what: "catalogs that are there and empty",
    source: "PIST",
    sql: `SELECT (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_enum),
                 (SELECT count(*) FROM pg_policy), (SELECT count(*) FROM pg_inherits)`,
    rows: [["0", "0", "0", "0"]],
  },
  {
    what: "routines of sys",
    source: "GOLD",
    sql: `SELECT routine_name, routine_type FROM information_schema.routines
          WHERE routine_schema = 'sys' AND routine_name = 'wait_for_job'`,
    rows: [["wait_for_job", "PROCEDURE"]],
  },
];

describe.skipIf(buildMissing() !== undefined)("the catalog of the dsql profile", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded", ["--profile", "dsql"]);
    client = await database.connect();
    await runWithJobs(client, SCHEMA);
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });

  it.each(OBSERVED)("$what ($source)", async ({ sql, rows }) => {
    const answer = await client.query({ text: sql, rowMode: "array", types: AS_TEXT });
    expect(answer.rows).toEqual(rows);
  });

  it("has no lc_collate", async () => {
    await expect(client.query("SHOW lc_collate")).rejects.toMatchObject({
      code: "42704",
      message: 'unrecognized configuration parameter "lc_collate"',
    });
  });

  it("keeps sys as it is", async () => {
    for (const [sql, code] of [
      ["DROP SCHEMA sys", "2BP01"],
      ["CREATE TABLE sys.mine (id int)", "42501"],
      ["DROP FUNCTION sys.dsql_major_version()", "2BP01"],
    ] as const) {
      await expect(client.query(sql)).rejects.toMatchObject({ code });
    }
  });
});

describe.skipIf(buildMissing() !== undefined)("the catalog of the default profile", () => {
  it("has no sys, and PostgreSQL's access methods", async () => {
    const database = await startDatabase("embedded");
    const client = await database.connect();
    try {
      await client.query("CREATE TABLE t (id int PRIMARY KEY, v text)");
      const { rows } = await client.query(
        "SELECT to_regnamespace('sys') AS sys, pg_get_indexdef('t_pkey'::regclass) AS def",
      );
      expect(rows).toEqual([
        { sys: null, def: "CREATE UNIQUE INDEX t_pkey ON public.t USING btree (id)" },
      ]);
    } finally {
      await client.end();
      await database.destroy();
    }
  });
});
