-- WITH: plain, recursive, data-modifying, MATERIALIZED.
create table t (id int primary key, parent int, v int);
insert into t values (1, null, 10), (2, 1, 20), (3, 1, 30), (4, 2, 40), (5, 4, 50);
with a as (select 1 as x), b as (select x + 1 as x from a) select * from a union all select * from b order by 1;
with a(p, q) as (select 1, 2) select q, p from a;
with a(p, q, r) as (select 1, 2) select 1;
with a as (select 1), a as (select 2) select 1;
with a as (select * from nosuch) select 1;
with a as materialized (select random() r) select count(distinct x.r) from a x, a y;
with a as not materialized (select 1 as r) select * from a x, a y;
with recursive n(i) as (values (1) union all select i + 1 from n where i < 5) select * from n order by i;
with recursive n(i) as (select 1 union select (i + 1) % 3 from n) select * from n order by i;
with recursive tree as (select id, 0 as depth, id::text as path from t where parent is null union all select t.id, depth + 1, path || '/' || t.id from t join tree on t.parent = tree.id) select * from tree order by path;
with recursive up(id, parent) as (select id, parent from t where id = 5 union all select t.id, t.parent from t join up on t.id = up.parent) select id from up order by id;
with recursive f(a, b) as (select 0::bigint, 1::bigint union all select b, a + b from f where b < 1000) select a from f order by a;
with recursive x(i) as (select 1 union all select i::text from x) select * from x;
with recursive x(i) as (select i + 1 from x) select * from x;
with recursive x(i) as (select 1 union all select i + 1 from x) select i from x limit 3;
-- differs: aggregates in a recursive term are not refused
with recursive x(i) as (select 1 union all select sum(i)::int from x) select i from x limit 3;
-- differs: two references to the recursive query are not refused
with recursive x(i) as (select 1 union all select a.i + b.i from x a, x b) select i from x limit 3;
with ins as (insert into t values (6, 5, 60) returning *) select * from ins;
select count(*) from t;
with ins as (insert into t values (7, 5, 70) returning *) select count(*) from t;
with moved as (delete from t where id = 7 returning id, v) insert into t select id + 1, null, v from moved returning *;
with a as (update t set v = v + 1 where id = 1 returning v), b as (update t set v = v + 100 where id = 2 returning v) select a.v, b.v from a, b;
with a as (insert into t values (9, 1, 1)) select 1;
select * from t order by id;
with a as (insert into t values (1, 1, 1) returning 1) select 2;
with a as (delete from t where id = 9) select count(*) from t;
select count(*) from t;
with q as (select id from t where v > 30) update t set v = 0 from q where q.id = t.id returning t.id;
with q as (select 8 as id) delete from t using q where q.id = t.id returning t.*;
select * from (with q as (select 1 as one) select one from q) s;
select (with q as (select max(id) m from t) select m from q);
with a as (select 1 as x) select (select x from a), (with a as (select 2 as x) select x from a);
with a as (select id from t) select count(*) from a where id in (select id from a where id < 3);
with recursive a as (select 1 as n), b as (select n + 1 as n from a) select * from b;
with x as (select 1 order by 1 limit 1) select * from x;
-- refused: SEARCH
with recursive search_tree(id, parent) as (select id, parent from t where parent is null union all select t.id, t.parent from t join search_tree s on t.parent = s.id) search depth first by id set ordering select id from search_tree order by ordering;
