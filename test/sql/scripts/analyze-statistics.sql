-- What ANALYZE finds out about tables that are read as a whole is what PostgreSQL finds out.
create table plain (a int, b text, c numeric(10,2), d date);
insert into plain select i, 'v' || (i % 7), (i % 5) * 1.5, date '2024-01-01' + i % 10 from generate_series(1, 100) i;
select attname from pg_stats where tablename = 'plain';
select reltuples, relpages from pg_class where relname = 'plain_nothing';
analyze plain;
select attname, null_frac, avg_width, n_distinct from pg_stats where tablename = 'plain' order by attname;
select attname, most_common_vals, most_common_freqs from pg_stats where tablename = 'plain' order by attname;
select attname, histogram_bounds, correlation from pg_stats where tablename = 'plain' order by attname;
select reltuples, relpages from pg_class where oid = 'plain'::regclass;
select staattnum, stainherit, stanullfrac, stawidth, stadistinct from pg_statistic where starelid = 'plain'::regclass order by 1;
select staattnum, stakind1, stakind2, stakind3, stakind4, stakind5 from pg_statistic where starelid = 'plain'::regclass order by 1;
select staattnum, staop1, staop2, staop3, stacoll1, stacoll2, stacoll3 from pg_statistic where starelid = 'plain'::regclass order by 1;
select staattnum, stanumbers1, stavalues1, stavalues2 from pg_statistic where starelid = 'plain'::regclass order by 1;
-- NULLs
create table holes (a int, b text, c boolean);
insert into holes select case when i % 2 = 0 then i end, case when i % 3 = 0 then 'x' end, case i % 4 when 0 then true when 1 then false end from generate_series(1, 60) i;
insert into holes select null, null, null from generate_series(1, 20);
analyze holes;
select attname, null_frac, avg_width, n_distinct, most_common_vals, most_common_freqs, histogram_bounds from pg_stats where tablename = 'holes' order by attname;
create table nothing_but_nulls (a int, b text, c numeric);
insert into nothing_but_nulls select null, null, null from generate_series(1, 5);
analyze nothing_but_nulls;
select attname, null_frac, avg_width, n_distinct, most_common_vals, histogram_bounds, correlation from pg_stats where tablename = 'nothing_but_nulls' order by attname;
-- An empty table
create table empty (a int, b text);
analyze empty;
select count(*) from pg_stats where tablename = 'empty';
select reltuples, relpages from pg_class where oid = 'empty'::regclass;
-- One row
create table one (a int, b text);
insert into one values (1, 'one');
analyze one;
select attname, null_frac, avg_width, n_distinct, most_common_vals, most_common_freqs, histogram_bounds, correlation from pg_stats where tablename = 'one' order by attname;
-- Few columns
create table some (a int, b int, c int);
insert into some select i, i % 2, i % 3 from generate_series(1, 30) i;
analyze some (b);
select attname, n_distinct from pg_stats where tablename = 'some' order by attname;
analyze some (a, c);
select attname, n_distinct from pg_stats where tablename = 'some' order by attname;
insert into some select 100, 5, 5 from generate_series(1, 70);
analyze some (a);
select attname, n_distinct, most_common_vals from pg_stats where tablename = 'some' order by attname;
select reltuples from pg_class where relname = 'some' and relnamespace = current_schema()::regnamespace;
-- The number of distinct values: all, few, a share
create table numbers (uniq int, few int, most int, skew int);
insert into numbers select i, i % 4, i % 900, case when i % 10 < 7 then 1 when i % 10 < 9 then 2 else i end from generate_series(1, 1000) i;
analyze numbers;
select attname, n_distinct, correlation from pg_stats where tablename = 'numbers' order by attname;
select attname, most_common_vals, most_common_freqs from pg_stats where tablename = 'numbers' and attname <> 'most' order by attname;
select attname, histogram_bounds from pg_stats where tablename = 'numbers' order by attname;
-- Types
create table kinds (i2 smallint, i8 bigint, f4 real, f8 double precision, n numeric, bo boolean, vc varchar(20), ch char(5), ts timestamp, tz timestamptz, ti time, iv interval, u uuid, by bytea);
insert into kinds select i % 10, i * 1000000000, (i % 3) / 2.0, i / 4.0, (i % 6) * 12.345, i % 2 = 0, 'name ' || i % 12, 'c' || i % 3, timestamp '2024-01-01 12:00' + (i % 9) * interval '1 hour', timestamptz '2024-01-01 12:00+00' + i * interval '1 minute', time '10:00' + (i % 5) * interval '1 minute', (i % 4) * interval '1 day', ('00000000-0000-0000-0000-0000000000' || lpad((i % 20)::text, 2, '0'))::uuid, decode(lpad((i % 11)::text, 2, '0'), 'hex') from generate_series(1, 200) i;
analyze kinds;
select attname, null_frac, avg_width, n_distinct from pg_stats where tablename = 'kinds' order by attname;
select attname, most_common_vals from pg_stats where tablename = 'kinds' and n_distinct > 0 order by attname;
select attname, most_common_freqs from pg_stats where tablename = 'kinds' and n_distinct > 0 order by attname;
select attname, histogram_bounds from pg_stats where tablename = 'kinds' and n_distinct < 0 order by attname;
-- Numbers in the form that their type has
create table quoted (t text);
insert into quoted select case i % 5 when 0 then 'a b' when 1 then 'comma, here' when 2 then '"quote"' when 3 then 'back\slash' else '' end from generate_series(1, 50) i;
analyze quoted;
select most_common_vals, most_common_freqs, avg_width from pg_stats where tablename = 'quoted';
-- json has no order: only nulls and widths count
create table documents (j json, jb jsonb);
insert into documents select json_build_object('k', i % 3), jsonb_build_object('k', i % 3) from generate_series(1, 30) i;
analyze documents;
select attname, null_frac, n_distinct, most_common_vals, histogram_bounds, correlation from pg_stats where tablename = 'documents' order by attname;
-- Long values are counted and not kept
create table long_values (t text);
insert into long_values select repeat(chr(97 + i % 3), 2000) from generate_series(1, 12) i;
analyze long_values;
select n_distinct, most_common_vals, histogram_bounds from pg_stats where tablename = 'long_values';
-- In a transaction, and undone with it
begin;
create table inside (a int);
insert into inside select i % 3 from generate_series(1, 30) i;
analyze inside;
select attname, n_distinct, most_common_vals from pg_stats where tablename = 'inside';
savepoint s;
insert into inside select 7 from generate_series(1, 30) i;
analyze inside;
select n_distinct, most_common_vals from pg_stats where tablename = 'inside';
rollback to s;
select n_distinct, most_common_vals from pg_stats where tablename = 'inside';
rollback;
select count(*) from pg_stats where tablename = 'inside';
-- The sizes of statistics
set default_statistics_target = 5;
analyze numbers;
select attname, most_common_vals, most_common_freqs from pg_stats where tablename = 'numbers' and attname in ('few', 'skew') order by attname;
select attname, histogram_bounds from pg_stats where tablename = 'numbers' and attname in ('uniq', 'most') order by attname;
reset default_statistics_target;
analyze numbers;
select attname, array_length(histogram_bounds::text::text[], 1) as bounds from pg_stats where tablename = 'numbers' and histogram_bounds is not null order by attname;
-- Dropped columns and tables take their statistics with them
alter table some drop column b;
select attname from pg_stats where tablename = 'some' order by attname;
drop table some;
select count(*) from pg_stats where tablename = 'some';
select count(*) from pg_statistic where starelid not in (select oid from pg_class);
alter table one rename to uno;
select tablename, attname from pg_stats where tablename in ('one', 'uno') order by 2;
alter table uno rename column a to aa;
select attname from pg_stats where tablename = 'uno' order by 1;
-- Errors
analyze missing;
analyze plain (nope);
analyze plain (a, nope);
analyze plain (a, a);
analyze (verbosity) plain;
analyze plain, missing;
analyze missing_schema.plain;
vacuum (analysis) plain;
vacuum plain (a);
analyze (verbose off) plain;
analyze (verbose) one_more;
vacuum plain;
vacuum analyze plain;
vacuum (analyze) plain (a, b);
vacuum (full, analyze) plain;
vacuum (freeze, verbose false) plain;
begin;
analyze plain;
vacuum plain;
rollback;
create view over_plain as select a, b from plain;
analyze over_plain;
vacuum over_plain;
vacuum analyze over_plain;
create sequence counter;
analyze counter;
analyze pg_class;
analyze pg_catalog.pg_type (typname);
drop view over_plain;
-- Analyzed columns say when
select relname, last_analyze is not null as analyzed, analyze_count > 0 as counted from pg_stat_user_tables where relname in ('plain', 'kinds') order by 1;
select schemaname = current_schema() as here, inherited, most_common_elems, most_common_elem_freqs, elem_count_histogram from pg_stats where tablename = 'plain' and attname = 'a';
select pg_typeof(null_frac), pg_typeof(avg_width), pg_typeof(n_distinct), pg_typeof(most_common_freqs), pg_typeof(correlation) from pg_stats where tablename = 'plain' and attname = 'b';

-- Values that are no finite numbers; elements of arrays; bounds and lengths of ranges.
create table odd_numbers (f float8, d date);
insert into odd_numbers values (1, '2020-01-01'), (2, 'infinity'), ('Infinity', '-infinity'), ('-Infinity', '2021-01-01'), ('NaN', null);
analyze odd_numbers;
select attname, histogram_bounds from pg_stats where tablename = 'odd_numbers' order by 1;
create table contents (tags text[], numbers int[], during int4range);
insert into contents select array['a', 'b' || i % 3, null], array[i % 4, i % 5], int4range(i, i + i % 7) from generate_series(1, 60) i;
insert into contents values ('{}', '{}', 'empty'), (null, null, null), ('{x,x,x}', '{1,null}', '[5,)');
analyze contents;
select attname, n_distinct, null_frac, most_common_elems, most_common_elem_freqs from pg_stats where tablename = 'contents' order by 1;
select elem_count_histogram from pg_stats where tablename = 'contents' order by attname;
select stakind1, stakind2, staop2, stavalues1, stavalues2, stanumbers2 from pg_statistic where starelid = 'contents'::regclass and staattnum = 3;
