/** What drivers, ORMs and tools ask of the catalogs, as they ask it, about the schema of schema.ts. */
export interface Introspection {
  readonly tool: string;
  readonly asks: string;
  readonly sql: string;
  /** Why the answer differs from PostgreSQL's; then it only has to be answered. */
  readonly differs?: string;
}

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

const sqlalchemy: readonly Introspection[] = [
  {
    tool: "SQLAlchemy",
    asks: "columns",
    sql: `SELECT pg_catalog.pg_attribute.attname AS name,
        pg_catalog.format_type(pg_catalog.pg_attribute.atttypid, pg_catalog.pg_attribute.atttypmod)
          AS format_type,
        (SELECT pg_catalog.pg_get_expr(pg_catalog.pg_attrdef.adbin, pg_catalog.pg_attrdef.adrelid)
          AS pg_get_expr_1 FROM pg_catalog.pg_attrdef
          WHERE pg_catalog.pg_attrdef.adrelid = pg_catalog.pg_attribute.attrelid
          AND pg_catalog.pg_attrdef.adnum = pg_catalog.pg_attribute.attnum
          AND pg_catalog.pg_attribute.atthasdef) AS "default",
        pg_catalog.pg_attribute.attnotnull AS not_null, pg_catalog.pg_class.relname AS table_name,
        pg_catalog.pg_description.description AS comment,
        pg_catalog.pg_attribute.attgenerated AS generated,
        (SELECT json_build_object('always', pg_catalog.pg_attribute.attidentity = 'a',
            'start', pg_catalog.pg_sequence.seqstart,
            'increment', pg_catalog.pg_sequence.seqincrement,
            'minvalue', pg_catalog.pg_sequence.seqmin, 'maxvalue', pg_catalog.pg_sequence.seqmax,
            'cache', pg_catalog.pg_sequence.seqcache, 'cycle', pg_catalog.pg_sequence.seqcycle)
          AS json_build_object_1 FROM pg_catalog.pg_sequence
          WHERE pg_catalog.pg_attribute.attidentity != '' AND pg_catalog.pg_sequence.seqrelid =
            CAST(CAST(pg_catalog.pg_get_serial_sequence(
              CAST(CAST(pg_catalog.pg_attribute.attrelid AS REGCLASS) AS TEXT),
              pg_catalog.pg_attribute.attname) AS REGCLASS) AS OID)) AS identity_options
      FROM pg_catalog.pg_class LEFT OUTER JOIN pg_catalog.pg_attribute
        ON pg_catalog.pg_class.oid = pg_catalog.pg_attribute.attrelid
        AND pg_catalog.pg_attribute.attnum > 0 AND NOT pg_catalog.pg_attribute.attisdropped
      LEFT OUTER JOIN pg_catalog.pg_description
        ON pg_catalog.pg_description.objoid = pg_catalog.pg_attribute.attrelid
        AND pg_catalog.pg_description.objsubid = pg_catalog.pg_attribute.attnum
      JOIN pg_catalog.pg_namespace
        ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace
      WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p', 'f', 'v', 'm'])
        AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid)
        AND pg_catalog.pg_namespace.nspname != 'pg_catalog'
        AND pg_catalog.pg_class.relname IN ('customer', 'Order Line')
      ORDER BY pg_catalog.pg_class.relname, pg_catalog.pg_attribute.attnum`,
  },
  {
    tool: "SQLAlchemy",
    asks: "key constraints",
    sql: `SELECT attr.conrelid::regclass::text, array_agg(CAST(attr.attname AS TEXT) ORDER BY attr.ord)
        AS cols, attr.conname, min(attr.description) AS description, NULL AS extra
      FROM (SELECT con.conrelid AS conrelid, con.conname AS conname, con.conindid AS conindid,
          con.description AS description, con.ord AS ord, pg_catalog.pg_attribute.attname AS attname
        FROM pg_catalog.pg_attribute JOIN (
          SELECT pg_catalog.pg_constraint.conrelid AS conrelid,
            pg_catalog.pg_constraint.conname AS conname,
            pg_catalog.pg_constraint.conindid AS conindid,
            unnest(pg_catalog.pg_constraint.conkey) AS attnum,
            generate_subscripts(pg_catalog.pg_constraint.conkey, 1) AS ord,
            pg_catalog.pg_description.description AS description
          FROM pg_catalog.pg_constraint LEFT OUTER JOIN pg_catalog.pg_description
            ON pg_catalog.pg_description.objoid = pg_catalog.pg_constraint.oid
          WHERE pg_catalog.pg_constraint.contype IN ('p', 'u')) AS con
        ON pg_catalog.pg_attribute.attnum = con.attnum
          AND pg_catalog.pg_attribute.attrelid = con.conrelid) AS attr
      WHERE attr.conrelid >= 16384
      GROUP BY attr.conrelid, attr.conname ORDER BY attr.conrelid::regclass::text, attr.conname`,
  },
];

const django: readonly Introspection[] = [
  {
    tool: "Django",
    asks: "tables",
    sql: `SELECT c.relname, CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v'
        ELSE 't' END, obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
      AND pg_catalog.pg_table_is_visible(c.oid)`,
  },
  {
    tool: "Django",
    asks: "columns",
    sql: `SELECT a.attname AS column_name,
        NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)) AS is_nullable,
        pg_get_expr(ad.adbin, ad.adrelid) AS column_default,
        CASE WHEN collname = 'default' THEN NULL ELSE collname END AS collation,
        a.attidentity != '' AS is_autofield, col_description(a.attrelid, a.attnum) AS column_comment
      FROM pg_attribute a
      LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum
      LEFT JOIN pg_collation co ON a.attcollation = co.oid
      JOIN pg_type t ON a.atttypid = t.oid JOIN pg_class c ON a.attrelid = c.oid
      JOIN pg_namespace n ON c.relnamespace = n.oid
      WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND c.relname = 'customer' AND a.attnum > 0
      AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid)`,
  },
  {
    tool: "Django",
    asks: "constraints",
    sql: `SELECT c.conname, array(SELECT attname FROM unnest(c.conkey) WITH ORDINALITY
          cols(colid, arridx) JOIN pg_attribute AS ca ON cols.colid = ca.attnum
          WHERE ca.attrelid = c.conrelid ORDER BY cols.arridx), c.contype,
        (SELECT fkc.relname || '.' || fka.attname FROM pg_attribute AS fka
          JOIN pg_class AS fkc ON fka.attrelid = fkc.oid
          WHERE fka.attrelid = c.confrelid AND fka.attnum = c.confkey[1]), cl.reloptions
      FROM pg_constraint AS c JOIN pg_class AS cl ON c.conrelid = cl.oid
      WHERE cl.relname = 'Order Line' AND pg_catalog.pg_table_is_visible(cl.oid)`,
  },
  {
    tool: "Django",
    asks: "indexes",
    sql: `SELECT indexname, array_agg(attname ORDER BY arridx), indisunique, indisprimary,
        array_agg(ordering ORDER BY arridx), amname, exprdef, s2.attoptions
      FROM (SELECT c2.relname as indexname, idx.*, attr.attname, am.amname,
          CASE WHEN idx.indexprs IS NOT NULL THEN pg_get_indexdef(idx.indexrelid) END AS exprdef,
          CASE am.amname WHEN 'btree' THEN CASE (option & 1) WHEN 1 THEN 'DESC' ELSE 'ASC' END END
            as ordering, c2.reloptions as attoptions
        FROM (SELECT * FROM pg_index i,
          unnest(i.indkey, i.indoption) WITH ORDINALITY koi(key, option, arridx)) idx
        LEFT JOIN pg_class c ON idx.indrelid = c.oid LEFT JOIN pg_class c2 ON idx.indexrelid = c2.oid
        LEFT JOIN pg_am am ON c2.relam = am.oid
        LEFT JOIN pg_attribute attr ON attr.attrelid = c.oid AND attr.attnum = idx.key
        WHERE c.relname = 'Order Line' AND pg_catalog.pg_table_is_visible(c.oid)) s2
      GROUP BY indexname, indisunique, indisprimary, amname, exprdef, attoptions`,
  },
  {
    tool: "Django",
    asks: "sequences of a table",
    sql: `SELECT s.relname AS sequence_name, a.attname AS colname FROM pg_class s
      JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass
      JOIN pg_attribute a ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
      JOIN pg_class tbl ON tbl.oid = d.refobjid AND tbl.relname = 'customer'
        AND pg_catalog.pg_table_is_visible(tbl.oid) WHERE s.relkind = 'S'`,
  },
];

const rails: readonly Introspection[] = [
  {
    tool: "Rails",
    asks: "types",
    sql: `SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype,
        t.typbasetype FROM pg_type as t LEFT JOIN pg_range as r ON oid = rngtypid
      WHERE t.typname IN ('int2', 'int4', 'int8', 'oid', 'float4', 'numeric', 'timestamptz', 'bool')
        OR t.typtype IN ('r', 'e', 'd') OR t.typinput = 'array_in(cstring,oid,integer)'::regprocedure
        AND t.typname !~ '^__?(customer|Order Line|note|size|bare|pg_toast)'`,
  },
  {
    tool: "Rails",
    asks: "columns",
    sql: `SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid),
        a.attnotnull, a.atttypid, a.atttypmod, c.collname,
        col_description(a.attrelid, a.attnum) AS comment, attidentity AS identity,
        attgenerated as attgenerated FROM pg_attribute a
      LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      LEFT JOIN pg_type t ON a.atttypid = t.oid
      LEFT JOIN pg_collation c ON a.attcollation = c.oid AND a.attcollation <> t.typcollation
      WHERE a.attrelid = '"customer"'::regclass AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum`,
  },
  {
    tool: "Rails",
    asks: "indexes",
    sql: `SELECT distinct i.relname, d.indisunique, d.indkey, pg_get_indexdef(d.indexrelid),
        pg_catalog.obj_description(i.oid, 'pg_class') AS comment, d.indisvalid,
        ARRAY(SELECT pg_get_indexdef(d.indexrelid, k + 1, true)
          FROM generate_subscripts(d.indkey, 1) AS k ORDER BY k) AS columns
      FROM pg_class t INNER JOIN pg_index d ON t.oid = d.indrelid
      INNER JOIN pg_class i ON d.indexrelid = i.oid
      LEFT JOIN pg_namespace n ON n.oid = t.relnamespace
      WHERE i.relkind IN ('i', 'I') AND d.indisprimary = 'f' AND t.relname = 'Order Line'
      AND n.nspname = ANY (current_schemas(false)) ORDER BY i.relname`,
  },
  {
    tool: "Rails",
    asks: "primary keys",
    sql: `SELECT a.attname FROM (SELECT indrelid, indkey, generate_subscripts(indkey, 1) idx
        FROM pg_index WHERE indrelid = '"Order Line"'::regclass AND indisprimary) i
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[i.idx] ORDER BY i.idx`,
  },
  {
    tool: "Rails",
    asks: "the sequence of a primary key",
    sql: `SELECT attr.attname, nsp.nspname, seq.relname
      FROM pg_class seq, pg_attribute attr, pg_depend dep, pg_constraint cons, pg_namespace nsp
      WHERE seq.oid = dep.objid AND seq.relkind = 'S' AND attr.attrelid = dep.refobjid
      AND attr.attnum = dep.refobjsubid AND attr.attrelid = cons.conrelid
      AND attr.attnum = cons.conkey[1] AND seq.relnamespace = nsp.oid AND cons.contype = 'p'
      AND dep.classid = 'pg_class'::regclass AND dep.refobjid = '"customer"'::regclass`,
  },
  {
    tool: "Rails",
    asks: "check constraints",
    sql: `SELECT conname, pg_get_constraintdef(c.oid, true) AS constraintdef, c.convalidated AS valid
      FROM pg_constraint c JOIN pg_class t ON c.conrelid = t.oid
      JOIN pg_namespace n ON n.oid = c.connamespace
      WHERE c.contype = 'c' AND t.relname IN ('Order Line', 'customer', 'size')`,
  },
];

const jdbc: readonly Introspection[] = [
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

const npgsql: readonly Introspection[] = [
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

const tools: readonly Introspection[] = [
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

export const INTROSPECTIONS: readonly Introspection[] = [
  ...postgresJs,
  ...prisma,
  ...typeorm,
  ...sequelize,
  ...drizzle,
  ...sqlalchemy,
  ...django,
  ...rails,
  ...jdbc,
  ...npgsql,
  ...tools,
];
