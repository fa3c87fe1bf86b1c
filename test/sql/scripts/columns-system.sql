-- System columns and their names; columns-versions.sql has more of xmin and its kin.
create table sc (a int primary key, b text);
insert into sc values (1, 'x');
select tableoid::regclass, sc.tableoid = 'sc'::regclass from sc;
alter table sc add column xmin int;
alter table sc drop column ctid;
create table sc2 (a int, check (ctid is not null));
create table sc2 (a int, b bool generated always as (xmin is null) stored);
insert into sc values (1, 'y') on conflict (a) do update set b = excluded.ctid::text;
insert into sc values (1, 'y') on conflict (a) do update set b = excluded.tableoid::text;
select count(ctid) from sc;
select sc.xmin from sc where false;
-- Calls with LIMIT 1, ranges as multiranges, escapes of paths.
create type sc_range as range (subtype = text, multirange_type_name = sc_multirange);
select sc_range('a', 'c')::sc_multirange, 'empty'::sc_range::sc_multirange, cast(sc_range(null, 'b') as sc_multirange);
select sc_range('a', 'b')::int4multirange;
select '"\u"'::jsonpath;
select '"\u00"'::jsonpath;
select '$."\ud83d\ud83d"'::jsonpath;
select '"\ud83d\ude04"'::jsonpath, '$."\u0041\x42\u{43}"'::jsonpath, '"\\u"'::jsonpath;
select '"\ude04X"'::jsonpath;
select '"\xg"'::jsonpath;
create function sc_distinct(anyelement, anyelement) returns bool language sql as 'select $1 is distinct from $2 limit 1';
create domain sc_not_null int check (sc_distinct(value, null));
select 1::sc_not_null;
select null::sc_not_null;
