/** Statements that could keep a server from serving anybody else, by the family they stand for. */

export const SETUP: readonly string[] = [
  "create table numbers (n int primary key, same int, t text)",
  "insert into numbers select i, 0, md5(i::text) from generate_series(1, 20000) i",
  "create table target (id int primary key, v text)",
  "create table copied (a int, b text)",
  ...Array.from(
    { length: 12 },
    (_, i) => `create table star_${i} (id int primary key, a int, b int)`,
  ),
];

const MANY = "generate_series(1, 1000000) i";
const WORDS = "repeat('the quick brown fox ', 50000)";

/** Each runs to its end, or until it is cancelled; then what `undo` says is done. */
export interface Nasty {
  readonly name: string;
  readonly text: string;
  readonly undo?: string;
}

function nasty(name: string, text: string, undo?: string): Nasty {
  return undo === undefined ? { name, text } : { name, text, undo };
}

export const NASTY: readonly Nasty[] = [
  nasty("cross join", "select count(*) from numbers a, numbers b"),
  nasty("generate_series 1e9", "select count(*) from generate_series(1, 1000000000)"),
  nasty("sort of integers", `select * from ${MANY} order by i % 1009, -i offset 999999`),
  nasty(
    "sort of texts",
    `select * from (select md5(i::text) as t from ${MANY}) s order by t offset 999999`,
  ),
  nasty(
    "sort of long texts",
    "select length(t) from (select repeat('x', 5000) || i as t from generate_series(1, 20000) i) s order by t desc offset 19999",
  ),
  nasty(
    "sort of numerics",
    `select * from (select (i * 7919 % 1000003)::numeric / 7 as q from ${MANY}) s order by q offset 999999`,
  ),
  nasty("top rows of many", `select * from ${MANY} order by i % 1009 desc, i limit 5000`),
  nasty(
    "ordered aggregate",
    `select length(string_agg(i::text, ',' order by i % 1009, i)) from ${MANY}`,
  ),
  nasty("array aggregate", `select cardinality(array_agg(i)) from ${MANY}`),
  nasty("array by a subquery", `select cardinality(array(select i from ${MANY}))`),
  nasty(
    "percentiles",
    `select percentile_cont(0.5) within group (order by i * 1.5::float8), mode() within group (order by i % 100) from ${MANY}`,
  ),
  nasty(
    "hypothetical rank",
    `select dense_rank(500) within group (order by i % 1009) from ${MANY}`,
  ),
  nasty("jsonb aggregate", "select length(jsonb_agg(i)::text) from generate_series(1, 300000) i"),
  nasty(
    "jsonb object aggregate",
    "select length(jsonb_object_agg(i, md5(i::text))::text) from generate_series(1, 100000) i",
  ),
  nasty("count distinct", `select count(distinct md5(i::text)) from ${MANY}`),
  nasty("hash join", `select count(*) from ${MANY} join generate_series(1, 1000000) j on i = j`),
  nasty("skewed hash join", "select count(*) from numbers a join numbers b on a.same = b.same"),
  nasty("grouping", `select count(*) from (select i, count(*) from ${MANY} group by i) s`),
  nasty(
    "grouping sets",
    `select count(*) from (select i % 100, i % 1000, count(*) from ${MANY} group by cube (i % 100, i % 1000)) s`,
  ),
  nasty("distinct", `select count(*) from (select distinct md5(i::text) from ${MANY}) s`),
  nasty(
    "except",
    `select count(*) from (select i from ${MANY} except select i * 2 from ${MANY}) s`,
  ),
  nasty(
    "window over everything",
    `select sum(r) from (select row_number() over (order by i % 1009) as r from ${MANY}) s`,
  ),
  nasty(
    "moving frames",
    "select sum(s) from (select sum(i) over (order by i rows between 5000 preceding and current row exclude current row) as s from generate_series(1, 20000) i) s",
  ),
  nasty(
    "recursive union all",
    "with recursive r as (select 1 as i union all select i + 1 from r where i < 1000000) select count(*) from r",
  ),
  nasty(
    "recursive union",
    "with recursive r as (select i from generate_series(1, 1000) i union select (i * 7 + 1) % 100003 from r) select count(*) from r",
  ),
  nasty(
    "materialised CTE",
    `with c as materialized (select i, md5(i::text) from ${MANY}) select (select count(*) from c), (select max(i) from c)`,
  ),
  nasty(
    "regular expression",
    `select count(*) from regexp_matches(${WORDS}, '(\\w+)\\s+(\\w+)', 'g')`,
  ),
  nasty("regular expression that goes back", "select repeat('a', 30) || 'b' ~ '^(a+)+$'"),
  nasty(
    "regular expression over rows",
    `select count(*) from (select md5(i::text) as t from ${MANY}) s where t ~ '(a|b)+c.*[0-9]{3}f'`,
  ),
  nasty(
    "regexp_replace of a long text",
    "select length(regexp_replace(repeat('abc def ', 500000), '(\\w+) ', '<\\1>', 'g'))",
  ),
  nasty("like over a long text", "select repeat('a', 1000000) like '%a%a%a%a%a%b'"),
  nasty(
    "string functions",
    "select length(replace(repeat('abc', 3000000), 'b', 'xx')), length(reverse(repeat('abc', 3000000))), md5(repeat('x', 20000000))",
  ),
  nasty("repeat", "select length(repeat('x', 1000000000))"),
  nasty("lpad", "select length(lpad('x', 500000000, 'ab'))"),
  nasty("string_to_array", "select cardinality(string_to_array(repeat('a,', 1000000), ','))"),
  nasty(
    "split into a table",
    "select count(*) from regexp_split_to_table(repeat('ab ', 300000), ' ')",
  ),
  nasty("format of long texts", "select length(upper(repeat('straße ', 1000000)))"),
  nasty("numeric power", "select length((7::numeric ^ 100000)::text)"),
  nasty(
    "numeric multiplication",
    "select length((repeat('9', 100000)::numeric * repeat('7', 100000)::numeric)::text)",
  ),
  nasty("numeric division", "select length((1 / repeat('7', 20000)::numeric)::text)"),
  nasty("numeric square root", "select length(sqrt(repeat('7', 50000)::numeric)::text)"),
  nasty(
    "numeric exponential",
    "select length(exp(10000::numeric)::text), length(ln(repeat('7', 5000)::numeric)::text)",
  ),
  nasty("factorial", "select length(factorial(20000)::text)"),
  nasty("numeric sums", `select sum(i::numeric / 7) from ${MANY}`),
  nasty(
    "array functions",
    "select cardinality(array_remove(array_fill(1, array[1000000]), 2)), array_position(array_fill(1, array[1000000]), 2)",
  ),
  nasty(
    "array containment",
    "select array_agg(i) @> array_agg(i + 1) from generate_series(1, 20000) i",
  ),
  nasty("unnest", "select count(*) from unnest(array_fill(1, array[1000000]))"),
  nasty(
    "long IN list",
    `select count(*) from numbers where n in (${Array.from({ length: 20_000 }, (_, i) => i * 3).join(", ")})`,
  ),
  nasty(
    "long VALUES",
    `select count(*) from (values ${Array.from({ length: 20_000 }, (_, i) => `(${i}, 'x')`).join(", ")}) v`,
  ),
  nasty(
    "many joins",
    `select count(*) from ${Array.from({ length: 12 }, (_, i) => `star_${i}`).join(", ")} where ${Array.from({ length: 11 }, (_, i) => `star_${i}.a = star_${i + 1}.b`).join(" and ")}`,
  ),
  nasty(
    "many terms",
    `select ${Array.from({ length: 3_000 }, (_, i) => `n + ${i}`).join(", ")} from numbers where n = 1`,
  ),
  nasty("deep expression", `select ${"(".repeat(500)}1${" + 1)".repeat(500)}`),
  nasty(
    "large json",
    "select length((select jsonb_agg(jsonb_build_object('k', i, 'v', md5(i::text))) from generate_series(1, 50000) i)::text::jsonb::text)",
  ),
  nasty(
    "jsonpath",
    "select count(*) from jsonb_path_query((select jsonb_agg(i) from generate_series(1, 200000) i), '$[*] ? (@ > 10)')",
  ),
  nasty(
    "json rows",
    "select count(*) from jsonb_array_elements((select jsonb_agg(i) from generate_series(1, 300000) i))",
  ),
  nasty(
    "insert of many",
    "insert into target select i, md5(i::text) from generate_series(1, 200000) i",
    "truncate target",
  ),
  nasty(
    "on conflict",
    "insert into numbers select i % 20000 + 1, 1, 'x' from generate_series(1, 20000) i on conflict (n) do update set same = numbers.same",
  ),
  nasty("update of many", "update numbers set same = 0, t = t || 'x'"),
  nasty("delete of many", "delete from target"),
  nasty(
    "returning of many",
    "insert into target select i, md5(i::text) from generate_series(1, 100000) i returning *",
    "truncate target",
  ),
  nasty("large result", `select i, md5(i::text), i::numeric / 7 from ${MANY}`),
  nasty(
    "catalog query",
    "select count(*) from pg_proc p, pg_type t where p.prorettype = t.oid and p.proname like '%a%'",
  ),
  nasty(
    "catalog cross join",
    "select count(*) from pg_attribute a, pg_class c, pg_type t where a.attrelid + c.oid::bigint + t.oid::bigint < 0",
  ),
  nasty(
    "correlated subqueries",
    "select count(*) from numbers a where (select count(*) from numbers b where b.n < a.n) > 10",
  ),
  nasty(
    "quantified subquery",
    "select count(*) from numbers a where a.t > all (select t from numbers b where b.n <> 5)",
  ),
  nasty(
    "not in",
    `select count(*) from ${MANY} where i not in (select j from generate_series(1, 500000) j)`,
  ),
  nasty(
    "lateral",
    "select count(*) from numbers a, lateral (select b.n from numbers b where b.n < a.n % 50) s",
  ),
  nasty(
    "create index",
    "create index async_numbers on numbers (t)",
    "drop index if exists async_numbers",
  ),
  nasty("analyze", "analyze numbers"),
];
