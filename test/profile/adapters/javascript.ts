/** Drizzle, Prisma, Sequelize, TypeORM and Knex: their migrations and how they look at a schema. */
import type { Adapter } from "./adapter.ts";
import { ask, job, refused, run } from "./adapter.ts";

const DRIZZLE: Adapter = {
  name: "Drizzle",
  steps: [
    run(`CREATE SCHEMA IF NOT EXISTS "drizzle"`),
    run(`CREATE TABLE IF NOT EXISTS "drizzle"."__drizzle_migrations" (
           id uuid PRIMARY KEY DEFAULT gen_random_uuid(), hash text NOT NULL, created_at bigint)`),
    ask(
      `select id, hash, created_at from "drizzle"."__drizzle_migrations"
       order by created_at desc limit 1`,
      [],
    ),
    run(`CREATE TABLE "posts" (
           "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
           "title" varchar(256) NOT NULL,
           "body" text,
           "likes" integer DEFAULT 0 NOT NULL,
           "meta" jsonb,
           "created_at" timestamp DEFAULT now() NOT NULL,
           CONSTRAINT "posts_title_unique" UNIQUE("title"))`),
    job(`CREATE INDEX ASYNC "posts_created" ON "posts" ("created_at")`),
    run(`insert into "drizzle"."__drizzle_migrations" ("hash", "created_at")
         values('5f0a', 1761955200000)`),
    ask(
      `insert into "posts" ("id", "title", "body", "likes", "meta", "created_at")
       values (default, 'a', null, default, '{"a": [1]}', default)
       on conflict ("title") do update set "likes" = "posts"."likes" + 1
       returning "title", "likes", "meta"`,
      [["a", "0", '{"a": [1]}']],
    ),
    ask(
      `select "posts"."title", "posts_more"."data" as "more" from "posts" "posts"
       left join lateral (select coalesce(json_agg(json_build_array("p"."title", "p"."likes")),
                                          '[]'::json) as "data"
                          from "posts" "p" where "p"."likes" = "posts"."likes") "posts_more"
         on true limit 5`,
      [["a", '[["a", 0]]']],
    ),
    ask(
      `SELECT n.nspname AS table_schema, c.relname AS table_name,
              CASE WHEN c.relkind = 'r' THEN 'table' WHEN c.relkind = 'v' THEN 'view' END AS type,
              c.relrowsecurity AS rls_enabled
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname = 'drizzle'`,
      [["drizzle", "__drizzle_migrations", "table", "f"]],
    ),
    ask(
      `SELECT a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS data_type,
              is_nullable, a.attndims AS array_dimensions,
              pg_get_expr(ad.adbin, ad.adrelid) AS column_default,
              a.attgenerated = 's' AS is_generated, is_identity
       FROM pg_attribute a
       JOIN pg_class cls ON cls.oid = a.attrelid
       JOIN pg_namespace ns ON ns.oid = cls.relnamespace
       JOIN information_schema.columns c ON c.column_name = a.attname
        AND c.table_schema = ns.nspname AND c.table_name = cls.relname
       LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
       WHERE a.attnum > 0 AND NOT a.attisdropped
         AND ns.nspname = 'public' AND cls.relname = 'posts' ORDER BY a.attnum`,
      [
        ["id", "uuid", "NO", "0", "gen_random_uuid()", "f", "NO"],
        ["title", "character varying(256)", "NO", "0", null, "f", "NO"],
        ["body", "text", "YES", "0", null, "f", "NO"],
        ["likes", "integer", "NO", "0", "0", "f", "NO"],
        ["meta", "jsonb", "YES", "0", null, "f", "NO"],
        ["created_at", "timestamp without time zone", "NO", "0", "now()", "f", "NO"],
      ],
    ),
    ask(
      `SELECT c.column_name, constraint_type, constraint_name
       FROM information_schema.table_constraints tc
       JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_name)
       JOIN information_schema.columns AS c ON c.table_schema = tc.constraint_schema
        AND tc.table_name = c.table_name AND ccu.column_name = c.column_name
       WHERE tc.table_name = 'posts' AND constraint_schema = 'public' ORDER BY 3`,
      [
        ["id", "PRIMARY KEY", "posts_pkey"],
        ["title", "UNIQUE", "posts_title_unique"],
      ],
    ),
  ],
  refused: [
    refused(
      `CREATE TABLE "drizzle"."other" (id SERIAL PRIMARY KEY, hash text NOT NULL)`,
      "42704",
      'type "serial" does not exist',
    ),
    refused(
      `CREATE INDEX "posts_body" ON "posts" USING btree ("body")`,
      "0A000",
      "USING not supported for CREATE INDEX",
    ),
    refused(
      `CREATE TYPE "public"."mood" AS ENUM('sad', 'ok')`,
      "0A000",
      "CREATE TYPE not supported",
    ),
  ],
};

const PRISMA: Adapter = {
  name: "Prisma",
  steps: [
    ask(
      `SELECT EXISTS(SELECT 1 FROM pg_namespace WHERE nspname = 'public'), version(),
              current_setting('server_version_num')::integer as numeric_version`,
      [["t", "PostgreSQL 16", "160015"]],
    ),
    run(`CREATE TABLE _prisma_migrations (
           id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
           finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT,
           rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
           applied_steps_count INTEGER NOT NULL DEFAULT 0)`),
    run(`-- CreateTable
         CREATE TABLE "User" (
           "id" UUID NOT NULL DEFAULT gen_random_uuid(),
           "email" VARCHAR(255) NOT NULL,
           "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
           CONSTRAINT "User_pkey" PRIMARY KEY ("id"))`),
    job(`-- CreateIndex
         CREATE UNIQUE INDEX ASYNC "User_email_key" ON "User"("email")`),
    ask(
      `INSERT INTO "public"."User" ("email") VALUES ('a@b.c')
       RETURNING "public"."User"."email"`,
      [["a@b.c"]],
    ),
    ask(
      `SELECT "public"."User"."email" FROM "public"."User"
       WHERE ("public"."User"."email" = 'a@b.c' AND 1=1) LIMIT 1 OFFSET 0`,
      [["a@b.c"]],
    ),
    ask(
      `SELECT tbl.relname AS table_name, namespace.nspname as namespace,
              (tbl.relhassubclass and tbl.relkind = 'p') as has_subclass,
              (tbl.relrowsecurity) as has_row_level_security, reloptions,
              obj_description(tbl.oid, 'pg_class') as description
       FROM pg_class AS tbl INNER JOIN pg_namespace AS namespace ON namespace.oid = tbl.relnamespace
       WHERE (tbl.relkind = 'r' AND tbl.relispartition = 't' OR tbl.relkind IN ('r', 'p'))
         AND namespace.nspname = ANY (ARRAY['public']) AND tbl.relname = 'User'`,
      [["User", "public", "f", "f", null, null]],
    ),
    ask(
      `SELECT oid.namespace, info.column_name, format_type(att.atttypid, att.atttypmod),
              info.numeric_precision, info.character_maximum_length, info.datetime_precision,
              info.udt_name, info.is_nullable, info.is_identity,
              pg_get_expr(attdef.adbin, attdef.adrelid) AS column_default
       FROM information_schema.columns info
       JOIN pg_attribute att ON att.attname = info.column_name
       JOIN (SELECT pg_class.oid, relname, pg_namespace.nspname AS namespace
             FROM pg_class JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
             WHERE reltype > 0) AS oid
         ON oid.oid = att.attrelid AND relname = info.table_name AND namespace = info.table_schema
       LEFT JOIN pg_attrdef attdef ON attdef.adrelid = att.attrelid AND attdef.adnum = att.attnum
       WHERE table_schema = ANY (ARRAY['public']) AND info.table_name = 'User'
       ORDER BY namespace, table_name, ordinal_position`,
      [
        ["public", "id", "uuid", null, null, null, "uuid", "NO", "NO", "gen_random_uuid()"],
        [
          "public",
          "email",
          "character varying(255)",
          null,
          "255",
          null,
          "varchar",
          "NO",
          "NO",
          null,
        ],
        [
          "public",
          "createdAt",
          "timestamp(3) without time zone",
          null,
          null,
          "3",
          "timestamp",
          "NO",
          "NO",
          "CURRENT_TIMESTAMP",
        ],
      ],
    ),
    ask(
      `WITH rawindex AS (
         SELECT indrelid, indexrelid, indisunique, indisprimary,
                unnest(indkey) AS indkeyid, generate_subscripts(indkey, 1) AS indkeyidx
         FROM pg_index WHERE indpred IS NULL AND NOT indisexclusion)
       SELECT schemainfo.nspname AS namespace, indexinfo.relname AS index_name,
              tableinfo.relname AS table_name, columninfo.attname AS column_name,
              rawindex.indisunique AS is_unique, rawindex.indisprimary AS is_primary_key,
              rawindex.indkeyidx AS column_index
       FROM rawindex
       INNER JOIN pg_class AS tableinfo ON tableinfo.oid = rawindex.indrelid
       INNER JOIN pg_class AS indexinfo ON indexinfo.oid = rawindex.indexrelid
       INNER JOIN pg_namespace AS schemainfo ON schemainfo.oid = tableinfo.relnamespace
       LEFT JOIN pg_attribute AS columninfo
         ON columninfo.attrelid = tableinfo.oid AND columninfo.attnum = rawindex.indkeyid
       WHERE schemainfo.nspname = ANY (ARRAY['public']) AND tableinfo.relname = 'User'
         AND rawindex.indkeyidx = 0
       ORDER BY namespace, table_name, index_name, column_index`,
      [
        ["public", "User_email_key", "User", "email", "t", "f", "0"],
        ["public", "User_pkey", "User", "id", "t", "t", "0"],
      ],
    ),
  ],
  refused: [
    refused(
      "SELECT pg_advisory_lock(72707369)",
      "0A000",
      "function pg_advisory_lock not supported",
    ),
    refused(
      `CREATE UNIQUE INDEX "User_createdAt_key" ON "User"("createdAt")`,
      "0A000",
      "unsupported mode. please use CREATE INDEX ASYNC.",
    ),
    refused(
      `ALTER TABLE "User" ALTER COLUMN "email" SET NOT NULL`,
      "0A000",
      "unsupported ALTER TABLE ALTER COLUMN ... SET NOT NULL statement",
    ),
  ],
};

const SEQUELIZE: Adapter = {
  name: "Sequelize",
  steps: [
    ask("SHOW SERVER_VERSION", [["16.15"]]),
    run(`CREATE TABLE IF NOT EXISTS "Owners" (
           "id" UUID DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY, "name" VARCHAR(30) NOT NULL,
           "city" VARCHAR(80) NOT NULL, "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL)`),
    job(`CREATE INDEX ASYNC "owners_city" ON "Owners" ("city")`),
    ask(
      `SELECT table_name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_name = 'Owners'`,
      [["Owners"]],
    ),
    ask(
      `SELECT pk.constraint_type as "Constraint", c.column_name as "Field",
              c.column_default as "Default", c.is_nullable as "Null",
              CASE WHEN c.udt_name = 'hstore' THEN c.udt_name ELSE c.data_type END
              || (CASE WHEN c.character_maximum_length IS NOT NULL
                  THEN '(' || c.character_maximum_length || ')' ELSE '' END) as "Type",
              (SELECT array_agg(e.enumlabel) FROM pg_catalog.pg_type t
               JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid
               WHERE t.typname = c.udt_name) AS "special",
              (SELECT pgd.description FROM pg_catalog.pg_statio_all_tables AS st
               INNER JOIN pg_catalog.pg_description pgd on (pgd.objoid = st.relid)
               WHERE c.ordinal_position = pgd.objsubid AND c.table_name = st.relname) AS "Comment"
       FROM information_schema.columns c
       LEFT JOIN (SELECT tc.table_schema, tc.table_name, cu.column_name, tc.constraint_type
                  FROM information_schema.table_constraints tc
                  JOIN information_schema.key_column_usage cu
                    ON tc.table_schema = cu.table_schema and tc.table_name = cu.table_name
                   and tc.constraint_name = cu.constraint_name
                   and tc.constraint_type = 'PRIMARY KEY') pk
         ON pk.table_schema = c.table_schema AND pk.table_name = c.table_name
        AND pk.column_name = c.column_name
       WHERE c.table_name = 'Owners' AND c.table_schema = 'public' ORDER BY c.ordinal_position`,
      [
        ["PRIMARY KEY", "id", "gen_random_uuid()", "NO", "uuid", null, null],
        [null, "name", null, "NO", "character varying(30)", null, null],
        [null, "city", null, "NO", "character varying(80)", null, null],
        [null, "createdAt", null, "NO", "timestamp with time zone", null, null],
      ],
    ),
    // Takes the columns of INCLUDE for those of the key, as it does with the service.
    ask(
      `SELECT i.relname AS name, ix.indisprimary AS primary, ix.indisunique AS unique,
              array_agg(a.attname ORDER BY a.attnum) AS column_names,
              pg_get_indexdef(ix.indexrelid) AS definition
       FROM pg_class t, pg_class i, pg_index ix, pg_attribute a
       WHERE t.oid = ix.indrelid AND i.oid = ix.indexrelid AND a.attrelid = t.oid
         AND a.attnum = ANY (ix.indkey) AND t.relkind = 'r' and t.relname = 'Owners'
       GROUP BY i.relname, ix.indexrelid, ix.indisprimary, ix.indisunique, ix.indkey
       ORDER BY i.relname`,
      [
        [
          "Owners_pkey",
          "t",
          "t",
          "{id,name,city,createdAt}",
          'CREATE UNIQUE INDEX "Owners_pkey" ON public."Owners" USING btree_index (id) INCLUDE (name, city, "createdAt")',
        ],
        [
          "owners_city",
          "f",
          "f",
          "{city}",
          'CREATE INDEX owners_city ON public."Owners" USING btree_index (city)',
        ],
      ],
    ),
    ask(
      `INSERT INTO "Owners" ("id", "name", "city", "createdAt")
       VALUES (DEFAULT, 'a', 'b', '2026-01-01 00:00:00.000 +00:00')
       RETURNING "name", "city", "createdAt"`,
      [["a", "b", "2026-01-01 00:00:00+00"]],
    ),
  ],
  refused: [
    refused(
      `CREATE INDEX "owners_name" ON "Owners" ("name")`,
      "0A000",
      "unsupported mode. please use CREATE INDEX ASYNC.",
    ),
    refused(
      `CREATE TYPE "public"."enum_Owners_kind" AS ENUM('a', 'b')`,
      "0A000",
      "CREATE TYPE not supported",
    ),
    refused("SAVEPOINT s", "0A000", "unsupported transaction statement: SAVEPOINT"),
    refused(
      "SET client_min_messages TO warning",
      "0A000",
      'setting configuration parameter "client_min_messages" not supported',
    ),
  ],
};

const TYPEORM: Adapter = {
  name: "TypeORM",
  steps: [
    ask("SELECT * FROM current_schema()", [["public"]]),
    ask(`SELECT * FROM current_database()`, [["postgres"]]),
    run(`CREATE TABLE "pet" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "name" character varying(30)
           NOT NULL, "born" date, CONSTRAINT "PK_b1ac2e88e89b9480e0c5b53fa60" PRIMARY KEY ("id"))`),
    job(`CREATE INDEX ASYNC "IDX_pet_name" ON "pet" ("name")`),
    ask(
      `SELECT "table_schema", "table_name",
              obj_description(('"' || "table_schema" || '"."' || "table_name" || '"')::regclass,
                              'pg_class') AS table_comment
       FROM "information_schema"."tables"
       WHERE ("table_schema" = 'public' AND "table_name" = 'pet')`,
      [["public", "pet", null]],
    ),
    ask(
      `SELECT columns.column_name,
              pg_catalog.col_description(('"' || table_catalog || '"."' || table_schema || '"."'
                || table_name || '"')::regclass::oid, ordinal_position) as description,
              ('"' || "udt_schema" || '"."' || "udt_name" || '"')::"regtype"::text AS "regtype",
              pg_catalog.format_type("col_attr"."atttypid", "col_attr"."atttypmod") AS "format_type"
       FROM "information_schema"."columns"
       LEFT JOIN "pg_catalog"."pg_attribute" AS "col_attr"
         ON "col_attr"."attname" = "columns"."column_name"
        AND "col_attr"."attrelid" = (
          SELECT "cls"."oid" FROM "pg_catalog"."pg_class" AS "cls"
          LEFT JOIN "pg_catalog"."pg_namespace" AS "ns" ON "ns"."oid" = "cls"."relnamespace"
          WHERE "cls"."relname" = "columns"."table_name"
            AND "ns"."nspname" = "columns"."table_schema")
       WHERE ("table_schema" = 'public' AND "table_name" = 'pet') ORDER BY ordinal_position`,
      [
        ["id", null, "uuid", "uuid"],
        ["name", null, "character varying", "character varying(30)"],
        ["born", null, "date", "date"],
      ],
    ),
    ask(
      `SELECT "cnst"."conname" AS "constraint_name",
              pg_get_constraintdef("cnst"."oid") AS "expression",
              CASE "cnst"."contype" WHEN 'p' THEN 'PRIMARY' WHEN 'u' THEN 'UNIQUE'
                WHEN 'c' THEN 'CHECK' WHEN 'x' THEN 'EXCLUDE' END AS "constraint_type",
              "a"."attname" AS "column_name"
       FROM "pg_constraint" "cnst"
       INNER JOIN "pg_class" "t" ON "t"."oid" = "cnst"."conrelid"
       INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "cnst"."connamespace"
       LEFT JOIN "pg_attribute" "a"
         ON "a"."attrelid" = "cnst"."conrelid" AND "a"."attnum" = ANY ("cnst"."conkey")
       WHERE "t"."relkind" IN ('r', 'p')
         AND (("ns"."nspname" = 'public' AND "t"."relname" = 'pet'))`,
      [
        [
          "PK_b1ac2e88e89b9480e0c5b53fa60",
          "PRIMARY KEY (id) INCLUDE (name, born)",
          "PRIMARY",
          "id",
        ],
      ],
    ),
    ask(
      `SELECT "i"."relname" AS "constraint_name", "a"."attname" AS "column_name",
              CASE "ix"."indisunique" WHEN 't' THEN 'TRUE' ELSE 'FALSE' END AS "is_unique",
              pg_get_expr("ix"."indpred", "ix"."indrelid") AS "condition",
              "types"."typname" AS "type_name", "am"."amname" AS "index_type"
       FROM "pg_class" "t"
       INNER JOIN "pg_index" "ix" ON "ix"."indrelid" = "t"."oid"
       INNER JOIN "pg_attribute" "a" ON "a"."attrelid" = "t"."oid" AND "a"."attnum" = ANY ("ix"."indkey")
       INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "t"."relnamespace"
       INNER JOIN "pg_class" "i" ON "i"."oid" = "ix"."indexrelid"
       INNER JOIN "pg_type" "types" ON "types"."oid" = "a"."atttypid"
       INNER JOIN "pg_am" "am" ON "i"."relam" = "am"."oid"
       LEFT JOIN "pg_constraint" "cnst" ON "cnst"."conname" = "i"."relname"
       WHERE "t"."relkind" IN ('r', 'p') AND "cnst"."contype" IS NULL
         AND (("ns"."nspname" = 'public' AND "t"."relname" = 'pet'))`,
      [["IDX_pet_name", "name", "FALSE", null, "varchar", "btree_index"]],
    ),
    ask(
      `INSERT INTO "pet"("id", "name", "born") VALUES (DEFAULT, 'rex', DEFAULT) RETURNING "born"`,
      [[null]],
    ),
  ],
  refused: [
    refused(
      `CREATE EXTENSION IF NOT EXISTS "uuid-ossp"`,
      "0A000",
      "unsupported statement: CreateExtension",
    ),
    refused(
      `CREATE INDEX "IDX_pet_born" ON "pet" ("born")`,
      "0A000",
      "unsupported mode. please use CREATE INDEX ASYNC.",
    ),
    refused(
      `CREATE TABLE "toy" ("id" SERIAL NOT NULL, PRIMARY KEY ("id"))`,
      "42704",
      'type "serial" does not exist',
    ),
  ],
};

const KNEX: Adapter = {
  name: "Knex",
  steps: [
    ask(
      `select * from information_schema.tables
       where table_schema = current_schema() and table_name = 'knex_migrations'`,
      [],
    ),
    run(`create table "knex_migrations" (
           "id" bigint generated by default as identity (cache 1) primary key,
           "name" varchar(255), "batch" integer, "migration_time" timestamptz)`),
    run(`create table "knex_migrations_lock" (
           "index" bigint generated by default as identity (cache 1) primary key,
           "is_locked" integer)`),
    run(`insert into "knex_migrations_lock" ("is_locked") values (0)`),
    run(`update "knex_migrations_lock" set "is_locked" = 1 where "is_locked" = 0`),
    ask(`select max("batch") as "max_batch" from "knex_migrations"`, [[null]]),
    ask(
      `select column_name, data_type, is_nullable, character_maximum_length
       from information_schema.columns
       where table_name = 'knex_migrations' and table_catalog = current_database()
         and table_schema = current_schema() order by ordinal_position`,
      [
        ["id", "bigint", "NO", null],
        ["name", "character varying", "YES", "255"],
        ["batch", "integer", "YES", null],
        ["migration_time", "timestamp with time zone", "YES", null],
      ],
    ),
    ask(
      `insert into "knex_migrations" ("batch", "migration_time", "name")
       values (1, CURRENT_TIMESTAMP, '1_init.js') returning "id"`,
      [["1"]],
    ),
    run(`update "knex_migrations_lock" set "is_locked" = 0`),
  ],
  refused: [
    refused(
      `create table "other" ("id" serial primary key)`,
      "42704",
      'type "serial" does not exist',
    ),
    refused(
      `create index "batch_index" on "knex_migrations" ("batch")`,
      "0A000",
      "unsupported mode. please use CREATE INDEX ASYNC.",
    ),
    refused(
      `truncate "knex_migrations" restart identity`,
      "0A000",
      "unsupported statement: Truncate",
    ),
  ],
};

export const JAVASCRIPT: readonly Adapter[] = [DRIZZLE, PRISMA, SEQUELIZE, TYPEORM, KNEX];
