/**
 * How many rows the planner expects is what PostgreSQL 16 expects, where the whole table was sampled:
 * columns that depend on each other, arrays, ranges, patterns. The top node's rows are compared.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const ROWS = 5_000;

const SETUP = [
  "create table dep (id int primary key, city int, zip int, state int, note text, flag boolean)",
  `insert into dep select i, i % 100, i % 100 * 7 + i % 3, i % 100 / 10, case when i % 4 > 0 then 'n' || i % 20 end, i % 100 < 50 from generate_series(1, ${ROWS}) i`,
  "create table plain as select * from dep",
  "create statistics dep_d (dependencies) on city, zip, state from dep",
  "create table counted as select * from dep",
  "create statistics counted_n (ndistinct) on city, zip, state, note from counted",
  "create table common as select * from dep",
  "create statistics common_m (mcv) on city, state, note, flag from common",
  "create table full_of as select * from dep",
  "create statistics full_all on city, zip, state from full_of",
  "create statistics full_two on state, flag from full_of",
  "alter statistics full_all set statistics 1000",
  "create table dropped as select * from dep",
  "create statistics dropped_all on city, state from dropped",
  "create table computed as select * from dep",
  "create statistics computed_all on (city % 10), (state * 2), note from computed",
  "create statistics computed_two (dependencies, ndistinct) on (city + 1), (note || 'x'), zip from computed",
  "create statistics computed_one on (id / 100) from computed",
  "analyze computed",
  "analyze dep",
  "analyze plain",
  "analyze counted",
  "analyze common",
  "analyze full_of",
  "analyze dropped",
  "drop statistics dropped_all",
];

const CONTENTS = [
  `create table holds (id int primary key, tags text[], numbers int[], during daterange, span int4range, price numrange, at tsrange)`,
  `insert into holds select i,
     case when i % 10 = 0 then null when i % 7 = 0 then '{}' when i % 11 = 0 then array['t' || i % 3, null]
       else array(select 't' || (i * j) % 17 from generate_series(1, i % 5 + 1) j) end,
     array(select (i + j * j) % 50 from generate_series(1, 4) j),
     case when i % 20 = 0 then null when i % 9 = 0 then 'empty' when i % 50 = 1 then daterange('2020-01-01', null)
       else daterange(date '2020-01-01' + i % 700, date '2020-01-01' + i % 700 + i % 30 + 1) end,
     case when i % 40 = 0 then int4range(null, i) else int4range(i, i + i % 100 + 1) end,
     numrange(i % 300, i % 300 + i % 7, '[]'),
     tsrange(timestamp '2024-01-01' + i * interval '1 hour', timestamp '2024-01-01' + i * interval '1 hour' + (i % 12 + 1) * interval '10 minutes')
   from generate_series(1, ${ROWS}) i`,
  "analyze holds",
];

const CONTENT_CONDITIONS = [
  "tags @> array['t1']",
  "tags @> array['t1', 't5']",
  "tags @> array['t1', 't5', 'absent']",
  "tags @> array['t1', null]",
  "tags @> '{}'",
  "array['t1'] <@ tags",
  "tags && array['t1', 't3']",
  "tags && array['absent']",
  "tags <@ array['t1', 't3', 't0']",
  "tags <@ array['absent']",
  "tags <@ '{}'",
  "'t1' = any (tags)",
  "'t1' <> all (tags)",
  "'t1' = all (tags)",
  "'absent' = any (tags)",
  "numbers @> array[7]",
  "numbers @> array[7, 10]",
  "numbers && array[1, 2, 3]",
  "numbers <@ array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]",
  "7 = any (numbers)",
  "7 <> all (numbers) and id < 100",
  "tags @> array['t1'] and numbers @> array[7]",
  "during @> date '2020-06-01'",
  "during @> daterange('2020-03-01', 'infinity')",
  "during && daterange('2020-03-01', '2020-03-15')",
  "during && daterange('2019-03-01', '2019-03-15')",
  "during @> daterange('2020-03-01', '2020-03-10')",
  "during <@ daterange('2020-03-01', '2020-06-15')",
  "during <@ daterange(null, '2020-06-15')",
  "during <@ daterange('2021-06-15', null)",
  "during <@ 'empty'",
  "during @> 'empty'::daterange",
  "daterange('2020-03-01', '2020-03-10') <@ during",
  "date '2020-06-01' <@ during",
  "during << daterange('2020-03-01', '2020-03-10')",
  "during >> daterange('2020-03-01', '2020-03-10')",
  "during &< daterange('2020-03-01', '2020-03-10')",
  "during &> daterange('2020-03-01', '2020-03-10')",
  "during < daterange('2020-03-01', '2020-03-10')",
  "during >= daterange('2020-03-01', '2020-03-10')",
  "during = daterange('2020-03-01', '2020-03-10')",
  "isempty(during)",
  "span @> 100",
  "span && int4range(10, 20)",
  "span <@ int4range(1000, 1200)",
  "span @> int4range(1000, 1050)",
  "price @> 12.5",
  "price <@ numrange(10, 20)",
  "at && tsrange('2024-02-01', '2024-02-02')",
  "at @> timestamp '2024-02-01 12:05'",
  "at <@ tsrange('2024-02-01', '2024-02-08')",
];

const TEXTS = [
  `create table texts (id int, few text collate "C", many text, n name, c char(12), mixed text)`,
  `insert into texts select i, md5(i::text), 'item ' || i, ('n' || i % 3000)::name, 'c' || i % 300,
     case when i % 3 = 0 then 'common one' when i % 50 = 0 then 'common two' when i % 11 = 0 then null
       else 'rare ' || i end
   from generate_series(1, 10000) i`,
  "alter table texts alter few set statistics 20",
  "alter table texts alter mixed set statistics 30",
  "analyze texts",
];

const PATTERN_CONDITIONS = [
  ...["few", "many", "mixed", "n", "c"].flatMap((column) => [
    `${column} like 'a%'`,
    `${column} like 'item 12%'`,
    `${column} not like 'rare 1%'`,
    `${column} like '%1%2'`,
    `${column} ~ '^rare 1'`,
    `${column} !~ '^item 1'`,
    `${column} ~ '^n12$'`,
    `${column} ~* '^c1'`,
    `${column} ilike 'C1_%'`,
  ]),
  ...["few", "many", "mixed"].flatMap((column) => [
    `${column} ^@ 'a'`,
    `${column} ^@ 'item 12'`,
    `${column} ^@ 'rare 12'`,
    `not ${column} ^@ 'common'`,
    `starts_with(${column}, 'rare 1')`,
    `not starts_with(${column}, 'abc')`,
    `${column} similar to 'ab%'`,
  ]),
  ..."^a+b,^ab?c,^ab*c,^a{2},^\\d\\d,^(abc),^(?:abc)$,(a|b)c,[abc]{4},^ab[cd],^abc|d,^[^a]b,^ab\\.c,a.*b"
    .split(",")
    .map((pattern) => `few ~ '${pattern}'`),
];

const TABLES = ["dep", "plain", "counted", "common", "full_of", "dropped"];

const CONDITIONS = [
  "(city, zip) > (70, 3)",
  "(30, 3) >= (city, zip)",
  "(city, zip) < (20, 3) and state = 1",
  "city = 5 and state = 0",
  "city = 5 and state = 1",
  "city = 5 and state = 0 and zip = 36",
  "city in (1, 2, 3) and state = 0",
  "city = any (array[11, 12]) and zip in (77, 78) and state = 1",
  "city = 5 and flag",
  "city = 5 and not flag",
  "state = 1 and flag and city > 12",
  "state = 1 and note is null",
  "state = 1 and note is not null and city = 11",
  "state = 2 or flag",
  "state = 2 or city = 21 or city = 99",
  "(state = 2 or state = 3) and (city = 21 or city = 99)",
  "not (state = 2 and city = 22)",
  "not (state = 2 or note = 'n5' or city > 80)",
  "not (not flag and note is null) and not city in (3, 4)",
  "not (note is null or flag is true) and state = 7",
  "city between 10 and 19 and state = 1",
  "city < 10 and state = 0 and zip < 30",
  "note = 'n5' and city = 5",
  "note like 'n1%' and city = 11",
  "city <> 5 and state <> 0",
  "city + 1 = 6 and state = 0",
  "id = 17 and city = 17",
];

const COMPUTED_CONDITIONS = [
  "city % 10 = 3",
  "city % 10 is null",
  "city % 10 = 3 and state * 2 = 4",
  "city % 10 = 3 and state * 2 = 4 and note = 'n3'",
  "city % 10 = 3 or state * 2 = 4",
  "not (city % 10 = 3 or state * 2 > 4)",
  "city % 10 in (1, 2) and state * 2 between 2 and 6",
  "city % 10 < 3 and note is null",
  "city % 10 = 3 and city = 13",
  "city + 1 = 7 and note || 'x' = 'n6x'",
  "city + 1 = 7 and zip = 44 and note || 'x' = 'n6x'",
  "city + 1 = any (array[7, 8]) and note || 'x' = 'n6x'",
  "note || 'x' is null and city + 1 = 5",
  "id / 100 = 5",
  "id / 100 < 5 and city % 10 = 3",
];

const COMPUTED_GROUPS = [
  "city % 10",
  "city % 10, state * 2",
  "city % 10, state * 2, note",
  "note, city % 10, zip",
  "city + 1, note || 'x'",
  "city + 1, zip",
  "id / 100, city % 10, state * 2",
];

const GROUPS = [
  "city, zip",
  "city, state",
  "zip, state, note",
  "city, zip, state, note",
  "flag, city",
  "city, id",
];

describe.skipIf(missing !== undefined)("rows that plans expect are PostgreSQL's", () => {
  let database: TestDatabase;
  let oracle: Oracle;
  let clients: readonly pg.Client[];

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    clients = await Promise.all([
      connectTo(database.running.ports[0] ?? 0),
      connectTo(oracle.port),
    ]);
    const setup = [...SETUP, ...CONTENTS, ...TEXTS];
    for (const text of ["set max_parallel_workers_per_gather = 0", ...setup]) {
      for (const client of clients) await client.query(text);
    }
  }, 120_000);

  afterAll(async () => {
    for (const client of clients ?? []) await client.end();
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  async function expectedRows(client: pg.Client, query: string): Promise<unknown> {
    const { rows } = await client.query<{ readonly "QUERY PLAN": readonly [Explained] }>(
      `explain (format json) ${query}`,
    );
    return rows[0]?.["QUERY PLAN"][0].Plan["Plan Rows"];
  }

  async function different(queries: readonly string[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const query of queries) {
      const [ours, theirs] = await Promise.all(clients.map((each) => expectedRows(each, query)));
      if (ours !== theirs) found.push(`${query}: ${String(ours)}, PostgreSQL ${String(theirs)}`);
    }
    return found;
  }

  it.each(TABLES)("conditions on columns that depend on each other: %s", async (table) => {
    const queries = CONDITIONS.map((condition) => `select * from ${table} where ${condition}`);
    expect(await different(queries)).toEqual([]);
  });

  it("conditions on expressions that statistics know", async () => {
    const queries = [...COMPUTED_CONDITIONS, ...CONDITIONS];
    const all = queries.map((condition) => `select * from computed where ${condition}`);
    expect(await different(all)).toEqual([]);
  });

  it("groups of expressions that statistics know", async () => {
    const queries = COMPUTED_GROUPS.map((keys) => `select 1 from computed group by ${keys}`);
    expect(await different(queries)).toEqual([]);
  });

  it("conditions on what arrays and ranges hold", async () => {
    const queries = CONTENT_CONDITIONS.map((each) => `select * from holds where ${each}`);
    expect(await different(queries)).toEqual([]);
  });

  it("patterns, by how texts have to begin", async () => {
    const queries = PATTERN_CONDITIONS.map((each) => `select * from texts where ${each}`);
    expect(await different(queries)).toEqual([]);
  });

  it("statistics of elements", async () => {
    const query = `select attname, null_frac, n_distinct, most_common_vals::text, histogram_bounds::text,
      most_common_elems::text, most_common_elem_freqs, elem_count_histogram
      from pg_stats where tablename = 'holds' order by attname`;
    const [ours, theirs] = await Promise.all(clients.map((each) => each.query(query)));
    expect(ours?.rows).toEqual(theirs?.rows);
  });

  it.each(TABLES)("groups of columns that depend on each other: %s", async (table) => {
    const queries = GROUPS.flatMap((columns) => [
      `select ${columns} from ${table} group by ${columns}`,
      `select ${columns} from ${table} where city < 50 group by ${columns}`,
    ]);
    expect(await different(queries)).toEqual([]);
  });
});

interface Explained {
  readonly Plan: { readonly "Plan Rows": number };
}
