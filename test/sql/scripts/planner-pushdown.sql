-- Conditions, and the lack of use of columns, that reach into subqueries: the answers stay the same.
create table t (id int primary key, g int, h text, v numeric, f float8);

create table u (id int primary key, g int, w int);

insert into t select i, case when i % 13 = 0 then null else i % 7 end, 'h' || i % 4, i * 1.5, case when i % 5 = 0 then -0.0 else i % 3 end from generate_series(1, 120) i;

insert into u select i, i % 9, case when i % 6 = 0 then null else i % 11 end from generate_series(1, 90) i;

create view by_g as select g, count(*) n, sum(v) s, max(h) m from t group by g;

create view dist as select distinct g, h from t;

create view both_g as select g, h from t union all select g, 'u' from u;

create view ranked as select id, g, v, row_number() over (partition by g order by id) r, sum(v) over (partition by g) s, rank() over (partition by g, h order by v) q from t;

select * from by_g where g = 3;

select * from by_g where g > 3 order by g;

select * from by_g where g is null;

select * from by_g where g = 3 and n > 5;

select * from by_g where n > 17 order by g;

select * from by_g where g + 1 = 4;

select * from by_g where g = n order by g;

select * from by_g where coalesce(g, -1) in (-1, 2) order by g;

select * from by_g join u using (g) where u.id = 12;

select * from by_g b join u on u.g = b.g and u.g = 4 order by u.id;

select * from by_g b left join u on u.g = b.g and b.g = 4 where b.g in (3, 4) order by b.g, u.id;

select * from dist where g = 2 order by h;

select * from dist where h = 'h1' order by g;

select * from both_g where g = 2 order by h, g;

select count(*) from both_g where h = 'u';

select count(*) from both_g where h like 'h%' and g is null;

select * from ranked where g = 2 order by id;

select * from ranked where id = 30;

select * from ranked where r = 1 order by id;

select * from ranked where g = 2 and r <= 2 order by id;

select * from ranked where g is null and q = 1 order by id;

select * from (select g, count(*) n from t group by rollup (g)) s where g is null order by n;

select * from (select g, count(*) n from t group by rollup (g)) s where g = 2;

select * from (select g, h, count(*) n, grouping(g) p from t group by grouping sets ((g), (h), ())) s where p = 1 order by h;

select * from (select g, h, count(*) n from t group by cube (g, h)) s where h = 'h1' and g > 2 order by g;

select * from (select distinct on (g) g, id, h from t order by g, id desc) s where g = 3;

select * from (select distinct on (g) g, id, h from t order by g, id desc) s where id > 115 order by g;

select * from (select distinct on (g, h) g, id, h from t order by g, h, id desc) s where h = 'h2' order by g;

select * from (select id, g from t order by id limit 10) s where g = 3 order by id;

select * from (select id, g from t order by id offset 110) s where g = 3 order by id;

select * from (select id, g from t order by id fetch first 5 rows with ties) s where g = 3 order by id;

select * from (select g from t union select g from u) s where g > 5 order by g;

select * from (select g from t intersect select g from u) s where g > 3 order by g;

select * from (select g from t except select w from u) s where g > 3 order by g;

select * from (select g from u except all select g from t) s where g > 5 order by g;

select * from (select g, h from t intersect all select g, 'h' || w from u) s where g = 2 order by h;

select * from (select 1 as a union all select 2 union all select null) s where a = 2;

select * from (select 1 as a union all select 2.5 union all select null) s where a < 2;

select * from (values (1, 'x'), (2, 'y')) s(a, b) where a = 2;

select * from (select g, unnest(array[id, id + 1000]) x from t where id < 20) s where g = 3 order by x;

select * from (select g, unnest(array[id, id + 1000]) x from t where id < 20) s where x > 1010 order by x;

with c as (select g, count(*) n from t group by g) select * from c where g = 5;

with c as materialized (select g, count(*) n from t group by g) select * from c where g = 5;

with c as not materialized (select g, count(*) n from t group by g) select a.n, b.n from c a join c b using (g) where a.g = 5;

with c as (select g, count(*) n from t group by g) select a.n, b.n from c a join c b using (g) where a.g = 5;

with c as (select g from t union all select g from u) select count(*) from c where g = 5;

create sequence s;

select count(*) from (select g, nextval('s') n from t) q where g = 3;

select currval('s');

select count(*) from (select g, count(nextval('s')) n from t group by g) q where g = 3;

select currval('s');

select count(*) from (select id, g from t) q where g = 3 and nextval('s') > 0;

select currval('s') > 240;

select count(*) from (select g, max(v) m from t group by g) q where g = 3 and random() >= 0;

select g from (select g, 1 / (g - 3) x from t where g <> 3) q where x = 1 order by g;

select count(*) from (select g, h, sum(1 / (id - 500)) x from t group by g, h) q where g = 3;

select g, count(*) from t group by g having g > 4 order by g;

select g, count(*) from t group by g having g > 4 and count(*) > 15 order by g;

select g, count(*) from t group by g having g > 4 or count(*) > 17 order by g;

select count(*) from t having 1 = 2;

select count(*) from t having count(*) > 1000;

select 1 from t group by g having g = 100;

select h, g from t group by h, g having h = 'h1' and g is not null order by g;

select g from t group by rollup (g) having g is null order by 1;

select g, count(*) from t group by g having g = (select min(g) + 2 from u) order by g;

select g, count(*) from t group by g having exists (select from u where u.w = t.g) order by g;

select a from (select id a, g b, 1 / (id - 50) c from t) q where a = 50;

select count(*) from (select g, v / 0 as z from t) q;

select count(*) from (select distinct g, v * 2 as z from t) q;

select count(a) from (select id a, (select max(w) from u where u.g = t.g) b from t) q where a < 10;

select q.g from (select g, h, v, row_number() over (order by id) from t) q where q.g = 1 and q.h = 'h2';

select * from (select g, sum(n) x from (select g, h, count(*) n from t group by g, h) i group by g) o where g = 6;

select * from (select * from (select g, h, v from t where v > 20) a union all (select g, h, 0 from t where v <= 20)) o where g = 1 and h = 'h1' order by v;

select * from (select g, n from by_g union all select g, count(*) from u group by g) o where g = 2 order by n;

select f from (select f, count(*) from t group by f) q where f = 0;

select * from (select t.g, u.w, count(*) from t left join u on u.id = t.id group by t.g, u.w) q where w is null order by g;

select * from (select t.g, u.w, count(*) n from t left join u on u.id = t.id group by t.g, u.w) q where w = 3 order by g;

select x from (select g x from t where id < 5 union all select g from u where id < 5) q where x = any (array[1, 3]) order by x;

select x.g, y.n from (select distinct g from t) x, lateral (select count(*) n from u where u.g = x.g) y where x.g < 4 order by x.g;

delete from t using by_g where by_g.g = t.g and by_g.g = 6 and t.id < 50;

select count(*) from t;

update u set w = b.n from by_g b where b.g = u.g and u.g = 1;

select w, count(*) from u where g = 1 group by w;
