-- What CREATE STATISTICS has ANALYZE find out is what PostgreSQL finds out.
create table dep (a int, b int, c text, d boolean);
insert into dep select i % 10, i % 20, case when i % 5 > 0 then 'x' || i % 5 end, i % 10 < 5 from generate_series(1, 1000) i;
create statistics dep_all on a, b, c from dep;
create statistics dep_two (ndistinct, mcv) on d, a from dep;
select stxname, stxkind from pg_statistic_ext order by 1;
select count(*) from pg_stats_ext;
analyze dep;
select stxname, stxdinherit, stxdndistinct::text, stxddependencies::text from pg_statistic_ext join pg_statistic_ext_data on oid = stxoid order by 1;
select tablename, statistics_name, statistics_owner, attnames, exprs, kinds, inherited, n_distinct::text, dependencies::text from pg_stats_ext order by 2;
select statistics_name, most_common_vals, most_common_val_nulls, most_common_freqs, most_common_base_freqs from pg_stats_ext where statistics_name = 'dep_two';
-- Columns that are not analyzed, and new rows.
insert into dep select 1, i, 'y', true from generate_series(1, 500) i;
analyze dep (a, b);
select statistics_name, n_distinct::text from pg_stats_ext order by 1;
analyze dep;
select statistics_name, n_distinct::text, dependencies::text from pg_stats_ext order by 1;
alter statistics dep_all set statistics 0;
analyze dep;
alter statistics dep_all set statistics 20;
analyze dep;
select statistics_name, cardinality(most_common_freqs) from pg_stats_ext order by 1;
drop statistics dep_two;
select statistics_name from pg_stats_ext order by 1;
select count(*) from dep where a = 1 and b = 1 and c is null;
alter table dep alter column b type bigint;
select count(*) from dep where a = 1 and b = 1;
alter table dep drop column c;
select statistics_name from pg_stats_ext;
select count(*) from dep where a = 1 and b = 1;
-- NOT goes where it goes away.
create index on dep (a);
explain (costs off) select * from dep where not (a = 5 or b > 3);
explain (costs off) select * from dep where not (not d and a = 3) and not (a in (1, 2)) and (not a = 4) is true;
explain (costs off) select * from dep where not (a is null or d is not false) and not not (b = 3);
select count(*) from dep where not (a = 5 or b > 3);
select count(*) from dep where not (not d and a = 3) and not (a in (1, 2)) and (not a = 4) is true;
select count(*) from dep where not (a is null or d is not false) and not not (b = 3);
select count(*) from dep where not (dep is null) and not ((a, b) is not null);
