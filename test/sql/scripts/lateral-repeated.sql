-- LATERAL subqueries whose outer values repeat, and those that are computed for many rows at once.
create table lateral_outer (id int primary key, k int, n numeric, f float8);
create table lateral_inner (id int primary key, k int, s text);
insert into lateral_outer
  select i, nullif(i % 40, 7), case when i % 3 = 0 then 1.0 else 1.00 end, case when i % 5 = 0 then '-0'::float8 else 0 end
  from generate_series(1, 600) i;
insert into lateral_inner select i, nullif(i % 30, 3), 's' || i from generate_series(1, 900) i;
create index on lateral_inner (k);
analyze lateral_outer;
analyze lateral_inner;
-- The first rows of each.
select o.id, x.id, x.s from lateral_outer o, lateral (select i.id, i.s from lateral_inner i where i.k = o.k order by i.id desc limit 2) x order by 1, 2;
select o.id, x.id from lateral_outer o left join lateral (select i.id from lateral_inner i where i.k = o.k order by i.id limit 1) x on true order by 1;
select o.id, x.id from lateral_outer o left join lateral (select i.id from lateral_inner i where i.k = o.k order by i.id limit 2) x on x.id % 2 = 0 order by 1, 2;
-- What an aggregate is of nothing.
select o.id, x.m, x.c from lateral_outer o left join lateral (select max(s) m, count(*) c from lateral_inner i where i.k = o.k) x on true order by 1;
select o.id, x.m, x.c from lateral_outer o left join lateral (select max(s) m, count(*) c from lateral_inner i where i.k = o.k) x on x.c = 0 order by 1;
select o.id, x.c from lateral_outer o, lateral (select count(*) c from lateral_inner i where i.k = o.k) x where x.c = 0 order by 1;
select o.id, x.c from lateral_outer o, lateral (select count(*) + o.id c from lateral_inner i where i.k = o.k) x where x.c % 2 = 0 order by 1;
select o.id, x.c from lateral_outer o, lateral (select count(*) c from lateral_inner i where i.k = o.k having count(*) < 5) x order by 1;
-- Groups, distinct rows, joins inside.
select o.id, x.* from lateral_outer o, lateral (select i.k, count(*) from lateral_inner i where i.id < o.k group by i.k) x where o.id < 30 order by 1, 2;
select count(*), sum(x.id) from lateral_outer o, lateral (select distinct i.k id from lateral_inner i where i.id < o.k) x;
select count(*), sum(x.n) from lateral_outer o, lateral (select count(*) n from lateral_inner i join lateral_outer p on p.id = i.id where i.k = o.k and p.k > 3) x;
select o.id from lateral_outer o where o.id < 50 and exists (select from lateral (select count(*) c from lateral_inner i where i.k = o.k) x where x.c > 29) order by 1;
-- Of different values that are equal each has its own rows.
select o.id, x.t from lateral_outer o, lateral (select max(o.n::text || i.s) t from lateral_inner i where i.k = 5) x where o.id < 40 order by 1;
select o.id, x.t from lateral_outer o, lateral (select max(o.f::text || i.s) t from lateral_inner i where i.k = 5) x where o.id < 40 order by 1;
select o.id, (select max(o.n::text || i.s) t from lateral_inner i where i.k = 5) from lateral_outer o where o.id < 40 order by 1;
select o.id, (select max(o.f::text || i.s) t from lateral_inner i where i.k = 5) from lateral_outer o where o.id < 40 order by 1;
select (select x.n::text || max(i.s) from lateral_inner i where i.id < 4) from (values ('1 day'::interval), ('24:00'), ('1 day')) x (n);
-- Few rows are wanted; the statement fails where a row does.
select o.id, x.c from lateral_outer o, lateral (select count(*) c from lateral_inner i where i.k = o.k) x order by o.id limit 3;
select o.id, 1 / (x.c - 30) from lateral_outer o, lateral (select count(*) c from lateral_inner i where i.k = o.k) x where o.k <> 7 order by o.id;
select sum(x.c) from lateral_outer o, lateral (select sum(10 / (i.id - o.k)) c from lateral_inner i where i.k = o.k) x;
-- Written before in the same transaction.
begin;
insert into lateral_inner values (1000, 7, 'new'), (1001, 12, 'new');
delete from lateral_inner where k = 9;
select o.k, sum(x.c), min(x.m) from lateral_outer o, lateral (select count(*) c, min(s) m from lateral_inner i where i.k = o.k) x group by 1 order by 1;
rollback;
prepare repeated (int) as select count(*), sum(x.id) from lateral_outer o, lateral (select i.id from lateral_inner i where i.k = o.k + $1 order by i.id limit $1) x;
execute repeated (1);
execute repeated (2);
execute repeated (0);
execute repeated (null);
deallocate repeated;
drop table lateral_outer, lateral_inner;
