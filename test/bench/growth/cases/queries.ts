/** Joins, subqueries, many branches, deep nesting, recursion. */
import type { Growing } from "../growing.ts";
import { growing, list, TABLES, times } from "../growing.ts";

type Case = readonly [string, number, (n: number) => string];

const IN_TABLES: readonly Case[] = [
  ["join on expressions", 10_000, () => "select count(*) from a join b on a.id + 1 = b.id * 2"],
  [
    "join on text of an integer",
    10_000,
    () => "select count(*) from a join b on a.id::text = b.k::text || '1'",
  ],
  ["join on lower", 10_000, () => "select count(*) from a join b on lower(a.s) = upper(b.s)"],
  [
    "join on coalesce",
    10_000,
    () => "select count(*) from a join b on coalesce(a.m, -a.id) = coalesce(b.m, -b.id)",
  ],
  [
    "join on IS NOT DISTINCT FROM",
    1_000,
    () => "select count(*) from a join b on a.m is not distinct from b.m",
  ],
  ["join on OR", 1_000, () => "select count(*) from a join b on a.id = b.id or a.m = b.id"],
  [
    "join on BETWEEN",
    1_000,
    () => "select count(*) from a join b on b.id between a.id and a.id + 5",
  ],
  ["join on inequality", 1_000, () => "select count(*) from a join b on a.id < b.id"],
  ["join on LIKE", 500, () => "select count(*) from a join b on a.s like b.s || '%'"],
  [
    "left join on a false condition",
    1_000,
    () => "select count(*) from a left join b on a.id = b.id and a.m < b.k - 2000",
  ],
  ["full join", 10_000, () => "select count(*) from a full join b on a.id = b.m"],
  [
    "full join on expressions",
    10_000,
    () => "select count(*) from a full join b on a.id + 1 = b.m + 0",
  ],
  [
    "IN subquery with nulls",
    10_000,
    () => "select count(*) from a where m in (select m from b where id % 3 = 0)",
  ],
  [
    "NOT IN subquery",
    10_000,
    () => "select count(*) from a where id not in (select id from b where id % 3 = 0)",
  ],
  [
    "NOT IN subquery with nulls",
    10_000,
    () => "select count(*) from a where m not in (select m from b)",
  ],
  [
    "NOT IN of two columns",
    10_000,
    () => "select count(*) from a where (id, m) not in (select id, m from b where id % 3 = 0)",
  ],
  [
    "IN of two columns with nulls",
    10_000,
    () =>
      "select count(*), count(x) from (select (id, m) in (select id, m from b where id % 3 = 0) x from a) s",
  ],
  ["EXISTS", 10_000, () => "select count(*) from a where exists (select from b where b.id = a.m)"],
  [
    "NOT EXISTS",
    10_000,
    () => "select count(*) from a where not exists (select from b where b.m = a.id)",
  ],
  [
    "EXISTS or a condition",
    10_000,
    () => "select count(*) from a where k < 3 or exists (select from b where b.m = a.id)",
  ],
  [
    "EXISTS with an inequality",
    1_000,
    () => "select count(*) from a where exists (select from b where b.id > a.id and b.k = a.k)",
  ],
  [
    "IN in the list of results",
    10_000,
    () => "select count(*), sum((m in (select m from b where id % 3 = 0))::int) from a",
  ],
  [
    "> ALL subquery",
    1_000,
    () => "select count(*) from a where id >= all (select m from b where m is not null)",
  ],
  ["<> ANY subquery", 10_000, () => "select count(*) from a where id <> any (select id from b)"],
  [
    "correlated count by index",
    2_500,
    () => "select sum((select count(*) from b where b.id = a.m)) from a",
  ],
  [
    "correlated count by k",
    2_500,
    () => "select sum((select count(*) from b where b.k = a.k)) from a",
  ],
  [
    "correlated count, no index",
    500,
    () => "select sum((select count(*) from b where b.m = a.m)) from a",
  ],
  [
    "correlated max with an order",
    2_500,
    () => "select count((select s from b where b.k = a.k order by id desc limit 1)) from a",
  ],
  [
    "correlated inequality",
    250,
    () => "select sum((select count(*) from b where b.id < a.id)) from a",
  ],
  [
    "correlated array",
    2_500,
    () => "select sum(cardinality(array(select id from b where b.k = a.k limit 5))) from a",
  ],
  [
    "correlated json_agg",
    1_000,
    () => "select sum(length((select jsonb_agg(b)::text from b where b.k = a.k))) from a",
  ],
  [
    "several correlated subqueries",
    2_500,
    () =>
      "select sum((select count(*) from b where b.k = a.k)), sum((select max(id) from b where b.k = a.k)), sum((select min(id) from b where b.k = a.k and b.id > 3)) from a",
  ],
  [
    "LATERAL with LIMIT",
    2_500,
    () => "select count(*) from a, lateral (select * from b where b.k = a.k order by id limit 3) x",
  ],
  [
    "LATERAL with LIMIT, no index",
    250,
    () => "select count(*) from a, lateral (select * from b where b.m > a.id order by m limit 3) x",
  ],
  [
    "LATERAL aggregate",
    2_500,
    () =>
      "select count(*) from a left join lateral (select max(s) from b where b.k = a.k) x on true",
  ],
  ["LATERAL unnest", 10_000, () => "select count(*) from a, lateral unnest(array[id, k, m]) x"],
  [
    "LATERAL regexp_split",
    5_000,
    () => "select count(*) from a, lateral regexp_split_to_table(s, 'a') x",
  ],
  ["generate_series per row", 5_000, () => "select count(*) from a, generate_series(1, k % 20) x"],
  [
    "DISTINCT ON",
    10_000,
    () => "select count(*) from (select distinct on (k) * from a order by k, s) x",
  ],
  [
    "DISTINCT ON without an index",
    10_000,
    () => "select count(*) from (select distinct on (m / 3) * from a order by m / 3, s) x",
  ],
  [
    "count(distinct)",
    10_000,
    () =>
      "select count(distinct s), count(distinct k), count(distinct m), count(distinct (k, m)) from a",
  ],
  [
    "count(distinct) in groups",
    10_000,
    () =>
      "select count(*) from (select k, count(distinct s), count(distinct m) from a group by k) x",
  ],
  [
    "string_agg(distinct) in groups",
    10_000,
    () =>
      "select sum(length(t)) from (select k, string_agg(distinct s, ',') t from a group by k) x",
  ],
  [
    "GROUPING SETS",
    10_000,
    () =>
      "select count(*) from (select k, m, count(*), sum(id) from a group by grouping sets ((k), (m), (k, m), ())) x",
  ],
  [
    "CUBE of six",
    500,
    () =>
      "select count(*) from (select count(*) from a group by cube (id, k, m, s, id + k, id % 7)) x",
  ],
  [
    "ROLLUP",
    10_000,
    () => "select count(*) from (select count(*), sum(m) from a group by rollup (k, m, id)) x",
  ],
  [
    "percentile in groups",
    10_000,
    () =>
      "select sum(p) from (select k, percentile_cont(0.5) within group (order by m) p, mode() within group (order by m) from a group by k) x",
  ],
  [
    "percentiles by an array",
    10_000,
    () => "select percentile_disc(array[0.1, 0.5, 0.9, 0.99]) within group (order by s) from a",
  ],
  ["sort by text", 10_000, () => "select min(s) from (select s from a order by s, id offset 5) x"],
  [
    "sort by text with ICU",
    10_000,
    () => 'select min(s) from (select s from a order by s collate "en-x-icu", id offset 5) x',
  ],
  [
    "sort by lower with ICU",
    10_000,
    () =>
      'select min(s) from (select s from a order by lower(s) collate "de-x-icu" desc offset 5) x',
  ],
  [
    "group by text with ICU",
    10_000,
    () => 'select count(*) from (select s collate "en-x-icu", count(*) from a group by 1) x',
  ],
  [
    "comparison with ICU",
    10_000,
    () => `select count(*) from a where s collate "en-x-icu" between 'a' and 'c'`,
  ],
  [
    "set operations",
    10_000,
    () =>
      "select count(*) from (select id, s from a intersect select id, s from b except select id, s from a where k = 3 union select k, s from b) x",
  ],
  [
    "INTERSECT ALL",
    10_000,
    () => "select count(*) from (select k from a intersect all select k from b where id % 2 = 0) x",
  ],
  ["ORDER BY with OFFSET", 10_000, (n) => `select * from a order by s offset ${n - 1} limit 1`],
  ["OFFSET by the key", 10_000, (n) => `select * from a order by id offset ${n - 1} limit 1`],
  [
    "keyset page",
    10_000,
    (n) => `select * from a where (k, id) > (500, ${n / 2}) order by k, id limit 20`,
  ],
  [
    "keyset page of text",
    10_000,
    (n) => `select * from a where (s, id) > ('8', ${n / 2}) order by s, id limit 20`,
  ],
  [
    "rows as records",
    10_000,
    () =>
      "select count(*) from (select a, b from a join b using (id) where a is distinct from b or a.k = b.k) x",
  ],
  [
    "to_jsonb of rows",
    10_000,
    () => "select sum(length(to_jsonb(a)::text)), sum(length(row_to_json(a)::text)) from a",
  ],
];

/** Tables of n columns. */
function wide(n: number): readonly string[] {
  return [
    `create table w (id int primary key, ${list(n, (i) => `c${i} int default ${i}`)})`,
    "insert into w (id) select i from generate_series(1, 500) i",
    "analyze w",
  ];
}
const WIDE = { before: wide, after: ["drop table if exists w"] };

const WIDE_TABLES: readonly Case[] = [
  ["wide: select *", 375, () => "select * from w"],
  ["wide: insert", 375, (n) => `insert into w values (0, ${list(n, String)})`],
  [
    "wide: insert of 100",
    375,
    (n) => `insert into w values ${list(100, (r) => `(${-r}, ${list(n, String)})`)}`,
  ],
  [
    "wide: update of all",
    375,
    (n) => `update w set ${list(n, (i) => `c${i} = ${i} + 1`)} where id = 1`,
  ],
  ["wide: update of all rows", 375, (n) => `update w set ${list(n, (i) => `c${i} = c${i} + 1`)}`],
  [
    "wide: on conflict",
    375,
    (n) =>
      `insert into w values (1, ${list(n, String)}) on conflict (id) do update set ${list(n, (i) => `c${i} = excluded.c${i}`)}`,
  ],
  ["wide: aggregates", 375, (n) => `select ${list(n, (i) => `sum(c${i})`)} from w`],
  [
    "wide: coalesce of all",
    375,
    (n) => `select sum(coalesce(${list(n, (i) => `nullif(c${i}, ${i})`)}, 0)) from w`,
  ],
  [
    "wide: group by all",
    375,
    (n) =>
      `select count(*) from (select ${list(n, (i) => `c${i}`)} from w group by ${list(n, (i) => `c${i}`)}) s`,
  ],
  ["wide: distinct", 375, () => "select count(*) from (select distinct * from w) s"],
  ["wide: union", 375, () => "select count(*) from (select * from w union select * from w) s"],
  ["wide: natural join", 100, () => "select count(*) from w natural join w x"],
  ["wide: row comparison", 375, () => "select count(*) from w join w x on w = x"],
  ["wide: to_jsonb", 375, () => "select sum(length(to_jsonb(w)::text)) from w"],
];

const ALONE: readonly Case[] = [
  [
    "UNION ALL branches",
    125,
    (n) => times(n, (i) => `select ${i} as x, 'b${i}' as y`, " union all "),
  ],
  ["UNION branches", 125, (n) => times(n, (i) => `select ${i} as x, 'b${i}' as y`, " union ")],
  [
    "UNION ALL branches of tables",
    125,
    (n) =>
      `select count(*) from (${times(n, (i) => `select id, s from a where id = ${i}`, " union all ")}) u where id > 3`,
  ],
  [
    "joined tables",
    10,
    (n) =>
      `select count(*) from ${times(n, (i) => (i === 0 ? "a t0" : `join a t${i} on t${i}.id = t${i - 1}.id`), " ")} where t0.id < 50`,
  ],
  [
    "left joined tables",
    10,
    (n) =>
      `select count(*) from ${times(n, (i) => (i === 0 ? "a t0" : `left join b t${i} on t${i}.id = t0.m + ${i}`), " ")}`,
  ],
  [
    "tables joined in the condition",
    10,
    (n) =>
      `select count(*) from ${list(n, (i) => `a t${i}`)} where t0.id < 50 and ${times(n - 1, (i) => `t${i}.id = t${i + 1}.id`, " and ")}`,
  ],
  [
    "star joins",
    10,
    (n) => `select count(*) from a ${times(n, (i) => `join b t${i} on t${i}.id = a.k`, " ")}`,
  ],
  [
    "cross joined one-row tables",
    10,
    (n) => `select count(*) from ${list(n, (i) => `(select ${i} as x) t${i}`)}`,
  ],
  [
    "CTEs",
    50,
    (n) =>
      `with ${list(n, (i) => `c${i} as (select ${i === 0 ? "id from a where id < 50" : `id from c${i - 1} where id <> ${i}`})`)} select count(*) from c${n - 1}`,
  ],
  [
    "materialized CTEs",
    50,
    (n) =>
      `with ${list(n, (i) => `c${i} as materialized (select ${i === 0 ? "id from a" : `id from c${i - 1} where id <> ${i}`})`)} select count(*) from c${n - 1}`,
  ],
  [
    "CTE read twice each",
    4,
    (n) =>
      `with ${list(n, (i) => `c${i} as (${i === 0 ? "select id from a where id < 3" : `select x.id from c${i - 1} x join c${i - 1} y on x.id = y.id`})`)} select count(*) from c${n - 1}`,
  ],
];

const NESTED: readonly Case[] = [
  ["parentheses with additions", 250, (n) => `select ${"(".repeat(n)}1${" + 1)".repeat(n)}`],
  ["nested function calls", 250, (n) => `select ${"abs(".repeat(n)}-1${")".repeat(n)}`],
  [
    "nested CASE",
    125,
    (n) =>
      `select ${times(n, (i) => `case when x = ${i} then ${i} else `, "")}-1${" end".repeat(n)} from generate_series(1, 100) x`,
  ],
  [
    "nested subqueries in FROM",
    50,
    (n) =>
      `select * from ${"(select * from ".repeat(n)}generate_series(1, 10)${times(n, (i) => `) s${i}`, "")}`,
  ],
  [
    "nested subqueries with filters",
    50,
    (n) =>
      `select count(*) from ${times(n, () => "(select x + 1 as x from ", "")}(select 1 as x) z${times(n, (i) => `) s${i} where x <> -${i}`, "")}`,
  ],
  ["nested scalar subqueries", 50, (n) => `select ${"(select 1 + ".repeat(n)}1${")".repeat(n)}`],
  [
    "nested IN",
    25,
    (n) =>
      `select count(*) from a where ${times(n, () => "id in (select id from b where ", "")}true${")".repeat(n)}`,
  ],
  [
    "CASE with arms",
    250,
    (n) =>
      `select sum(case x ${times(n, (i) => `when ${i} then ${i * 2}`, " ")} else 0 end) from generate_series(1, 1000) x`,
  ],
  [
    "searched CASE with arms",
    250,
    (n) =>
      `select sum(case ${times(n, (i) => `when x > ${n - i} then ${i}`, " ")} else 0 end) from generate_series(1, 1000) x`,
  ],
  ["concatenation", 1_250, (n) => `select length(${times(n, (i) => `'t${i}'`, " || ")})`],
  [
    "concatenation of columns",
    1_250,
    (n) =>
      `select sum(length(${times(n, () => "x::text", " || ")})) from generate_series(1, 100) x`,
  ],
  [
    "sum of terms",
    1_250,
    (n) => `select sum(${times(n, (i) => `x * ${i}`, " + ")}) from generate_series(1, 10) x`,
  ],
  [
    "concat with arguments",
    25,
    (n) => `select length(concat(${list(n, (i) => `x, 'b${i}'`)})) from generate_series(1, 100) x`,
  ],
  [
    "results",
    400,
    (n) => `select ${list(n, (i) => `x + ${i} as c${i}`)} from generate_series(1, 100) x`,
  ],
  [
    "results of subqueries",
    50,
    (n) => `select ${list(n, (i) => `(select max(id) from a where k = ${i}) as c${i}`)}`,
  ],
  [
    "boolean nesting",
    125,
    (n) =>
      `select count(*) from generate_series(1, 1000) x where ${times(n, (i) => `(x <> ${i} and (x > ${i} or `, "")}true${"))".repeat(n)}`,
  ],
  [
    "aggregates with filters",
    250,
    (n) =>
      `select ${list(n, (i) => `count(*) filter (where x % ${i + 2} = 0)`)} from generate_series(1, 1000) x`,
  ],
  [
    "window calls",
    25,
    (n) =>
      `select count(*) from (select ${list(n, (i) => `sum(x) over (partition by x % ${i + 1} order by x) as c${i}`)} from generate_series(1, 500) x) s`,
  ],
];

const RECURSIVE: readonly Case[] = [
  [
    "recursive count",
    25_000,
    (n) =>
      `with recursive r as (select 1 as i union all select i + 1 from r where i < ${n}) select count(*) from r`,
  ],
  [
    "recursive array ||",
    2_500,
    (n) =>
      `with recursive r as (select 1 as i, array[1] as p union all select i + 1, p || i from r where i < ${n}) select max(cardinality(p)) from r`,
  ],
  [
    "recursive array_append",
    2_500,
    (n) =>
      `with recursive r as (select 1 as i, array[1] as p union all select i + 1, array_append(p, i) from r where i < ${n}) select max(cardinality(p)) from r`,
  ],
  [
    "recursive = any(path)",
    1_000,
    (n) =>
      `with recursive r as (select 1 as i, array[1] as p union all select i + 1, p || i + 1 from r where not (i + 1) = any(p) and i < ${n}) select max(i) from r`,
  ],
  [
    "recursive text ||",
    2_500,
    (n) =>
      `with recursive r as (select 1 as i, 'x' as p union all select i + 1, p || ',' || i from r where i < ${n}) select max(length(p)) from r`,
  ],
  [
    "recursive jsonb ||",
    500,
    (n) =>
      `with recursive r as (select 1 as i, '{}'::jsonb as p union all select i + 1, p || jsonb_build_object(i::text, i) from r where i < ${n}) select max(i) from r`,
  ],
  [
    "recursive UNION",
    2_500,
    (n) =>
      `with recursive r as (select 1 as i union select (i * 7 + 1) % ${n} from r) select count(*) from r`,
  ],
  [
    "recursive join by the key",
    2_500,
    () =>
      `with recursive r as (select id from a where id = 1 union all select a.id from r join a on a.id = r.id + 1) select count(*) from r`,
  ],
  [
    "recursive join without an index",
    250,
    () =>
      `with recursive r as (select m from a where id = 1 union all select a.m from r join a on a.m = r.m + 1 or a.m = r.m + 2 and a.m % 10 = 1) select count(*) from r`,
  ],
  [
    "recursive tree, breadth",
    2_500,
    () =>
      "with recursive r as (select id, 1 as d from a where id = 1 union all select a.id, d + 1 from r join a on a.id / 2 = r.id and a.id > 1) search breadth first by id set o select count(*), max(d) from (select * from r order by o) s",
  ],
  [
    "recursive with CYCLE",
    1_000,
    (n) =>
      `with recursive r as (select 1 as i union all select i % ${n} + 1 from r) cycle i set c using p select count(*) from r`,
  ],
];

export const QUERIES: readonly Growing[] = [
  ...IN_TABLES.map(([name, size, text]) => growing(name, size, text, TABLES)),
  ...WIDE_TABLES.map(([name, size, text]) => growing(name, size, text, WIDE)),
  ...[...ALONE, ...NESTED, ...RECURSIVE].map(([name, size, text]) =>
    growing(name, size, text, { ...TABLES, before: () => TABLES.before?.(10_000) ?? [] }),
  ),
];
