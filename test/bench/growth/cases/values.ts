/** Functions of long texts, documents, numerics and arrays. */
import type { Growing } from "../growing.ts";
import { growing, times } from "../growing.ts";

type Case = readonly [string, number, (n: number) => string];

function series(n: number): string {
  return `generate_series(1, ${n}) i`;
}

const MB = 1_000_000;

const TEXTS: readonly Case[] = [
  ["LIKE with many %", 250_000, (n) => `select repeat('ab', ${n}) like '${"%a%b".repeat(50)}%c'`],
  ["LIKE with _ and %", 250_000, (n) => `select repeat('ab', ${n}) like '%a_a_a_b%'`],
  ["ILIKE", 250_000, (n) => `select repeat('ab', ${n}) ilike '%B%A%C'`],
  [
    "regexp: alternatives",
    250_000,
    (n) => `select regexp_count(repeat('abc ', ${n / 4}), 'a|b|cd')`,
  ],
  ["regexp: ends", 250_000, (n) => `select repeat('a', ${n}) ~ 'a$', repeat('a', ${n}) ~ 'b$'`],
  ["regexp: greedy twice", 2_500, (n) => `select repeat('a', ${n}) ~ 'a*a*b'`],
  [
    "regexp: replace",
    250_000,
    (n) => `select length(regexp_replace(repeat('abc ', ${n / 4}), '(\\w)(\\w)', '\\2\\1', 'g'))`,
  ],
  [
    "regexp: matches",
    50_000,
    (n) => `select count(*) from regexp_matches(repeat('abc ', ${n}), '\\w+', 'g')`,
  ],
  [
    "regexp: split",
    250_000,
    (n) => `select cardinality(regexp_split_to_array(repeat('a,b;', ${n / 4}), '[,;]'))`,
  ],
  ["regexp: lookahead", 25_000, (n) => `select regexp_count(repeat('ab', ${n}), 'a(?=b)')`],
  [
    "regexp: back-reference",
    2_500,
    (n) => `select regexp_count(repeat('abab ', ${n / 5}), '(ab)\\1')`,
  ],
  ["regexp: case-insensitive", 250_000, (n) => `select repeat('ab', ${n / 2}) ~* 'BC'`],
  [
    "regexp: bounded repeats",
    25_000,
    (n) => `select regexp_count(repeat('abcdefghij ', ${n / 10}), '[a-j]{5,10}')`,
  ],
  [
    "regexp: unanchored .*",
    250_000,
    (n) => `select regexp_replace(repeat('ab', ${n / 2}), '.*b', 'x')`,
  ],
  [
    "regexp: substring",
    250_000,
    (n) => `select length(substring(repeat('ab', ${n / 2}) || 'xyz' from '(x.*)'))`,
  ],
  ["replace", 2.5 * MB, (n) => `select length(replace(repeat('ab', ${n / 2}), 'a', 'xyz'))`],
  ["translate", 2.5 * MB, (n) => `select length(translate(repeat('ab', ${n / 2}), 'abc', 'xy'))`],
  [
    "translate with many characters",
    250_000,
    (n) =>
      `select length(translate(repeat('ab', ${n / 2}), (select string_agg(chr(i), '') from generate_series(200, 5000) i), 'x'))`,
  ],
  [
    "btrim with many characters",
    250_000,
    (n) =>
      `select length(btrim(repeat('ab', ${n / 2}), (select string_agg(chr(i), '') from generate_series(90, 5000) i)))`,
  ],
  [
    "btrim with a long set",
    2_500,
    (n) => `select length(btrim(repeat('ab', ${n / 2}), repeat('cd', ${n / 2}) || 'ab'))`,
  ],
  [
    "ltrim, rtrim of bytes",
    250_000,
    (n) => `select length(btrim(convert_to(repeat('ab', ${n / 2}), 'UTF8'), '\\x6162'))`,
  ],
  [
    "overlay",
    2.5 * MB,
    (n) => `select length(overlay(repeat('ab', ${n / 2}) placing 'xyz' from ${n / 2} for 5))`,
  ],
  [
    "lpad and rpad",
    2.5 * MB,
    (n) => `select length(lpad('x', ${n}, 'abc')), length(rpad('x', ${n}, 'abc'))`,
  ],
  [
    "string_to_array",
    2.5 * MB,
    (n) => `select cardinality(string_to_array(repeat('ab,', ${n / 3}), ','))`,
  ],
  [
    "string_to_array of characters",
    250_000,
    (n) => `select cardinality(string_to_array(repeat('ab', ${n / 2}), null))`,
  ],
  [
    "string_to_table",
    250_000,
    (n) => `select count(*) from string_to_table(repeat('ab,', ${n / 3}), ',')`,
  ],
  [
    "split_part",
    2.5 * MB,
    (n) =>
      `select split_part(repeat('ab,', ${n / 3}), ',', ${Math.floor(n / 4)}), split_part(repeat('ab,', ${n / 3}), ',', -5)`,
  ],
  [
    "position, strpos",
    2.5 * MB,
    (n) => `select position('ba' in repeat('aa', ${n / 2})), strpos(repeat('ab', ${n / 2}), 'aa')`,
  ],
  [
    "position, near matches",
    250_000,
    (n) => `select strpos(repeat('a', ${n}), repeat('a', 1000) || 'b')`,
  ],
  [
    "replace, near matches",
    250_000,
    (n) => `select length(replace(repeat('a', ${n}), repeat('a', 1000) || 'b', 'x'))`,
  ],
  [
    "reverse, upper, initcap",
    2.5 * MB,
    (n) =>
      `select length(reverse(repeat('ab ', ${n / 3}))), length(upper(repeat('ab ', ${n / 3}))), length(initcap(repeat('ab ', ${n / 3})))`,
  ],
  [
    "upper of non-ASCII",
    250_000,
    (n) => `select length(upper(repeat('äß', ${n / 2}))), length(lower(repeat('ÄΣ', ${n / 2})))`,
  ],
  [
    "substr of non-ASCII",
    250_000,
    (n) =>
      `select length(substr(repeat('😀ä', ${n / 2}), ${n / 2}, 1000)), length(right(repeat('😀ä', ${n / 2}), -1000))`,
  ],
  [
    "levenshtein-like substr loop",
    2_500,
    (n) =>
      `select count(*) from (select repeat('ab', ${n / 2}) t offset 0) s, generate_series(1, ${n}) i where substr(t, i, 1) = 'a'`,
  ],
  [
    "substr loop, non-ASCII",
    1_250,
    (n) =>
      `select count(*) from (select repeat('aä', ${n / 2}) t offset 0) s, generate_series(1, ${n}) i where substr(t, i, 1) = 'a'`,
  ],
  [
    "quote, format",
    2.5 * MB,
    (n) =>
      `select length(quote_literal(repeat('a''', ${n / 2}))), length(format('%L', repeat('a\\', ${n / 2})))`,
  ],
  [
    "encode and decode",
    2.5 * MB,
    (n) =>
      `select length(decode(encode(convert_to(repeat('ab', ${n / 2}), 'UTF8'), 'base64'), 'base64')), length(encode(convert_to(repeat('ab', ${n / 2}), 'UTF8'), 'escape'))`,
  ],
  [
    "normalize",
    250_000,
    (n) =>
      `select length(normalize(repeat('äa', ${n / 2}), NFD)), repeat('äa', ${n / 2}) is nfc normalized`,
  ],
  ["ascii escapes", 250_000, (n) => `select length(unistr(repeat('\\0061', ${n / 5})))`],
  [
    "md5, sha512 of long",
    2.5 * MB,
    (n) => `select md5(repeat('ab', ${n / 2})), sha512(convert_to(repeat('ab', ${n / 2}), 'UTF8'))`,
  ],
  [
    "get_byte, set_byte",
    2_500,
    (n) =>
      `select sum(get_byte(b, i - 1)), max(length(set_byte(b, i - 1, 7))) from (select convert_to(repeat('ab', ${n / 2}), 'UTF8') b offset 0) s, generate_series(1, ${n}) i`,
  ],
  [
    "bit strings",
    25_000,
    (n) =>
      `select length(repeat('10', ${n / 2})::varbit & repeat('01', ${n / 2})::varbit), bit_count(repeat('10', ${n / 2})::varbit), position(B'00' in repeat('10', ${n / 2})::varbit)`,
  ],
  [
    "to_tsvector",
    25_000,
    (n) =>
      `select length(to_tsvector('simple', (select string_agg(md5(i::text), ' ') from generate_series(1, ${n / 5}) i)))`,
  ],
  [
    "tsquery",
    25_000,
    (n) =>
      `select to_tsvector('simple', (select string_agg(md5(i::text), ' ') from generate_series(1, ${n / 5}) i)) @@ to_tsquery('simple', (select string_agg(md5(i::text), ' & ') from generate_series(1, ${n / 50}) i))`,
  ],
  [
    "xml",
    10_000,
    (n) =>
      `select length(xmlelement(name x, (select string_agg('a<', '') from ${series(n)}))::text)`,
  ],
];

/** An object of n keys, an array of n elements. */
const OBJECT = (n: number): string => `(select jsonb_object_agg('k' || i, i) d from ${series(n)})`;
const ELEMENTS = (n: number): string => `(select jsonb_agg(i) d from ${series(n)})`;
function document(name: string, expression: (n: number) => string, made = OBJECT): Case {
  return [`jsonb ${name}`, 25_000, (n) => `select ${expression(n)} from ${made(n)} s`];
}

const DOCUMENTS: readonly Case[] = [
  document("->", () => "d -> 'k77', d ->> 'k78', d -> 'absent'"),
  document("#>", () => "d #> '{k77}', d #>> '{k78,1}'"),
  document("||", () => `length((d || '{"a": 1}')::text), length((d || d)::text)`),
  document("- key", () => "length((d - 'k77')::text)"),
  document(
    "- keys",
    (n) => `length((d - array(select 'k' || i from generate_series(1, ${n}, 2) i))::text)`,
  ),
  document("#-", () => "length((d #- '{k77}')::text)"),
  document(
    "jsonb_set",
    () => "length(jsonb_set(d, '{k77}', '[1]')::text), length(jsonb_set(d, '{new}', '1')::text)",
  ),
  document("@>", () => `d @> '{"k77": 77}', d @> d, d = d, d < d`),
  document(
    "? and ?|",
    (n) =>
      `d ? 'k5', d ?| array(select 'x' || i from generate_series(1, ${n}) i), d ?& array(select 'k' || i from generate_series(1, ${n}) i)`,
  ),
  document(
    "keys and each",
    () => "(select count(*) from jsonb_object_keys(d)), (select count(*) from jsonb_each_text(d))",
  ),
  document(
    "pretty, strip, typeof",
    () => "length(jsonb_pretty(d)), length(jsonb_strip_nulls(d)::text), jsonb_typeof(d)",
  ),
  document(
    "path",
    () =>
      `jsonb_path_query_array(d, '$.*') = '[]', jsonb_path_exists(d, '$.* ? (@ > 5000000)'), jsonb_path_query_first(d, '$.k77')`,
  ),
  document("array ->", () => "d -> 77, d -> -1, d ->> 78", ELEMENTS),
  document("array ||", () => "jsonb_array_length(d || d), jsonb_array_length(d || '1')", ELEMENTS),
  document(
    "array -",
    () => "jsonb_array_length(d - 77), jsonb_array_length(jsonb_insert(d, '{5}', '1'))",
    ELEMENTS,
  ),
  document("array @>", () => "d @> d, d @> '[77]', d @> '[-1]'", ELEMENTS),
  document("array elements", () => "(select sum(x::int) from jsonb_array_elements(d) x)", ELEMENTS),
  document(
    "array path",
    () => "jsonb_path_exists(d, '$[*] ? (@ == -1)'), jsonb_path_query(d, '$[last]')",
    ELEMENTS,
  ),
  [
    "jsonb -> per row",
    500,
    (n) => `select count(d -> ('k' || i)) from ${OBJECT(n)} s, ${series(n)}`,
  ],
  [
    "jsonb -> per row of an array",
    500,
    (n) => `select sum((d -> i - 1)::int) from ${ELEMENTS(n)} s, ${series(n)}`,
  ],
  [
    "json -> per row",
    125,
    (n) => `select count(d::json -> ('k' || i)) from ${OBJECT(n)} s, ${series(n)}`,
  ],
  [
    "json -> of many keys",
    25_000,
    (n) => `select d::text::json -> 'k77', d::text::json #>> '{k78}' from ${OBJECT(n)} s`,
  ],
  ["jsonb deep", 250, (n) => `select length(('${"[".repeat(n)}${"]".repeat(n)}'::jsonb)::text)`],
  [
    "jsonb_build_object",
    12,
    (n) => `select jsonb_build_object(${times(n, (i) => `'k${i}', i`, ", ")}) from ${series(1000)}`,
  ],
];

function numeric(name: string, size: number, expression: (digits: string) => string): Case {
  return [`numeric ${name}`, size, (n) => `select ${expression(`repeat('7', ${n})::numeric`)}`];
}

const NUMERICS: readonly Case[] = [
  numeric("*", 10_000, (d) => `length((${d} * ${d})::text)`),
  numeric("/", 10_000, (d) => `length((${d} * ${d} / (${d} + 1))::text)`),
  numeric("/ with digits", 2_500, (d) => `length((1 / (${d} / 1e1000))::text)`),
  numeric(
    "%",
    10_000,
    (d) => `length(((${d} * ${d}) % (${d} + 1))::text), length(div(${d} * ${d}, ${d})::text)`,
  ),
  numeric("sqrt", 2_500, (d) => `length(sqrt(${d})::text)`),
  numeric("gcd", 1_000, (d) => `length(gcd(${d} * 6, ${d} * 4 + 2)::text)`),
  numeric("ln", 500, (d) => `length(ln(${d})::text), length(log(${d})::text)`),
  numeric(
    "rounding",
    10_000,
    (d) =>
      `length(round(${d} / 7, 50)::text), length(trunc(${d} / 7, 50)::text), length(ceil(${d} / 7)::text)`,
  ),
  numeric(
    "+ and comparison",
    25_000,
    (d) => `length((${d} + ${d} - 1)::text), ${d} > ${d} - 1, hash_numeric(${d})`,
  ),
  numeric("to_char", 250, (d) => `length(to_char(${d}, repeat('9', 100)))`),
  [
    "numeric power",
    2_500,
    (n) => `select length((7::numeric ^ ${n})::text), length(power(1.5, ${n})::text)`,
  ],
  [
    "numeric power of fractions",
    250,
    (n) => `select length(power(1.0000001, ${n} + 0.5)::text), length(exp(${n / 5}.5)::text)`,
  ],
  ["numeric factorial", 1_000, (n) => `select length(factorial(${n})::text)`],
  [
    "numeric product in rows",
    500,
    (n) =>
      `with recursive r as (select 1 i, 1::numeric p union all select i + 1, p * (i + 1) from r where i < ${n}) select length(max(p)::text) from r`,
  ],
  [
    "numeric of rows",
    25_000,
    (n) =>
      `select sum(sqrt(i::numeric)), sum(i::numeric / 3), sum(round(i * 1.005, 2)) from ${series(n)}`,
  ],
];

const ARRAY = (n: number): string => `(select array_agg(i) x from ${series(n)})`;
function array(name: string, size: number, expression: (n: number) => string): Case {
  return [`array ${name}`, size, (n) => `select ${expression(n)} from ${ARRAY(n)} s`];
}

const ARRAYS: readonly Case[] = [
  array(
    "subscripts",
    50_000,
    () => "x[77], cardinality(x[5:500]), array_length(x, 1), x[array_upper(x, 1)]",
  ),
  array("||", 50_000, () => "cardinality(x || x), cardinality(x || 1), cardinality(1 || x)"),
  array("@>, &&", 25_000, () => "x @> x, x && array[-1], x <@ x, x = x, x < x"),
  array(
    "remove, replace, position",
    50_000,
    () =>
      "cardinality(array_remove(x, 5)), cardinality(array_replace(x, 5, 6)), array_position(x, -1), cardinality(array_positions(x, 7))",
  ),
  array("to_string", 50_000, () => "length(array_to_string(x, ',')), length(x::text)"),
  array(
    "sort by a subquery",
    50_000,
    () => "(select sum(v) from (select v from unnest(x) v order by v desc offset 3) t)",
  ),
  array(
    "to_json",
    50_000,
    () =>
      "length(to_json(x)::text), length(array_to_json(x)::text), jsonb_array_length(to_jsonb(x))",
  ),
  array(
    "of text and back",
    50_000,
    () => "cardinality(x::text[]), cardinality(x::text::int[]), cardinality(x::bigint[])",
  ),
  array(
    "trim, fill",
    50_000,
    (n) =>
      `cardinality(trim_array(x, 5)), cardinality(array_fill(1, array[${n}])), cardinality(array_shuffle(x))`,
  ),
  ["array subscript per row", 2_500, (n) => `select sum(x[i]) from ${ARRAY(n)} s, ${series(n)}`],
  [
    "array = any per row",
    2_500,
    (n) => `select count(*) from ${ARRAY(n)} s, ${series(n)} where i = any(x)`,
  ],
  [
    "array slice per row",
    500,
    (n) => `select sum(cardinality(x[1:i])) from ${ARRAY(n)} s, ${series(n)}`,
  ],
  [
    "array_position per row",
    500,
    (n) => `select sum(array_position(x, i)) from ${ARRAY(n)} s, ${series(n)}`,
  ],
  [
    "arrays @> per row",
    2_500,
    (n) =>
      `select count(*) from (select array[i, i + 1, i + 2] x from ${series(n)}) s where x @> array[77] or x && array[5, 6]`,
  ],
  [
    "multirange contains",
    2_500,
    (n) =>
      `select count(*) from (select range_agg(int4range(i * 3, i * 3 + 2)) m from ${series(n)}) s, ${series(n)} where m @> i`,
  ],
  [
    "multirange operators",
    10_000,
    (n) =>
      `select isempty(m * m), isempty(m - m), m && m, m = m from (select range_agg(int4range(i * 3, i * 3 + 2)) m from ${series(n)}) s`,
  ],
];

export const VALUES: readonly Growing[] = [...TEXTS, ...DOCUMENTS, ...NUMERICS, ...ARRAYS].map(
  ([name, size, text]) => growing(name, size, text),
);
