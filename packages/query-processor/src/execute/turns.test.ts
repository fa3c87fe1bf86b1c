/**
 * Statements leave the event loop every so many rows or pieces, and answer the same as without that;
 * an interrupt at any such place ends them with nothing left behind. No time is measured: a look at
 * the clock is a call of `overdue`.
 */
import { MemoryTemporaryFiles, SqlError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { typeByOid } from "@firstlight/sql";
import { beforeAll, describe, expect, it } from "vitest";
import { bindStatement } from "../bind/bind-statement.ts";
import { testCatalog } from "../bind/testing/test-catalog.ts";
import { loadParser, parse } from "../parse/parser.ts";
import type { Execution, Interrupts } from "./executable.ts";
import { PlanExecution } from "./plan-execution.ts";
import { planQuery } from "./plan-query.ts";
import { StatementLongCalls, computedInTurns } from "./statement-long-calls.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";
import { testContext, testEvaluation, testSpillSpace } from "./testing/statement-runner.ts";

const catalog = testCatalog([]);
beforeAll(() => loadParser());

const ROWS_PER_LOOK = 4;
const INT4_ARRAY = 1007;

/** Overdue at every look; cancelled at the look or check of a number. */
class Counted implements Interrupts {
  readonly rowsPerLook: number = ROWS_PER_LOOK;
  readonly #cancelAt: number;
  places = 0;
  yields = 0;

  constructor(cancelAt = Infinity) {
    this.#cancelAt = cancelAt;
  }

  /** Steps one after the other between which nobody else could have had a turn. */
  heldMost = 0;
  #held = 0;

  check(): void {
    this.heldMost = Math.max(this.heldMost, ++this.#held);
    this.places++;
    if (this.places >= this.#cancelAt) throw new SqlError("57014", "canceling statement");
  }

  overdue(): boolean {
    return true;
  }

  yield(): Promise<void> {
    this.#held = 0;
    this.yields++;
    return Promise.resolve();
  }
}

const CALM: Interrupts = {
  check() {},
  overdue: () => false,
  yield: () => Promise.resolve(),
};

type ReadAll = (execution: Execution, interrupts: Interrupts) => Promise<Row[]>;

function readerOf(batchRows: number, between: (interrupts: Interrupts) => unknown): ReadAll {
  return async (execution, interrupts) => {
    const rows: Row[] = [];
    for (;;) {
      const batch = await execution.next(batchRows);
      if (batch === undefined) return rows;
      rows.push(...batch);
      await between(interrupts);
    }
  };
}

/** As a session does. */
const all = readerOf(1000, (interrupts) => {
  interrupts.check();
  return interrupts.overdue() ? interrupts.yield() : undefined;
});

/** As MOVE does: asks for batch after batch, and never looks at the clock. */
const allAtOnce = readerOf(8, () => undefined);

interface Ran {
  readonly rows: readonly Row[];
  readonly error: unknown;
  /** Bytes and files that the statement still has once it is closed. */
  readonly left: number;
}

async function run(
  text: string,
  interrupts: Interrupts,
  memory = 64 << 20,
  readAll = all,
): Promise<Ran> {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const evaluation = { ...testEvaluation(), longCalls: new StatementLongCalls(interrupts) };
  const bound = bindStatement(statement, catalog, {
    searchPath: ["public"],
    paramTypes: [],
    evaluation,
  });
  const files = new MemoryTemporaryFiles();
  const space = testSpillSpace(files);
  const transaction = new MemoryTransaction(new Map());
  const context = {
    ...testContext(transaction, catalog, evaluation, memory, space),
    interrupts,
  };
  const execution = planQuery(bound, catalog).execute(context);
  let rows: readonly Row[] = [];
  let error: unknown;
  try {
    rows = await readAll(execution, interrupts);
  } catch (cause) {
    error = cause;
  }
  execution.close();
  await Promise.resolve();
  const held = execution instanceof PlanExecution ? execution.heldBytes : 0;
  return { rows, error, left: held + files.usedBytes + files.openFiles + space.usedBytes };
}

const ROWS = 400;
const MANY = `generate_series(1, ${ROWS}) i`;
const OTHERS = `generate_series(1, ${ROWS}) j`;
const PIECES = 40;
const WORDS = `repeat('word ', ${PIECES * 20_000})`;

const LONG_TEXTS =
  "(select repeat('xy', 100000) || i % 20 as t, i from generate_series(1, 40) i offset 0) s";

const DIGESTS = "(select string_agg(md5(g::text), '' order by g) from generate_series(1, 4) g)";

const NUMBERED = "(select jsonb_object_agg(i, i) from generate_series(1, 20000) i)";

/** Statements, and how many units of work they have at least. */
const STATEMENTS: Readonly<Record<string, readonly [text: string, units: number]>> = {
  "a filter": [`select * from ${MANY} where i % 3 = 0`, ROWS],
  "a projection": [`select md5(i::text) from ${MANY}`, ROWS],
  "a sort": [`select i from ${MANY} order by i % 7, i desc`, ROWS],
  "a sort with a bound": [`select i from ${MANY} order by i % 7, i desc limit 5`, ROWS],
  "a hash join": [`select i, j from ${MANY} join ${OTHERS} on i = j`, 2 * ROWS],
  "a nested loop": [`select count(*) from ${MANY} join ${OTHERS} on i < j`, ROWS * ROWS],
  "a lateral join": [
    `select count(*) from ${MANY}, lateral (select * from generate_series(1, 3) k where k < i) s`,
    ROWS,
  ],
  grouping: [`select i % 50, count(*), sum(i) from ${MANY} group by 1 order by 1`, ROWS],
  "grouping sets": [
    `select i % 5, i % 3, count(*) from ${MANY} group by cube (i % 5, i % 3) order by 1, 2`,
    ROWS,
  ],
  "an ordered aggregate": [`select string_agg(i::text, ',' order by i desc) from ${MANY}`, ROWS],
  "a hypothetical row": [`select dense_rank(7) within group (order by i % 9) from ${MANY}`, ROWS],
  "distinct rows": [`select distinct i % 100 from ${MANY}`, ROWS],
  "a set operation": [`select i from ${MANY} except select i * 2 from ${MANY}`, 2 * ROWS],
  "a window": [`select i, sum(i) over (partition by i % 4 order by i) from ${MANY}`, ROWS],
  "a recursive query": [
    `with recursive r as (select 1 as i union select i % ${ROWS} + 1 from r) select * from r`,
    ROWS,
  ],
  "a kept CTE": [
    `with c as materialized (select i from ${MANY}) select count(*), (select max(i) from c) from c`,
    ROWS,
  ],
  "a quantified subquery": [
    `select i from ${MANY} where i not in (select j * 2 from ${OTHERS})`,
    ROWS,
  ],
  "sets in the list": [`select generate_series(1, 20), i from generate_series(1, 20) i`, ROWS],
  "text functions": [`select md5(${WORDS}), length(replace(${WORDS}, 'o', '00'))`, PIECES],
  "text functions in a condition": [
    `select i from generate_series(1, 3) i where length(upper(${WORDS} || i)) > i`,
    PIECES,
  ],
  "a text function in an aggregate": [
    `select max(length(reverse(${WORDS} || i))) from generate_series(1, 2) i`,
    PIECES,
  ],
  "a regular expression": [`select length(regexp_replace(${WORDS}, '(w)o', '\\1', 'g'))`, PIECES],
  "a regular expression over windows of a text": [
    "select t ~ 'y+z', regexp_count(t, 'yx{2}'), regexp_instr(t, '[yw]z', 3), t ~ 'w$', substring(t from '(?n)^z+') from (select repeat('xy', 400000) || 'yz' as t offset 0) s",
    PIECES,
  ],
  "a sort of long texts": [`select md5(t) from ${LONG_TEXTS} order by t || 'z'`, PIECES],
  "groups of long texts": [
    `select md5(t || 'a'), count(*), count(i) from ${LONG_TEXTS} group by t || 'a' order by 1`,
    PIECES,
  ],
  "distinct long texts": [
    `select count(*) from (select distinct t || 'a' from ${LONG_TEXTS}) d union all select count(distinct t || 'b') from ${LONG_TEXTS}`,
    PIECES,
  ],
  "the largest of long texts": [
    `select right(max(t || 'a'), 5), right(min(t || 'a'), 5) from ${LONG_TEXTS}`,
    PIECES,
  ],
  "a join of long texts": [
    `select count(*) from ${LONG_TEXTS} join (select repeat('xy', 100000) || i as u from generate_series(1, 10) i offset 0) r on t || 'a' = u || 'a'`,
    PIECES,
  ],
  "long texts but for others": [
    `select md5(t) from ${LONG_TEXTS} except all select repeat('xy', 100000) || i from generate_series(1, 5) i order by 1`,
    PIECES,
  ],
  "array functions": [
    "select array_position(array_fill(1, array[400000]), 2), cardinality(array_remove(array_fill(1, array[400000]), 2))",
    10,
  ],
  "more text functions": [
    `select md5(translate(${WORDS}, 'wo', 'xy')), md5(quote_literal(${WORDS})), md5(encode(convert_to(${WORDS}, 'UTF8'), 'base64')), split_part(${WORDS}, ' ', 700000)`,
    PIECES,
  ],
  "reading and printing json": [
    `select json_array_length(t::json), length(t::jsonb::text) from (select '[' || repeat('{"a": [1, "x"]}, ', 20000) || '1]' as t) s`,
    PIECES,
  ],
  "a long string as json": [
    `select md5(t::json::text), md5(t::jsonb::text), (t::jsonb ->> 1) = 'b' from (select '["' || ${WORDS} || '\\n\\u00e9 \\"' || repeat('日x', 40000) || '", "b"]' as t) s`,
    10,
  ],
  "arrays of a subquery": [
    "select cardinality(array(select array[i, i + 1] from generate_series(1, 20000) i))",
    ROWS,
  ],
  "values as json": [
    "select length(to_json(array_fill(1, array[60000]))::text), length(to_jsonb(array_fill(1, array[60000]))::text)",
    PIECES,
  ],
  "arrays as texts": [
    "select length(array_fill(1, array[100000])::text), (select length(a::text) from (select array_fill(i, array[100000], array[7]) as a from generate_series(1, 1) i) s)",
    PIECES,
  ],
  "a path through jsonb": [
    "select count(*) from jsonb_path_query(to_jsonb(array_fill(1, array[60000])), '$[*] ? (@ > 1)')",
    PIECES,
  ],
  "numerics of many digits": [
    `select length((n * n)::text), length(sqrt(n)::text), n % (n - 7), md5((n / 7)::text), gcd(n, 98765) from (select (repeat('1234567890', 2500) || i)::numeric as n from generate_series(1, 2) i) s`,
    PIECES,
  ],
  "parts of long texts": [
    `select md5(left(t, -5)), right(t, -3999990), md5(substr(t, 5)), md5(overlay(t placing '€😀' from 7 for 2)), strpos(t, '!'), right(t || '😀', 2), left('😀' || t, 2) from (select repeat('word ', 800000) || '!' as t) s`,
    20,
  ],
  "patterns and long texts": [
    `select t like '%z%', t like '%d w_r%!', t like '%D%', t ilike '%D W_R%!%', t ilike 'w%d!', starts_with(t, 'words'), ascii(t), bit_length(t), t::bytea like '%z%'::bytea from (select repeat('word ', 800000) || '!' as t) s`,
    PIECES,
  ],
  "long texts made longer, and trimmed": [
    `select md5(lpad(t, 4000010, '€')), md5(rpad('x', 900000, t)), md5(rpad(t, 3999990)), md5(rtrim(t, '!')), btrim(t, 'drow !😀'), md5(lpad('x', 900000, '😀' || t)) from (select repeat('word ', 800000) || '!' as t) s`,
    20,
  ],
  "long texts of pairs": [
    `select length(left(t, -5)), right(t, 3), md5(substr(t, 500001, 400001)), md5(substr('a' || t, 65536, 300000)), strpos(t, '!') from (select repeat('😀', 600000) || 'ab!' as t) s`,
    PIECES,
  ],
  "escapes in long texts": [
    `select md5(unistr(t || '\\0041\\\\')), md5(to_ascii(t, 'LATIN1')), md5(decode(t || '\\101\\\\', 'escape')), md5(unistr(repeat('\\0041', 100000))) from (select repeat('wörd€ ', 300000) as t) s`,
    PIECES,
  ],
  "hashes of long texts": [
    `select hashtext(t), hashtextextended(t, 7), hashtext(left(t, 30)), hashbpchar(t::bpchar) from (select repeat('wörd€ ', 300000) as t) s`,
    PIECES,
  ],
  "words with capitals": [`select md5(initcap(${WORDS} || 'aB cD'))`, PIECES],
  "a regular expression that refers back": [
    `select repeat('ab cd ', 5000) ~ '(\\w+)x\\1', repeat('ab cd ', 200) || 'xx' ~* '(X)\\1'`,
    PIECES,
  ],
  "one match that tries many ways": [
    `select regexp_match(${DIGESTS}, '(.{3,})\\1y?$'), regexp_substr(${DIGESTS}, '(.{4,})\\1z?$')`,
    PIECES,
  ],
  "a set of matches that try many ways": [
    `select regexp_matches(${DIGESTS}, '(.{3,})\\1y?$', 'g') union all select array[t] from regexp_split_to_table(${DIGESTS}, '(.{9,})\\1') t`,
    PIECES,
  ],
  "groups in a long text": [
    `select regexp_replace(repeat('word ', 6000), '^(.*) (w.*|d.*)$', '\\2') = 'word ', regexp_instr(repeat('word ', 6000), '(r|rd)(d .*)*$')`,
    PIECES,
  ],
  "documents in documents": [
    `select a @> b, b @> a, a @> '[{"k": 7}, [3], 5]', a @> '[{"k": -7}]', b ?& array['x', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'], b ?| array['x', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'] from (select (select jsonb_agg(i) || jsonb_agg(jsonb_build_object('k', i)) || '[[3], "w2"]' || jsonb_agg('w' || i) from generate_series(1, 9000) i) as a, (select jsonb_agg('w' || i) from generate_series(1, 9000) i) as b) s`,
    PIECES,
  ],
  "keys of documents": [
    `select j ?| k, j ?& k, (j - k) = j from (select to_jsonb(array_fill('x'::text, array[60000])) as j, array_fill('y'::text, array[60000]) as k) s`,
    560,
  ],
  "whether a path finds anything": [
    `select j @? '$[*] ? (@ > 1)', jsonb_path_exists(j, 'strict $[*]') from (select to_jsonb(array_fill(1, array[60000])) as j) s`,
    800,
  ],
  "bytes as text": [`select length(convert_to(${WORDS}, 'UTF8')::text)`, PIECES],
  "a list of rows": [
    `select count(*), max(a) from (values ${Array.from({ length: ROWS }, (_, i) => `(${i} + random()::int, now())`).join(", ")}) v (a, b)`,
    ROWS,
  ],
  "literals by format": [`select length(format('%L', ${WORDS} || '''\\'))`, PIECES],
  "documents of many members": [
    `select j = k, j < k, jsonb_cmp(k, j), md5((j || k)::text), md5((k || j)::text), md5(jsonb_pretty(k)), jsonb_strip_nulls(k) = k, jsonb_object_agg_of from (select ${NUMBERED} as j, ${NUMBERED} || '{"a": [1, {"b": null}], "5": null, "c": {}}' as k, (select jsonb_object_agg(i % 6000, i) = jsonb_object_agg(i % 6000, i order by i) from generate_series(1, 20000) i) as jsonb_object_agg_of offset 0) s`,
    PIECES,
  ],
  "matches that are counted": ["select regexp_count(repeat('abc ', 20000), 'a|cd|b')", PIECES],
  "a search by an automaton": ["select repeat('a', 60000) ~ 'a*a*b'", 20],
  "members of a document": [
    "select count(*) from (select (jsonb_each(jsonb_object_agg(i, i))).* from generate_series(1, 6000) i) s",
    6000,
  ],
  "a document for each row": [
    "select count(j) from (select jsonb_object_agg(6001 - i, i) over (order by i / 3000) as j from generate_series(1, 6000) i) s",
    40,
  ],
  "documents of groups": [
    "select i % 3, md5(jsonb_object_agg(i, i)::text), md5(jsonb_object_agg(-i, i order by i)::text) from generate_series(1, 20000) i group by 1 order by 1",
    1000,
  ],
  "large multiranges": [
    "select md5((m * n)::text), md5((m - n)::text), md5((m + n)::text), m @> n, m @> 6, m @> 7, m && n, m = n, m < n from (select range_agg(int4range(i * 4, i * 4 + 2) order by i % 7) as m, range_agg(int4range(i * 4 + 1, i * 4 + 4)) as n from generate_series(1, 20000) i offset 0) s",
    300,
  ],
  "large values as keys": [
    `select count(*), md5(a::text), md5(m::text), md5(j::text) from (select array_fill(1.50, array[20000]) as a, (select range_agg(int4range(i * 2, i * 2 + 1)) from generate_series(1, 20000) i) as m, ${NUMBERED} as j from generate_series(1, 2) i) s group by a, m, j`,
    200,
  ],
  "a document of a subscript": [
    `select md5((jsonb_set(j, '{"7"}', '{"a": 8}') || '{"z": []}')::text) from (select ${NUMBERED} as j offset 0) s`,
    100,
  ],
  "a set out of a long call": [
    "select count(*) from unnest(array_replace(array_fill(1, array[200000]), 1, 2)) u",
    10,
  ],
};

const TWO_DOCUMENTS = `(select ${NUMBERED} as j, ${NUMBERED} as k offset 0) s`;
const OBJECTS = `(select ('[' || repeat('{"a": 1}, ', 20000) || '{"a": 2}]')::json as t offset 0) s`;
const OBJECTS_B = `(select ('[' || repeat('{"a": null}, ', 20000) || '{"a": 2}]')::jsonb as t offset 0) s`;
const NUMBERS = "(select repeat('x9', 50000) as t offset 0) s";
const TEMPLATE = "(select repeat('YYYY-', 20000) as t offset 0) s";

/** Calls, what takes no step instead of each, where from, and how many steps are more at least. */
const CALLS: Readonly<
  Record<string, readonly [call: string, none: string, from: string, n: number]>
> = {
  "documents that are equal": ["j = k", "j is null or k is null", TWO_DOCUMENTS, 35],
  "an order of documents": ["jsonb_cmp(j, k)", "j is null or k is null", TWO_DOCUMENTS, 35],
  "documents put together": ["(j || k) is null", "j is null or k is null", TWO_DOCUMENTS, 35],
  "a document of members": [
    "jsonb_object_agg(20001 - i, i) is null",
    "count(i)",
    "generate_series(1, 20000) i",
    75,
  ],
  "a document changed at a path": [
    `jsonb_set(j, '{7}', '0') is null, (j - '5') is null, (j #- '{6}') is null, jsonb_insert(k, '{new}', '1') is null`,
    "j is null, j is null, j is null, k is null",
    TWO_DOCUMENTS,
    140,
  ],
  "an array changed at a path": [
    `jsonb_set(t, '{7}', '0') is null, (t - 5) is null, (t #- '{6}') is null, jsonb_insert(t, '{9}', '1') is null, (t || t) is null, t ? 'x'`,
    "t is null, t is null, t is null, t is null, t is null, t is null",
    "(select to_jsonb(array_fill(1, array[20000])) as t offset 0) s",
    200,
  ],
  "members found in a document": [
    "j @> k, t @> '1'",
    "j is null, t is null",
    `(select ${NUMBERED} as j, ${NUMBERED} as k, to_jsonb(array_fill(0, array[20000])) as t offset 0) s`,
    140,
  ],
  "documents of texts": [
    "json_object(a) is null, jsonb_object(a) is null, json_object(a, a) is null, jsonb_object(a, a) is null",
    "a is null, a is null, a is null, a is null",
    "(select array_fill('x'::text, array[40000]) as a offset 0) s",
    140,
  ],
  "hashes of large values": [
    "hash_array(array[j]), jsonb_hash(j), hash_array(a), hash_multirange_extended(m, 5), hash_record(row(a, j))",
    "j is null, j is null, a is null, m is null, a is null",
    `(select ${NUMBERED} as j, array_fill(1.5, array[20000]) as a, (select range_agg(int4range(i * 2, i * 2 + 1)) from generate_series(1, 20000) i) as m offset 0) s`,
    240,
  ],
  "a record of a long object": [
    `(select b from json_to_record(t) as x(b int)), (json_populate_record(null::pg_description, t)).objoid`,
    "(select b from json_to_record('{}') as x(b int)), (json_populate_record(null::pg_description, '{}')).objoid",
    `(select ('{' || repeat('"a": 1, ', 20000) || '"b": 2, "objoid": 3}')::json as t offset 0) s`,
    75,
  ],
  "an array out of json": [
    "(select cardinality(a) from json_to_record(t) as x(a int[]))",
    "(select cardinality(a) from json_to_record('{}') as x(a int[]))",
    `(select ('{"a": [1' || repeat(', 1', 20000) || ']}')::json as t offset 0) s`,
    35,
  ],
  "operations of large multiranges": [
    "isempty(m * n), isempty(m - n), isempty(m + n), m @> n, m && n, m = m, isempty(m::text::int4multirange), int4multirange(variadic array_fill(int4range(1, 2), array[20000])) @> 5",
    "m is null, m is null, m is null, m is null, m is null, m is null, m is null, cardinality(array_fill(int4range(1, 2), array[20000])) = 5",
    "(select range_agg(int4range(i * 4, i * 4 + 2)) as m, range_agg(int4range(i * 4 + 3, i * 4 + 4)) as n from generate_series(1, 20000) i offset 0) s",
    350,
  ],
  "a long path, and parts of a long name": [
    "length(t::jsonpath::text), cardinality(parse_ident(n))",
    "length(t), length(n)",
    "(select '$' || repeat('.a', 50000) as t, repeat('a.', 50000) || 'a' as n offset 0) s",
    270,
  ],
  "arrays compared": [
    "a = b, a < b, btarraycmp(a, b), array_larger(a, b) is null",
    "a is null, b is null, a is null, b is null",
    "(select array_fill(1.5, array[20000]) as a, array_fill(1.50, array[20001]) as b, array_fill(1.50, array[20000]) as c offset 0) s where a = c",
    55,
  ],
  "a document without nulls": ["jsonb_strip_nulls(t) is null", "t is null", OBJECTS_B, 70],
  "a document in lines": ["length(jsonb_pretty(t))", "t is null", OBJECTS_B, 70],
  "rows of a json array": [
    "(select count(a) from json_to_recordset(t) as x(a int))",
    "(select count(a) from unnest(array_fill(1, array[20001])) a)",
    OBJECTS,
    70,
  ],
  "a timestamp by a long template": [
    "length(to_char(timestamp '2020-01-02', t))",
    "length(t)",
    TEMPLATE,
    40,
  ],
  "an interval by a long template": [
    "length(to_char(interval '1 year', t))",
    "length(t)",
    TEMPLATE,
    40,
  ],
  "a number by a long template": ["length(to_char(12, t))", "length(t)", NUMBERS, 180],
  "a float by a long template": ["length(to_char(12::float8, t))", "length(t)", NUMBERS, 180],
  "reading a number by a long template": ["to_number(t, t)", "length(t || t)", NUMBERS, 180],
  "reading a moment by a long template": [
    "to_date(t, t), to_timestamp(t, t)",
    "length(t || t), length(t || t)",
    "(select repeat('z', 100000) as t offset 0) s",
    180,
  ],
  "a translation of very many characters": [
    "translate('a', t, t)",
    "length(t)",
    "(select repeat('xy', 200000) as t offset 0) s",
    10,
  ],
  "what is trimmed of very many characters": [
    "btrim('a', t)",
    "length(t)",
    "(select repeat('xy', 200000) as t offset 0) s",
    10,
  ],
  "base64 without lines, and hex with blanks": [
    "length(decode(t, 'base64')), length(decode(replace(t, 'QUJD', '4142 '), 'hex'))",
    "length(t), length(replace(t, 'QUJD', '4142 '))",
    "(select repeat('QUJD', 100000) as t offset 0) s",
    10,
  ],
  "filling an array": ["cardinality(array_fill(t, array[3000000]))", "t", "(select 1 as t) s", 3],
  "very many arguments": [
    "length(concat(variadic a)) + length(concat_ws(',', variadic a)) + length(format(f, variadic a))",
    "cardinality(a) + length(f)",
    "(select array_fill(1, array[400000]) as a, repeat('%s', 400000) as f offset 0) s",
    900,
  ],
};

const calls = Object.entries(CALLS).map(([name, [call, none, from, steps]]) => ({
  name,
  call,
  none,
  from,
  steps,
}));

const cases = Object.entries(STATEMENTS).map(([name, [text, units]]) => ({ name, text, units }));

describe("a statement that is told to leave the event loop whenever it looks", () => {
  it.each(cases)("$name looks often and answers the same", async ({ text, units }) => {
    const counted = new Counted();
    const disturbed = await run(text, counted);
    const calm = await run(text, CALM);
    expect(disturbed.error).toBeUndefined();
    expect(disturbed.rows).toEqual(calm.rows);
    expect(counted.yields).toBeGreaterThanOrEqual(Math.floor(units / ROWS_PER_LOOK / 2));
  });

  it.each(cases)("$name ends at any place with nothing left", async ({ text }) => {
    const whole = new Counted();
    await run(text, whole);
    const some = Array.from({ length: 12 }, (_, n) => 1 + Math.floor((whole.places * n) / 12));
    for (const cancelAt of new Set(some)) {
      const { error, left } = await run(text, new Counted(cancelAt));
      expect(error, `at ${cancelAt} of ${whole.places}`).toMatchObject({ sqlstate: "57014" });
      expect(left, `at ${cancelAt} of ${whole.places}`).toBe(0);
    }
  });

  it.each(calls)("computes $name in steps", async ({ call, none, from, steps }) => {
    const [counted, plain] = [new Counted(), new Counted()];
    expect((await run(`select ${call} from ${from}`, counted)).error).toBeUndefined();
    await run(`select ${none} from ${from}`, plain);
    expect(counted.places - plain.places).toBeGreaterThanOrEqual(steps);
  });

  it("looks into a document of many levels with a stack of its own", async () => {
    const deep = `(repeat('[', 6000) || repeat(']', 6000))::jsonb`;
    const counted = new Counted();
    const { rows, error } = await run(
      `select count(*) from jsonb_path_query(${deep}, '$.**')`,
      counted,
    );
    expect(error).toBeUndefined();
    expect(rows).toEqual([[6000n]]);
  });

  it("leaves the event loop between batches that are there at once", async () => {
    const counted = new Counted();
    await run(`select i from ${MANY} order by i`, counted, undefined, allAtOnce);
    const calm = new Counted();
    await run(`select i from ${MANY} order by i`, calm);
    expect(counted.yields - calm.yields).toBeGreaterThanOrEqual(ROWS / 10);
  });

  it("finds in large documents what it finds in small ones", async () => {
    const { rows } = await run(STATEMENTS["documents in documents"]?.[0] ?? "", new Counted());
    expect(rows).toEqual([[true, false, true, false, false, true]]);
  });

  it("computes long constants where others have turns in between", async () => {
    const counted = new Counted();
    const { rows } = await run(`select length(upper(${WORDS}))`, counted);
    expect(rows).toEqual([[PIECES * 100_000]]);
    expect(counted.heldMost).toBeLessThan(5);
  });

  it("makes a large document at the end of a group with turns in between", async () => {
    const counted = new Counted();
    const text = "select length(jsonb_object_agg(-i, i)::text) from generate_series(1, 10000) i";
    const { rows, error } = await run(text, counted);
    expect(error).toBeUndefined();
    expect(rows).toEqual((await run(text, CALM)).rows);
    expect(counted.heldMost).toBeLessThan(8);
  });

  it("moves distinct values to disk with turns in between", async () => {
    const counted = new Counted();
    const text =
      "select count(distinct md5(i::text)), sum(distinct i % 7) from generate_series(1, 6000) i";
    const { rows } = await run(text, counted, 1 << 20);
    expect(rows).toEqual([[6000n, 21n]]);
    expect(counted.heldMost).toBeLessThan(8);
    // Once for each row that comes, and then for groups, values seen and inputs.
    expect(counted.yields).toBeGreaterThan(6000 / ROWS_PER_LOOK + (2 * 6000) / 256);
  });

  it("picks from a long list in an order", async () => {
    const text =
      "select percentile_disc(array[0, 0.25, 1]) within group (order by i), percentile_cont(0.5) within group (order by i), mode() within group (order by i % 7) from generate_series(1, 5000) i";
    const { rows } = await run(text, new Counted());
    expect(rows).toMatchObject([[{ elements: [1, 1250, 5000] }, 2500.5, 1]]);
  });

  it("reads a long array that a client sends in turns", async () => {
    const counted = new Counted();
    const evaluation = { ...testEvaluation(), longCalls: new StatementLongCalls(counted) };
    const settings = { ...evaluation.format, now: 0n, evaluation };
    const text = `{${Array.from({ length: 100_000 }, (_, i) => i).join(",")}}`;
    const read = (): unknown => typeByOid(INT4_ARRAY).input(text, -1, settings);
    const value = await computedInTurns(evaluation.longCalls, read);
    expect(value).toMatchObject({ dims: [100_000] });
    expect(counted.yields).toBeGreaterThan(20);
    expect(counted.heldMost).toBeLessThan(5);
  });

  it("a sort on disk ends at any place with nothing left", async () => {
    const text = `select i, md5(i::text) as t from generate_series(1, 3000) i order by t`;
    const memory = 100 << 10;
    const whole = new Counted();
    expect((await run(text, whole, memory)).rows).toHaveLength(3000);
    for (let n = 1; n < 12; n++) {
      const cancelAt = Math.floor((whole.places * n) / 12);
      const { error, left } = await run(text, new Counted(cancelAt), memory);
      expect(error).toMatchObject({ sqlstate: "57014" });
      expect(left).toBe(0);
    }
  });
});
