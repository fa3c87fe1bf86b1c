/**
 * Random queries over columns of many types answer as PostgreSQL 16 does, as planned and with other
 * plans. RANDOM_QUERIES=count and RANDOM_SEED=first search further than the sample.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";
import { shrunk, textOf } from "./random-sql.ts";
import { randomTypedQuery, typedTables } from "./random-types.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const COUNT = Number(process.env["RANDOM_QUERIES"] ?? 300);
const FIRST = Number(process.env["RANDOM_SEED"] ?? 1);
const SHOWN_MAX = 8;

/** Plans that tables of so few rows would not get. */
const OTHERWISE = [
  "enable_seqscan = off",
  "enable_hashjoin = off; set enable_hashagg = off",
  "enable_hashjoin = off; set enable_mergejoin = off; set random_page_cost = 0.01",
];

describe.skipIf(missing !== undefined)("columns of many types", () => {
  let database: TestDatabase;
  let oracle: Oracle;
  let theirs: pg.Client;
  let ours: readonly pg.Client[] = [];

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    const port = database.running.ports[0] ?? 0;
    theirs = await connectTo(oracle.port);
    ours = await Promise.all(["enable_sort = on", ...OTHERWISE].map(() => connectTo(port)));
    for (const text of typedTables()) {
      await theirs.query(text);
      await ours[0]?.query(text);
    }
    for (const client of [theirs, ...ours]) await client.query("set timezone = 'UTC'");
    for (const [at, setting] of OTHERWISE.entries()) await ours[at + 1]?.query(`set ${setting}`);
  }, 300_000);

  afterAll(async () => {
    for (const client of [theirs, ...ours]) await client?.end();
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  async function answer(client: pg.Client, text: string): Promise<string> {
    return client.query({ text, rowMode: "array", types: AS_TEXT }).then(
      ({ rows }) => {
        const lines = rows.map((row: readonly unknown[]) => JSON.stringify(row));
        return (text.includes(" limit ") ? lines : lines.toSorted()).join("\n");
      },
      (error: pg.DatabaseError) => `error ${error.code ?? error.message}`,
    );
  }

  async function difference(text: string): Promise<string | undefined> {
    const truth = await answer(theirs, text);
    for (const [at, client] of ours.entries()) {
      const mine = await answer(client, text);
      if (mine !== truth) return `${text} (plan ${at})\n ours:\n${mine}\n PostgreSQL:\n${truth}`;
    }
    return undefined;
  }

  it(
    `queries of seeds ${FIRST} to ${FIRST + COUNT - 1} answer the same`,
    async () => {
      const found: string[] = [];
      for (let seed = FIRST; seed < FIRST + COUNT && found.length < SHOWN_MAX; seed++) {
        const query = randomTypedQuery(seed);
        if ((await difference(textOf(query))) === undefined) continue;
        const fails = async (text: string): Promise<boolean> =>
          (await difference(text)) !== undefined;
        const small = textOf(await shrunk(query, fails));
        found.push(`${seed}: ${(await difference(small)) ?? small}`);
      }
      expect(found).toEqual([]);
    },
    Math.max(300_000, COUNT * 400),
  );
});
