/** Aggregates and windows over many rows. */
import type { Growing } from "../growing.ts";
import { growing } from "../growing.ts";

type Case = readonly [string, number, (n: number) => string];

function series(n: number): string {
  return `generate_series(1, ${n}) i`;
}

const AGGREGATES: readonly Case[] = [
  ["string_agg", 250_000, (n) => `select length(string_agg(i::text, ',')) from ${series(n)}`],
  ["array_agg", 250_000, (n) => `select cardinality(array_agg(i)) from ${series(n)}`],
  [
    "array_agg of arrays",
    100_000,
    (n) => `select cardinality(array_agg(array[i, i])) from ${series(n)}`,
  ],
  ["jsonb_agg", 250_000, (n) => `select jsonb_array_length(jsonb_agg(i)) from ${series(n)}`],
  ["json_agg", 250_000, (n) => `select length(json_agg(i)::text) from ${series(n)}`],
  [
    "jsonb_object_agg",
    50_000,
    (n) => `select length(jsonb_object_agg(i, i)::text) from ${series(n)}`,
  ],
  ["array_agg ordered", 100_000, (n) => `select (array_agg(i order by -i))[1] from ${series(n)}`],
  [
    "array_agg in groups",
    100_000,
    (n) =>
      `select sum(cardinality(x)) from (select array_agg(i) x from ${series(n)} group by i % 1000) s`,
  ],
  [
    "string_agg in groups",
    100_000,
    (n) =>
      `select sum(length(x)) from (select string_agg(i::text, ',') x from ${series(n)} group by i / 5) s`,
  ],
  [
    "sum of numeric",
    100_000,
    (n) => `select sum(i / 7.0), avg(i * 1.5), stddev(i), variance(i * 0.1) from ${series(n)}`,
  ],
  ["sum of intervals", 100_000, (n) => `select sum(i * interval '1 second') from ${series(n)}`],
  [
    "min and max of text",
    100_000,
    (n) => `select min(md5(i::text)), max(md5(i::text)) from ${series(n)}`,
  ],
  [
    "regr and corr",
    100_000,
    (n) => `select regr_slope(i, i * 2.0), corr(i, i % 7) from ${series(n)}`,
  ],
  [
    "range_agg",
    10_000,
    (n) => `select range_agg(int4range(i * 3, i * 3 + 2)) is null from ${series(n)}`,
  ],
  [
    "range_agg backwards",
    10_000,
    (n) => `select range_agg(int4range(-i * 3, -i * 3 + 2)) is null from ${series(n)}`,
  ],
  [
    "date_trunc groups",
    50_000,
    (n) =>
      `select count(*) from (select date_trunc('hour', timestamp '2024-01-01' + i * interval '1 minute'), count(*) from ${series(n)} group by 1) s`,
  ],
  [
    "date_trunc groups with zones",
    50_000,
    (n) =>
      `select count(*) from (select date_trunc('day', timestamptz '2024-01-01' + i * interval '1 minute', 'Europe/Berlin'), count(*) from ${series(n)} group by 1) s`,
  ],
  [
    "at time zone",
    50_000,
    (n) =>
      `select max((timestamptz '2024-01-01' + i * interval '1 minute') at time zone 'America/New_York') from ${series(n)}`,
  ],
  [
    "series of timestamps",
    50_000,
    (n) =>
      `select count(*), max(t) from generate_series(timestamp '2000-01-01', timestamp '2000-01-01' + ${n} * interval '1 minute', '1 minute') t`,
  ],
  [
    "series of timestamps with zones",
    50_000,
    (n) =>
      `set timezone = 'Europe/Berlin'; select count(*), max(t) from generate_series(timestamptz '2000-01-01', timestamptz '2000-01-01' + ${n} * interval '1 hour', '1 hour') t; reset timezone`,
  ],
  [
    "to_char of timestamps",
    50_000,
    (n) =>
      `select max(to_char(timestamp '2024-01-01' + i * interval '1 minute', 'YYYY-MM-DD HH24:MI:SS Day Month TZ')) from ${series(n)}`,
  ],
  [
    "to_char of numerics",
    50_000,
    (n) => `select max(to_char(i * 1.5, 'FM999,999,990.00')) from ${series(n)}`,
  ],
  [
    "to_date and to_timestamp",
    50_000,
    (n) =>
      `select max(to_timestamp('2024-01-' || (i % 28 + 1), 'YYYY-MM-DD')), max(to_date((i % 28 + 1) || ' Feb 2024', 'DD Mon YYYY')) from ${series(n)}`,
  ],
  [
    "age and extract",
    50_000,
    (n) =>
      `select max(age(timestamp '2024-01-01' + i * interval '1 hour', '2000-02-29')), sum(extract(epoch from timestamp '2024-01-01' + i * interval '1 hour')) from ${series(n)}`,
  ],
  ["format of rows", 50_000, (n) => `select max(format('%s-%I-%L', i, i, i)) from ${series(n)}`],
  [
    "regexp_replace of rows",
    50_000,
    (n) =>
      `select max(regexp_replace(md5(i::text), '[a-f]+([0-9])', '<\\1>', 'g')) from ${series(n)}`,
  ],
  [
    "LIKE of rows",
    50_000,
    (n) =>
      `select count(*) from ${series(n)} where md5(i::text) like '%a%b%c%' or md5(i::text) ilike '%AB%'`,
  ],
  [
    "LIKE with patterns of rows",
    50_000,
    (n) => `select count(*) from ${series(n)} where md5(i::text) like '%' || i % 100 || '%'`,
  ],
  [
    "regexps of rows",
    20_000,
    (n) => `select count(*) from ${series(n)} where md5(i::text) ~ (i % 1000 || '[a-f]')`,
  ],
  [
    "similarity of rows",
    20_000,
    (n) => `select count(*) from ${series(n)} where md5(i::text) similar to '%(a|b)c%'`,
  ],
  [
    "md5 and sha256 of rows",
    50_000,
    (n) => `select max(md5(i::text)), max(sha256(i::text::bytea)) from ${series(n)}`,
  ],
  ["random uuids", 50_000, (n) => `select count(distinct gen_random_uuid()) from ${series(n)}`],
];

const FRAMES: readonly Case[] = [
  [
    "frame ROWS sum",
    10_000,
    (n) =>
      `select sum(s) from (select sum(i) over (order by i rows 10000 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS max",
    5_000,
    (n) =>
      `select sum(s) from (select max(-i) over (order by i rows ${n / 2} preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS max of a moving start",
    5_000,
    (n) =>
      `select sum(s) from (select max(i * 7919 % 10007) over (order by i rows between ${n / 4} preceding and ${n / 4} following) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS min of text",
    2_500,
    (n) =>
      `select min(s) from (select min(md5(i::text)) over (order by i rows 1000 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS string_agg",
    1_000,
    (n) =>
      `select sum(length(s)) from (select string_agg('x', ',') over (order by i rows 500 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS array_agg",
    1_000,
    (n) =>
      `select sum(cardinality(s)) from (select array_agg(i) over (order by i rows 500 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS float sum",
    2_500,
    (n) =>
      `select sum(s) from (select sum(i::float8) over (order by i rows 1000 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS numeric avg",
    10_000,
    (n) =>
      `select sum(s) from (select avg(i * 1.5) over (order by i rows 1000 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS bool_and",
    10_000,
    (n) =>
      `select count(*) from (select bool_and(i > 3) over (order by i rows 1000 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame ROWS count distinct-like",
    5_000,
    (n) =>
      `select sum(s) from (select count(nullif(i % 3, 0)) over (order by i rows 1000 preceding) s from ${series(n)}) x`,
  ],
  [
    "frame EXCLUDE CURRENT ROW",
    1_000,
    (n) =>
      `select sum(s) from (select sum(i) over (order by i rows between 500 preceding and 500 following exclude current row) s from ${series(n)}) x`,
  ],
  [
    "frame EXCLUDE TIES",
    1_000,
    (n) =>
      `select sum(s) from (select sum(i) over (order by i / 3 groups between 100 preceding and 100 following exclude ties) s from ${series(n)}) x`,
  ],
  [
    "frame RANGE of integers",
    10_000,
    (n) =>
      `select sum(s) from (select sum(i) over (order by i range between 1000 preceding and 1000 following) s from ${series(n)}) x`,
  ],
  [
    "frame RANGE of intervals",
    10_000,
    (n) =>
      `select sum(s) from (select count(*) over (order by timestamp '2024-01-01' + i * interval '1 minute' range between interval '1 day' preceding and current row) s from ${series(n)}) x`,
  ],
  [
    "frame GROUPS",
    10_000,
    (n) =>
      `select sum(s) from (select sum(i) over (order by i / 10 groups between 50 preceding and 50 following) s from ${series(n)}) x`,
  ],
  [
    "first, last, nth value",
    10_000,
    (n) =>
      `select sum(f + l + coalesce(m, 0)) from (select first_value(i) over w f, last_value(i) over w l, nth_value(i, 700) over w m from ${series(n)} window w as (order by i rows 1000 preceding)) x`,
  ],
  [
    "nth value of the whole",
    10_000,
    (n) =>
      `select sum(m) from (select nth_value(i, ${n / 2}) over (order by i rows between unbounded preceding and unbounded following) m from ${series(n)}) x`,
  ],
  [
    "lag, lead, ntile, ranks",
    25_000,
    (n) =>
      `select sum(a + b + c + d) from (select lag(i, 5, 0) over w a, lead(i, 500, 0) over w b, ntile(7) over w c, dense_rank() over w d, percent_rank() over w, cume_dist() over w from ${series(n)} window w as (order by i / 3)) x`,
  ],
  [
    "many partitions",
    25_000,
    (n) =>
      `select sum(s) from (select sum(i) over (partition by i % 10000 order by i) s from ${series(n)}) x`,
  ],
  [
    "running sum with ties",
    25_000,
    (n) => `select sum(s) from (select sum(i) over (order by i % 10) s from ${series(n)}) x`,
  ],
  [
    "running max, unbounded following",
    5_000,
    (n) =>
      `select sum(s) from (select max(i) over (order by i rows between current row and unbounded following) s from ${series(n)}) x`,
  ],
  [
    "sum to the end",
    10_000,
    (n) =>
      `select sum(s) from (select sum(i) over (order by i rows between current row and unbounded following) s from ${series(n)}) x`,
  ],
];

export const AGGREGATIONS: readonly Growing[] = [...AGGREGATES, ...FRAMES].map(
  ([name, size, text]) => growing(name, size, text),
);
