-- What random sequences of schema changes (test/oracle/random-schema) have found, in their smallest form.
-- A session that has had no temporary table keeps those that it makes after DISCARD.
discard temp;
create temp table kept (a int);
insert into kept values (1);
select * from kept;
discard temp;
select * from kept;
begin;
discard temp;
create temp table kept (a int);
insert into kept values (2);
commit;
select * from kept;
drop table kept;
-- A materialized view without data may be named in views, prepared, explained, and dropped with them.
create table base (a int primary key, b text);
create materialized view empty as select a from base with no data;
create view over_empty as select * from empty;
select * from over_empty;
select count(*) from empty;
prepare of_empty as select * from empty;
execute of_empty;
explain (costs off) select * from empty;
create table as_empty as select * from empty with no data;
create table as_empty_2 as select * from empty;
select pg_get_viewdef('over_empty');
drop materialized view empty cascade;
drop table as_empty;
-- Every action is for some kinds of relations, which is looked at before the first is done.
create table kinds (a int not null, b text, unique (b));
create view of_kinds as select a, b from kinds;
create materialized view made_of_kinds as select a, b from kinds;
create sequence number_of_kinds;
alter table of_kinds alter column a drop default, alter b set not null, alter a type text;
alter table of_kinds add check (a > 0), add c int;
alter table of_kinds alter a set generated always restart;
alter table of_kinds alter z set generated always;
alter table of_kinds alter a drop identity if exists;
alter table of_kinds alter a add generated always as identity;
alter table of_kinds alter a set storage plain;
alter table made_of_kinds alter a set statistics 10, alter b set (n_distinct = 5);
alter materialized view made_of_kinds alter a set statistics 20;
alter table made_of_kinds alter a set not null;
alter table number_of_kinds add column x int;
alter table kinds_b_key add column x int;
alter table kinds_b_key owner to current_user;
alter view kinds_b_key owner to current_user;
alter view kinds_b_key rename to other;
alter view if exists kinds_b_key alter a set default 1;
alter index if exists of_kinds reset (fillfactor);
alter view kinds rename column b to bb;
alter view kinds rename column a to bb;
alter table kinds alter ctid set not null;
-- What takes something away comes before types, those before new columns and constraints.
create table passes (a int, b int default 7, c text);
alter table passes alter b drop default, drop b;
alter table passes add unique (a), alter a set not null, drop c;
alter table passes alter column z type text using z::text;
-- Of a generated column only the type changes, and its expression must fit.
create table computed (a int, d int generated always as (a + 1) stored);
alter table computed alter d type bytea using 'x'::bytea;
alter table computed alter d type bytea;
alter table computed alter d type boolean;
alter table computed alter d type text;
insert into computed values (1);
select * from computed;
drop table computed;
-- A literal default stays a value of the type that the column had.
create type mood as enum ('low', 'high');
create table literals (a date default '2020-01-01', b varchar(5) default 'abc', c mood default 'high', d int default 5, e int[] default '{1,2}');
alter table literals alter a type timestamptz, alter b type text, alter d type bigint;
select adnum, pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'literals'::regclass order by 1;
alter table literals alter a type text, alter c type text, alter e type bigint[];
alter table literals alter c drop default, alter c type text, alter e type bigint[];
insert into literals default values;
select * from literals;
-- CREATE TABLE looks at types, keys and the columns' names before its own, at defaults after it.
create table base (a nosuch);
create table base (a record);
create table base (a int, a int);
create table base (a int, primary key (z));
create table base (a int, primary key (a, a));
create table base (a int primary key, primary key (a));
create table base (a name generated always as identity);
create table base (like nosuch);
create table base (a int default 'x');
create table if not exists base (a nosuch) on commit drop;
create table fresh (a int default b, b int);
create table fresh (a int generated always as (c) stored, b int default 'x', c int);
-- Composite types are relations to LIKE, COMMENT and ALTER TYPE.
create type pair as (a int, b varchar(3));
create table of_pair (like pair including all);
select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'of_pair'::regclass and attnum > 0 order by attnum;
alter type nosuch add attribute x int;
alter type of_pair add attribute x int;
alter index if exists pair rename to other;
alter table pair rename to other;
-- Names of what cannot be changed so.
comment on column base_pkey.a is 'x';
comment on column number_of_kinds.last_value is 'x';
alter table nosuch.t add a int;
create table fresh (like nosuch.t);
-- What is shown.
create view collated as select b from of_pair where b collate "C" > 'A' order by coalesce(b, 'x') limit 1;
select pg_get_viewdef('collated'), pg_get_viewdef('collated', true);
create index on of_pair ((coalesce(b, ''))) ;
create index on of_pair (a) nulls not distinct;
select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'of_pair'::regclass order by 1;
create table checked (a int, b int, c int, check (c > 0 or a > 0));
select conkey from pg_constraint where conrelid = 'checked'::regclass;
alter table checked add unique (c) include (c);
select conname from pg_constraint where conrelid = 'checked'::regclass order by 1;
create table named_name (n name, primary key (n));
select format_type(atttypid, atttypmod), attlen from pg_attribute where attrelid = 'named_name_pkey'::regclass;
alter table checked alter b set statistics 7, drop b;
select attname, attstattarget from pg_attribute where attrelid = 'checked'::regclass and attnum > 0 order by attnum;
create domain positive as int check (value > 0);
create table of_domain (a positive, b pair);
create view on_domain as select a, b, x as whole from of_domain x;
select pg_describe_object(classid, objid, objsubid), deptype, pg_describe_object(refclassid, refobjid, refobjsubid) from pg_depend where objid = 'on_domain'::regclass order by 1, 3;
-- Sequences of tables keep the tables' owner, and have columns of their own.
create role random_findings_role;
create table numbered (a serial);
alter sequence numbered_a_seq owner to random_findings_role;
grant select (is_called), insert (log_cnt) on numbered_a_seq to random_findings_role;
select attname, attacl from pg_attribute where attrelid = 'numbered_a_seq'::regclass and attnum > 0 order by attnum;
revoke all on numbered_a_seq from random_findings_role;
-- Who may not look into a schema hears nothing else of it.
grant create on schema script_ddl_random_findings to random_findings_role;
set role random_findings_role;
create statistics script_ddl_random_findings.st on a, b from script_ddl_random_findings.base;
reindex index script_ddl_random_findings.base_pkey;
comment on index script_ddl_random_findings.base_pkey is 'x';
reset role;
grant usage on schema script_ddl_random_findings to random_findings_role;
set role random_findings_role;
create statistics st on a, b from base;
reindex index base_pkey;
reset role;
revoke all on schema script_ddl_random_findings from random_findings_role;
drop role random_findings_role;
create view uncolumned as select coalesce(a, 0) as a from base with check option;
reindex table of_pair;
reindex table base;
-- Indexes of expressions are named as columns of results are.
create table expressions (a int, b varchar(5), c text);
create index on expressions ((nullif(c, 'a')));
create index on expressions ((b::text));
create index on expressions ((greatest(a, 1)), (c || 'x'));
create index on expressions ((- a)) include (c);
select indexrelid::regclass, pg_get_indexdef(indexrelid) from pg_index where indrelid = 'expressions'::regclass order by 1;
select attrelid::regclass, attnum, attname, attcollation from pg_attribute where attrelid in (select indexrelid from pg_index where indrelid = 'expressions'::regclass) order by 1, 2;
create table by_whole (c text);
create index on by_whole ((c || 'x'));
select pg_describe_object(classid, objid, objsubid), deptype, pg_describe_object(refclassid, refobjid, refobjsubid) from pg_depend where objid = 'by_whole_expr_idx'::regclass order by 1, 3;
-- The query of a relation is looked at before its name, and what is named before who asks.
create view nosuch.v as select z from base;
create table nosuch.t as select z from base;
create table base as select z from base;
refresh materialized view collated;
refresh materialized view base_pkey;
refresh materialized view base;
alter statistics nosuch set statistics 20000;
comment on column number_of_kinds.z is 'x';
comment on constraint c on base_pkey is 'x';
truncate base_pkey;
alter table pair add column c int;
create role public;
-- Types of serial and identity columns change.
create table serials (a serial, b int generated always as identity, c varchar(3) default 'abc');
alter table serials alter a type bigint, alter b type bigint, alter c type text;
alter table serials alter a type text using a::text;
insert into serials default values;
select * from serials;
-- Indexes and composite types are relations that cannot be opened.
select * from base_pkey;
insert into pair values (1, 'x');
update base_pkey set a = 1;
delete from pair;
create view over_index as select * from base_pkey;
create index on base_pkey (a);
create index on pair (a);
alter sequence base_pkey increment by 2;
alter sequence if exists pair set schema public;
alter table if exists base_pkey add column z int;
alter table computed_again alter d drop default;
create table computed_again (a int, d int generated always as (a + 1) stored);
alter table computed_again alter d drop default;
-- Names of columns and types come before options.
create view optioned with (nosuch = 1) as select z from base;
create view optioned with (nosuch = 1) as select a from base;
create table optioned (a nosuch) on commit drop;
create table optioned (a int) on commit drop;
create view cases as select a from base where case when a > 3 then true else a < 2 end;
select pg_get_viewdef('cases'), pg_get_viewdef('cases', true);
-- IS DISTINCT FROM NULL does not look into rows.
create table rows_of (d pair, check (d is distinct from null or d is not distinct from null));
insert into rows_of values (row(1, null)), (null), (row(null, null));
select d, d is distinct from null, d is not null, d is null, d is not distinct from null from rows_of order by 1;
select row(null, null) is distinct from null, row(null, 1) is not distinct from null, row() is distinct from null;
create view distinct_rows as select d is distinct from null as q, row(1, null) is not distinct from null as r from rows_of;
select pg_get_viewdef('distinct_rows'), pg_get_viewdef('distinct_rows', true), pg_get_constraintdef(oid) from pg_constraint where conrelid = 'rows_of'::regclass;
select count(*) from rows_of where d is distinct from null and not (d is not distinct from null);
-- Keys that are the same are one.
create table same_keys (a int unique, b int, primary key (b), unique (b), constraint named unique (a), unique (b, a), unique nulls not distinct (a));
select conname, contype from pg_constraint where conrelid = 'same_keys'::regclass order by 1;
-- Functions stand in the way of a column's new type, views of their constraints' names.
create table of_function (a int, b text);
create function reads_column() returns setof int language sql begin atomic select a from of_function; end;
alter table of_function alter a type bigint;
alter table over_renamed rename constraint c1 to c2;
create view over_renamed as select 1 as a;
alter table over_renamed rename constraint c1 to c2;
create temp table temporary_one (a int);
alter table temporary_one set schema script_ddl_random_findings;
drop table temporary_one;
create table cast_default (d pair default row('a'::bytea, 'a'));
create domain whole as int;
create table array_default (c whole[] default '{1}');
select pg_describe_object(classid, objid, objsubid), deptype, pg_describe_object(refclassid, refobjid, refobjsubid) from pg_depend where classid = 'pg_attrdef'::regclass and objid = (select oid from pg_attrdef where adrelid = 'array_default'::regclass) order by 1, 3;
drop domain whole;
-- Names of a table's constraints, and what cannot be said of a column or key.
create table named_twice (c int, constraint c1 primary key (c), constraint c1 check (c = c));
create table named_twice (c int, constraint c1 check (c > 0), constraint c1 check (c = c));
create table named_twice (c int, d int, constraint c1 unique (c), constraint c1 unique (d));
create table named_twice (c int primary key, d int constraint c1 references named_twice, constraint c1 check (c = c));
create table named_twice (a int, b int, constraint c1 check (a > 0), unique (a), unique (b));
create table like_twice (like named_twice including all, constraint c1 check (b > 0));
create table null_serial (c float8, d serial null);
create table null_serial (c int, primary key (c) not valid);
alter table named_twice add c serial null;
select a from named_twice union select a + 1, b from named_twice;
select a, b from named_twice union all select b || 'x' from named_twice;
-- An index is no relation to take columns from, or to move on its own.
create table like_index (like named_twice_a_key);
create index of_named_twice on named_twice (b);
create table like_index (like of_named_twice including all);
alter table of_named_twice set schema public;
-- Expressions of one key that read the same column.
create table read_twice (a text, b text);
create index on read_twice (substr(a, 1, 2), coalesce(a, b)) where a > b;
select count(*), pg_describe_object(refclassid, refobjid, refobjsubid), deptype from pg_depend where objid = 'read_twice_substr_coalesce_idx'::regclass group by 2, 3 order by 2;
-- A condition is of the columns as they are, whoever has asked it before.
create table retyped (a int, c text, check (a > 1), check (c ~ '^[a-z]*$'));
insert into retyped values (2, 'x');
alter table retyped alter c type varchar;
alter table retyped alter a type numeric;
select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'retyped'::regclass order by 1;
insert into retyped values (1.5, 'x');
insert into retyped values (0.5, 'x');
insert into retyped values (3, 'X');
table retyped;
-- Rights of a relation of which only columns were granted.
create role column_reader;
create table of_columns (a int, b int);
grant select (b) on of_columns to column_reader;
select relacl from pg_class where oid = 'of_columns'::regclass;
drop owned by column_reader;
select relacl from pg_class where oid = 'of_columns'::regclass;
drop role column_reader;
-- Columns of a typed table, whatever they are to be called; temporary relations under what stays.
create type typed_row as (a int, b text);
create table of_typed of typed_row;
alter table of_typed rename a to b;
alter table of_typed rename z to b;
create temp table passing (a int);
create temp view passing_view as select a from passing;
create materialized view lasting as select * from passing;
create materialized view lasting as select 1 as a from passing_view;
-- What rights are of is looked up before who has them; a copied identity counts in bigint.
grant select on absent_relation to absent_role;
revoke execute on function absent_function(int) from absent_role;
grant select on of_columns to absent_role;
create table of_identity (a int generated always as identity);
create table like_identity (like of_identity including identity);
select data_type, max_value from pg_sequences where sequencename = 'like_identity_a_seq' and schemaname = current_schema;
insert into like_identity default values returning a;
create schema of_ranges;
create type of_ranges.span as range (subtype = int);
select pg_describe_object('pg_proc'::regclass, oid, 0) from pg_proc where pronamespace = 'of_ranges'::regnamespace order by 1;
drop schema of_ranges cascade;
reindex index absent_schema.absent_index;
reindex table absent_schema.absent_table;

-- Attributes that are there, INCLUDE, and columns that are dropped and get another type at once.
create type found_e1 as enum ('low', 'mid', 'high');
create type found_k1 as (a found_e1);
alter type found_k1 add attribute a found_k1;
alter type found_k1 add attribute a nonsense;
alter type found_k1 add attribute b found_k1;
create table found_tx (c found_k1, unique (c) include (a));
create table found_tx (c int, unique (c) include (a));
create table found_tx (c int, primary key (c) include (c, c));
create table tx2 (c int unique, d int, constraint x unique (c) include (d, nope));
create table found_t1 (a bigint, b bigint, c text collate "C", primary key (a, b));
alter table found_t1 drop b, alter column b type text;
alter table found_t1 drop b, alter column b type text using c;
alter table found_t1 drop b, alter constraint found_t1_pkey deferrable;
alter table found_t1 alter constraint nope deferrable, alter column nope type text;
