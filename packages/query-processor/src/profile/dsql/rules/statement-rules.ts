/**
 * Statements that are refused as such. The service names them as PostgreSQL's parse trees do, so
 * what is not in its list of statements is refused by its tag.
 */
import { GOLD, LINT, PATTERN, PIST, USER } from "../rule.ts";
import type { Example, Rule } from "../rule.ts";

type Seen = Pick<Rule, "sqlstate" | "source" | "observed" | "pattern">;

interface Refused {
  readonly what: string;
  readonly seen: Seen;
  readonly refused: readonly Example[];
  readonly accepted: readonly Example[];
}

/** By tag, without "Stmt". */
const STATEMENTS: Readonly<Record<string, Refused>> = {
  Truncate: {
    what: "TRUNCATE",
    seen: GOLD,
    refused: ["TRUNCATE TABLE examples.parent"],
    accepted: ["DELETE FROM examples.child"],
  },
  CreateExtension: {
    what: "CREATE EXTENSION",
    seen: GOLD,
    refused: ["CREATE EXTENSION IF NOT EXISTS pgcrypto"],
    accepted: ["SELECT gen_random_uuid()"],
  },
  Createdb: {
    what: "CREATE DATABASE",
    seen: GOLD,
    refused: ["CREATE DATABASE other"],
    accepted: [["BEGIN", "CREATE SCHEMA examples_other"]],
  },
  CreateTableAs: {
    what: "CREATE TABLE AS and CREATE MATERIALIZED VIEW",
    seen: GOLD,
    refused: [
      "CREATE TABLE examples.a AS SELECT 1 AS x",
      "CREATE MATERIALIZED VIEW examples.a AS SELECT 1 AS x",
    ],
    accepted: [
      "CREATE VIEW examples.a AS SELECT 1 AS x",
      "INSERT INTO examples.parent SELECT 9, 'x'",
    ],
  },
  CompositeType: {
    what: "CREATE TYPE AS (composite)",
    seen: GOLD,
    refused: ["CREATE TYPE examples.pair AS (a int, b int)"],
    accepted: ["SELECT ROW(1, 'a')"],
  },
  CreateRange: {
    what: "CREATE TYPE AS RANGE",
    seen: GOLD,
    refused: ["CREATE TYPE examples.range AS RANGE (subtype = int4)"],
    accepted: ["CREATE DOMAIN examples.share AS numeric CHECK (VALUE BETWEEN 0 AND 1)"],
  },
  CreateTableSpace: {
    what: "CREATE TABLESPACE",
    seen: GOLD,
    refused: ["CREATE TABLESPACE a LOCATION '/tmp/a'"],
    accepted: ["CREATE TABLE examples.a (id int PRIMARY KEY)"],
  },
  CreateForeignTable: {
    what: "CREATE FOREIGN TABLE",
    seen: GOLD,
    refused: ["CREATE FOREIGN TABLE examples.f (id int) SERVER s"],
    accepted: ["CREATE TABLE examples.f (id int)"],
  },
  Listen: {
    what: "LISTEN",
    seen: GOLD,
    refused: ["LISTEN c"],
    accepted: ["SELECT status FROM sys.jobs"],
  },
  Notify: {
    what: "NOTIFY",
    seen: GOLD,
    refused: ["NOTIFY c"],
    accepted: ["INSERT INTO examples.parent VALUES (7, 'told')"],
  },
  Unlisten: {
    what: "UNLISTEN",
    seen: GOLD,
    refused: ["UNLISTEN c", "UNLISTEN *"],
    accepted: ["RESET application_name"],
  },
  AlterSystem: {
    what: "ALTER SYSTEM",
    seen: GOLD,
    refused: ["ALTER SYSTEM SET work_mem = '4MB'"],
    accepted: ["SET enable_hashjoin = off"],
  },
  Lock: {
    what: "LOCK",
    seen: LINT,
    refused: [["BEGIN", "LOCK TABLE examples.parent"]],
    accepted: [["BEGIN", "SELECT * FROM examples.parent FOR UPDATE"]],
  },
  CreatePolicy: {
    what: "CREATE POLICY",
    seen: PIST,
    refused: ["CREATE POLICY p ON examples.parent"],
    accepted: ["CREATE VIEW examples.some AS SELECT id FROM examples.parent WHERE id > 0"],
  },
  Prepare: {
    what: "PREPARE",
    seen: PATTERN,
    refused: ["PREPARE p AS SELECT 1"],
    accepted: ["SELECT 1"],
  },
  Execute: {
    what: "EXECUTE",
    // https://github.com/transact-rs/sqlx/issues/4162
    seen: { ...USER, observed: "2026-02-13" },
    refused: ["EXECUTE p"],
    accepted: ["SELECT id FROM examples.parent WHERE id = 1"],
  },
  Fetch: {
    what: "FETCH and MOVE",
    seen: PATTERN,
    refused: [["BEGIN", "FETCH c"]],
    accepted: ["SELECT id FROM examples.parent ORDER BY id LIMIT 1 OFFSET 1"],
  },
  ClosePortal: {
    what: "CLOSE",
    seen: PATTERN,
    refused: ["CLOSE ALL"],
    accepted: ["DEALLOCATE ALL"],
  },
  Discard: {
    what: "DISCARD",
    seen: PATTERN,
    refused: ["DISCARD ALL"],
    accepted: ["DEALLOCATE ALL"],
  },
  Load: {
    what: "LOAD",
    seen: PATTERN,
    refused: ["LOAD 'auto_explain'"],
    accepted: ["SET application_name = 'a'"],
  },
  Dropdb: {
    what: "DROP DATABASE",
    seen: PATTERN,
    refused: ["DROP DATABASE other"],
    accepted: ["DROP SCHEMA examples CASCADE"],
  },
  AlterDatabase: {
    what: "ALTER DATABASE",
    seen: PATTERN,
    refused: ["ALTER DATABASE postgres CONNECTION LIMIT 1"],
    accepted: ["ALTER SCHEMA examples OWNER TO CURRENT_USER"],
  },
  AlterDatabaseSet: {
    what: "ALTER DATABASE SET",
    seen: PATTERN,
    refused: ["ALTER DATABASE postgres SET search_path = public"],
    accepted: ["SET search_path = public"],
  },
  AlterExtension: {
    what: "ALTER EXTENSION",
    seen: PATTERN,
    refused: ["ALTER EXTENSION plpgsql UPDATE"],
    accepted: ["SELECT extname FROM pg_extension"],
  },
  AlterPolicy: {
    what: "ALTER POLICY",
    seen: PATTERN,
    refused: ["ALTER POLICY p ON examples.parent TO PUBLIC"],
    accepted: [
      "CREATE OR REPLACE VIEW examples.names AS SELECT name FROM examples.parent WHERE id > 0",
    ],
  },
  AlterType: {
    what: "ALTER TYPE SET",
    seen: PATTERN,
    refused: ["ALTER TYPE examples.mood SET (RECEIVE = a)"],
    accepted: ["ALTER DOMAIN examples.label RENAME TO title"],
  },
  Rule: {
    what: "CREATE RULE",
    seen: PATTERN,
    refused: ["CREATE RULE r AS ON INSERT TO examples.parent DO INSTEAD NOTHING"],
    accepted: ["CREATE VIEW examples.a AS SELECT 1 AS x"],
  },
  CreateEventTrig: {
    what: "CREATE EVENT TRIGGER",
    seen: PATTERN,
    refused: ["CREATE EVENT TRIGGER t ON ddl_command_start EXECUTE FUNCTION f()"],
    accepted: ["CREATE FUNCTION examples.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
  },
  CreatePLang: {
    what: "CREATE LANGUAGE",
    seen: PATTERN,
    refused: ["CREATE LANGUAGE l HANDLER h"],
    accepted: ["CREATE FUNCTION examples.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
  },
  CreateCast: {
    what: "CREATE CAST",
    seen: PATTERN,
    refused: ["CREATE CAST (int AS text) WITH INOUT"],
    accepted: ["SELECT 1::text"],
  },
  CreateConversion: {
    what: "CREATE CONVERSION",
    seen: PATTERN,
    refused: ["CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM f"],
    accepted: ["SET client_encoding = 'UTF8'"],
  },
  CreateOpClass: {
    what: "CREATE OPERATOR CLASS",
    seen: PATTERN,
    refused: ["CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <"],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
  },
  CreateTransform: {
    what: "CREATE TRANSFORM",
    seen: PATTERN,
    refused: ["CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal))"],
    accepted: ["CREATE FUNCTION examples.f(int) RETURNS text LANGUAGE sql AS 'SELECT $1::text'"],
  },
  CreateAm: {
    what: "CREATE ACCESS METHOD",
    seen: PATTERN,
    refused: ["CREATE ACCESS METHOD a TYPE INDEX HANDLER h"],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
  },
  AlterTSConfiguration: {
    what: "ALTER TEXT SEARCH CONFIGURATION",
    seen: USER,
    refused: ["ALTER TEXT SEARCH CONFIGURATION simple ALTER MAPPING FOR word WITH simple"],
    accepted: ["SELECT lower('Word')"],
  },
  Define: {
    what: "CREATE AGGREGATE, OPERATOR, COLLATION, TEXT SEARCH, and CREATE TYPE without a form",
    seen: USER,
    refused: [
      "CREATE TEXT SEARCH CONFIGURATION examples.c (COPY = simple)",
      "CREATE AGGREGATE examples.a (int) (SFUNC = int4pl, STYPE = int)",
      'CREATE COLLATION examples.c FROM "C"',
      "CREATE TYPE examples.t",
    ],
    accepted: ["SELECT sum(id) FROM examples.parent"],
  },
  AlterCollation: {
    what: "ALTER COLLATION",
    seen: PATTERN,
    refused: ['ALTER COLLATION "C" REFRESH VERSION'],
    accepted: ['SELECT name FROM examples.parent ORDER BY name COLLATE "C"'],
  },
  AlterOperator: {
    what: "ALTER OPERATOR",
    seen: PATTERN,
    refused: ["ALTER OPERATOR + (int, int) SET (RESTRICT = NONE)"],
    accepted: ["SELECT 1 + 1"],
  },
  CreateFdw: {
    what: "CREATE FOREIGN DATA WRAPPER",
    seen: PATTERN,
    refused: ["CREATE FOREIGN DATA WRAPPER w"],
    accepted: [["BEGIN", "CREATE SCHEMA examples_other"]],
  },
  CreateForeignServer: {
    what: "CREATE SERVER",
    seen: PATTERN,
    refused: ["CREATE SERVER s FOREIGN DATA WRAPPER w"],
    accepted: [["BEGIN", "CREATE SCHEMA examples_other"]],
  },
  CreateUserMapping: {
    what: "CREATE USER MAPPING",
    seen: PATTERN,
    refused: ["CREATE USER MAPPING FOR CURRENT_USER SERVER s"],
    accepted: [["BEGIN", "CREATE ROLE examples_role"]],
  },
  ImportForeignSchema: {
    what: "IMPORT FOREIGN SCHEMA",
    seen: PATTERN,
    refused: ["IMPORT FOREIGN SCHEMA a FROM SERVER s INTO examples"],
    accepted: ["CREATE TABLE examples.f (LIKE examples.parent)"],
  },
  CreatePublication: {
    what: "CREATE PUBLICATION",
    seen: PATTERN,
    refused: ["CREATE PUBLICATION p"],
    accepted: ["GRANT SELECT ON examples.parent TO PUBLIC"],
  },
  CreateSubscription: {
    what: "CREATE SUBSCRIPTION",
    seen: PATTERN,
    refused: ["CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p"],
    accepted: ["COPY examples.parent TO STDOUT"],
  },
  RefreshMatView: {
    what: "REFRESH MATERIALIZED VIEW",
    seen: PATTERN,
    refused: ["REFRESH MATERIALIZED VIEW examples.m"],
    accepted: ["CREATE OR REPLACE VIEW examples.names AS SELECT name FROM examples.parent"],
  },
  Reindex: {
    what: "REINDEX",
    seen: PATTERN,
    refused: ["REINDEX TABLE examples.parent"],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
  },
  Cluster: {
    what: "CLUSTER",
    seen: PATTERN,
    refused: ["CLUSTER examples.parent"],
    accepted: ["SELECT id FROM examples.parent ORDER BY id"],
  },
  CheckPoint: {
    what: "CHECKPOINT",
    seen: PATTERN,
    refused: ["CHECKPOINT"],
    accepted: [["BEGIN", "COMMIT"]],
  },
  SecLabel: {
    what: "SECURITY LABEL",
    seen: PATTERN,
    refused: ["SECURITY LABEL ON TABLE examples.parent IS 'a'"],
    accepted: ["COMMENT ON TABLE examples.parent IS 'a'"],
  },
};

function idOf(what: string): string {
  return what
    .toLowerCase()
    .replaceAll(/[^a-z]+/gu, "-")
    .replace(/-$/u, "");
}

export const STATEMENT_RULES: readonly Rule[] = Object.entries(STATEMENTS).map(
  ([tag, { what, seen, refused, accepted }]) => ({
    id: idOf(what),
    refuses: what,
    statements: [`${tag}Stmt`],
    text: `unsupported statement: ${tag}`,
    refused,
    accepted,
    ...seen,
  }),
);
