-- Statements in which a literal means more than a parameter with its value does.
create table t(id int primary key, a int, b int);
insert into t values (1,1,3),(2,1,4),(3,2,5);
-- fields of an interval are what its literal is read by
create table iv(id int, d interval day, h interval hour to minute, s interval(0));
select cast('1' as interval day), cast('2' as interval hour), cast('1.55' as interval(1));
insert into iv values (1, '1', '2', '1.7'), (2, '3', '4:5', '2.2');
insert into iv values (3, '1', '2', '1.7');
insert into iv(id, d) values (5, interval '1');
select * from iv order by id;
update iv set d = '7', h = '3' where id = 1;
update iv set d = case when id = 1 then '9' else '8' end where id < 3;
select * from iv order by id;
select d = '1', d > '2' from iv order by id;
select '1'::interval /* x */ day, interval '1' /* y */ hour;
create domain dday as interval day;
select '1'::dday, dday '2';
create table dd(d dday);
insert into dd values ('3');
select * from dd;
-- equal literals make equal expressions
select a, a+1, count(*) from t group by rollup(a, a+1) order by 1,2,3;
select id, a+1 from t group by grouping sets ((id, a+1), (id)) order by 1, 2;
select a, a = 1, count(*) from t group by cube(a, a = 1) order by 1,2,3;
select a, a+1, grouping(a+1), count(*) from t group by rollup(a, a+1) order by 1,2,3;
select a, count(*) from t group by rollup(a, a+1) having a+1 = 2 order by 1, 2;
select bool_and(x >= p) from (select x, lag(x) over () as p from (select floor(random()*1000) as x from generate_series(1,50) g order by floor(random()*1000)) y) z;
select bool_and(a = b) from (select row_number() over (order by random()*10) as a, rank() over (order by random()*10) as b from generate_series(1, 100)) x;
-- ordinals
select a from t order by -1;
select a from t order by - 1;
select count(*) from t group by -1;
select 1 as "a" from t order by - -1 limit 1;
select 1 as "a" from t order by - - 2 limit 1;
select a from t group by distinct -1;
select count(*) from t group by all (1);
select id from t group by all (1), (2);
select a, b from t where (a, b) in (values (1,4), (1,3) order by 1, 2 limit 1);
select a, b from t where (id, a, b) in (table t order by 2, 3 desc limit 1);
select a, b from t where (id, a, b) in ((select * from t) order by 2, 3 desc limit 1);
select 9, 9 union all (values (1,4), (1,3) order by 1, 2 limit 1);
select 9, 9, 9 union all (table t order by 2, 3 desc limit 1);
with x as materialized(values (2,1),(2,0) order by 1, 2 limit 1) table x;
-- the least integer
select -2147483648, -2147483649, -9223372036854775808, -1;
select a - 2147483648, a -2147483648, - 2147483648 from t;
-- strings that are continued, or not
select 'a' /* x */
 'b';
select 'a'
'b' = 'ab';
-- comments before the first word
/* a */ /* b */ /* c */ /* d */ select 1 where 1 = 1;
/* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ /* a */ /* b */ /* c */ /* d */ show timezone_abbreviations;
/* /* x */ y */ select 1 where 1 = 1;
