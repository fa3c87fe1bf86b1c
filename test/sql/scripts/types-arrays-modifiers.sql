-- Modifiers of array constructors: what all their elements agree on.
create table s (v varchar(3), n numeric(5,2), i interval second(2), t timestamp(3), b bit(4), c char(4));
insert into s values ('abc', 1.255, '1.2345 s', '2020-01-01 00:00:00.12345', '1010', 'ab');
create table kk as select array[v] a, array['x'::varchar(4)] b, array[1.5::numeric(4,2)] c, array[v, 'abcdef'] d, array[array[v],array[v]] e, array[v,null] f, array[n,1] g, array[i] h, array[t,t] i, array[b] j, array[c, 'x'] k, array[n, n+1] l, array[c,c] m from s;
table kk;
select attrelid::regclass::text, attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid in ('kk'::regclass) and attnum > 0 order by attnum;
insert into kk(a) values (array['abcdef']);
select array[v]::varchar(2)[], array[v]::varchar(3)[], array[v]::text[], array[n]::numeric(3,1)[] from s;
create view vs as select array[v]::varchar(3)[] x, array[n]::numeric(5,2)[] y, array[c]::char(4)[] z, (array[v])[1] w, array[v] || array[v] u from s;
select pg_typeof(array[v]), format_type(pg_typeof(array[v])::oid, -1) from s;
create table k2 as select (array[v])[1] a, unnest(array[v]) b, array_agg(v) c, array(select v from s) d, array[array[n]][1:1] e from s group by v, n;
create table k3 as select x from (values (array['a'::varchar(2)]), (array['b'::varchar(3)])) t(x) union all select array[v] from s;
create table k4 as select coalesce(array[v], array[v]) a, case when true then array[v] else array[v] end b from s;
select attrelid::regclass::text, attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid in ('vs'::regclass, 'k2'::regclass, 'k3'::regclass, 'k4'::regclass) and attnum > 0 order by 1, attnum;
select pg_get_viewdef('vs');
drop view vs; drop table s, kk, k2, k3, k4;
