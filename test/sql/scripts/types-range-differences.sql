-- The function of the distance of two bounds may be a user's own.
create function time_subtype_diff(x time, y time) returns float8 as
  'select extract(epoch from (x - y))' language sql strict immutable;
create type timerange as range (subtype = time, subtype_diff = time_subtype_diff);
select '[11:10, 23:00]'::timerange;
select rngsubtype::regtype, rngsubdiff::regproc from pg_range where rngtypid = 'timerange'::regtype;
select pg_describe_object(refclassid, refobjid, refobjsubid), deptype from pg_depend
  where classid = 'pg_type'::regclass and objid = 'timerange'::regtype order by 1;
drop function time_subtype_diff(time, time);
create function stable_diff(x int, y int) returns float8 as 'select x - y' language sql stable;
create function text_diff(x int, y int) returns text as 'select x - y' language sql immutable;
create type stable_range as range (subtype = int, subtype_diff = stable_diff);
create type text_range as range (subtype = int, subtype_diff = text_diff);
create type no_range as range (subtype = int, subtype_diff = nosuch_diff);
create type own_range as range (subtype = float8, subtype_diff = pg_catalog.float8mi);
drop type timerange;
drop function time_subtype_diff(time, time);
