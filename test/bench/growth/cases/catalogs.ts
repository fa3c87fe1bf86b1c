/** What tools ask of a catalog with many tables; views over views. */
import type { Around, Growing } from "../growing.ts";
import { growing, times } from "../growing.ts";

const MANY_TABLES: Around = {
  before: (n) => [
    "create schema many",
    ...Array.from(
      { length: n },
      (_, i) =>
        `create table many.t${i} (id int primary key, a int not null default 5, b text check (b <> ''), c timestamptz${i > 0 ? `, r int references many.t${i - 1}` : ""}); create index on many.t${i} (a); comment on table many.t${i} is 'x'`,
    ),
  ],
  after: ["drop schema if exists many cascade"],
};

/** Of psql, pg_dump, ORMs and drivers, shortened. */
const ASKED: readonly (readonly [string, string])[] = [
  [
    "\\d",
    "select n.nspname, c.relname, c.relkind, pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c left join pg_catalog.pg_namespace n on n.oid = c.relnamespace left join pg_catalog.pg_am am on am.oid = c.relam where c.relkind in ('r','p','v','m','S','f','') and n.nspname <> 'pg_catalog' and n.nspname !~ '^pg_toast' and n.nspname <> 'information_schema' order by 1, 2",
  ],
  [
    "\\d+",
    "select c.relname, pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)), pg_catalog.obj_description(c.oid, 'pg_class') from pg_catalog.pg_class c left join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r') and n.nspname = 'many' order by 1",
  ],
  [
    "\\d of a table",
    "select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (select pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) from pg_catalog.pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum and a.atthasdef), a.attnotnull from pg_catalog.pg_attribute a where a.attrelid = 'many.t5'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum",
  ],
  [
    "\\d indexes",
    "select c2.relname, i.indisprimary, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), pg_catalog.pg_get_constraintdef(con.oid, true) from pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i left join pg_catalog.pg_constraint con on (conrelid = i.indrelid and conindid = i.indexrelid and contype in ('p','u','x')) where c.oid = 'many.t5'::regclass and c.oid = i.indrelid and i.indexrelid = c2.oid order by 2 desc, 1",
  ],
  [
    "\\d references",
    "select conname, conrelid::regclass, pg_catalog.pg_get_constraintdef(c.oid, true) from pg_catalog.pg_constraint c where confrelid = 'many.t5'::regclass and contype = 'f' order by conname",
  ],
  [
    "all columns",
    "select c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid) from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where n.nspname = 'many' and a.attnum > 0 and c.relkind = 'r' order by 1, a.attnum",
  ],
  [
    "all constraints",
    "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'many'::regnamespace order by 1, 2",
  ],
  [
    "all indexes",
    "select schemaname, tablename, indexname, indexdef from pg_indexes where schemaname = 'many' order by 2, 3",
  ],
  [
    "pg_dump: tables",
    "select c.relname, c.relchecks, c.relhastriggers, (select count(*) from pg_depend d where d.classid = c.tableoid and d.objid = c.oid), array_remove(array_remove(c.reloptions, 'x'), 'y'), (c.oid in (select conrelid from pg_constraint where contype = 'f')) from pg_class c left join pg_depend d on (c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0 and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')) where c.relkind in ('r', 'S', 'v', 'c', 'm', 'f', 'p') and c.relnamespace = 'many'::regnamespace order by c.relname",
  ],
  [
    "pg_dump: attributes",
    "select a.attname, a.atttypmod, t.typstorage, pg_catalog.format_type(t.oid, a.atttypmod), case when a.attcollation <> t.typcollation then a.attcollation else 0 end from unnest((select array_agg(oid) from pg_class where relnamespace = 'many'::regnamespace and relkind = 'r')::pg_catalog.oid[]) as src (tbloid) join pg_catalog.pg_attribute a on (src.tbloid = a.attrelid) left join pg_catalog.pg_type t on (a.atttypid = t.oid) where a.attnum > 0 order by a.attrelid::regclass::text, a.attnum",
  ],
  [
    "pg_dump: indexes",
    "select t.relname, pg_catalog.pg_get_indexdef(i.indexrelid), i.indkey, c.contype, c.conname, (select pg_catalog.array_agg(attnum order by attnum) from pg_catalog.pg_attribute where attrelid = i.indexrelid and attstattarget >= 0) from unnest((select array_agg(oid) from pg_class where relnamespace = 'many'::regnamespace and relkind = 'r')::pg_catalog.oid[]) as src (tbloid) join pg_catalog.pg_index i on (src.tbloid = i.indrelid) join pg_catalog.pg_class t on (t.oid = i.indexrelid) left join pg_catalog.pg_constraint c on (i.indrelid = c.conrelid and i.indexrelid = c.conindid and c.contype in ('p', 'u', 'x')) where i.indisvalid order by 1",
  ],
  [
    "pg_dump: dependencies",
    "select count(*) from (select classid, objid, refclassid, refobjid, deptype from pg_depend where deptype <> 'p' and deptype <> 'i' union all select 'pg_opfamily'::regclass, amopfamily, refclassid, refobjid, deptype from pg_depend d, pg_amop o where deptype not in ('p', 'e', 'i') and classid = 'pg_amop'::regclass and objid = o.oid) s where objid > 16384 and refobjid > 16384",
  ],
  [
    "pg_dump: descriptions",
    "select count(*) from (select description, classoid, objoid, objsubid from pg_catalog.pg_description order by classoid, objoid, objsubid) s where objoid > 16384",
  ],
  [
    "information_schema.tables",
    "select table_name, table_type from information_schema.tables where table_schema = 'many' order by 1",
  ],
  [
    "information_schema.columns",
    "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = 'many' order by 1, ordinal_position",
  ],
  [
    "information_schema.columns of a table",
    "select column_name, data_type from information_schema.columns where table_schema = 'many' and table_name = 't5' order by ordinal_position",
  ],
  [
    "information_schema keys",
    "select tc.table_name, kcu.column_name, ccu.table_name, ccu.column_name from information_schema.table_constraints tc join information_schema.key_column_usage kcu on tc.constraint_name = kcu.constraint_name and tc.table_schema = kcu.table_schema join information_schema.constraint_column_usage ccu on ccu.constraint_name = tc.constraint_name and ccu.table_schema = tc.table_schema where tc.constraint_type = 'FOREIGN KEY' and tc.table_schema = 'many' order by 1, 2",
  ],
  [
    "information_schema.referential_constraints",
    "select constraint_name, unique_constraint_name from information_schema.referential_constraints where constraint_schema = 'many' order by 1",
  ],
  [
    "information_schema.table_privileges",
    "select count(*) from information_schema.table_privileges where table_schema = 'many'",
  ],
  [
    "information_schema.check_constraints",
    "select count(*), max(check_clause) from information_schema.check_constraints where constraint_schema = 'many'",
  ],
  [
    "foreign keys with positions",
    "select c.conname, a.attname, b.attname from pg_constraint c cross join lateral unnest(c.conkey, c.confkey) with ordinality as u (k, f, n) join pg_attribute a on a.attrelid = c.conrelid and a.attnum = u.k join pg_attribute b on b.attrelid = c.confrelid and b.attnum = u.f where c.contype = 'f' and c.connamespace = 'many'::regnamespace order by 1",
  ],
  ["pg_stat_user_tables", "select count(*) from pg_stat_user_tables where schemaname = 'many'"],
  [
    "names to OIDs",
    "select count(*) from generate_series(1, 1000) i where to_regclass('many.t' || i % 100) is not null",
  ],
  [
    "regclass of OIDs",
    "select max(oid::regclass::text), count(*) from pg_class where relnamespace = 'many'::regnamespace",
  ],
  ["a query of one table", "select count(*) from many.t5"],
  [
    "a schema change",
    "alter table many.t5 add column extra int; alter table many.t5 drop column extra",
  ],
];

function nested(depth: number): readonly string[] {
  return [
    "create table base (id int primary key, a int, b text)",
    "insert into base select i, i % 10, 'x' || i from generate_series(1, 1000) i",
    ...Array.from(
      { length: depth },
      (_, i) =>
        `create view v${i} as select id, a + 1 as a, b || 'y' as b from ${i === 0 ? "base" : `v${i - 1}`} where a <> -${i}`,
    ),
  ];
}
const VIEWS: Around = { before: nested, after: ["drop table if exists base cascade"] };

/** Each joins the one below with itself: the query has twice as many tables at each level. */
function doubled(depth: number): readonly string[] {
  return [
    "create table base (id int primary key, a int, b text)",
    "insert into base select i, i % 10, 'x' || i from generate_series(1, 1000) i",
    ...Array.from({ length: depth }, (_, i) => {
      const below = i === 0 ? "base" : `v${i - 1}`;
      return `create view v${i} as select x.id, x.a, y.b from ${below} x join ${below} y on x.id = y.id`;
    }),
  ];
}

function united(count: number): readonly string[] {
  return [
    ...Array.from(
      { length: count },
      (_, i) =>
        `create table part${i} (id int primary key, v text); insert into part${i} values (${i}, 'x')`,
    ),
    `create view parts as ${times(count, (i) => `select * from part${i}`, " union all ")}`,
  ];
}

const UNITED: Around = {
  before: united,
  after: [
    "drop view if exists parts",
    ...Array.from({ length: 500 }, (_, i) => `drop table if exists part${i}`),
  ],
};

export const CATALOGS: readonly Growing[] = [
  ...ASKED.map(([name, text]) => growing(name, 100, () => text, MANY_TABLES)),
  growing(
    "views over views",
    5,
    (n) => `select count(*), max(b) from v${n - 1} where id > 5`,
    VIEWS,
  ),
  growing("views over views, one row", 5, (n) => `select * from v${n - 1} where id = 5`, VIEWS),
  growing(
    "definition of nested views",
    5,
    (n) => `select pg_get_viewdef('v${n - 1}'::regclass)`,
    VIEWS,
  ),
  growing("views that double", 1, (n) => `select count(*) from v${n - 1} where id = 5`, {
    before: doubled,
    after: VIEWS.after ?? [],
  }),
  growing("UNION ALL view", 50, () => "select count(*) from parts", UNITED),
  growing("UNION ALL view, one row", 50, () => "select * from parts where id = 7", UNITED),
  growing(
    "create tables",
    25,
    (n) =>
      Array.from({ length: n }, (_, i) => `create table part${i} (id int primary key, v text)`),
    { after: UNITED.after ?? [] },
  ),
];
