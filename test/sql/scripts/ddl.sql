-- CREATE, ALTER and DROP of tables, schemas and indexes.
create table plain (a int, b text);
select * from plain;
create table plain (a int);
create table if not exists plain (a int);
create table keyed (id bigint primary key, name varchar(20) not null, score numeric(8,2) default 1.5, note text default 'none');
insert into keyed (id, name) values (1, 'x') returning *;
insert into keyed values (2, 'y', 3.14159, null), (3, 'z', default, default) returning *;
select * from keyed order by id;
create table two (a int, b int, c text, primary key (a, b));
insert into two values (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c');
select * from two where a = 1 order by b;
insert into two values (1, 2, 'again');
insert into two values (null, 2, 'again');
create table named (id int constraint named_key primary key, n int constraint positive check (n > 0));
insert into named values (1, 0);
insert into named values (1, null);
-- differs: no position
create table bad (id int primary key, id2 int primary key);
create table bad (id int, id text);
create table bad (id nosuchtype);
-- differs: positions in column constraints are missing
create table bad (id int default 'x');
-- differs: positions in column constraints are missing
create table bad (id int default (select 1));
-- differs: positions in column constraints are missing
create table bad (id int check (other > 1));
-- differs: no position
create table bad (primary key (a));
-- differs: no position
create table bad (a int, unique (b));
create table bad (a varchar(0));
create table bad (a numeric(2000, 1));
-- differs: no position
create table nosuchschema.t (a int);
create table empty_table ();
select * from empty_table;
insert into empty_table default values;
select count(*) from empty_table;
drop table empty_table;
drop table empty_table;
drop table if exists empty_table;
drop table plain, two;
select * from plain;
create table like_source (a int not null default 7, b text check (b <> ''));
create index like_source_b on like_source (b);
create unique index on like_source (a);
create index like_source_b on like_source (b);
create index if not exists like_source_b on like_source (b);
create index on like_source (nosuch);
create index on nosuch (a);
drop index like_source_b;
drop index like_source_b;
drop index if exists like_source_b;
insert into like_source values (1, 'a'), (2, 'b');
insert into like_source values (1, 'c');
alter table like_source add column c int;
select * from like_source order by a;
alter table like_source add column d int default 5;
select * from like_source order by a;
alter table like_source add column d int;
alter table like_source add column if not exists d int;
alter table like_source rename column c to e;
select e from like_source;
alter table like_source alter column e set default 9;
insert into like_source (a, b) values (3, 'c') returning *;
alter table like_source alter column e drop default;
insert into like_source (a, b) values (4, 'c') returning *;
alter table like_source alter column e set not null;
update like_source set e = 0 where e is null;
alter table like_source alter column e set not null;
insert into like_source (a, b, e) values (5, 'c', null);
alter table like_source alter column e drop not null;
insert into like_source (a, b, e) values (5, 'c', null) returning e;
alter table like_source drop column d;
select * from like_source order by a;
alter table like_source drop column nosuch;
alter table like_source drop column if exists nosuch;
alter table like_source rename to renamed;
select count(*) from like_source;
select count(*) from renamed;
alter table nosuch add column a int;
alter table if exists nosuch add column a int;
create table late (id int, v int);
insert into late values (1, 1), (2, 2);
alter table late add primary key (id);
insert into late values (2, 3);
alter table late add constraint late_v unique (v);
insert into late values (3, 2);
alter table late add constraint late_check check (v < 10);
insert into late values (4, 11);
alter table late add constraint late_bad check (v > 1);
alter table late drop constraint late_check;
insert into late values (4, 11);
alter table late drop constraint late_check;
alter table late drop constraint if exists late_check;
truncate late;
select count(*) from late;
truncate nosuch;
create schema extra;
create schema extra;
create schema if not exists extra;
create table extra.t (a int primary key);
insert into extra.t values (1);
select * from extra.t;
select t.a, extra.t.a from extra.t;
drop schema extra;
-- differs: no notice of what cascades
drop schema extra cascade;
drop schema extra;
drop schema if exists extra;
select * from extra.t;
create sequence counter;
select nextval('counter'), nextval('counter');
drop sequence counter;
create table ids (id serial primary key, v text);
insert into ids (v) values ('a'), ('b') returning id;
create table idents (id bigint generated always as identity primary key, v int);
insert into idents (v) values (1), (2) returning id;
insert into idents values (9, 9);
insert into idents overriding system value values (9, 9) returning id;
create table gen (a int, b int generated by default as identity);
insert into gen values (1), (2) returning *;
create table computed (a int, b int generated always as (a * 2) stored);
insert into computed values (3) returning *;
insert into computed values (3, 4);
-- refused: CREATE TABLE AS
create table as_select as select 1 as x, 'a'::text as y;
-- differs: follows from the refusal before
select * from as_select;
-- refused: views
create view v as select 1;
-- refused: temporary tables
create temp table temporary_t (a int);
drop table keyed cascade;
-- refused: COMMENT
comment on table renamed is 'a comment';
