/** What drivers, ORMs and tools ask of the catalogs; those written in JavaScript are here. */
import { CONSOLES } from "./consoles-and-servers.ts";
import { JDBC, NPGSQL, TOOLS } from "./drivers-and-tools.ts";
import { DJANGO, RAILS, SQLALCHEMY } from "./frameworks-of-python-and-ruby.ts";
import type { Introspection } from "./introspection.ts";

const postgresJs: readonly Introspection[] = [
  {
    tool: "postgres.js",
    asks: "array types",
    sql: `select b.oid, b.typarray from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A' group by b.oid, b.typarray order by b.oid`,
  },
];

const prisma: readonly Introspection[] = [
  {
    tool: "Prisma",
    asks: "namespaces",
    sql: `SELECT namespace.nspname as namespace_name FROM pg_namespace as namespace
      WHERE namespace.nspname = ANY ('{public,app}') ORDER BY namespace_name`,
  },
  {
    tool: "Prisma",
    asks: "tables",
    sql: `SELECT tbl.relname AS table_name, namespace.nspname as namespace,
      (tbl.relhassubclass and tbl.relkind = 'p') as is_partition,
      (tbl.relhassubclass and tbl.relkind = 'r') as has_subclass,
      tbl.relrowsecurity as has_row_level_security, reloptions,
      obj_description(tbl.oid, 'pg_class') as description
      FROM pg_class AS tbl INNER JOIN pg_namespace AS namespace ON namespace.oid = tbl.relnamespace
      WHERE ((tbl.relkind = 'r' AND tbl.relispartition = 'f') OR tbl.relkind = 'p')
      AND namespace.nspname = ANY ('{public,app}') ORDER BY namespace, table_name`,
  },
  {
    tool: "Prisma",
    asks: "columns",
    sql: `SELECT oid.namespace, info.table_name, info.column_name,
      format_type(att.atttypid, att.atttypmod) as formatted_type, info.numeric_precision,
      info.numeric_scale, info.numeric_precision_radix, info.datetime_precision, info.data_type,
      info.udt_schema as type_schema_name, info.udt_name as full_data_type,
      pg_get_expr(attdef.adbin, attdef.adrelid) AS column_default, info.is_nullable,
      info.is_identity, info.character_maximum_length,
      col_description(att.attrelid, ordinal_position) AS description
      FROM information_schema.columns info
      JOIN pg_attribute att ON att.attname = info.column_name
      JOIN (SELECT pg_class.oid, relname, pg_namespace.nspname as namespace FROM pg_class
        JOIN pg_namespace on pg_namespace.oid = pg_class.relnamespace
        AND pg_namespace.nspname = ANY ('{public,app}') WHERE reltype > 0) as oid
      on oid.oid = att.attrelid AND relname = info.table_name AND namespace = info.table_schema
      LEFT OUTER JOIN pg_attrdef attdef ON attdef.adrelid = att.attrelid
      AND attdef.adnum = att.attnum AND table_schema = namespace
      WHERE table_schema = ANY ('{public,app}') ORDER BY namespace, table_name, ordinal_position`,
  },
  {
    tool: "Prisma",
    asks: "indexes",
    sql: `WITH rawindex AS (
        SELECT indrelid, indexrelid, indisunique, indisprimary, unnest(indkey) AS indkeyid,
          generate_subscripts(indkey, 1) AS indkeyidx, unnest(indclass) AS indclass,
          unnest(indoption) AS indoption
        FROM pg_index WHERE indpred IS NULL AND NOT indisexclusion)
      SELECT schemainfo.nspname AS namespace, indexinfo.relname AS index_name,
        tableinfo.relname AS table_name, columninfo.attname AS column_name,
        rawindex.indisunique AS is_unique, rawindex.indisprimary AS is_primary_key,
        rawindex.indkeyidx AS column_index, opclass.opcname AS opclass,
        opclass.opcdefault AS opcdefault, indexaccess.amname AS index_algo,
        CASE rawindex.indoption & 1 WHEN 1 THEN 'DESC' ELSE 'ASC' END AS column_order,
        CASE rawindex.indoption & 2 WHEN 2 THEN true ELSE false END AS nulls_first,
        pc.condeferrable AS condeferrable, pc.condeferred AS condeferred
      FROM rawindex
      INNER JOIN pg_class AS tableinfo ON tableinfo.oid = rawindex.indrelid
      INNER JOIN pg_class AS indexinfo ON indexinfo.oid = rawindex.indexrelid
      INNER JOIN pg_namespace AS schemainfo ON schemainfo.oid = tableinfo.relnamespace
      LEFT JOIN pg_attribute AS columninfo
        ON columninfo.attrelid = tableinfo.oid AND columninfo.attnum = rawindex.indkeyid
      INNER JOIN pg_am AS indexaccess ON indexaccess.oid = indexinfo.relam
      LEFT JOIN pg_opclass AS opclass ON opclass.oid = rawindex.indclass
      LEFT JOIN pg_constraint pc ON rawindex.indexrelid = pc.conindid AND pc.contype <> 'f'
      WHERE schemainfo.nspname = ANY ('{public,app}')
      ORDER BY namespace, table_name, index_name, column_index`,
  },
  {
    tool: "Prisma",
    asks: "foreign keys",
    sql: `SELECT con.oid AS "con_id", att2.attname AS "child_column", cl.relname AS "parent_table",
        att.attname AS "parent_column", con.confdeltype, con.confupdtype,
        rel_ns.nspname AS "referenced_schema_name", conname AS constraint_name, child,
        parent, table_name, namespace, condeferrable, condeferred
      FROM (SELECT ns.nspname AS "namespace", unnest(con1.conkey) AS "parent",
          unnest(con1.confkey) AS "child", cl.relname AS table_name, ns.nspname AS schema_name,
          generate_subscripts(con1.conkey, 1) AS colidx, con1.oid, con1.confrelid, con1.conrelid,
          con1.conname, con1.confdeltype, con1.confupdtype, con1.condeferrable, con1.condeferred
        FROM pg_class cl join pg_constraint con1 on con1.conrelid = cl.oid
        join pg_namespace ns on cl.relnamespace = ns.oid
        WHERE ns.nspname = ANY ('{public,app}') and con1.contype = 'f'
        ORDER BY colidx) con
      JOIN pg_attribute att on att.attrelid = con.confrelid and att.attnum = con.child
      JOIN pg_class cl on cl.oid = con.confrelid
      JOIN pg_attribute att2 on att2.attrelid = con.conrelid and att2.attnum = con.parent
      JOIN pg_class rel_cl on con.confrelid = rel_cl.oid
      JOIN pg_namespace rel_ns on rel_cl.relnamespace = rel_ns.oid
      ORDER BY namespace, table_name, constraint_name, con_id, con.colidx`,
  },
  {
    tool: "Prisma",
    asks: "sequences, views, enums and extensions",
    sql: `SELECT sequence_name, sequence_schema AS namespace, start_value::INT8, minimum_value::INT8,
        increment::INT8, (CASE cycle_option WHEN 'yes' THEN TRUE ELSE FALSE END) AS cycle
      FROM information_schema.sequences WHERE sequence_schema = ANY ('{public,app}')
      UNION ALL SELECT viewname, schemaname, 0, 0, 0, false FROM pg_catalog.pg_views
        WHERE schemaname = ANY ('{public,app}')
      UNION ALL SELECT t.typname, e.enumlabel, 0, 0, 0, false FROM pg_type t
        JOIN pg_enum e ON t.oid = e.enumtypid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace`,
  },
];

const typeorm: readonly Introspection[] = [
  { tool: "TypeORM", asks: "the current schema", sql: `SELECT * FROM current_schema()` },
  { tool: "TypeORM", asks: "the current database", sql: `SELECT * FROM current_database()` },
  {
    tool: "TypeORM",
    asks: "tables",
    sql: `SELECT "table_schema", "table_name",
        obj_description(('"' || "table_schema" || '"."' || "table_name" || '"')::regclass, 'pg_class')
        AS table_comment FROM "information_schema"."tables"
      WHERE ("table_schema" = 'public' AND "table_name" = 'customer')
        OR ("table_schema" = 'public' AND "table_name" = 'Order Line')`,
  },
  {
    tool: "TypeORM",
    asks: "columns",
    sql: `SELECT columns.*, pg_catalog.col_description(('"' || table_catalog || '"."' ||
        table_schema || '"."' || table_name || '"')::regclass::oid, ordinal_position) AS description,
        ('"' || "udt_schema" || '"."' || "udt_name" || '"')::"regtype" AS "regtype",
        pg_catalog.format_type("col_attr"."atttypid", "col_attr"."atttypmod") AS "format_type"
      FROM "information_schema"."columns"
      LEFT JOIN "pg_catalog"."pg_attribute" AS "col_attr"
        ON "col_attr"."attname" = "columns"."column_name" AND "col_attr"."attrelid" = (
          SELECT "cls"."oid" FROM "pg_catalog"."pg_class" AS "cls"
          LEFT JOIN "pg_catalog"."pg_namespace" AS "ns" ON "ns"."oid" = "cls"."relnamespace"
          WHERE "cls"."relname" = "columns"."table_name"
          AND "ns"."nspname" = "columns"."table_schema")
      WHERE ("table_schema" = 'public' AND "table_name" = 'customer')`,
  },
  {
    tool: "TypeORM",
    asks: "constraints",
    sql: `SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name",
        "cnst"."conname" AS "constraint_name", pg_get_constraintdef("cnst"."oid") AS "expression",
        CASE "cnst"."contype" WHEN 'p' THEN 'PRIMARY' WHEN 'u' THEN 'UNIQUE' WHEN 'c' THEN 'CHECK'
          WHEN 'x' THEN 'EXCLUDE' END AS "constraint_type", "a"."attname" AS "column_name"
      FROM "pg_constraint" "cnst" INNER JOIN "pg_class" "t" ON "t"."oid" = "cnst"."conrelid"
      INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "cnst"."connamespace"
      LEFT JOIN "pg_attribute" "a"
        ON "a"."attrelid" = "cnst"."conrelid" AND "a"."attnum" = ANY ("cnst"."conkey")
      WHERE "t"."relkind" IN ('r', 'p') AND ("ns"."nspname" IN ('public', 'app'))`,
  },
  {
    tool: "TypeORM",
    asks: "indices",
    sql: `SELECT "ns"."nspname" AS "table_schema", "t"."relname" AS "table_name",
        "i"."relname" AS "constraint_name", "a"."attname" AS "column_name",
        CASE "ix"."indisunique" WHEN 't' THEN 'TRUE' ELSE'FALSE' END AS "is_unique",
        pg_get_expr("ix"."indpred", "ix"."indrelid") AS "condition",
        "types"."typname" AS "type_name", "am"."amname" AS "index_type"
      FROM "pg_class" "t" INNER JOIN "pg_index" "ix" ON "ix"."indrelid" = "t"."oid"
      INNER JOIN "pg_attribute" "a"
        ON "a"."attrelid" = "t"."oid" AND "a"."attnum" = ANY ("ix"."indkey")
      INNER JOIN "pg_namespace" "ns" ON "ns"."oid" = "t"."relnamespace"
      INNER JOIN "pg_class" "i" ON "i"."oid" = "ix"."indexrelid"
      INNER JOIN "pg_type" "types" ON "types"."oid" = "a"."atttypid"
      INNER JOIN "pg_am" "am" ON "i"."relam" = "am"."oid"
      LEFT JOIN "pg_constraint" "cnst" ON "cnst"."conname" = "i"."relname"
      WHERE "t"."relkind" IN ('r', 'p') AND "cnst"."contype" IS NULL
      AND ("ns"."nspname" IN ('public', 'app'))`,
  },
];

const sequelize: readonly Introspection[] = [
  {
    tool: "Sequelize",
    asks: "a table's columns",
    sql: `SELECT pk.constraint_type as "Constraint", c.column_name as "Field",
        c.column_default as "Default", c.is_nullable as "Null",
        (CASE WHEN c.udt_name = 'hstore' THEN c.udt_name ELSE c.data_type END) ||
        (CASE WHEN c.character_maximum_length IS NOT NULL
          THEN '(' || c.character_maximum_length || ')' ELSE '' END) as "Type",
        (SELECT array_agg(e.enumlabel) FROM pg_catalog.pg_type t
          JOIN pg_catalog.pg_enum e ON t.oid=e.enumtypid WHERE t.typname=c.udt_name) AS "special",
        (SELECT pgd.description FROM pg_catalog.pg_statio_all_tables AS st
          INNER JOIN pg_catalog.pg_description pgd on (pgd.objoid=st.relid)
          WHERE c.ordinal_position=pgd.objsubid AND c.table_name=st.relname) AS "Comment"
      FROM information_schema.columns c
      LEFT JOIN (SELECT tc.table_schema, tc.table_name, cu.column_name, tc.constraint_type
        FROM information_schema.TABLE_CONSTRAINTS tc
        JOIN information_schema.KEY_COLUMN_USAGE cu ON tc.table_schema=cu.table_schema
          and tc.table_name=cu.table_name and tc.constraint_name=cu.constraint_name
          and tc.constraint_type='PRIMARY KEY') pk
      ON pk.table_schema=c.table_schema AND pk.table_name=c.table_name
        AND pk.column_name=c.column_name
      WHERE c.table_name = 'customer' AND c.table_schema = 'public'`,
  },
  {
    tool: "Sequelize",
    asks: "a table's indexes",
    sql: `SELECT i.relname AS name, ix.indisprimary AS primary, ix.indisunique AS unique,
        ix.indkey AS indkey, array_agg(a.attnum) as column_indexes,
        array_agg(a.attname) AS column_names, pg_get_indexdef(ix.indexrelid) AS definition
      FROM pg_class t, pg_class i, pg_index ix, pg_attribute a
      WHERE t.oid = ix.indrelid AND i.oid = ix.indexrelid AND a.attrelid = t.oid
        AND t.relkind = 'r' and t.relname = 'Order Line' and a.attnum > 0
      GROUP BY i.relname, ix.indexrelid, ix.indisprimary, ix.indisunique, ix.indkey
      ORDER BY i.relname`,
  },
];

const drizzle: readonly Introspection[] = [
  {
    tool: "Drizzle",
    asks: "tables",
    sql: `SELECT n.nspname AS table_schema, c.relname AS table_name,
        CASE WHEN c.relkind = 'r' THEN 'table' WHEN c.relkind = 'v' THEN 'view'
          WHEN c.relkind = 'm' THEN 'materialized_view' END AS type,
        c.relrowsecurity AS rls_enabled
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid::text = c.relnamespace::text
      WHERE c.relkind IN ('r', 'v', 'm') AND n.nspname IN ('public', 'app')`,
  },
  {
    tool: "Drizzle",
    asks: "columns, serial ones among them",
    sql: `SELECT a.attrelid::regclass::text, a.attname, is_nullable, a.attndims as array_dimensions,
        CASE WHEN a.atttypid = ANY ('{int,int8,int2}'::regtype[]) AND EXISTS (
            SELECT FROM pg_attrdef ad WHERE ad.adrelid = a.attrelid AND ad.adnum = a.attnum
            AND pg_get_expr(ad.adbin, ad.adrelid) = 'nextval('''
              || pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass
              || '''::regclass)')
          THEN CASE a.atttypid WHEN 'int'::regtype THEN 'serial'
            WHEN 'int8'::regtype THEN 'bigserial' WHEN 'int2'::regtype THEN 'smallserial' END
          ELSE format_type(a.atttypid, a.atttypmod) END AS data_type,
        INFORMATION_SCHEMA.COLUMNS.table_name, ns.nspname as type_schema,
        pg_get_serial_sequence('"' || table_schema || '"."' || table_name || '"', a.attname)::regclass
          AS seq_name, column_name, column_default, data_type as additional_dt, udt_name as enum_name,
        is_generated, generation_expression, is_identity, identity_generation, identity_start,
        identity_increment, identity_maximum, identity_minimum, identity_cycle
      FROM pg_attribute a
      JOIN INFORMATION_SCHEMA.COLUMNS ON INFORMATION_SCHEMA.COLUMNS.column_name = a.attname
      JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_namespace ns ON ns.oid = t.typnamespace
      WHERE a.attrelid = '"Order Line"'::regclass AND INFORMATION_SCHEMA.COLUMNS.table_name = 'Order Line'
        AND INFORMATION_SCHEMA.COLUMNS.table_schema = 'public' AND a.attnum > 0
        AND NOT a.attisdropped ORDER BY a.attnum`,
  },
  {
    tool: "Drizzle",
    asks: "constraints",
    sql: `SELECT c.column_name, c.data_type, constraint_type, constraint_name, constraint_schema
      FROM information_schema.table_constraints tc
      JOIN information_schema.constraint_column_usage AS ccu
        USING (constraint_schema, constraint_name)
      JOIN information_schema.columns AS c ON c.table_schema = tc.constraint_schema
        AND tc.table_name = c.table_name AND ccu.column_name = c.column_name
      WHERE tc.table_name = 'Order Line' and constraint_schema = 'public'`,
  },
];

export const INTROSPECTIONS: readonly Introspection[] = [
  ...postgresJs,
  ...prisma,
  ...typeorm,
  ...sequelize,
  ...drizzle,
  ...SQLALCHEMY,
  ...DJANGO,
  ...RAILS,
  ...JDBC,
  ...NPGSQL,
  ...TOOLS,
  ...CONSOLES,
];
