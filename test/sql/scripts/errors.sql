-- Errors: SQLSTATE, message, position, hint.
create table e (id int primary key, name text);
select;
selct 1;
select 1 +;
select (1;
select 'unterminated;
select "unterminated;
select 1 from;
select * from e where;
select id from e group by;
insert into e;
insert into e values;
update e;
delete e;
create table;
create table x (a);
select * from nosuch;
select nosuch from e;
select e.nosuch from e;
select x.id from e;
select e2.id from e join e e2 on e.nosuch = e2.id;
select ID, "ID" from e;
select nosuchfunc(1);
select lower(1, 2);
select 1 + date '2024-01-01' + 'x'::text;
select - 'x'::text;
select 1 = 'x'::text;
select id = name from e;
select sum(id), name from e;
select id from e where sum(id) > 1;
select id from e having id > 1;
select id, count(*) from e;
select count(count(*)) from e;
select * from e where id = (select id, name from e);
select id from e where id;
select id from e where 'x';
select case when id then 1 end from e;
select not 5;
select 1 where 1 and true;
select 1 limit 'x';
select $1;
select $1 + 1;
select e from nosuch.e;
select nosuchdb.public.e.id from e;
select current_setting('nosuch.setting');
select current_setting('nosuch');
select set_config('nosuch', '1', false);
set nosuch = 1;
set statement_timeout = 'x';
set statement_timeout = -1;
show nosuch;
reset nosuch;
select 1 as select;
select 1 as "select", 2 as user, 3 "x y";
select * from (select 1);
select a.* from e;
select count(distinct *) from e;
select array_agg(*) from e;
select 1, 2 union select 3;
select id from e union select name from e;
select row(1, 2) = row(1, 2, 3);
select (1, 2) in (select 1);
select 1 in (1, 'x');
select 1 in (array[1]);
select extract(nosuch from now());
select cast(1 as nosuch);
select 1::int[];
select '1'::int4range;
select date '2024-01-01' + time '10:00' + 1;
insert into e values (1, 2, 3);
insert into e (id, id) values (1, 1);
insert into e (nosuch) values (1);
insert into e values ((select id, name from e));
insert into e select * from nosuch;
update e set nosuch = 1;
update e set id = 'x';
update e set id = name;
delete from e where nosuch;
delete from e using nosuch;
drop table nosuch;
drop view nosuch;
drop index nosuch;
drop sequence nosuch;
drop schema nosuch;
drop role nosuch;
create table e (a int);
create index on e (nosuch);
create unique index e_pkey on e (id);
alter table e add column id int;
alter table e drop constraint nosuch;
alter table e nosuch;
truncate nosuch, e;
prepare p as select nosuch;
execute nosuch;
deallocate nosuch;
declare c cursor for select 1;
fetch nosuch;
close nosuch;
release nosuch;
rollback to nosuch;
savepoint s;
-- differs: a position that PostgreSQL does not give
copy nosuch to stdout;
-- differs: found as a column of the query that is copied
copy e (nosuch) to stdout;
explain nosuch;
vacuum nosuch;
-- refused: not supported
lock table nosuch;
grant select on nosuch to public;
call nosuch();
-- refused: not supported
do 'begin end';
-- refused: not supported
listen x;
create function f() returns int as 'select 1' language sql;
-- refused: not supported
create trigger t before insert on e execute function f();
create type mood as enum ('a');
create domain d as int;
-- refused: not supported
create extension nosuch;
-- refused: not supported
create database x;
-- refused: not supported
alter system set x = 1;
-- refused: not supported
reindex table e;
-- refused: not supported
cluster e;
-- refused: not supported
load 'x';
