/**
 * What whole statements hold, by their account, against V8's heap: arrays that rows, keys and entries
 * lie in have room to grow, and what the account does not know of, the process is too large by.
 */
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testCatalog } from "../bind/testing/test-catalog.ts";
import { loadParser } from "../parse/parser.ts";
import { MemoryAccount } from "./memory-account.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";
import { runStatement } from "./testing/statement-runner.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const SOURCE = "generate_series(1, 40000) i";
const LIMIT = 256 << 20;
/** Of the most that was held: late enough for tables that have grown. */
const LATE = 0.95;

const STATEMENTS: Readonly<Record<string, string>> = {
  "a sort of integers": `select sum(i + n) from (select i, (i * 7919) % 100003 as n from generate_series(1, 160000) i order by n, i offset 1) s`,
  "a sort of texts": `select max(t) from (select i, md5(i::text) as t from ${SOURCE} order by t offset 1) s`,
  "a sort of parts of long texts": `select max(a || b || c || d) from (select substr(t, 9, 20) as a, right(t, 15) as b, split_part(t, '/', 2) as c, substring(t from '/(q+)') as d from (select md5(i::text) || repeat(i || '-', 500) || '/' || repeat('q', 20) as t from generate_series(1, 20000) i) l order by a, b offset 1) s`,
  "a sort of joined rows": `select max(u) from (select * from (select i, i % 7 as n from ${SOURCE} offset 0) a left join (select i as k, 'b' || i as u from ${SOURCE} offset 0) b on k < 0 order by n, i offset 1) s`,
  "a sort of aggregates": `select max(n) from (select i, count(*) as n, max(i) as m from ${SOURCE} group by i order by m desc offset 1) s`,
  "a sort of subqueries' results": `select max(u) from (select i, (select j from generate_series(i, i) j) as u from ${SOURCE} order by u desc offset 1) s`,
  "a hash join of integers": `select max(b.t) from (select i from ${SOURCE}) a join (select i as k, md5(i::text) as t from ${SOURCE}) b on a.i = b.k`,
  "a hash join of texts": `select max(b.k) from (select 'x' || i as i from ${SOURCE}) a join (select 'x' || i as k from ${SOURCE} offset 0) b on a.i = b.k`,
  "a hash join of a set with ordinality": `select max(b.n) from ${SOURCE} join generate_series(1, 40000) with ordinality as b (k, n) on i = k`,
  "grouping by integers": `select sum(c) from (select i, sum(i) as c, avg(i) as d from ${SOURCE} group by i) s where d > 0`,
  "grouping by texts": `select max(m) from (select md5(i::text) as g, max(repeat('z', 60) || i) as m from ${SOURCE} group by 1) s`,
  "ordered aggregates": `select max(m) from (select i % 4000 as g, string_agg(i::text, ',' order by i desc) as m from ${SOURCE} group by 1) s`,
  "distinct aggregates": `select max(m) from (select i % 400 as g, count(distinct md5(i::text)) as m from ${SOURCE} group by 1) s`,
  "a window over sorted rows": `select sum(r), max(s) from (select row_number() over w as r, sum(i) over w as s from (select i, md5(i::text) as t from ${SOURCE}) x window w as (order by t)) y`,
  DISTINCT: `select count(*) from (select distinct md5(i::text) from ${SOURCE}) s`,
  "DISTINCT of integers":
    "select count(*) from (select distinct i * 3 from generate_series(1, 160000) i) s",
  "EXCEPT of integers":
    "select count(*) from (select i from generate_series(1, 160000) i except select i * 2 from generate_series(1, 160000) i) s",
  "INTERSECT of texts": `select count(*) from (select md5(i::text), i from ${SOURCE} intersect select md5(i::text), i from ${SOURCE}) s`,
  "a CTE": `with c as materialized (select i, md5(i::text) as t from ${SOURCE}) select (select count(*) from c), (select max(t) from c)`,
};

const tight = Object.getOwnPropertyDescriptor(MemoryAccount.prototype, "isTight");
/** Asked once per batch by everyone who holds anything. */
let look: (account: MemoryAccount) => void = () => {};

beforeAll(async () => {
  await loadParser();
  // A spy would keep each account that it was called on, and what that holds.
  Object.defineProperty(MemoryAccount.prototype, "isTight", {
    configurable: true,
    get(this: MemoryAccount): boolean {
      look(this);
      return tight?.get?.call(this) === true;
    },
  });
});

afterAll(() => {
  if (tight !== undefined) Object.defineProperty(MemoryAccount.prototype, "isTight", tight);
});

/** The memory of typed arrays is given back behind a collection; the next one waits for that. */
function heapBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What a statement held may be let go some turns after it has ended. */
async function heapAtRest(): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    least = Math.min(least, heapBytes());
  }
  return least;
}

async function run(text: string): Promise<void> {
  await runStatement(text, new MemoryTransaction(), testCatalog([]), [], [], LIMIT);
}

/** Bytes of the heap for each that the account has, when nearly all is held. */
async function heapPerAccounted(text: string): Promise<number> {
  let most = 0;
  look = ({ heldBytes }) => (most = Math.max(most, heldBytes));
  await run(text);
  const before = await heapAtRest();
  let found: number | undefined;
  look = ({ heldBytes }) => {
    if (found === undefined && heldBytes >= most * LATE) found = (heapBytes() - before) / heldBytes;
  };
  await run(text);
  look = () => {};
  return found ?? Infinity;
}

it.each(Object.entries(STATEMENTS))("is what the account has: %s", async (_, text) => {
  const ratio = await heapPerAccounted(text);
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(1.35);
});
