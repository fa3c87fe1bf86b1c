-- DISTINCT and ORDER BY within aggregates.
create table vt (f1 varchar(4), i int);
insert into vt values ('a', 2), ('ab', 1), ('abcd', 3), ('a', 2);
select string_agg(distinct f1, ',' order by f1) from vt;
select string_agg(distinct f1::text, ',' order by f1) from vt;
select string_agg(distinct f1, ',' order by f1::text) from vt;
select string_agg(distinct f1::text, ',' order by f1::text desc) from vt;
select array_agg(distinct i order by i desc), array_agg(distinct i order by i nulls first) from vt;
select array_agg(distinct i order by -i) from vt;
select array_agg(i order by i, f1), string_agg(f1, ',' order by i desc, f1) from vt;
select array_agg(distinct f1 order by f1 desc) from vt;
select sum(distinct i order by i) from vt;
select json_object_agg(distinct f1, i order by f1) from vt;
