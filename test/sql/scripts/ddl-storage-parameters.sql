-- Storage parameters are kept and shown; they have no meaning here.
create table t1 (a int, b text, unique (a) with (fillfactor = 70)) with (fillfactor = 60, autovacuum_enabled);
create index i on t1 (b) include (a) with (fillfactor = 50, deduplicate_items = off) where a > 1;
select relname, reloptions from pg_class where relnamespace = 'script_ddl_storage_parameters'::regnamespace order by 1;
select pg_get_indexdef('i'::regclass), pg_get_indexdef('t1_a_key'::regclass);
alter index i set (fillfactor = 70);
alter index i reset (deduplicate_items);
alter table t1 reset (fillfactor), set (toast.autovacuum_enabled = off);
select relname, reloptions from pg_class where relnamespace = 'script_ddl_storage_parameters'::regnamespace order by 1;
create table t2 (like t1 including all);
create table t3 with (fillfactor = 33) as select 1 as a;
create materialized view m with (fillfactor = 44) as select 1 as a;
alter materialized view m set (fillfactor = 45);
alter table m set (autovacuum_enabled = false);
select relname, reloptions from pg_class where relnamespace = 'script_ddl_storage_parameters'::regnamespace order by 1;
create table t4 (a int storage extended);
create table t4 (a text storage main, b text collate "C");
alter table t4 drop b;
alter table t4 add primary key (a) with (fillfactor = 5);
alter table t4 add primary key (a) with (fillfactor = 55);
alter table t4 add b text, alter b type varchar(3);
select relname, reloptions from pg_class where relnamespace = 'script_ddl_storage_parameters'::regnamespace order by 1;
create table t5 (a int) with (nosuch = 1);
create table t6 with (fillfactor = 5) as select 1 as a;
-- What ANALYZE is told of an index's expressions.
create table analyzed (a int, b text);
create index i on analyzed (a, (b || 'x')) include (b);
alter index i alter column 2 set statistics 20000;
select attnum, attname, attstattarget from pg_attribute where attrelid = 'i'::regclass order by 1;
alter index i alter column 2 set statistics -2;
alter index i alter column 1 set statistics 5;
alter index i alter column 3 set statistics 5;
alter index i alter column 4 set statistics 5;
alter table analyzed alter column 1 set statistics 5;
alter index i alter column 2 set statistics -1;
select attnum, attname, attstattarget from pg_attribute where attrelid = 'i'::regclass order by 1;
-- refused: EXCLUDE constraints
create table excluding (a int, exclude using btree (a with =));
