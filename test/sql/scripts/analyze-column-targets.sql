-- How much ANALYZE keeps of a column, and distinct counts that are given.
create table t (id int primary key, k int, x text, y numeric);

insert into t select i, i % 20, 'X' || i % 40, i % 300 from generate_series(1, 900) i;

alter table t alter k set statistics 5;

alter table t alter column x set statistics 0;

alter table t alter y set statistics 20000;

alter table t alter id set statistics -2;

alter table t alter nope set statistics 3;

alter table t alter k set (n_distinct = 7);

alter table t alter x set (n_distinct = -0.5, n_distinct_inherited = 3);

alter table t alter y set (n_distinct = -1.5);

alter table t alter y set (n_distinct = abc);

alter table t alter y set (n_distinct);

alter table t alter y set (nope = 7);

alter table t alter nope set (n_distinct = 7);

select attname, attstattarget, attoptions from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum;

analyze t;

select attname, null_frac, n_distinct, array_length(most_common_vals::text::text[], 1) common, array_length(histogram_bounds::text::text[], 1) bounds from pg_stats where tablename = 't' and schemaname = current_schema order by attname;

alter table t alter k reset (n_distinct), alter x reset (n_distinct_inherited, nope);

alter table t alter x reset (n_distinct = 3);

alter table t alter x set (n_distinct = 11);

alter table t alter k set statistics -1, alter x set statistics 3;

select attname, attstattarget, attoptions from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum;

analyze t;

select attname, null_frac, n_distinct, array_length(most_common_vals::text::text[], 1) common, array_length(histogram_bounds::text::text[], 1) bounds from pg_stats where tablename = 't' and schemaname = current_schema order by attname;

begin;

alter table t alter k set statistics 77, alter k set (n_distinct = 2);

select attstattarget, attoptions from pg_attribute where attrelid = 't'::regclass and attname = 'k';

rollback;

select attstattarget, attoptions from pg_attribute where attrelid = 't'::regclass and attname = 'k';

alter table t rename k to kk;

alter table t alter kk set statistics 9;

alter table t alter kk type bigint;

select attname, attstattarget, attoptions from pg_attribute where attrelid = 't'::regclass and attnum > 0 order by attnum;

alter table t drop column x;

select attname, attstattarget from pg_attribute where attrelid = 't'::regclass and attnum > 0 and not attisdropped order by attnum;

create table e (id int primary key, x text, n int);

insert into e select i, 'X' || i % 40, case when i % 10 = 0 then null else i end from generate_series(1, 800) i;

create index e_lower on e (lower(x), (n + 1), id);

create index e_part on e ((n % 7)) where n > 10;

analyze e;

select tablename, attname, null_frac, n_distinct, array_length(most_common_vals::text::text[], 1) common, array_length(histogram_bounds::text::text[], 1) bounds, most_common_freqs[1] from pg_stats where schemaname = current_schema and tablename like 'e%' and tablename <> 'e_part' order by tablename, attname;

select c.relname, s.staattnum, s.stanullfrac, s.stadistinct, s.stakind1 from pg_statistic s join pg_class c on c.oid = s.starelid where c.relname = 'e_lower' order by 2;

analyze e (x);

select count(*) from pg_stats where schemaname = current_schema and tablename = 'e_lower';

select count(*) from e where lower(x) = 'x3';

select lower(x), count(*) from e group by 1 having lower(x) < 'x2' order by 1;

drop index e_lower;

select count(*) from pg_stats where schemaname = current_schema and tablename = 'e_lower';

create index e_lower on e (lower(x));

select count(*) from pg_stats where schemaname = current_schema and tablename = 'e_lower';
