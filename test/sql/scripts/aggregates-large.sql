-- One value of very many rows: more than a query's memory, which it may pass for that.
select cardinality(a), md5(a::text) from (select array_agg(md5(i::text)) a from generate_series(1, 1000000) i) s;
select length(t), md5(t) from (select string_agg(repeat(chr(65 + i % 26), 200), ',') t from generate_series(1, 1000000) i) s;
set firstlight.query_memory = 1024;
select md5(jsonb_agg(jsonb_build_object('a', i, 'b', i % 7))::text) from generate_series(1, 30000) i;
select length((select string_agg(repeat('y', 1000), ',') from generate_series(1, 20000) i)), i from generate_series(1, 3) i order by i;
select count(*), sum(cardinality(a)), sum(a[1]), min(a[200]) from (select array_agg(i) over () a from generate_series(1, 30000) i) s;

-- Many groups of middling size, all of which are there before memory is full.
select count(*), sum(cardinality(a)), md5(string_agg(md5(a::text), ',' order by g)) from (select i % 200 g, array_agg(md5(i::text)) a from generate_series(1, 30000) i group by 1) s;
select g, length(t), md5(t) from (select i % 3 g, string_agg(md5(i::text), ',') t from generate_series(1, 30000) i group by 1) s order by g;

-- Groups that come one after the other, many small ones behind a large one.
create table g as select case when i <= 40000 then 0 else i / 2 end as k, i from generate_series(1, 43000) i;
create index on g (k);
analyze g;
set enable_hashagg = off;
explain (costs off) select k, string_agg(i::text, ',') from g group by k;
select count(*), sum(length(t)), md5(string_agg(md5(t), ',' order by k)) from (select k, string_agg(repeat('x', 100), ',') t from g group by k) s;
select count(*), md5(string_agg(md5(t), ',' order by k)) from (select k, string_agg(i::text, ',' order by i desc) t from g group by k) s;
reset enable_hashagg;
reset firstlight.query_memory;
