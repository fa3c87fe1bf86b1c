-- What the random generators of test/oracle have found, in their smallest form.
create table emp (id int primary key, name text constraint emp_key0 unique, dept int, salary numeric, hired date, boss int);
create table dept (id int primary key, title text not null, budget bigint);
create table wide (a int, b bigint, c text, d float8, primary key (a, b));
insert into dept values (1, 'eng', 1000), (2, 'ops', 500), (3, 'hr', null), (4, 'none', 10);
insert into emp values (1, 'ann', 1, 100.5, '2020-01-01', null), (2, 'bob', 1, 90, '2020-06-01', 1), (3, 'cem', 2, 80.25, '2021-01-01', 1), (4, 'dan', 2, 80.25, '2021-03-01', 3), (5, 'eve', null, null, null, 1), (6, 'fay', 3, 120, '2019-12-31', 1), (7, 'gil', 7, 10, '2022-02-02', 6);
insert into wide select i % 5, i, 'c' || (i % 7), i / 4.0 from generate_series(1, 12) i;
-- RETURNING's subqueries see what was there before the statement.
begin;
delete from wide t1 returning (select t1.b from wide t2 order by 1 limit 1), t1.c;
rollback;
begin;
update emp set dept = 100 where id < 3 returning id, dept, (select max(dept) from emp e where e.id <> emp.id), (select count(*) from emp where dept = 100);
select id, dept from emp where dept = 100 order by id;
rollback;
begin;
insert into dept values (9, 'new', 1) returning id, (select count(*) from dept), (select d.title from dept d where d.id = dept.id);
insert into dept values (9, 'again', 1) on conflict (id) do update set title = excluded.title returning id, title, (select d.title from dept d where d.id = dept.id);
select * from dept where id = 9;
insert into dept values (1, 'x', 1) returning (select count(*) from dept d where d.id <= dept.id);
rollback;
with x as (delete from dept where id = 4 returning id, (select count(*) from dept d where d.id <= dept.id) n) select * from x, lateral (select count(*) from dept) c;
-- Rows are checked one after the other: the first that fails is the error.
insert into emp (id, name, dept, boss) values (4, 'in', 3, 7), (null, 'bob', 6, 1);
insert into emp (id, name, dept, boss) values (null, 'bob', 6, 1), (4, 'in', 3, 7);
insert into emp (id, name) select x, y from (values (20, 'zoe'), (21, 'zoe'), (null, 'kim')) v (x, y);
update emp set id = case id when 1 then 2 else null end where id in (1, 7);
select count(*) from emp;
-- An aggregate over the target's columns belongs to the UPDATE, wherever it is written.
insert into emp (id, name, dept, boss) values (-1, '', 1, 1) on conflict (id) do update set (name, dept) = (select 'x', count(excluded.dept) from dept);
update emp set (dept, boss) = (select sum(emp.dept), 1 from dept);
update emp set dept = (select sum(emp.dept) from dept);
-- A condition that no row changes keeps everything below it from running.
with w (c) as (select (select 1 from emp)) select w.c from w where false;
select * from (select 1 / (select 0) as c from emp) x where false;
prepare gated (int) as select x.c from (select 1 / (id - id) as c from emp) x where $1 > 5;
execute gated (1);
execute gated (9);
create table g3 (a int, b int, c int, d int, primary key (a));
insert into g3 values (1,1,1,1),(2,2,2,2);
select a, d, grouping(a,b,c) from g3 group by grouping sets ((a,b), (a,c)) order by 1, 3;
select a, d, count(*) from g3 group by rollup(a) order by 1;
select a, b, d + 1, sum(c) from g3 group by a, rollup(b) order by 1, 2;
select rank(sum(x)) within group (order by x) from generate_series(1,5) x;
select a, rank(a) within group (order by b nulls first), percentile_cont(a * 0.25) within group (order by b) from g3 group by rollup (a) order by a;
select dense_rank(x) within group (order by x) from (values (1),(1),(2),(2),(3),(3)) v(x) group by (x) order by 1;
select p, percentile_cont(p) within group (order by x::float8) from generate_series(1,5) x, (values (0::float8),(0.1),(0.25),(1)) v(p) group by p order by p;
select q.*, unnamed_join.* from g3 q join g3 r on (q.a = r.a), g3 as unnamed_join for update of unnamed_join;
select 1 from g3 x, (select 1) for update of unnamed_subquery;
create table i8 (q1 int8, q2 int8);
insert into i8 values (123,456),(123,4567890123456789),(4567890123456789,123);
create table tk (unique1 int, unique2 int, thousand int, hundred int);
insert into tk select g, 999-g, (999-g) % 1000, (999-g) % 100 from generate_series(0, 999) g;
select q1, unique2, thousand, hundred from i8 a left join tk b on q1 = unique2 where coalesce(thousand,123) = q1 and q1 = coalesce(hundred,123);
select q1, unique2 from i8 a left join tk b on q1 = unique2 where coalesce(thousand,123) = coalesce(hundred,123);
with recursive w1(c1) as (with w2(c2) as (with recursive w6(c6) as (with w6(c6) as (with w8(c8) as (select 1) select * from w8) select * from w6) select * from w6) select * from w2) select * from w1;
with recursive o(x) as (with i as (select 2 from o) select * from i union select * from o) select * from o;
with recursive o(x) as (select 1 union (with i as (select 2) select * from i union all (with i2 as (select 3) select x + 1 from o, i2 where x < 4))) select * from o order by 1;
with recursive o(x) as (select 1 union (with o as (select 7) select * from o)) select * from o order by 1;
with recursive a as (select 1 as n), b as (with a as (select 2 as n) select * from a) select * from b, a;
-- A lateral reference that needs a product first.
create table tt (f1 text);
insert into tt values ('foo'), ('bar');
create table log2 (emp int, kind text, amount int, note text);
insert into log2 values (1,'in',10,'a'),(2,'out',-4,null);
create table one (x int);
insert into one values (1);
select t3.kind from one t1 cross join log2 t2 right join log2 t3 on t2.kind = t3.note left join lateral (select t2.kind, t3.kind from one t9) t7(c0, c1) on t3.kind = t7.c0;
select t3.kind from one t1 cross join log2 t2 right join log2 t3 on t2.kind = t3.note left join lateral (select t2.kind limit 1) t7(c0) on true;
select 1 from tt as tt1 left join tt as tt3 on (tt3.f1 = 'foo') left join tt as tt4 on (tt3.f1 = tt4.f1), lateral (select tt4.f1 as c0 from tt as tt5 limit 1) as ss1;
select 1 from tt as tt1, tt as tt3 left join tt as tt4 on (tt3.f1 = tt4.f1), lateral (select tt4.f1 as c0 from tt as tt5 limit 1) as ss1 where tt1.f1 = ss1.c0;
select 1 from tt as tt1 inner join tt as tt2 on (tt1.f1 = 'foo') left join tt as tt4 on (tt2.f1 = tt4.f1), lateral (select tt4.f1 as c0 from tt as tt5 limit 1) as ss1 where tt1.f1 = ss1.c0;
select 1 from tt as tt1 inner join tt as tt2 on (tt1.f1 = 'foo') left join tt as tt3 on (tt3.f1 = 'foo') left join tt as tt4 on (tt3.f1 = tt4.f1), lateral (select tt4.f1 as c0 from tt as tt5 limit 1) as ss1 where tt1.f1 = ss1.c0;
-- A strict operator of NULL looks at nothing else: not at a subquery that fails either.
select 1 from emp where null::text > (select name from emp);
select id, null::int + (select id from emp) from emp order by 1;
select case when null::int > (select id from emp) then 1 else 2 end;
select coalesce(null::int + (select id from emp), 5);
-- Sums over a column that refers to a parent are looked up there.
create table fk_parent (a int primary key);
create table fk_child (id int primary key, b int references fk_parent);
insert into fk_parent values (1), (2);
insert into fk_child values (1, 1);
update fk_child set b = b + 1;
update fk_child set b = b + 1;
insert into fk_child values (1, 1) on conflict (id) do update set b = fk_child.b + 5;
select * from fk_child;
-- NaN is equal to itself in keys of floats.
create table floats (id int primary key, f float8, r float4);
insert into floats values (1, 'NaN', 'NaN'), (2, 'NaN', '0'), (3, '-0', '-0'), (4, 0, 'NaN'), (5, null, null), (6, 1, 1);
select id, count(*) over (partition by f), sum(id) over (partition by r order by f) from floats order by id;
select (f + 0::float8)::text, count(*), sum(id) from floats group by f order by f;
select distinct r + 0::float4 from floats order by 1;
select count(*) from (select distinct f from floats) s;
select count(*) from (select f from floats union select r from floats) s;
select a.id, b.id from floats a join floats b on a.f = b.r order by 1, 2;
select id from floats where f in ('NaN', 0) order by id;
set enable_hashagg = off;
select (f + 0::float8)::text, count(*), sum(id) from floats group by f order by f;
select count(*) from (select distinct f from floats) s;
reset enable_hashagg;
set enable_hashjoin = off;
select a.id, b.id from floats a join floats b on a.f = b.r order by 1, 2;
set enable_mergejoin = off;
select a.id, b.id from floats a join floats b on a.f = b.r order by 1, 2;
reset enable_hashjoin;
reset enable_mergejoin;
select array_agg(id order by id) from floats group by array[f] order by 1;
select array_agg(id order by id) from floats group by row(f, r) order by 1;

-- A lateral parameter that is the same for all rows ties its relation to no side of a join.
create table pairs (id int primary key, note text);
insert into pairs select i, 'n' || i from generate_series(1, 6) i;
analyze pairs;
select count(*) from (select null::bool from pairs) a (x) cross join lateral (select a.x from generate_series(1, least(4, 3)) g) b left join lateral (select a.x from pairs) c on a.x = c.x left join lateral (select a.x from pairs) d (y) on c.x = d.y;
select count(*) from (select current_date from pairs) a (x) cross join lateral (select a.x from generate_series(1, least(4, 3)) g) b left join lateral (select a.x from pairs limit 3) c on a.x = c.x left join lateral (select a.x from pairs limit 4) d (y) on c.x = d.y;

-- EXISTS in a query without FROM that speaks of a row further out: asked once, no semi-join.
create table parts (id int primary key, size int);
insert into parts values (1, 5), (2, 15), (3, 25), (4, null);
create table moves (part int, amount int);
insert into moves values (1, 10), (1, -4), (2, 7), (3, 7), (3, -7), (9, 1), (null, null);
select p.id, (select 7 where exists (select from moves where amount > p.id)) from parts p order by 1;
select p.id, (select 7 where not exists (select from moves where amount > p.id * 4)) from parts p order by 1;
select p.id, x.* from parts p, lateral (select 7 where exists (select from moves where amount > p.id * 3)) x order by 1;
select p.id, x.*, y.a from parts p, lateral (values (1), (2)) y(a), lateral (select 7 where exists (select from moves where p.id < 3)) x order by 1, 3;
select p.id, array(select 7 where exists (select from moves where p.id < 3)), array(select 7 where p.id in (select part from moves)) from parts p order by 1;
select p.id, array(select q.id from parts q where exists (select from moves where p.id < 3) order by 1) from parts p order by 1;
select p.id, array(select q.id from parts q where not exists (select from moves where p.id < 3) order by 1) from parts p order by 1;
select p.id from parts p where exists (select 1 where exists (select from moves where amount > p.id * 3)) order by 1;
select p.id from parts p where not exists (select 1 where not exists (select from moves where amount > p.id * 3)) order by 1;
select p.id from parts p where p.id in (select 1 where exists (select from moves where amount > p.id * 3)) order by 1;
select p.id, q.id from parts p left join parts q on exists (select 1 where exists (select from moves where amount > p.id * 4)) order by 1, 2;
select p.id from parts p where p.id not in (select dense_rank() over () where exists (select from moves where p.id < p.id)) order by 1;

-- Repeated for many outer rows at once: what a subquery takes of the outer row beside an aggregate.
select p.id from parts p where 10 in (select (select max(m.amount) where p.id < 3) from moves m where m.part = p.id) order by 1;
select p.id, (select (select max(m.amount) + p.id where p.id < 3) from moves m where m.part = p.id) from parts p order by 1;
select count(*) from parts p where 1 in (select (select max(m.amount) where p.size < 3) from moves m);
