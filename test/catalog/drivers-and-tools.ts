/** What pgjdbc, Npgsql, psycopg and psql ask of the catalogs. */
import type { Introspection } from "./introspection.ts";

export const JDBC: readonly Introspection[] = [
  {
    tool: "pgjdbc",
    asks: "tables",
    sql: `SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, c.relname AS TABLE_NAME,
        CASE n.nspname ~ '^pg_' OR n.nspname = 'information_schema'
          WHEN true THEN CASE WHEN n.nspname = 'pg_catalog' OR n.nspname = 'information_schema' THEN
            CASE c.relkind WHEN 'r' THEN 'SYSTEM TABLE' WHEN 'v' THEN 'SYSTEM VIEW'
              WHEN 'i' THEN 'SYSTEM INDEX' ELSE NULL END ELSE NULL END
          WHEN false THEN CASE c.relkind WHEN 'r' THEN 'TABLE' WHEN 'i' THEN 'INDEX'
            WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE NULL END
          ELSE NULL END AS TABLE_TYPE, d.description AS REMARKS
      FROM pg_catalog.pg_namespace n, pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_description d
        ON (c.oid = d.objoid AND d.objsubid = 0 and d.classoid = 'pg_class'::regclass)
      WHERE c.relnamespace = n.oid AND n.nspname IN ('public', 'app')
      ORDER BY TABLE_TYPE, TABLE_SCHEM, TABLE_NAME`,
  },
  {
    tool: "pgjdbc",
    asks: "columns",
    sql: `SELECT * FROM (SELECT n.nspname, c.relname, a.attname, a.atttypid,
        a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS attnotnull, a.atttypmod, a.attlen,
        t.typtypmod, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS attnum,
        nullif(a.attidentity, '') as attidentity, nullif(a.attgenerated, '') as attgenerated,
        pg_catalog.pg_get_expr(def.adbin, def.adrelid) AS adsrc, dsc.description, t.typbasetype,
        t.typtype FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON (c.relnamespace = n.oid)
      JOIN pg_catalog.pg_attribute a ON (a.attrelid=c.oid)
      JOIN pg_catalog.pg_type t ON (a.atttypid = t.oid)
      LEFT JOIN pg_catalog.pg_attrdef def ON (a.attrelid=def.adrelid AND a.attnum = def.adnum)
      LEFT JOIN pg_catalog.pg_description dsc ON (c.oid=dsc.objoid AND a.attnum = dsc.objsubid)
      LEFT JOIN pg_catalog.pg_class dc ON (dc.oid=dsc.classoid AND dc.relname='pg_class')
      LEFT JOIN pg_catalog.pg_namespace dn
        ON (dc.relnamespace=dn.oid AND dn.nspname='pg_catalog')
      WHERE c.relkind in ('r','p','v','f','m') and a.attnum > 0 AND NOT a.attisdropped
        AND n.nspname IN ('public', 'app')) c WHERE true ORDER BY nspname, c.relname, attnum`,
  },
  {
    tool: "pgjdbc",
    asks: "primary keys",
    sql: `SELECT result.TABLE_CAT, result.TABLE_SCHEM, result.TABLE_NAME, result.COLUMN_NAME,
        result.KEY_SEQ, result.PK_NAME
      FROM (SELECT NULL AS TABLE_CAT, n.nspname AS TABLE_SCHEM, ct.relname AS TABLE_NAME,
          a.attname AS COLUMN_NAME,
          (information_schema._pg_expandarray(i.indkey)).n AS KEY_SEQ, ci.relname AS PK_NAME,
          information_schema._pg_expandarray(i.indkey) AS KEYS, a.attnum AS A_ATTNUM
        FROM pg_catalog.pg_class ct
        JOIN pg_catalog.pg_attribute a ON (ct.oid = a.attrelid)
        JOIN pg_catalog.pg_namespace n ON (ct.relnamespace = n.oid)
        JOIN pg_catalog.pg_index i ON ( a.attrelid = i.indrelid)
        JOIN pg_catalog.pg_class ci ON (ci.oid = i.indexrelid)
        WHERE true AND ct.relname = 'Order Line' AND i.indisprimary) result
      where result.A_ATTNUM = (result.KEYS).x
      ORDER BY result.table_name, result.pk_name, result.key_seq`,
  },
];

export const NPGSQL: readonly Introspection[] = [
  {
    tool: "Npgsql",
    asks: "types",
    sql: `SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid
      FROM (SELECT typ.oid, typ.typnamespace, typ.typname, typ.typtype, typ.typrelid, typ.typnotnull,
          typ.relkind, elemtyp.oid AS elemtypoid, elemtyp.typname AS elemtypname,
          elemcls.relkind AS elemrelkind,
          CASE WHEN elemproc.proname='array_recv' THEN 'a' ELSE elemtyp.typtype END AS elemtyptype
        FROM (SELECT typ.oid, typnamespace, typname, typrelid, typnotnull, relkind,
            typelem AS elemoid,
            CASE WHEN proc.proname='array_recv' THEN 'a' ELSE typ.typtype END AS typtype,
            CASE WHEN proc.proname='array_recv' THEN typ.typelem
              WHEN typ.typtype='r' THEN rngsubtype
              WHEN typ.typtype='m' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = typ.oid)
              WHEN typ.typtype='d' THEN typ.typbasetype END AS elemtypoid
          FROM pg_type AS typ LEFT JOIN pg_class AS cls ON (cls.oid = typ.typrelid)
          LEFT JOIN pg_proc AS proc ON proc.oid = typ.typreceive
          LEFT JOIN pg_range ON (pg_range.rngtypid = typ.oid)) AS typ
        LEFT JOIN pg_type AS elemtyp ON elemtyp.oid = elemtypoid
        LEFT JOIN pg_class AS elemcls ON (elemcls.oid = elemtyp.typrelid)
        LEFT JOIN pg_proc AS elemproc ON elemproc.oid = elemtyp.typreceive) AS t
      JOIN pg_namespace AS ns ON (ns.oid = typnamespace)
      WHERE typtype IN ('b', 'r', 'm', 'e', 'd') OR
        (typtype = 'c' AND relkind='c') OR (typtype = 'p' AND typname IN ('record', 'void')) OR
        (typtype = 'a' AND (elemtyptype IN ('b', 'r', 'm', 'e', 'd') OR
          (elemtyptype = 'p' AND elemtypname IN ('record', 'void')) OR
          (elemtyptype = 'c' AND elemrelkind='c')))
      ORDER BY t.oid`,
  },
];

export const TOOLS: readonly Introspection[] = [
  {
    tool: "psycopg",
    asks: "a type",
    sql: `SELECT typname AS name, oid, typarray AS array_oid, oid::regtype::text AS regtype,
      typdelim AS delimiter FROM pg_type t WHERE t.oid = 'numeric'::regtype ORDER BY t.oid`,
  },
  {
    tool: "psql",
    asks: "tables for completion",
    sql: `SELECT c.relname, NULL::pg_catalog.text FROM pg_catalog.pg_class c
      WHERE c.relkind IN ('r', 'S', 'v', 'm', 'f', 'p') AND (c.relname) LIKE 'cust%'
      AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <>
        (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')
      UNION ALL SELECT NULL::pg_catalog.text, n.nspname FROM pg_catalog.pg_namespace n
      WHERE n.nspname LIKE 'app%' AND n.nspname NOT LIKE E'pg\\\\_%' LIMIT 1000`,
  },
  {
    tool: "psql",
    asks: "columns for completion",
    sql: `SELECT attname FROM pg_catalog.pg_attribute a, pg_catalog.pg_class c
      WHERE c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
      AND (attname) LIKE 'na%' AND (c.relname) = 'customer'
      AND pg_catalog.pg_table_is_visible(c.oid) LIMIT 1000`,
  },
  {
    tool: "pg_dump-like tools",
    asks: "serial sequences and their last dependency",
    sql: `SELECT pg_get_serial_sequence('customer', 'id'), pg_get_serial_sequence('"Order Line"', 'id'),
      pg_get_serial_sequence('bare', 'a'), 'app.note'::regclass, to_regclass('app.none'),
      to_regtype('customer'), 'customer'::regtype, '"Order Line"'::regclass,
      pg_get_constraintdef((SELECT oid FROM pg_constraint WHERE conname = 'one_day')),
      has_table_privilege('customer', 'SELECT'), pg_get_userbyid(10), 16384 > 'pg_class'::regclass`,
  },
];
