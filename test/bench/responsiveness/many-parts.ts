/** Statements of ordinary size and very many parts, or very deep, by what they have many of. */
import type { Nasty } from "./nasty-statements.ts";

function list(count: number, item: (i: number) => string, between = ", "): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(between);
}

function parts(name: string, text: string, ...undo: readonly string[]): Nasty {
  return { name: `parts: ${name}`, text, undo };
}

function nested(depth: number, open: string, inside: string, close: string): string {
  return open.repeat(depth) + inside + close.repeat(depth);
}

const ROWS = "generate_series(1, 1000000) i";

export const MANY_PARTS: readonly Nasty[] = [
  parts("wide table", "select * from wider"),
  parts("wide table joined", "select * from wider a join wider b using (c0)"),
  parts(
    "wide table grouped",
    `select ${list(1500, (i) => `c${i}`)} from wider group by ${list(1500, (i) => `c${i}`)}`,
  ),
  parts("wide table ordered", `select 1 from wider order by ${list(1500, (i) => `c${i}`)}`),
  parts("wide table distinct", "select distinct * from wider"),
  parts("wide row", "select w from wider w"),
  parts("wide row as json", "select to_jsonb(w) from wider w, generate_series(1, 100)"),
  parts(
    "view of a wide table",
    "create view wide_view as select * from wider; select * from wide_view",
    "drop view if exists wide_view",
  ),
  parts(
    "wide insert",
    `insert into wider select ${list(1500, (i) => `c${i}`)} from wider, generate_series(1, 500)`,
    "delete from wider",
    "insert into wider default values",
  ),
  parts(
    "wide create",
    `create table made (${list(1600, (i) => `c${i} int`)})`,
    "drop table if exists made",
  ),
  parts(
    "wide alter",
    `create table made (a int); alter table made ${list(800, (i) => `add column c${i} int default ${i}`)}`,
    "drop table if exists made",
  ),
  parts(
    "union of 500",
    list(500, (i) => `select ${i}, 'x'`, " union "),
  ),
  parts(
    "union all of 500",
    list(500, (i) => `select ${i}, 'x'`, " union all "),
  ),
  parts(
    "union all of 500 tables",
    list(500, (i) => `select n, t from numbers where n = ${i}`, " union all "),
  ),
  parts(
    "except of 300",
    list(300, (i) => `select n from numbers where n > ${i}`, " except "),
  ),
  parts("in of 30000", `select count(*) from numbers where n in (${list(30_000, (i) => `${i}`)})`),
  parts(
    "in of 30000 texts",
    `select count(*) from numbers where t in (${list(30_000, (i) => `'${i}'`)})`,
  ),
  parts(
    "in of 30000 casts",
    `select count(*) from numbers where n in (${list(30_000, (i) => `${i}::int`)})`,
  ),
  parts(
    "in of 30000 numerics",
    `select count(*) from numbers where n in (${list(30_000, (i) => `${i}.5`)})`,
  ),
  parts(
    "in of 5000 columns",
    `select count(*) from numbers where 1 in (${list(5000, (i) => `n + ${i}`)})`,
  ),
  parts(
    "case of 5000",
    `select case n ${list(5000, (i) => `when ${i} then 'x${i}'`, " ")} end from numbers`,
  ),
  parts(
    "case of 5000 conditions",
    `select case ${list(5000, (i) => `when n = ${i} and same = 0 then ${i}`, " ")} end from numbers where n < 10`,
  ),
  parts(
    "case nested",
    `select ${nested(500, "case when n = 1 then 0 else ", "1", " end")} from numbers where n < 10`,
  ),
  parts(
    "coalesce of 5000",
    `select coalesce(${list(5000, (i) => `nullif(n, ${i})`)}) from numbers where n < 10`,
  ),
  parts(
    "greatest of 5000",
    `select greatest(${list(5000, (i) => `n + ${i}`)}) from numbers where n < 10`,
  ),
  parts("sum of 5000", `select ${list(5000, () => "n", " + ")} from numbers where n < 10`),
  parts(
    "concatenation of 5000",
    `select ${list(5000, () => "t", " || ")} from numbers where n < 10`,
  ),
  parts(
    "and of 5000",
    `select count(*) from numbers where ${list(5000, (i) => `n <> ${i}`, " and ")}`,
  ),
  parts(
    "or of 5000",
    `select count(*) from numbers where ${list(5000, (i) => `n = ${i}`, " or ")}`,
  ),
  parts(
    "or of 2000 likes",
    `select count(*) from numbers where ${list(2000, (i) => `t like '%${i}%'`, " or ")}`,
  ),
  parts("not of 3000", `select ${"not ".repeat(3000)}true`),
  parts("depth 3000", `select ${nested(3000, "(", "1", " + 1)")}`),
  parts(
    "depth 3000 of columns",
    `select ${nested(3000, "(", "n", " + 1)")} from numbers where n < 10`,
  ),
  parts("calls 1000 deep", `select ${nested(1000, "abs(", "n", ")")} from numbers where n < 10`),
  parts("row of 1600", `select row(${list(1600, (i) => `n + ${i}`)}) from numbers where n < 10`),
  parts(
    "array of 20000 expressions",
    `select array[${list(20_000, (i) => `n + ${i}`)}] from numbers where n < 3`,
  ),
  parts(
    "jsonb_build_object",
    `select ${list(400, (i) => `jsonb_build_object(${list(50, (j) => `'k${j}', n + ${i}`)})`, " || ")} from numbers where n < 3`,
  ),
  parts(
    "subqueries 200 deep",
    `select * from ${nested(200, "(select * from ", "numbers", ") s")} where n = 1`,
  ),
  parts(
    "subqueries 1000 deep",
    `select * from ${nested(1000, "(select * from ", "numbers", ") s")} where n = 1`,
  ),
  parts(
    "scalar subqueries of 500",
    `select ${list(500, (i) => `(select max(n) from numbers where n < ${i})`)}`,
  ),
  parts(
    "exists of 200",
    `select count(*) from numbers a where n < 10 and ${list(200, (i) => `exists (select from numbers b where b.n = a.n + ${i})`, " and ")}`,
  ),
  parts(
    "ctes of 500",
    `with ${list(500, (i) => `c${i} as (select ${i === 0 ? "1 as n" : `n + 1 as n from c${i - 1}`})`)} select * from c499`,
  ),
  parts(
    "ctes of 300 materialized",
    `with ${list(300, (i) => `c${i} as materialized (select ${i === 0 ? "1 as n" : `n + 1 as n from c${i - 1}`})`)} select * from c299`,
  ),
  parts(
    "cross joins of 100",
    `select count(*) from ${list(100, (i) => `(select 1 as n) s${i}`, " cross join ")}`,
  ),
  parts(
    "joins of 60",
    `select count(*) from ${list(60, (i) => `numbers n${i}${i === 0 ? "" : ` on n${i}.n = n${i - 1}.n`}`, " join ")} where n0.n < 5`,
  ),
  parts(
    "left joins of 60",
    `select count(*) from ${list(60, (i) => `numbers n${i}${i === 0 ? "" : ` on n${i}.n = n0.n`}`, " left join ")} where n0.n < 5`,
  ),
  parts("aggregates of 1000", `select ${list(1000, (i) => `sum(n + ${i})`)} from numbers`),
  parts(
    "filters of 500",
    `select ${list(500, (i) => `count(*) filter (where n = ${i})`)} from numbers`,
  ),
  parts(
    "windows of 100",
    `select ${list(100, (i) => `sum(n) over (order by n % ${i + 1}, n)`)} from numbers where n < 2000`,
  ),
  parts(
    "window functions of 500",
    `select ${list(500, (i) => `lag(n, ${i}) over (order by n)`)} from numbers where n < 2000`,
  ),
  parts(
    "cube of 12",
    `select count(*) from (select 1 from numbers where n < 50 group by cube (${list(12, (i) => `n % ${i + 2}`)})) s`,
  ),
  parts(
    "values of 1000 by 100",
    `select count(*) from (values ${list(1000, (i) => `(${list(100, (j) => `${i + j}`)})`)}) v`,
  ),
  parts(
    "values of expressions",
    `select count(*) from (values ${list(5000, (i) => `(abs(${i}), 'x' || ${i})`)}) v`,
  ),
  parts(
    "order by 500",
    `select n from numbers where n < 2000 order by ${list(500, (i) => `n % ${i + 2}`)}`,
  ),
  parts(
    "group by 500",
    `select count(*) from (select 1 from numbers where n < 2000 group by ${list(500, (i) => `n % ${i + 2}`)}) s`,
  ),
  parts(
    "array of a million",
    `select array_agg(i order by i desc) = array_agg(i), array_agg(i) || 1 from ${ROWS}`,
  ),
  parts("array of a million sent", `select array_agg(i) from ${ROWS}`),
  parts("array of a million texts", `select array_agg(md5(i::text)) from ${ROWS}`),
  parts("array of a million as text", `select length(array_agg(i)::text) from ${ROWS}`),
  parts(
    "array of a million read",
    `select cardinality(('{1' || repeat(',1', 1000000) || '}')::int[])`,
  ),
  parts("array of a million as json", `select length(to_jsonb(array_agg(i))::text) from ${ROWS}`),
  parts(
    "array of a million distinct",
    `select count(distinct x) from (select unnest(array_agg(i)) x from ${ROWS}) s`,
  ),
  parts(
    "array any of a million",
    `select count(*) from numbers where n = any(array(select i from ${ROWS}))`,
  ),
  parts(
    "array positions",
    `select cardinality(array_positions(array_agg(i % 10), 3)) from ${ROWS}`,
  ),
  parts("array replace", `select cardinality(array_replace(array_agg(i % 10), 3, 4)) from ${ROWS}`),
  parts("array slices", `select cardinality((array_agg(i))[5:900000]) from ${ROWS}`),
  parts(
    "array overlaps",
    `select array_agg(i) && array_agg(-i), array_agg(i) <@ array_agg(i) from generate_series(1, 200000) i`,
  ),
  parts(
    "array grouped",
    `select count(*) from (select array_agg(i) a from ${ROWS} group by i % 3) s group by a`,
  ),
  parts(
    "array ordered",
    `select count(*) over (order by a) from (select array_agg(i / 3) a from ${ROWS} group by i % 3) s`,
  ),
  parts("trim_array", `select cardinality(trim_array(array_agg(i), 5)) from ${ROWS}`),
  parts("jsonb of a million keys", `select length(jsonb_object_agg(i, i)::text) from ${ROWS}`),
  parts(
    "jsonb of a million keys read",
    `select jsonb_typeof(('{"a": 1' || string_agg(', "k' || i || '": ' || i, '') || '}')::jsonb) from ${ROWS}`,
  ),
  parts("jsonb of a million sent", `select jsonb_object_agg(i, i) from ${ROWS}`),
  parts(
    "jsonb of a million changed",
    `select j || '{"a": 1}' is null, j - '5' is null, jsonb_set(j, '{7}', '0') is null, j @> '{"5": 5}', j ? '9' from (select jsonb_object_agg(i, i) j from ${ROWS} offset 0) s`,
  ),
  parts(
    "jsonb of a million equal",
    `select j = j, hash_array(array[j]) is null from (select jsonb_object_agg(i, i) j from ${ROWS} offset 0) s`,
  ),
  parts(
    "jsonb of a million keys listed",
    `select count(*) from (select jsonb_object_keys(jsonb_object_agg(i, i)) from ${ROWS}) s`,
  ),
  parts(
    "jsonb of a million each",
    `select count(*) from (select (jsonb_each(jsonb_object_agg(i, i))).* from ${ROWS}) s`,
  ),
  parts("jsonb pretty", `select length(jsonb_pretty(jsonb_agg(i))) from ${ROWS}`),
  parts("jsonb strip nulls", `select jsonb_strip_nulls(jsonb_agg(i)) is null from ${ROWS}`),
  parts(
    "jsonb to record",
    `select count(*) from (select * from jsonb_to_recordset((select jsonb_agg(jsonb_build_object('a', i)) from generate_series(1, 300000) i)) as x(a int)) s`,
  ),
  parts(
    "jsonb path",
    `select jsonb_path_query_array(jsonb_agg(i), '$[*] ? (@ % 2 == 0)') is null from generate_series(1, 300000) i`,
  ),
  parts("json of a million", `select length(json_object_agg(i, i)::text) from ${ROWS}`),
  parts("json of a million item", `select json_agg(i) ->> 900000 from ${ROWS}`),
  parts("json of a million path", `select (json_object_agg(i, i) -> '900000')::text from ${ROWS}`),
  parts("json strip nulls", `select length(json_strip_nulls(json_agg(i))::text) from ${ROWS}`),
  parts(
    "json of a million each",
    `select count(*) from (select (json_each(json_object_agg(i, i))).* from ${ROWS}) s`,
  ),
  parts(
    "json to record",
    `select count(*) from (select * from json_to_recordset((select json_agg(json_build_object('a', i)) from generate_series(1, 300000) i)) as x(a int)) s`,
  ),
  parts(
    "json populate",
    `select * from json_populate_record(null::numbers, (select json_object_agg(i, i)::text || '' from generate_series(1, 300000) i)::json)`,
  ),
  parts(
    "json 6000 deep",
    `select ${"(repeat('[', 6000) || repeat(']', 6000))::json"} is null, length((repeat('[', 6000) || repeat(']', 6000))::jsonb::text)`,
  ),
  parts("json 100000 deep", `select (repeat('[', 100000) || repeat(']', 100000))::jsonb is null`),
  parts(
    "json objects deep",
    `select (repeat('{"a":', 6000) || '1' || repeat('}', 6000))::jsonb #>> array_fill('a'::text, array[6000])`,
  ),
  parts(
    "json equal deep",
    `select j = j, j @> j, jsonb_pretty(j) is null, jsonb_strip_nulls(j) is null, to_jsonb(array[j]) is null from (select (repeat('[', 6000) || repeat(']', 6000))::jsonb j offset 0) s`,
  ),
  parts(
    "json path deep",
    `select jsonb_path_query((repeat('[', 6000) || repeat(']', 6000))::jsonb, '$.**') is null`,
  ),
  parts("jsonpath long", `select ('$' || repeat('.a', 100000))::jsonpath is null`),
  parts(
    "jsonpath deep",
    `select ('$ ? ' || repeat('(', 5000) || '@ == 1' || repeat(')', 5000))::jsonpath is null`,
  ),
  parts("string_agg of a million", `select length(string_agg(md5(i::text), ',')) from ${ROWS}`),
  parts(
    "string_agg ordered",
    `select length(string_agg(md5(i::text), ',' order by i desc)) from ${ROWS}`,
  ),
  parts(
    "string_agg distinct",
    `select length(string_agg(distinct (i % 1000)::text, ',')) from ${ROWS}`,
  ),
  parts(
    "multirange of many",
    `select length(range_agg(int4range(2 * i, 2 * i + 1))::text) from generate_series(1, 300000) i`,
  ),
  parts(
    "multirange operations",
    `select isempty(m * m), length((m - m)::text), length((m + m)::text), m @> 5, m && m from (select range_agg(int4range(2 * i, 2 * i + 1)) m from generate_series(1, 300000) i offset 0) s`,
  ),
  parts(
    "multirange read",
    `select isempty(('{[1,2)' || repeat(',[1,2)', 300000) || '}')::int4multirange)`,
  ),
  parts(
    "multirange unnest",
    `select count(*) from (select unnest(range_agg(int4range(2 * i, 2 * i + 1))) from generate_series(1, 300000) i) s`,
  ),
  parts(
    "varbit",
    `select bit_count(v), v & v is null, ~v is null, v << 5 is null, length(v || v), position(b'1111' in v), substring(v from 5) is null from (select repeat('10', 1000000)::varbit v offset 0) s`,
  ),
  parts(
    "regexp: nested quantifiers",
    "select repeat('a', 5000) ~ '^(a*)*$', repeat('a', 5000) || 'b' ~ '^((a+)+)+$'",
  ),
  parts("regexp: bomb", "select 'aaaa' ~ '((a{1,100}){1,100}){1,100}'"),
  parts("regexp: bomb of 255", "select repeat('a', 1000) ~ '(a{255}){255}'"),
  parts(
    "regexp: many alternatives",
    `select repeat('ab', 5000) ~ (select string_agg(md5(i::text), '|') from generate_series(1, 5000) i)`,
  ),
  parts("regexp: long pattern", "select repeat('ab', 50000) ~ repeat('a.*', 2000)"),
  parts(
    "regexp: groups",
    "select repeat('a', 100) ~ (repeat('(', 5000) || 'a' || repeat(')', 5000))",
  ),
  parts("regexp: classes", "select repeat('ab', 5000) ~ repeat('[[:alpha:]]?', 1000)"),
  parts("regexp: optional", "select repeat('a', 2000) ~ (repeat('a?', 2000) || repeat('a', 2000))"),
  parts("regexp: lookahead", "select repeat('a', 3000) || 'b' ~ '^(?=(a+)+b)(a|aa)+$'"),
  parts("regexp: lookbehind", "select repeat('a', 20000) ~ '(?<=a+b)a'"),
  parts("regexp: back references", "select repeat('a', 300) || 'b' ~ '^(a+)(a+)(a+)\\1\\2\\3c'"),
  parts("regexp: counted", "select repeat('xy', 5000) ~ '(x?y?){5000}z'"),
  parts(
    "regexp_replace",
    `select length(regexp_replace(repeat('ab', 500000), '(a|b)(?=a|b)', '<\\1>', 'g'))`,
  ),
  parts(
    "regexp_matches",
    `select count(*) from regexp_matches(repeat('ab', 300000), '(a)(b)', 'g')`,
  ),
  parts("regexp_split", `select cardinality(regexp_split_to_array(repeat('ab', 300000), 'b'))`),
  parts("regexp over rows", `select count(*) from ${ROWS} where md5(i::text) ~ '([0-9]+[a-f]+)+z'`),
  parts(
    "regexp of each row",
    `select count(*) from generate_series(1, 30000) i where 'abc' ~ ('a' || i || '|b.*' || i || '[a-z]{3,10}')`,
  ),
  parts("like of many", `select repeat('ab', 5000) like repeat('%a_', 2000)`),
  parts("similar to", `select repeat('ab', 5000) similar to repeat('(a|b)*', 200) || 'c'`),
  parts(
    "format of many",
    `select length(format(repeat('%s', 100000), variadic array_fill(1, array[100000])))`,
  ),
  parts("concat of many", `select length(concat(variadic array_fill(1, array[1000000])))`),
  parts(
    "to_char of a long template",
    `select length(to_char(now(), repeat('YYYY-MM-DD ', 100000)))`,
  ),
  parts(
    "to_char of rows",
    `select count(to_char(i, '999G999D99')), count(to_char(now() + i * interval '1 s', 'Day DD Month YYYY HH24:MI:SS.US')) from generate_series(1, 200000) i`,
  ),
  parts(
    "to_date of a long template",
    `select to_date(repeat('1', 100000), repeat('YYYY-', 100000))`,
  ),
  parts("to_number", `select to_number(repeat('9', 100000), repeat('9', 100000)) is null`),
  parts("parse_ident", `select cardinality(parse_ident(repeat('a.', 300000) || 'a'))`),
  parts(
    "unnest of several",
    `select count(*) from unnest(array_fill(1, array[1000000]), array_fill(2, array[1000000]), array_fill(3, array[500000]))`,
  ),
  parts(
    "width_bucket",
    `select count(width_bucket(i, a)) from (select array_agg(i) a from ${ROWS}) s, generate_series(1, 1000) i`,
  ),
  parts("numeric series", "select count(*) from generate_series(1::numeric, 1000000, 0.5)"),
  parts(
    "timestamp series",
    "select count(*) from generate_series(timestamptz '2000-01-01', timestamptz '2030-01-01', '1 minute')",
  ),
  parts("big factorial", "select length(factorial(30000)::text)"),
  parts(
    "gcd of long numerics",
    "select gcd(repeat('7', 50000)::numeric, repeat('3', 49999)::numeric)",
  ),
  parts(
    "modulo of long numerics",
    "select length((repeat('7', 100000)::numeric % repeat('3', 50000)::numeric)::text)",
  ),
  parts(
    "numeric to text of rows",
    "select sum(length((i::numeric ^ 500)::text)) from generate_series(1, 2000) i",
  ),
  parts(
    "tables dropped",
    `do $$ begin for i in 1..100 loop execute 'create table many_' || i || ' (a int)'; end loop; end $$`,
  ),
  parts(
    "comments",
    `comment on table numbers is '${"x".repeat(1_000_000)}'`,
    "comment on table numbers is null",
  ),
  parts("notify", `select pg_notify('c', repeat('x', 7999)) from generate_series(1, 10000)`),
  parts("set_config", `select set_config('a.b', repeat('x', 1000000), false)`),
  parts("statements of 20000", `${"select 1;".repeat(20_000)}`),
  parts("explain of a union", `explain ${list(500, (i) => `select ${i}, 'x'`, " union all ")}`),
  parts(
    "prepared of 5000 parameters",
    `prepare p${list(1, () => "")} as select ${list(5000, (i) => `$${i + 1}::int`, " + ")}`,
    "deallocate all",
  ),
];
