-- Rows of PostgreSQL's own relations as values: their types, functions over them, columns of them.
create table t(a int, b text);
insert into t values (1, 'x');

-- A type has a name, fields, a text and an array.
select pg_typeof(a), a, (a).amname from pg_am a where oid = 2;
select (a).nope from pg_am a where oid = 2;
select pg_typeof(x) from information_schema.columns x limit 1;
select 'pg_am'::regtype, 'information_schema.columns'::regtype, 'pg_class[]'::regtype, 'information_schema.tables[]'::regtype, 'information_schema.sql_identifier'::regtype;
select pg_typeof(array_agg(a)) from pg_am a;
select array_agg(a order by oid) from pg_am a where oid in (2, 403);
select null::pg_am, '(1,x,-,i)'::pg_am, row(1, 'x', '-', 'i')::pg_am;
select x::information_schema.schemata from (select 1) x;
select a.* from pg_am a where a = row(2, 'heap', 'heap_tableam_handler'::regproc, 't'::"char")::pg_am;
select a.*::pg_am is null from pg_am a where oid = 2;
prepare p(pg_am) as select ($1).amname;
execute p('(1,xx,-,i)');
select json_populate_record(null::pg_am, '{"amname":"q"}');
select * from json_populate_recordset(null::pg_am, '[{"amname":"q","oid":5}]');
select (jsonb_populate_record(null::information_schema.schemata, '{"schema_name":"q"}')).*;

-- Functions take and return them.
create function name_of(pg_class) returns name language sql as 'select $1.relname';
select name_of(c), c.name_of from pg_class c where relname = 'pg_am';
create function heap() returns pg_am language sql as 'select a from pg_am a where oid = 2';
select heap(), (heap()).*;
create function classes() returns setof pg_class language sql stable as $$select * from pg_catalog.pg_class where relname = 't' and relnamespace = current_schema::regnamespace$$;
select relname, relkind from classes();
select (x).relname from classes() x;
create function columns_of(regclass) returns setof information_schema.columns language sql stable as 'select * from information_schema.columns where table_name = $1::text and table_schema = current_schema';
select column_name, data_type from columns_of('t');
select information_schema._pg_truetypid(a.*, y.*), information_schema._pg_truetypmod(a, y) from pg_attribute a join pg_type y on y.oid = a.atttypid where attrelid = 't'::regclass and attnum > 0 order by attnum;
select information_schema._pg_truetypid(a.*, y.*), information_schema._pg_truetypmod(a, y) from pg_attribute a left join pg_type y on y.oid = a.atttypid and y.typname = 'int4' where attrelid = 't'::regclass and attnum > 0 order by attnum;
select information_schema._pg_truetypid(a.*, y.*), information_schema._pg_truetypmod(a, y) from pg_attribute a join pg_type y on y.oid = a.atttypid where attrelid = 'information_schema.tables'::regclass order by attnum;

-- Views and tables have columns of them.
create view v as select a, a.oid from pg_am a;
select * from v where oid = 2;
select pg_get_viewdef('v'::regclass);
create view maybe as select m as one, m as two, t.a from t left join pg_am m on m.oid = 2;
select * from maybe;
select pg_get_viewdef('maybe'::regclass);
create table keeps(a pg_am, b pg_am[]);
insert into keeps select a, array[a, null] from pg_am a where oid in (2, 403);
select (a).amname, (b[1]).oid from keeps where (a).oid = 2;
update keeps set a.amname = 'x' where (a).oid = 2;
select a from keeps order by a;
create index on keeps(((a).amname));
select * from keeps where (a).amname = 'btree';
create type pair as (a pg_class, b pg_am[]);
select (row(null, array[a])::pair).b[1].amname from pg_am a where oid = 2;
create table tof of pg_am;

-- Whole rows of views and functions that an outer join leaves out keep their types.
create view w as select a, b from t;
create function text_of(w) returns text language sql as 'select $1.b';
create function rows_of(int) returns setof t language sql as 'select * from t where a = $1';
create function text_of(t) returns text language sql as 'select $1.b || ''!''';
select text_of(w), text_of(w.*), w, pg_typeof(w) from t left join w on w.a = t.a + 1;
select text_of(s), text_of(s.*), pg_typeof(s), s from t left join rows_of(2) s on true;
select text_of(s), text_of(s.*), pg_typeof(s), s from t left join rows_of(1) s on true;

-- Every stored relation has system columns.
create sequence s;
create materialized view mv as select 1 a;
create index i on t(a);
select attnum, attname, atttypid::regtype, attlen, attbyval, attalign, attstorage, attnotnull, attstattarget, attisdropped, attislocal from pg_attribute where attrelid = 't'::regclass order by attnum;
select r, count(*) filter (where attnum < 0) from unnest(array['s', 'v', 'mv', 'i', 't', 'pair', 'pg_am', 'pg_tables']) r join pg_attribute on attrelid = r::regclass group by r;
select has_column_privilege('t', 'ctid', 'select'), has_column_privilege('t', (-1)::int2, 'select'), has_column_privilege('t', 'xmax', 'update'), has_column_privilege('w', (-1)::int2, 'select');
select has_column_privilege('w', 'ctid', 'select');

-- Names that are four letters off are not meant.
create table near(relhasindex int, relhasrules int, abcdef int, abcdxy int, abcdzz int, abxyef int);
select relhasoids from near;
select abcdqq from near;
select abcdeg from near;
select abxyxx from near;
