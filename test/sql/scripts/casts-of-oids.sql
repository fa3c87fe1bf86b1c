-- Integers and OIDs have the same bits, not the same numbers.
select (-1)::int::oid, (-1)::int::regclass::oid, (-1)::int::regproc::int, 3000000000::bigint::oid::int4, 4294967295::oid::int4, 4294967295::oid::int4::int8;
select (-5)::int::oid > 3::oid, (-1)::int2::int::oid;
create table oo (a int, b oid, unique (a));
create index on oo (b);
insert into oo values (-7, 4000000000), (null, null), (3, 5), (-8, 7), (6, 4294967289);
select a::oid, b::int, b::regclass::oid::int, b = a::oid from oo order by a;
select a from oo order by a::oid;
select b from oo order by b::int;
select a from oo where a::oid = 4294967289;
select a from oo where a::oid > 4::oid order by 1;
select min(a::oid), max(a::oid), min(b::int), max(b::int) from oo;
select x.a, y.b from oo x join oo y on x.a::oid = y.b order by 1;
select a::oid, count(*) from oo group by 1 order by 1;
prepare p(int) as select $1::oid, a from oo where a::oid = $1::oid;
execute p(-7);
update oo set b = a, a = b where a = -7 returning *;
