-- What is computed from a working table, through other WITH queries too, is of its round.
create table bounds (i int);
insert into bounds values (1), (2), (3), (null);
with recursive t(step, r) as (values (0, 'x') union all (with tmp as (select * from t), n as materialized (select step, 'z' as r from tmp where r = 'x' union all select * from tmp where r <> 'z') select step + 1, r from n where step < 5 and exists (select * from n where r = 'z' and step < 2))) select * from t order by 1, 2;
with recursive t(step, r) as (values (0, 'x') union all (with tmp as (select * from t), n as materialized (select step, 'z' as r from tmp) select step + 1, r from n where step < 5 and exists (select * from n left join tmp p on n.r = p.r where p.step is null))) select * from t order by 1, 2;
with recursive t(step) as (values (0) union all (with n as materialized (select step from t) select step + 1 from n where step < (select 3 - min(step) from n))) select * from t order by 1;
with recursive t(step) as (values (0) union all (with n as materialized (select step from t) select step + 1 from n where step < 9 and step in (select min(step) from n where step < 4))) select * from t order by 1;
with recursive t(step) as (values (0) union all (with n as materialized (select step from t), m as materialized (select * from n where step < (select 4 - max(step) from n)) select step + 1 from m where (select count(*) from m) = 1)) select * from t order by 1;
with recursive t(step) as (values (0) union all (with n as materialized (select step from t) select step + 1 from n where step < 9 and (select (select min(step) from n)) < 3)) select * from t order by 1;
select i, (with recursive t(step) as (values (0) union all (with n as materialized (select step from t) select step + 1 from n where step < 9 and (select min(step) from n) < o.i)) select max(step) from t) from bounds o order by i;
with recursive t(step) as (values (0) union all (with n as materialized (select step from t) select step + 1 from (select step, (select min(step) from n) as m from n) q where m < 3)) select * from t order by 1;
with recursive t(step) as (values (0) union all (with n as materialized (select step from t) select q.step + 1 from n, lateral (select step from n x where x.step = n.step and (select min(step) from n) < 3) q)) select * from t order by 1;
