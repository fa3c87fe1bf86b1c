-- STORAGE and COMPRESSION of columns are kept and shown; dumps repeat them.
create table st (a text storage external, b numeric, c int[] compression pglz, d int);
alter table st alter b set storage plain, alter a set compression pglz;
create index on st (a, b);
select attrelid::regclass, attname, attstorage, attcompression from pg_attribute where attrelid in ('st'::regclass, 'st_a_b_idx'::regclass) and attnum > 0 order by 1, attnum;
create table st2 (like st including storage);
create table st3 (like st including compression);
create table st4 as select * from st;
create view st5 as select a, b from st;
select attrelid::regclass::text, attname, attstorage, attcompression from pg_attribute where attrelid in ('st2'::regclass, 'st3'::regclass, 'st4'::regclass, 'st5'::regclass) and attnum > 0 order by 1, attnum;
-- a new type has its own
alter table st alter a type varchar, alter b set storage default, alter c set compression default;
select attname, attstorage, attcompression from pg_attribute where attrelid = 'st'::regclass and attnum > 0 order by attnum;
alter table st alter b set storage EXTERNAL;
begin;
alter table st alter b set storage main;
rollback;
select attname, attstorage from pg_attribute where attrelid = 'st'::regclass and attname = 'b';
-- what there is not
alter table st alter d set storage main;
alter table st alter d set compression pglz;
alter table st alter d set compression default;
alter table st alter a set storage x;
alter table st alter a set compression x;
alter table st alter nope set storage main;
create table st9 (a int compression pglz);
create table st9 (a text compression none);
create table st9 (a int storage main);
