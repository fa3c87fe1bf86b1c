/**
 * Statements on a small schema, run by PostgreSQL 16 and by the planner and executor over an
 * in-memory transaction: rows (as text) and SQLSTATEs must be the same.
 */
import { isPromise } from "@firstlight/common";
import type { Key } from "@firstlight/common";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryTransaction } from "../../packages/query-processor/src/execute/testing/memory-transaction.ts";
import { runStatement } from "../../packages/query-processor/src/execute/testing/statement-runner.ts";
import { loadParser } from "../../packages/query-processor/src/parse/parser.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";
import { ERRORS, QUERIES, WRITES } from "./queries.ts";
import { DATA, SCHEMA, catalog, comparable, indexedCatalog, ours, theirs } from "./query-world.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

describe.skipIf(unavailable !== undefined)("statements answer as PostgreSQL 16", () => {
  const values = new Map<Key, Uint8Array>();
  const indexedValues = new Map<Key, Uint8Array>();
  let oracle: Oracle;
  let client: pg.Client;

  beforeAll(async () => {
    await loadParser();
    oracle = await startOracle();
    client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
    await client.query("set timezone = 'UTC'");
    for (const text of [...SCHEMA, ...DATA]) await client.query(text);
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

  it("has a transaction that answers at once", () => {
    expect(isPromise(new MemoryTransaction(values).read([]))).toBe(false);
  });

  it.each(QUERIES)("%s", async (text) => {
    const expected = comparable(text, await theirs(text, client));
    expect(expected).toHaveProperty("rows");
    for (const options of [{}, { pushdown: true }, { pushdown: true, asynchronous: true }]) {
      const transaction = new MemoryTransaction(new Map(values), options);
      expect(comparable(text, await ours(text, transaction))).toEqual(expected);
    }
    for (const options of [{}, { pushdown: true, asynchronous: true }]) {
      const transaction = new MemoryTransaction(new Map(indexedValues), options);
      expect(comparable(text, await ours(text, transaction, indexedCatalog))).toEqual(expected);
    }
  });

  it.each(WRITES)("%s", async (...statements) => {
    const transaction = new MemoryTransaction(new Map(values));
    const indexed = new MemoryTransaction(new Map(indexedValues));
    await client.query("begin");
    try {
      for (const text of statements) {
        const expected = comparable(text, await theirs(text, client));
        expect(expected).toHaveProperty("rows");
        expect(comparable(text, await ours(text, transaction))).toEqual(expected);
        expect(comparable(text, await ours(text, indexed, indexedCatalog))).toEqual(expected);
      }
    } finally {
      await client.query("rollback");
    }
  });

  it.each(ERRORS)("%s", async (text) => {
    const expected = await theirs(text, client);
    const transaction = new MemoryTransaction(new Map(values));
    expect(await ours(text, transaction)).toEqual(expected);
    expect(expected).toHaveProperty("sqlstate");
  });
});
