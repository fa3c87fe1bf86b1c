/** Statements that could keep a server from serving anybody else, by the family they stand for. */

export const SETUP: readonly string[] = [
  "create table numbers (n int primary key, same int, t text)",
  "insert into numbers select i, 0, md5(i::text) from generate_series(1, 20000) i",
  "create table target (id int primary key, v text)",
  "create table copied (a int, b text)",
  "create table indexed (id int primary key, a int, b text)",
  "create index on indexed (a)",
  "create index on indexed (b)",
  "create table numbers_copy (n int primary key, t text)",
  "insert into numbers_copy select n, t from numbers",
  `create table wider (${Array.from({ length: 1500 }, (_, i) => `c${i} int default ${i}`).join(", ")})`,
  "insert into wider default values",
  "create function doubled(i int) returns int language sql volatile as 'select i * 2'",
  ...Array.from(
    { length: 12 },
    (_, i) => `create table star_${i} (id int primary key, a int, b int)`,
  ),
];

/** 50 MB. */
const LARGE = "repeat('xy', 25000000)";
const MANY = "generate_series(1, 1000000) i";
const WORDS = "repeat('the quick brown fox ', 50000)";

/** Each runs to its end, or until it is cancelled; then what `undo` says is done. */
export interface Nasty {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly string[];
  readonly undo?: readonly string[];
}

function nasty(name: string, text: string, ...undo: readonly string[]): Nasty {
  return { name, text, undo };
}

function sent(
  name: string,
  text: string,
  values: readonly string[],
  ...undo: readonly string[]
): Nasty {
  return { name, text, values, undo };
}

function list(count: number, item: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(", ");
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
  nasty("long array", `select cardinality(array[${list(20_000, (i) => String(i))}])`),
  nasty("long array of texts", `select 'a' = any(array[${list(20_000, (i) => `'t${i}'`)}])`),
  nasty(
    "long IN list of texts",
    `select count(*) from numbers where t in (${list(20_000, (i) => `'t${i}'`)})`,
  ),
  nasty(
    "long NOT IN list",
    `select count(*) from numbers where n not in (${list(20_000, (i) => String(i * 3))})`,
  ),
  nasty(
    "insert of a long VALUES",
    `insert into target values ${list(20_000, (i) => `(${i}, 'v${i}')`)}`,
    "truncate target",
  ),
  nasty("array literal", `select cardinality('{${list(200_000, (i) => String(i))}}'::int[])`),
  nasty(
    "commit",
    "begin; insert into target select i, md5(i::text) from generate_series(1, 100000) i; commit",
    "truncate target",
  ),
  nasty(
    "commit of several indexes",
    "insert into indexed select i, i % 1000, md5(i::text) from generate_series(1, 50000) i",
    "truncate indexed",
  ),
  nasty(
    "read of own writes",
    "begin; insert into target select i, 'x' from generate_series(1, 100000) i; select count(*) from target where v > 'a'; select count(*) from target a join target b using (id); rollback",
  ),
  nasty(
    "merge",
    "merge into target t using (select i, md5(i::text) as v from generate_series(1, 50000) i) s on t.id = s.i when matched then update set v = s.v when not matched then insert values (s.i, s.v)",
    "truncate target",
  ),
  nasty("truncate", "truncate numbers_copy"),
  nasty(
    "create table as",
    `create table made as select i, md5(i::text) as t from ${MANY} limit 100000`,
    "drop table if exists made",
  ),
  nasty(
    "add column",
    "alter table numbers add column extra text default gen_random_uuid()::text",
    "alter table numbers drop column if exists extra",
  ),
  nasty(
    "alter type",
    "alter table numbers alter column same type bigint",
    "alter table numbers alter column same type int",
  ),
  nasty(
    "add constraint",
    "alter table numbers add constraint positive check (n > 0 and length(t) > 1)",
    "alter table numbers drop constraint if exists positive",
  ),
  nasty(
    "add foreign key",
    "alter table numbers add constraint refers foreign key (n) references numbers (n)",
    "alter table numbers drop constraint if exists refers",
  ),
  nasty(
    "information schema",
    "select count(*) from information_schema.columns c join information_schema.tables t using (table_name)",
  ),
  nasty(
    "what clients ask",
    "select c.relname, a.attname, t.typname, d.description from pg_class c join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid left join pg_description d on d.objoid = c.oid where a.attnum > 0",
  ),
  nasty("dependencies", "select count(*) from pg_depend d left join pg_class c on c.oid = d.objid"),
  nasty(
    "definitions",
    "select sum(length(pg_get_functiondef(oid))) from pg_proc where prokind = 'f' and prolang = 14",
  ),
  nasty("settings", "select count(*) from pg_settings a, pg_settings b"),
  nasty("operators", "select count(*) from pg_operator o join pg_proc p on p.oid = o.oprcode::oid"),
  nasty(
    "string_agg of long texts",
    "select length(string_agg(repeat('x', 1000), ',')) from generate_series(1, 50000)",
  ),
  nasty(
    "to_json",
    "select length(to_json(array(select i from generate_series(1, 300000) i))::text)",
  ),
  nasty(
    "jsonb input",
    "select jsonb_array_length(('[' || repeat('{\"a\": [1, 2.5, \"x\"], \"b\": null},', 300000) || '1]')::jsonb)",
  ),
  nasty(
    "json input",
    "select json_array_length(('[' || repeat('{\"a\": [1, 2.5, \"x\"], \"b\": null},', 300000) || '1]')::json)",
  ),
  nasty("sha256", "select sha256(convert_to(repeat('x', 100000000), 'UTF8'))"),
  nasty("md5", "select md5(repeat('x', 100000000))"),
  nasty("encode", "select length(encode(convert_to(repeat('xyz', 10000000), 'UTF8'), 'base64'))"),
  nasty("escape", "select length(quote_literal(repeat('x''', 10000000)))"),
  nasty("position", "select position('b' in repeat('a', 50000000))"),
  nasty("substring", "select length(substr(repeat('ab', 25000000), 1000000, 40000000))"),
  nasty("translate", "select length(translate(repeat('abc', 5000000), 'ab', 'xy'))"),
  nasty("split_part", "select split_part(repeat('a,', 5000000), ',', 4000000)"),
  nasty(
    "array concatenation",
    "select cardinality(array_agg(i) || array_agg(i)) from generate_series(1, 300000) i",
  ),
  nasty("array_to_string", "select length(array_to_string(array_fill(1, array[1000000]), ','))"),
  nasty(
    "array sort",
    "select array_position(array(select i from generate_series(1, 300000) i order by -i), 1)",
  ),
  nasty("array text", "select length(array_fill(1, array[1000000])::text)"),
  nasty("wide value", "select repeat('x', 100000000)"),
  nasty("wide rows", "select repeat('x', 1000000) from generate_series(1, 200)"),
  nasty("many columns", `select ${list(1600, (i) => `i + ${i}`)} from generate_series(1, 2000) i`),
  nasty(
    "like over rows",
    "select count(*) from (select repeat(md5(i::text), 100) as t from generate_series(1, 20000) i) s where t like '%abc%def%'",
  ),
  nasty(
    "costly expressions",
    "select sum(length(repeat(md5(i::text), 3000))) from generate_series(1, 20000) i where upper(repeat(md5(i::text), 1000)) <> ''",
  ),
  nasty(
    "numerics of rows",
    "select count(*) from generate_series(1, 3000) i where sqrt(i::numeric ^ 300) > 0",
  ),
  nasty(
    "series of timestamps",
    "select count(*) from generate_series(timestamp '2000-01-01', timestamp '2020-01-01', '1 minute') t where to_char(t, 'YYYY-MM-DD HH24:MI:SS Day Month') > '2'",
  ),
  nasty(
    "set functions",
    "select count(*) from (select unnest(array_fill(1, array[300000])), generate_series(1, 300000)) s",
  ),
  nasty(
    "lists of rows",
    "select count(*) from (select array(select j from generate_series(1, 200) j) from generate_series(1, 5000) i) s",
  ),
  nasty("functions of users", "select sum(doubled(i)) from generate_series(1, 100000) i"),
  nasty(
    "window of text",
    "select sum(length(s)) from (select string_agg(i::text, ',') over (order by i rows between 50 preceding and current row) as s from generate_series(1, 30000) i) s",
  ),
  nasty(
    "full join",
    `select count(*) from ${MANY} full join generate_series(500000, 1500000) j on i = j`,
  ),
  nasty(
    "merge join",
    "set enable_hashjoin = off; select count(*) from numbers a join numbers b on a.t = b.t; reset enable_hashjoin",
  ),
  nasty(
    "spilling sort",
    `set work_mem = '4MB'; select count(*) from (select md5(i::text) as t from ${MANY} order by 1 offset 1) s; reset work_mem`,
  ),
  nasty(
    "cursor",
    `begin; declare c cursor for select i, md5(i::text) from ${MANY} order by i desc; move 900000 in c; commit`,
  ),
  nasty("large: concatenation", `select length(${LARGE} || ${LARGE} || 'x')`),
  nasty("large: repeat", "select length(repeat('abc', 20000000))"),
  nasty("large: md5", `select md5(${LARGE})`),
  nasty("large: like", `select ${LARGE} like '%y%', ${LARGE} ilike '%Y%'`),
  nasty("large: regular expression", `select ${LARGE} ~ 'y+z', regexp_count(${LARGE}, 'yz')`),
  nasty("large: comparison", `select ${LARGE} = ${LARGE} || 'x', ${LARGE} < ${LARGE} || 'x'`),
  nasty(
    "large: cut",
    `select length(left(${LARGE}, -5)), length(right(${LARGE}, -5)), length(trim(${LARGE}))`,
  ),
  nasty("large: result", `select ${LARGE}`),
  nasty("large: bytes", `select convert_to(${LARGE}, 'UTF8')`),
  nasty("large: two-byte text", "select length(upper(repeat('жш', 12000000)))"),
  nasty("large: concat_ws", `select length(concat_ws(',', ${LARGE}, 1, ${LARGE}))`),
  nasty("large: format", `select length(format('%s-%s', ${LARGE}, 1))`),
  nasty("large: overlay", `select length(overlay(${LARGE} placing 'abc' from 5))`),
  nasty("large: starts", `select starts_with(${LARGE}, 'x'), strpos(${LARGE}, 'yx')`),
  nasty("large: replace", `select length(replace(${LARGE}, 'yx', 'z'))`),
  nasty("large: json", `select length((('["' || ${LARGE} || '"]')::json)::text)`),
  nasty("large: jsonb", `select length((('["' || ${LARGE} || '"]')::jsonb)::text)`),
  nasty("large: to_jsonb", `select length(to_jsonb(${LARGE})::text)`),
  nasty("large: quoted", `select length(quote_literal(${LARGE}))`),
  nasty("large: hash", `select hashtext(${LARGE}), sha256(${LARGE}::bytea)`),
  nasty("large: bytea", `select length(encode(${LARGE}::bytea, 'hex')), octet_length(${LARGE})`),
  nasty(
    "large: string_agg",
    "select length(string_agg(repeat('x', 50000), ',')) from generate_series(1, 1000)",
  ),
  nasty("large: stored", `insert into target values (-1, ${LARGE})`, "delete from target"),
  nasty(
    "large: copied",
    `insert into copied select 1, ${LARGE}; copy (select b from copied) to stdout`,
    "truncate copied",
  ),
  nasty(
    "large: sorted",
    `select length(t) from (select ${LARGE} || i t from generate_series(1, 3) i) s order by t`,
  ),
  nasty(
    "large: grouped",
    `select count(*) from (select ${LARGE} || i t from generate_series(1, 3) i) s group by t`,
  ),
  nasty(
    "large: sum of numerics",
    "select length((repeat('9', 100000)::numeric + 1)::text), length((repeat('9', 100000)::numeric - 1)::text)",
  ),
  nasty("large: numeric text", "select length(repeat('9', 100000)::numeric::text)"),
  nasty(
    "large: numeric comparison",
    "select repeat('9', 100000)::numeric > repeat('8', 100000)::numeric",
  ),
  nasty(
    "large: numeric rounding",
    "select length(round(repeat('9', 100000)::numeric / 7, 3)::text), length(trunc(repeat('9', 100000)::numeric)::text)",
  ),
  nasty(
    "large: array of arrays",
    "select cardinality(array(select array[i, i] from generate_series(1, 500000) i))",
  ),
  nasty("large: bytes sent", `select ${LARGE}::bytea`),
  nasty(
    "wide rows copied",
    "copy (select repeat('a\\b', 20000) from generate_series(1, 300)) to stdout",
  ),
  nasty(
    "temporary table",
    "create temp table passing as select i, md5(i::text) from generate_series(1, 200000) i; drop table passing",
    "drop table if exists passing",
  ),
  nasty(
    "many conditions",
    `select count(*) from numbers where ${Array.from({ length: 2_000 }, (_, i) => `n <> ${i}`).join(" and ")}`,
  ),
  nasty(
    "wide table",
    `create table wide (${list(800, (i) => `c${i} int not null default ${i} check (c${i} >= 0)`)}); insert into wide default values`,
    "drop table if exists wide",
  ),
  nasty(
    "long VALUES of expressions",
    `insert into target values ${list(10_000, (i) => `(${i}, now()::text)`)}`,
    "truncate target",
  ),
  sent(
    "IN with many parameters",
    `select count(*) from numbers where n in (${list(30_000, (i) => `$${i + 1}`)})`,
    Array.from({ length: 30_000 }, (_, i) => String(i)),
  ),
  sent(
    "VALUES of many parameters",
    `insert into target values ${list(10_000, (i) => `($${2 * i + 1}, $${2 * i + 2})`)}`,
    Array.from({ length: 20_000 }, (_, i) => String(i)),
    "truncate target",
  ),
  nasty(
    "IN with many rows",
    `select count(*) from numbers where (n, same) in (${list(4_000, (i) => `(${i}, 0)`)})`,
  ),
  nasty(
    "many alternatives",
    `select count(*) from numbers where ${Array.from({ length: 2_000 }, (_, i) => `n = ${i} and same = 0`).join(" or ")}`,
  ),
  nasty("update of a wide table", `update wider set ${list(1_500, (i) => `c${i} = c${i} + 1`)}`),
  nasty(
    "IN with many expressions",
    `select count(*) from numbers where n in (${list(10_000, (i) => `length('a') + ${i}`)})`,
  ),
  nasty(
    "array of arrays",
    "select cardinality(array_agg(array[i, i + 1, i + 2])) from generate_series(1, 200000) i",
  ),
  nasty(
    "keys of documents",
    "select j ?| k, j ?& k, length((j - k)::text) from (select jsonb_object_agg(i::text, i) as j, array_agg('x' || i) as k from generate_series(1, 200000) i) s",
  ),
  nasty(
    "path through a document",
    "select jsonb_agg(jsonb_build_object('a', i)) @? '$[*].a ? (@ > 1000000)' from generate_series(1, 200000) i",
  ),
  sent("parameter of many elements", "select cardinality($1::int[])", [
    `{${list(200_000, (i) => String(i))}}`,
  ]),
  sent("parameter of a document", "select jsonb_array_length($1::jsonb)", [
    `[${list(200_000, (i) => `"${i}"`)}]`,
  ]),
  nasty("regular expression that refers back", "select repeat('ab', 500) ~ '(.*)(.*)\\1\\2x'"),
  nasty(
    "one match that tries many ways",
    "select regexp_match(string_agg(md5(g::text), '' order by g), '(.{9,})(.*)\\1y?$') from generate_series(1, 6) g",
  ),
  nasty("many statements", Array.from({ length: 5000 }, (_, i) => `select ${i}`).join("; ")),
  nasty(
    "explain analyze",
    `explain analyze select count(*) from ${MANY} join generate_series(1, 200000) j on i = j`,
  ),
];
