-- RANGE frames with offsets: every type, infinities, NaN, descending orders, NULLs, and what is refused.
create table n (id int, f4 float4, f8 float8, num numeric, i2 int2, i8 int8, d date, ts timestamp, tz timestamptz, tm time, iv interval, t text);
insert into n values (0, '-infinity', '-infinity', '-infinity', -3, -3, '2000-01-01', '2000-01-01 10:00', '2000-01-01 10:00+00', '10:00', '1 day', 'a'), (1, -3, -3, -3, -1, -1, '2000-01-31', '2000-01-31 12:00', '2000-01-31 12:00+00', '12:00', '30 hours', 'b'), (2, -1, -1, -1, 0, 0, '2000-02-15', '2000-02-15 00:00', '2000-02-15 00:00+00', '13:30', '2 days', 'c'), (3, 0, 0, 0, 5, 5, '2001-01-31', '2001-01-31 00:00', '2001-01-31 00:00+00', '23:30', '1 month', 'd'), (4, 1.1, 1.1, 1.1, 5, 5, '2001-02-28', '2001-02-28 00:00', '2001-02-28 00:00+00', '23:59', '31 days', 'e'), (5, 1.12, 1.12, 1.12, 32767, 9223372036854775807, null, null, null, null, null, null), (6, 2, 2, 2, null, null, 'infinity', 'infinity', 'infinity', null, null, null), (7, 100, 100, 100, null, null, '-infinity', '-infinity', '-infinity', null, null, null), (8, 'infinity', 'infinity', 'infinity', null, null, null, null, null, null, null, null), (9, 'NaN', 'NaN', 'NaN', null, null, null, null, null, null, null, null);
select id, f4, first_value(id) over w, last_value(id) over w from n window w as (order by f4 range between 1 preceding and 1 following) order by id;
select id, f4, first_value(id) over w, last_value(id) over w from n window w as (order by f4 range between 1 preceding and 1.1::float8 following) order by id;
select id, f4, first_value(id) over w, last_value(id) over w from n window w as (order by f4 range between 'inf' preceding and 'inf' following) order by id;
select id, f4, first_value(id) over w, last_value(id) over w from n window w as (order by f4 range between 'inf' preceding and 'inf' preceding) order by id;
select id, f4, first_value(id) over w, last_value(id) over w from n window w as (order by f4 range between 'inf' following and 'inf' following) order by id;
select id, f4, first_value(id) over w, last_value(id) over w from n window w as (order by f4 range between 1.1 preceding and 'NaN' following) order by id;
select id, f8, first_value(id) over w, last_value(id) over w from n window w as (order by f8 desc range between 1 preceding and 1 following) order by id;
select id, f8, first_value(id) over w, last_value(id) over w from n window w as (order by f8 range between 'inf' preceding and 'inf' following) order by id;
select id, f8, first_value(id) over w, last_value(id) over w from n window w as (order by f8 range between 'inf' preceding and 'inf' preceding) order by id;
select id, f8, first_value(id) over w, last_value(id) over w from n window w as (order by f8 desc range between 'inf' following and 'inf' following) order by id;
select id, num, first_value(id) over w, last_value(id) over w from n window w as (order by num range between 1 preceding and 1 following) order by id;
select id, num, first_value(id) over w, last_value(id) over w from n window w as (order by num range between 1 preceding and 1.1::float8 following) order by id;
select id, num, first_value(id) over w, last_value(id) over w from n window w as (order by num range between 'inf' preceding and 'inf' following) order by id;
select id, num, first_value(id) over w, last_value(id) over w from n window w as (order by num range between 'inf' preceding and 'inf' preceding) order by id;
select id, num, first_value(id) over w, last_value(id) over w from n window w as (order by num range between 'inf' following and 'inf' following) order by id;
select id, num, first_value(id) over w, last_value(id) over w from n window w as (order by num range between 1.1 preceding and 'NaN' following) order by id;
select id, num, count(*) over (order by num desc range between 2 preceding and 0 following) from n order by id;
select id, i2, sum(id) over (order by i2 range between 5 preceding and 5 following), sum(id) over (order by i2 range between 5::int8 preceding and 5::int2 following) from n order by id;
select id, i8, sum(id) over (order by i8 nulls first range between 9223372036854775807 preceding and 1 following) from n order by id;
select id, i8, sum(id) over (order by i8 desc nulls last range between 1 preceding and 6 following) from n order by id;
select id, i8, sum(id) over (order by i8 range between 6 following and 9223372036854775807 following) from n order by id;
select id, i8, sum(id) over (order by i8 range between unbounded preceding and 3 preceding exclude ties) from n order by id;
select id, d, sum(id) over (order by d range between '1 month' preceding and '1 month' following) from n order by id;
select id, d, sum(id) over (order by d desc range between '1 year'::interval preceding and '1 month'::interval preceding) from n order by id;
select id, ts, sum(id) over (order by ts range between '15 days' preceding and '1 month' following) from n order by id;
select id, tz, sum(id) over (order by tz desc nulls last range between '1 year' preceding and current row) from n order by id;
select id, tm, sum(id) over (order by tm range between '90 minutes' preceding and '30 minutes' following) from n order by id;
select id, iv, sum(id) over (order by iv range between '6 hours' preceding and '1 day' following) from n order by id;
select sum(id) over (order by i2 range between -1 preceding and 1 following) from n;
select sum(id) over (order by i2 range between 1 preceding and -1 following) from n;
select sum(id) over (order by num range between -0.5 preceding and 1 following) from n;
select sum(id) over (order by d range between '-1 day' preceding and current row) from n;
select sum(id) over (order by i2 range between null preceding and 1 following) from n;
select sum(id) over (order by i2 range between 1 preceding and null::int following) from n;
select sum(id) over (order by i2 range between 1.5 preceding and 1 following) from n;
select sum(id) over (order by d range between 1 preceding and 1 following) from n;
select sum(id) over (order by num range between '1 day'::interval preceding and current row) from n;
select sum(id) over (order by t range between 'a' preceding and current row) from n;
select sum(id) over (order by t range between 1 preceding and current row) from n;
select sum(id) over (order by array[i2] range between 1 preceding and current row) from n;
select sum(id) over (order by i2, i8 range between 1 preceding and current row) from n;
select sum(id) over (range between 1 preceding and current row) from n;
select sum(id) over (order by i2 range between id preceding and current row) from n;
select sum(id) over (order by tm range between '1 day'::text preceding and current row) from n;
select sum(id) over (order by ts range between '1 day'::interval preceding and '2 hours' following) from n where id < 3;
select concat(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101);

-- Where a clock is set back, a day before is earlier for some later row.
set timezone = 'America/New_York';

select t, count(*) over (order by t range between '1 day' preceding and current row), first_value(t) over (order by t range between '1 day' preceding and '-1 day' following) from generate_series('2024-11-02 00:30-04'::timestamptz, '2024-11-03 06:00-05', '20 minutes') t order by t;

select t, count(*) over (order by t range between '1 day' preceding and '1 day' following), last_value(t) over (order by t desc range between current row and '1 day' following) from generate_series('2024-11-02 00:30-04'::timestamptz, '2024-11-04 06:00-05', '20 minutes') t order by t;

reset timezone;

select v, count(*) over (order by v nulls first range between 3 preceding and 2 preceding), sum(v) over (order by v nulls first range between 2 following and 5 following), last_value(v) over (order by v desc range between 1 preceding and 4 following) from (select nullif(i * 7 % 23, 5) v from generate_series(1, 60) i) s order by v nulls first;
