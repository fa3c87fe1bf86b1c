/** What SQLAlchemy, Django and Rails ask of the catalogs. */
import type { Introspection } from "./introspection.ts";

export const SQLALCHEMY: readonly Introspection[] = [
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

export const DJANGO: readonly Introspection[] = [
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

export const RAILS: readonly Introspection[] = [
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
