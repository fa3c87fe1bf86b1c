/**
 * Random SELECT statements answer as PostgreSQL 16 does, with and without secondary indexes and
 * pushdown. RANDOM_QUERIES=count and RANDOM_SEED=first search further than the sample.
 */
import type { Key } from "@firstlight/common";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryTransaction } from "../../packages/query-processor/src/execute/testing/memory-transaction.ts";
import { runStatement } from "../../packages/query-processor/src/execute/testing/statement-runner.ts";
import { loadParser } from "../../packages/query-processor/src/parse/parser.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";
import type { Answer } from "./query-world.ts";
import { DATA, SCHEMA, catalog, comparable, indexedCatalog, ours, theirs } from "./query-world.ts";
import { randomQuery } from "./random-queries.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

const COUNT = Number(process.env["RANDOM_QUERIES"] ?? 500);
const FIRST = Number(process.env["RANDOM_SEED"] ?? 1);
/** Of PostgreSQL alone, for products of everything with everything. */
const PATIENCE_MILLIS = 2_000;
const SHOWN_MAX = 10;

interface Difference {
  readonly seed: number;
  readonly text: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Texts of errors may differ in what they name first; rows and SQLSTATEs may not. */
function essence(answer: Answer): unknown {
  return "rows" in answer ? answer : answer.sqlstate;
}

describe.skipIf(unavailable !== undefined)("random statements answer as PostgreSQL 16", () => {
  const values = new Map<Key, Uint8Array>();
  const indexedValues = new Map<Key, Uint8Array>();
  let oracle: Oracle;
  let client: pg.Client;

  beforeAll(async () => {
    await loadParser();
    oracle = await startOracle();
    client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
    for (const text of [...SCHEMA, ...DATA]) await client.query(text);
    await client.query(`set timezone = 'UTC'; set statement_timeout = ${PATIENCE_MILLIS}`);
    const transaction = new MemoryTransaction(values);
    const indexed = new MemoryTransaction(indexedValues);
    for (const text of DATA) {
      await runStatement(text, transaction, catalog);
      await runStatement(text, indexed, indexedCatalog);
    }
  });

  afterAll(async () => {
    await client?.end();
    await oracle?.stop();
  });

  async function answers(text: string): Promise<unknown[]> {
    const plain = new MemoryTransaction(values);
    const indexed = new MemoryTransaction(indexedValues, { pushdown: true, asynchronous: true });
    return [
      await ours(text, plain).catch(String),
      await ours(text, indexed, indexedCatalog).catch(String),
    ].map((answer) => (typeof answer === "string" ? answer : essence(comparable(text, answer))));
  }

  async function difference(seed: number): Promise<Difference | undefined> {
    const text = randomQuery(seed);
    const reference = await theirs(text, client);
    if ("sqlstate" in reference && reference.sqlstate === "57014") return undefined;
    const expected = essence(comparable(text, reference));
    const wanted = JSON.stringify(expected);
    const wrong = (await answers(text)).find((actual) => JSON.stringify(actual) !== wanted);
    return wrong === undefined ? undefined : { seed, text, expected, actual: wrong };
  }

  it(
    `seeds ${FIRST} to ${FIRST + COUNT - 1}`,
    async () => {
      const differences: Difference[] = [];
      for (let seed = FIRST; seed < FIRST + COUNT && differences.length < SHOWN_MAX; seed++) {
        const found = await difference(seed);
        if (found !== undefined) differences.push(found);
      }
      expect(differences).toEqual([]);
    },
    Math.max(120_000, COUNT * 100),
  );
});
