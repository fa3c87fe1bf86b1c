/**
 * Statements whose operators spill answer as those that do not, and leave nothing behind. Rows that
 * no ORDER BY puts in order are compared as sets.
 */
import { MemoryTemporaryFiles, SILENT_LOG, SqlError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { inspect } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { testCatalog } from "../bind/testing/test-catalog.ts";
import { loadParser } from "../parse/parser.ts";
import { SpillSpace } from "../spill/spill-space.ts";
import { GatheringBudget } from "./gathering-budget.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";
import { runStatement, testSpillSpace } from "./testing/statement-runner.ts";

const catalog = testCatalog([]);

const LIMIT = 100 << 10;

/** Rows of several types, NULLs among them, in no order. */
const SOURCE = `(select i, (i::bigint * 7919) % 5003 as k, case when i % 11 = 0 then null else i % 97 end as n,
    'text ' || (i * 31 % 2003) as t, (i % 13)::numeric / 7 as q, array[i, i % 3] as a
  from generate_series(1, 8000) i) as s`;

const ORDERED: Readonly<Record<string, string>> = {
  "a sort": `select * from ${SOURCE} order by k, i`,
  "a sort by expressions that are no columns": `select i, t from ${SOURCE} order by -n nulls first, t || 'x' desc, i`,
  "a stable sort": `select i, n from (select * from ${SOURCE} order by i) s order by n`,
  "DISTINCT of sorted rows": `select distinct on (k, t) i, k, t from (select * from ${SOURCE} order by i desc) s`,
  "a sort with a bound that is too large for memory": `select t, a from ${SOURCE} order by t desc, i limit 7000`,
};

const LEFT = `(select i as a, case when i % 10 = 0 then null else i % 3001 end as k, 'left ' || i as t from generate_series(1, 6000) i) as l`;
const RIGHT = `(select i as b, case when i % 13 = 0 then null else i % 4001 end as k, 'right ' || i as u from generate_series(1, 7000) i) as r`;
/** Half of the rows have one key. */
const SKEWED_LEFT = `(select i as a, case when i < 12 then 7 else i end as k from generate_series(1, 6000) i) as l`;
const SKEWED = `(select i as b, case when i % 20 <> 1 then 7 else i end as k, 'right ' || i as u from generate_series(1, 12000) i) as r`;

const JOINS = ["join", "left join", "right join", "full join"];

const SETS: Readonly<Record<string, string>> = Object.fromEntries([
  ...JOINS.flatMap((join) => [
    [`a hash ${join}`, `select * from ${LEFT} ${join} ${RIGHT} on l.k = r.k`],
    [
      `a hash ${join} on two keys`,
      `select * from ${LEFT} ${join} ${RIGHT} on l.k = r.k and l.t || 'x' = replace(r.u, 'right', 'left') || 'x'`,
    ],
    [
      `a hash ${join} with a condition`,
      `select * from ${LEFT} ${join} ${RIGHT} on l.k = r.k and l.a % 2 = r.b % 3`,
    ],
    [
      `a hash ${join} of skewed keys`,
      `select l.*, r.* from ${SKEWED_LEFT} ${join} ${SKEWED} on l.k = r.k and r.b % 5 < 3`,
    ],
  ]),
  [
    "a semi join",
    `select * from ${LEFT} where exists (select 1 from ${RIGHT} where r.k = l.k and r.b % 5 < 4)`,
  ],
  [
    "an anti join",
    `select * from ${LEFT} where not exists (select 1 from ${RIGHT} where r.k = l.k and r.b % 5 < 4)`,
  ],
  [
    "a semi join of skewed keys",
    `select * from ${SKEWED_LEFT} where exists (select 1 from ${SKEWED} where r.k = l.k and r.b > l.a)`,
  ],
  [
    "an anti join of skewed keys",
    `select * from ${SKEWED_LEFT} where not exists (select 1 from ${SKEWED} where r.k = l.k and r.b - l.a > 5000)`,
  ],
  ["grouping", `select k, t, count(*), sum(i), max(q), avg(n) from ${SOURCE} group by k, t`],
  [
    "grouping sets",
    `select k, t, grouping(k, t), count(*), sum(n) from ${SOURCE} group by grouping sets ((k, t), (k), (t), ())`,
  ],
  [
    "grouping with FILTER",
    `select k, count(*) filter (where i % 2 = 0), sum(i) filter (where n > 50) from ${SOURCE} group by k`,
  ],
  [
    "DISTINCT aggregates in one group",
    `select count(distinct i), count(distinct t), sum(distinct n) filter (where i > 100), count(*) from ${SOURCE}`,
  ],
  [
    "DISTINCT aggregates in few groups",
    `select n, count(distinct k), sum(distinct i), count(distinct (i, t)) from ${SOURCE} group by n`,
  ],
  [
    "DISTINCT aggregates in many groups",
    `select k, count(distinct n), sum(distinct i), min(t) from ${SOURCE} group by k`,
  ],
  [
    "percentiles and modes",
    `select n, percentile_cont(array[0, 0.3, 1]) within group (order by i), percentile_disc(0.7) within group (order by t), percentile_disc(0.5) within group (order by n desc), mode() within group (order by k % 50) from ${SOURCE} group by n`,
  ],
  [
    "percentiles of everything",
    `select percentile_cont(0.5) within group (order by k), percentile_disc(array[[0.1, null], [0.9, 1]]) within group (order by t), mode() within group (order by n), percentile_cont(0.25) within group (order by n) filter (where i < 0) from ${SOURCE}`,
  ],
  [
    "IN a subquery",
    `select i from ${SOURCE} where k in (select j from generate_series(1, 20000, 3) j) or i < 5`,
  ],
  [
    "NOT IN a subquery with NULLs",
    `select i, k not in (select case when j < 19000 then j end from generate_series(2500, 20000, 3) j) from ${SOURCE}`,
  ],
  [
    "several columns NOT IN a subquery",
    `select i from ${SOURCE} where i % 400 = 0 and (k, t) not in (select j, 'text ' || j % 9 from generate_series(1, 6000) j)`,
  ],
  [
    "comparisons with ALL of a subquery",
    `select i from ${SOURCE} where i % 400 = 0 and k > all (select j from generate_series(1, 4800) j)`,
  ],
  [
    "ordered aggregates",
    `select n, left(md5(string_agg(t, ',' order by k desc, i)), 8), max(i) from ${SOURCE} group by n`,
  ],
  [
    "distinct ordered aggregates",
    `select n, md5(string_agg(distinct t, ',' order by t)) from ${SOURCE} group by n`,
  ],
  [
    "an ordered aggregate of everything",
    `select md5((array_agg(i order by k, i desc))[1:500]::text) from (select * from ${SOURCE} where i < 3000) s`,
  ],
  [
    "arrays of many groups",
    `select i / 4, array_agg(i), string_agg(t, ',') from ${SOURCE} group by i / 4`,
  ],
  [
    "arrays of few groups, which all are there before memory is full",
    `select i % 10 as g, array_agg(t) filter (where k % 3 > 0), string_agg(t, '-'), md5(json_agg(a)::text), jsonb_agg(n), count(*) from ${SOURCE} group by i % 10`,
  ],
  [
    "arrays of few groups beside ordered ones",
    `select i % 10 as g, array_agg(k), array_agg(t order by k desc, i), string_agg(distinct t, ',' order by t) from ${SOURCE} group by i % 10`,
  ],
  [
    "arrays in grouping sets",
    `select i % 7, n, array_agg(t) from ${SOURCE} group by grouping sets ((i % 7), (n), (n, i % 7))`,
  ],
  ["DISTINCT", `select distinct k, t from ${SOURCE}`],
  ["UNION", `select k from ${SOURCE} union select i from ${SOURCE}`],
  ...["intersect", "except"].flatMap((each) => [
    [each, `select k, n from ${SOURCE} ${each} select i, i % 97 from ${SOURCE}`],
    [
      `${each} all`,
      `select k % 2503 from ${SOURCE} ${each} all select i % 4001 from ${SOURCE} where i % 4 < 3`,
    ],
  ]),
  [
    "a CTE read twice",
    `with c as materialized (select * from ${SOURCE}) select a.i, b.t from c a join c b on a.i = b.k`,
  ],
  [
    "a CTE read with a bound first",
    `with c as materialized (select * from ${SOURCE}) select (select count(*) from c), (select sum(i) from (select i from c limit 6000) s)`,
  ],
  [
    "a recursive UNION ALL",
    `with recursive r as (select i, 1 as n from generate_series(1, 3000) i union all select i, n + 1 from r where n < 3) select * from r`,
  ],
  [
    "a recursive UNION",
    `with recursive r as (select i from generate_series(1, 3000) i union select i + d from r, (values (1000), (1500)) v(d) where i < 7000) select * from r`,
  ],
  ...JOINS.map((join) => [
    `a nested loop ${join}`,
    `select * from (select i as a, repeat('left ', 20) || i as t from generate_series(1, 1300) i offset 0) l ${join} (select i as b, repeat('right ', 20) || i as u from generate_series(1, 1400) i offset 0) r on l.a + r.b = 1234`,
  ]),
  [
    "a nested semi join",
    `select * from generate_series(1, 500) a where exists (select 1 from (select i, 'right ' || i as u from generate_series(1, 3000) i) r where r.i + a < 900 and length(u) + a > 10)`,
  ],
  [
    "a nested anti join",
    `select * from generate_series(1, 500) a where not exists (select 1 from (select i, 'right ' || i as u from generate_series(1, 3000) i) r where r.i + a < 900 and length(u) + a > 10)`,
  ],
  [
    "ranking over one partition",
    `select i, row_number() over w, rank() over w, ntile(7) over w, percent_rank() over w, cume_dist() over w from ${SOURCE} window w as (order by k)`,
  ],
  [
    "neighbours over one partition",
    `select i, lag(t) over w, lead(i, 3000, -1) over w, first_value(i) over w, last_value(t) over w, nth_value(i, 5000) over w from ${SOURCE} window w as (order by k, i)`,
  ],
  [
    "running sums over few partitions",
    `select i, sum(i) over w, count(n) filter (where i % 2 = 0) over w from ${SOURCE} window w as (partition by i % 3 order by k, i)`,
  ],
  [
    "moving frames",
    `select i, sum(i) over (order by k, i rows between 30 preceding and 20 following exclude current row), sum(i) over (partition by i % 3 order by i range between 10 preceding and 5 following) from ${SOURCE}`,
  ],
  ["a window over everything", `select i, max(t) over () from ${SOURCE}`],
]);

const NO_LIMITS = { limitKilobytes: -1, logFromKilobytes: -1 };

/** Counts what is spilled, read again from the disk or not. */
class CountingSpace extends SpillSpace {
  spilledBytes = 0;

  override grow(bytes: number): void {
    this.spilledBytes += bytes;
    super.grow(bytes);
  }
}

interface Outcome {
  readonly rows: readonly Row[];
  readonly spilledBytes: number;
}

async function run(text: string, limitBytes: number): Promise<Outcome> {
  const files = new MemoryTemporaryFiles();
  const space = new CountingSpace(files, SILENT_LOG, () => NO_LIMITS);
  const { rows } = await runStatement(
    text,
    new MemoryTransaction(new Map()),
    catalog,
    [],
    [],
    limitBytes,
    space,
  );
  await Promise.resolve();
  expect(space.usedBytes).toBe(0);
  expect(files.openFiles).toBe(0);
  return { rows, spilledBytes: space.spilledBytes };
}

function asSet(rows: readonly Row[]): string[] {
  return rows.map((row) => inspect(row, { depth: 9 })).sort();
}

beforeAll(() => loadParser());

describe("a statement past its memory", () => {
  it.each(Object.entries(ORDERED))("%s gives the same rows in the same order", async (_, text) => {
    const spilled = await run(text, LIMIT);
    expect(spilled.spilledBytes, String(spilled.rows.length)).toBeGreaterThan(0);
    expect(spilled.rows).toEqual((await run(text, 1 << 30)).rows);
  });

  it.each(Object.entries(SETS))("%s gives the same rows", async (_, text) => {
    const spilled = await run(text, LIMIT);
    expect(spilled.spilledBytes, String(spilled.rows.length)).toBeGreaterThan(0);
    expect(asSet(spilled.rows)).toEqual(asSet((await run(text, 1 << 30)).rows));
  });

  it.each([
    ["select count(*) from (select distinct i * 3 from generate_series(1, 8000) i) s", 620_000],
    ["select count(*) from (select i from generate_series(1, 8000) i except select 5) s", 720_000],
  ])("keys that are numbers take little: %s", async (text, memory) => {
    expect((await run(text, memory)).spilledBytes).toBe(0);
  });

  it("a window over a sort holds its rows once", async () => {
    const text =
      "select sum(r * i) from (select i, row_number() over (order by -i) as r from generate_series(1, 8000) i) s";
    // Rows of one integer: 56 bytes each for the window, 16 for the sort.
    const { rows, spilledBytes } = await run(text, 1_000_000);
    expect(spilledBytes).toBe(0);
    expect(rows).toEqual((await run(text, LIMIT)).rows);
  });
});

describe("one value that grows past memory", () => {
  const SPARE = 4 << 20;
  const gathered: Readonly<Record<string, string>> = {
    array_agg: "array_agg(i || 'th value')",
    string_agg: "string_agg(i || 'th value', ',')",
    jsonb_agg: "jsonb_agg(i)",
    json_object_agg: "json_object_agg(i, 1)",
    "an ordered array_agg": "array_agg(i || 'th value' order by -i)",
    "an array_agg over a frame": "distinct array_length(array_agg(i || 'th value') over (), 1)",
    "an array of a subquery": "array(select j || 'th value' from generate_series(1, 20000) j)",
  };
  const textOf = (expression: string): string =>
    expression.startsWith("array(")
      ? `select ${expression}`
      : `select ${expression} from generate_series(1, 20000) i`;

  async function within(text: string, budget: GatheringBudget, isRefused = false) {
    const space = new SpillSpace(new MemoryTemporaryFiles(), SILENT_LOG, () => NO_LIMITS, {
      gathering: budget,
      refusal: isRefused ? () => new SqlError("53200", "limited by the profile") : undefined,
    });
    const transaction = new MemoryTransaction(new Map());
    return runStatement(text, transaction, catalog, [], [], LIMIT, space);
  }

  it.each(Object.entries(gathered))("may, while the server lends: %s", async (_, expression) => {
    const budget = new GatheringBudget(SPARE);
    const text = textOf(expression);
    const { rows } = await within(text, budget);
    expect(asSet(rows)).toEqual(asSet((await run(text, 1 << 30)).rows));
    expect(budget.lentBytes).toBe(0);
  });

  it.each(Object.entries(gathered))("is refused past that (I11): %s", async (_, expression) => {
    const budget = new GatheringBudget(LIMIT);
    await expect(within(textOf(expression), budget)).rejects.toMatchObject({
      sqlstate: "53200",
      message: "out of memory",
    });
    expect(budget.lentBytes).toBe(0);
  });

  it("borrows nothing where a profile limits memory", async () => {
    const budget = new GatheringBudget(SPARE);
    const refused = within(textOf("array_agg(i || 'th value')"), budget, true);
    await expect(refused).rejects.toMatchObject({ message: "limited by the profile" });
  });
});

async function failure(text: string, space: SpillSpace): Promise<SqlError> {
  const transaction = new MemoryTransaction(new Map());
  try {
    await runStatement(text, transaction, catalog, [], [], LIMIT, space);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error("did not fail");
}

describe("temporary files", () => {
  const text = `select * from ${SOURCE} order by k`;

  it("that fill the disk end the statement with 53100, and are gone", async () => {
    const files = new MemoryTemporaryFiles(300_000);
    const failed = await failure(text, testSpillSpace(files));
    expect(failed).toMatchObject({ sqlstate: "53100" });
    await Promise.resolve();
    expect(files).toMatchObject({ openFiles: 0, usedBytes: 0 });
  });

  it("past temp_file_limit end it with 53400", async () => {
    const files = new MemoryTemporaryFiles();
    const settings = { limitKilobytes: 200, logFromKilobytes: -1 };
    const space = new SpillSpace(files, SILENT_LOG, () => settings);
    expect(await failure(text, space)).toMatchObject({
      sqlstate: "53400",
      message: "temporary file size exceeds temp_file_limit (200kB)",
    });
    await Promise.resolve();
    expect(files).toMatchObject({ openFiles: 0, usedBytes: 0 });
  });
});

describe("EXPLAIN ANALYZE of a statement past its memory", () => {
  const lines = async (text: string): Promise<string> => {
    const explain = `explain (analyze, costs off, timing off, summary off) ${text}`;
    return (await run(explain, LIMIT)).rows.map((row) => row[0] as string).join("\n");
  };

  it("tells of sorts on disk", async () => {
    const told = await lines(`select * from ${SOURCE} order by k`);
    expect(told).toMatch(/Sort Method: external merge {2}Disk: \d+kB/u);
    expect(await lines("select * from generate_series(1, 9) i order by -i")).toMatch(
      /Sort Method: quicksort {2}Memory: \d+kB/u,
    );
  });

  it("tells of the batches of hash joins and aggregates", async () => {
    expect(await lines(`select * from ${LEFT} join ${RIGHT} on l.k = r.k`)).toMatch(
      /Buckets: \d+ {2}Batches: ([2-9]|\d\d+) {2}Memory Usage: \d+kB/u,
    );
    expect(await lines(`select k, count(*) from ${SOURCE} group by k`)).toMatch(
      /Batches: ([2-9]|\d\d+) {2}Memory Usage: \d+kB {2}Disk Usage: \d+kB/u,
    );
  });
});
