-- EXPLAIN's options, where plan and text do not depend on costs.
create table e (id int primary key, a int, t text);
insert into e select i, i % 10, 'text ' || i from generate_series(1, 500) i;
analyze e;
explain (costs off) select * from e where id = 3;
explain (costs off) select * from e where a = 3;
explain (costs off) select count(*) from e;
explain (costs off) select * from e order by a;
explain (costs off) select * from e limit 3;
explain (costs off) select * from e where id = 3 and a > 2;
explain (costs off) select * from e where a is null or t like 'text 4%';
explain (costs off) select a, count(*) from e group by a;
explain (costs off) select * from generate_series(1, 3) g;
explain (costs off) select a from e union all select id from e;
explain (costs off) select 1;
explain (costs off) values (1), (2);
explain (format json, costs off) select * from e where a = 3;
explain (format yaml, costs off) select * from e where a = 3 order by t;
explain (format yaml, costs off) select 1 as "one <two>";
explain (format json, costs off) select * from e order by a, t desc;
explain (analyze, costs off, timing off, summary off) select * from e where a = 3;
explain (analyze true, costs 0, timing false, summary off) select * from e limit 4;
-- differs: costs are those of this server
explain (costs on) select * from e;
-- differs: costs are those of this server
explain select * from e where a < 5;
-- differs: costs are those of this server
explain select * from e where a = 2;
-- differs: costs are those of this server
explain select * from e where t = 'text 7';
-- differs: costs are those of this server
explain select * from e where a in (1, 2, 3) and t is not null;
explain (buffers, costs off) select * from e where a = 3;
explain (verbose off, costs off) select * from e;
explain (summary off, costs off) select * from e;
-- What cannot be
explain (wal) select 1;
explain (timing) select 1;
explain (analyze, generic_plan) select 1;
explain (nothing) select 1;
explain (format pdf) select 1;
explain (costs maybe) select 1;
explain (analyze 2) select 1;
explain (format) select 1;
explain select * from missing;
explain (costs off) select nothing from e;
drop table e;

-- What programs read: keys in PostgreSQL's order, grouping sets as lists of lists.
create table e (id int primary key, a int, t text);
create table f (id int primary key, e_id int);
insert into e select i, i % 10, 'text ' || i from generate_series(1, 500) i;
insert into f select i, i % 500 from generate_series(1, 2000) i;
analyze e, f;
set enable_mergejoin = off;
explain (format json, verbose, costs off) select * from e;
explain (format yaml, costs off) select e.t from f join e on e.id = f.e_id;
-- differs: there is no type xml, the text is the same
explain (format xml, costs off) select a, count(*) from e group by grouping sets ((a), ());
explain (format json, costs off) select a, count(*) from e group by grouping sets ((a, t), (a), ());
explain (format yaml, costs off) select a, count(*) from e group by grouping sets ((a, t), ());
explain (format yaml, analyze, timing off, costs off, summary off) select 1;
explain (format json, analyze, timing off, costs off, summary off) select 1;
drop table e, f;
