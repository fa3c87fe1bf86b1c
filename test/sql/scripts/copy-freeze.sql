-- COPY FROM with FREEZE asks for a table of this subtransaction; what takes no rows is refused once it has asked for data.
create table f (a int, b text);
create view fv as select * from f;
create materialized view fm as select * from f;
create sequence fs;
copy f from stdin (freeze);
1	x
\.
begin;
create table f2 (a int);
copy f2 from stdin with (freeze);
1
\.
savepoint s;
copy f2 from stdin with (freeze);
2
\.
rollback to s;
savepoint s2;
truncate f2;
copy f2 from stdin with (freeze on);
2
\.
release s2;
copy f2 from stdin with (freeze);
3
\.
declare c cursor for select 1;
copy f2 from stdin with (freeze);
4
\.
rollback;
copy f from stdin (freeze false);
1	x
\.
copy f to stdout (freeze);
copy f (a) from stdin (freeze true, format csv);
1
\.
begin;
truncate f;
copy f from stdin freeze csv;
1,x
\.
commit;
select * from f;
copy fv from stdin;
1	x
\.
copy fm from stdin;
1	x
\.
copy fs from stdin;
1
\.
copy nothing from stdin;
1
\.
copy f from stdin (freeze maybe);
1
\.
create temp table ft (a int);
copy ft from stdin (freeze);
1
\.
begin;
truncate ft;
copy ft from stdin (freeze);
1
\.
commit;
begin isolation level repeatable read;
select 1;
truncate f;
copy f from stdin (freeze);
1	x
\.
commit;
copy fv (nothing) from stdin;
copy fs (nothing) from stdin;
copy fv (b) from stdin;
x
\.
create index fi on f (a);
copy fi from stdin;
create type fc as (a int);
copy fc from stdin;
create role copier;
set role copier;
copy fv from stdin;
copy fm from stdin;
reset role;
drop role copier;
begin;
create table f3 as select 1 as a;
copy f3 from stdin (freeze);
2
\.
alter table f3 alter column a type bigint;
copy f3 from stdin (freeze);
3
\.
savepoint one;
copy f3 from stdin (freeze);
4
\.
rollback to one;
drop table f3;
create table f3 (a int);
copy f3 from stdin (freeze);
5
\.
rollback to one;
copy f3 from stdin (freeze);
6
\.
rollback;
-- tables that were empty before TRUNCATE, as pgbench -i does
create table empty_before (a int primary key, b text);
begin;
truncate empty_before, f;
copy empty_before from stdin with (freeze on);
1	x
\.
savepoint s;
copy empty_before from stdin with (freeze on);
2	x
\.
rollback to s;
select * from empty_before;
rollback;
begin;
savepoint s;
truncate empty_before;
rollback to s;
copy empty_before from stdin with (freeze on);
1	x
\.
rollback;
begin;
savepoint s;
truncate empty_before;
release s;
copy empty_before from stdin with (freeze on);
1	x
\.
commit;
select * from empty_before;
drop table empty_before;
