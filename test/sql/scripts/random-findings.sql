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
