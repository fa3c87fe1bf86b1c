-- Correlated subqueries over enough rows for them to be computed for many outer rows at once.
create table a (id int primary key, k int, v numeric, t text);

create table b (id int primary key, k int, x numeric, t text, d date);

create table c (id int primary key, bk int, y int);

insert into a select i, case when i % 7 = 0 then null else i % 40 end, (i % 13) * 1.5, 't' || i % 5 from generate_series(1, 300) i;

insert into b select i, case when i % 11 = 0 then null else i % 60 + 10 end, case when i % 9 = 0 then null else i * 0.25 end, 't' || i % 6, date '2024-01-01' + i % 50 from generate_series(1, 500) i;

insert into c select i, i % 25 + 5, i % 3 from generate_series(1, 200) i;

analyze;

select id, (select sum(x) from b where b.k = a.k) from a order by id;

select id, (select count(*) from b where b.k = a.k) from a order by id;

select id, (select count(x) from b where b.k = a.k) n, (select count(*) + 1 from b where b.k = a.k) m from a order by id;

select id, (select coalesce(sum(x), -1) from b where b.k = a.k) from a order by id;

select id, (select a.id + count(*) from b where b.k = a.k) from a order by id;

select id, (select a.t || min(b.t) || max(b.t) from b where b.k = a.k) from a order by id;

select id, (select array_agg(b.id order by b.id desc) from b where b.k = a.k) from a order by id;

select id, array(select b.id from b where b.k = a.k order by b.id) from a order by id;

select id, (select string_agg(b.t, ',' order by b.id) filter (where b.x > 10) from b where b.k = a.k) from a order by id;

select id from a where v > (select avg(x) / 8 from b where b.k = a.k) order by id;

select id from a where (select count(*) from b where b.k = a.k) = 0 order by id;

select id from a where 3 < (select count(distinct b.t) from b where b.k = a.k) order by id;

select id from a where v > any (select x from b where b.k = a.k) order by id;

select id from a where v > all (select x from b where b.k = a.k) order by id;

select id, v > all (select x from b where b.k = a.k) from a order by id;

select id, v in (select x from b where b.k = a.k) from a order by id;

select id, v not in (select x from b where b.k = a.k) from a order by id;

select id, t in (select t from b where b.k = a.k and b.x is not null) from a order by id;

select id, exists (select from b where b.k = a.k) from a order by id;

select id, not exists (select from b where b.k = a.k and b.x > a.v) from a order by id;

select id from a where exists (select from b where b.k = a.k) or v > 15 order by id;

select id from a where not exists (select from b where b.k = a.k) or v = 0 order by id;

select id from a where exists (select from b where b.k = a.k and exists (select from c where c.bk = b.k)) order by id;

select id from a where exists (select from b where b.k = a.k and not exists (select from c where c.bk = b.k and c.y = a.id % 3)) order by id;

select id from a where not exists (select from b where b.k = a.k and b.id in (select c.id from c where c.y = 1)) order by id;

select id from a where k in (select b.k from b where b.x > (select avg(b2.x) from b b2 where b2.k = b.k)) order by id;

select id from a where k not in (select b.k from b where b.k > 30) order by id;

select id from a where k not in (select b.k from b where b.k > 30 and b.k is not null) order by id;

select id from a where k <> all (select b.k from b where b.k > 30 and b.k is not null) order by id;

select id from a where k <> all (select b.k from b where b.k > 30) order by id;

select id from a where (k, t) in (select b.k, b.t from b) order by id;

select id from a where (k, t) not in (select b.k, b.t from b where b.k is not null) order by id;

select id, (k, t) not in (select b.k, b.t from b where b.id < 40) from a order by id;

select id, (k, t) in (select b.k, b.t from b where b.id < 40) from a order by id;

select id, (k, t) in (select b.k, b.t from b where b.id < 0) from a where id < 30 order by id;

select id, k = any (select b.k from b where b.id < 20), k <> all (select b.k from b where b.id < 5) from a order by id;

select id, (select b.t from b where b.k = a.k order by b.id limit 1) from a order by id;

select id, (select b.t from b where b.k = a.k order by b.x desc nulls last, b.id limit 1) from a order by id;

select id, array(select b.t from b where b.k = a.k order by b.id desc limit 3) from a order by id;

select id, (select b.t from b where b.id = a.id) from a order by id;

select max((select b.t from b where b.k = a.k)) from a;

select id, (select b.t from b where b.k = a.k) from a where k < 10 order by id;

select id, case when k < 10 then (select b.t from b where b.k = a.k) end from a order by id;

select id, case when id > 1000 then (select b.t from b where b.k = a.k) else 'none' end from a order by id;

select id, (select sum(1 / (b.k - 35)) from b where b.k = a.k) from a where k is distinct from 35 order by id;

select sum((select sum(1 / (b.k - 35)) from b where b.k = a.k)) from a;

select sum((select 1 / (count(*) - 8) from b where b.k = a.k)) from a;

select id, coalesce((select max(b.d) from b where b.k = a.k), date '1999-01-01') from a order by id;

select k, count(*), (select count(*) from b where b.k = a.k) from a group by k order by k;

select k, sum(v), (select max(b.x) from b where b.k = a.k and b.x < sum(a.v) * 10) from a group by k order by k;

select k from a group by k having count(*) > (select count(*) from b where b.k = a.k) order by k;

select k from a group by k having sum(v) in (select c.id from c where c.bk = a.k) or k is null order by k;

select k, (select count(*) from b where b.k = a.k) n from a group by rollup (k) order by k, n;

select t, count(*) filter (where exists (select from b where b.k = a.k)) from a group by t order by t;

select t, sum((select count(*) from b where b.k = a.k)) from a group by t order by t;

select id, sum((select count(*) from b where b.k = a.k)) over (partition by t order by id) from a order by id;

select id from a order by (select count(*) from b where b.k = a.k) desc, id limit 20;

select id, (select count(*) from b where b.k = a.k) from a order by id limit 5 offset 100;

select id, (select count(*) from b where b.k > a.k) from a order by id;

select id, (select count(*) from b where b.k > a.k and b.t = a.t) from a order by id;

select id, (select max(b.x) from b join c on c.bk = b.k where b.t = a.t and c.y <> a.id % 3) from a order by id;

select id, (select count(c.id) from b left join c on c.bk = b.k where b.k = a.k) from a order by id;

select id, (select count(c.id) from b left join c on c.bk = b.k and c.y = a.id % 3 where b.k = a.k) from a order by id;

select id, (select sum(s.n) from (select b.t, count(*) n from b where b.k = a.k group by b.t) s) from a order by id;

select id, (select count(*) from (select distinct b.t from b where b.k = a.k) s) from a order by id;

select id, (select max(n) from (select count(*) n from b where b.k = a.k group by b.t) s where n > 1) from a order by id;

select id, (select count(*) from b where b.k = a.k group by b.k) from a order by id;

select id, (select b.k from b where b.k = a.k group by b.k having count(*) > 8) from a order by id;

select id, (select distinct b.k from b where b.k = a.k) from a order by id;

select id, (select count(*) from b where b.k = a.k having count(*) > 8) from a order by id;

select id, (select 'some' from b where b.k = a.k having count(*) = 0) from a order by id;

select id, (select sum(a.v) from b where b.id < 3) from a where id = 1 group by id, v order by id;

select id, (select (select count(*) from c where c.bk = b2.k) from b b2 where b2.id = a.id) from a order by id;

select id, (select count(*) from b where b.k = a.k and b.x > (select avg(b2.x) from b b2 where b2.t = a.t)) from a order by id;

select id, (select count(*) from b where b.k = a.k and b.x > (select avg(c.y) from c where c.bk = b.k and c.y >= a.id % 2)) from a order by id;

select a.id, l.n from a, lateral (select count(*) n from b where b.k = a.k) l order by a.id;

select a.id, l.id from a, lateral (select b.id from b where b.k = a.k order by b.x desc nulls last, b.id limit 2) l order by a.id, l.id;

select a.id, l.x from a cross join lateral (select b.x from b where b.k = a.k and b.t = a.t) l order by a.id, l.x;

select a.id, l.x from a left join lateral (select b.x from b where b.k = a.k and b.t = a.t) l on true order by a.id, l.x;

select a.id, l.x from a left join lateral (select b.x + a.v as x from b where b.k = a.k and b.t = a.t) l on l.x > 20 order by a.id, l.x;

select a.id, l.one from a left join lateral (select 1 as one from b where b.id = a.id + 250) l on true order by a.id;

select a.id, s.one from a left join (select b.id, 1 as one from b where b.k > 20) s on s.id = a.id order by a.id;

select a.id, s.x from a left join (select b.id, b.x from b where b.k > 20) s on s.id = a.id order by a.id;

select a.id, s.x, s.y from a left join (select b.id, b.x, c.y from b join c on c.bk = b.k where c.y = 1) s on s.id = a.id order by a.id, s.x, s.y;

select s.x, a.id from (select b.id, b.x from b where b.k > 60) s full join (select id, v from a where k > 30) a on s.id = a.id order by s.x, a.id;

select id, (select count(*) from generate_series(1, a.k) g where g % 2 = 0) from a order by id;

select id, (select max(u) from unnest(array[a.id, a.k]) u) from a order by id;

select id, (with w as (select b.x from b where b.k = a.k) select count(*) from w) from a order by id;

select id, (select count(*) from (select 1 from b where b.k = a.k union all select 1 from c where c.bk = a.k) s) from a order by id;

update a set v = (select coalesce(sum(x), 0) from b where b.k = a.k) where id <= 100;

select id, v from a where id <= 100 order by id;

update a set (v, t) = (select max(b.x), min(b.t) from b where b.k = a.k) where id > 200;

select id, v, t from a where id > 200 order by id;

delete from a where (select count(*) from b where b.k = a.k) = 0;

select count(*) from a;

delete from a where exists (select from b where b.k = a.k and b.x > (select avg(y) * 100 from c where c.bk = b.k));

select count(*) from a;

create sequence s;

select id, (select count(*) from b where b.k = a.k and nextval('s') > 0) from a where id < 20 order by id;

select id, (select random() from b where b.k = a.k limit 1) is null from a where id < 20 order by id;

select count(distinct r) > 1 from (select (select random() + a.k * 0 from b limit 1) r from a where k = 12) q;

insert into a values (1000, 12, 1, 'new') returning id, (select count(*) from b where b.k = a.k);
