/**
 * Random statements of many features answer as PostgreSQL 16 does, and leave the same rows.
 * RANDOM_QUERIES=count and RANDOM_SEED=first search further than the sample.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";
import { FEATURE_TABLES, randomFeature } from "./random-features.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const COUNT = Number(process.env["RANDOM_QUERIES"] ?? 300);
const FIRST = Number(process.env["RANDOM_SEED"] ?? 1);
const SHOWN_MAX = 8;

/** Which of several rows breaks a constraint first depends on the order in which they are read. */
const BROKEN = new Set(["21000", "23502", "23503", "23505"]);

function essence({ code, message }: pg.DatabaseError): string {
  return BROKEN.has(code ?? "") ? "error: a constraint" : `error ${code ?? ""}: ${message}`;
}

describe.skipIf(missing !== undefined)("features", () => {
  let database: TestDatabase;
  let oracle: Oracle;
  let clients: readonly pg.Client[] = [];

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    const ports = [oracle.port, database.running.ports[0] ?? 0];
    clients = await Promise.all(ports.map((port) => connectTo(port)));
    for (const client of clients) for (const text of FEATURE_TABLES) await client.query(text);
  }, 300_000);

  afterAll(async () => {
    for (const client of clients) await client.end();
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  async function answer(client: pg.Client, text: string): Promise<string> {
    return client.query({ text, rowMode: "array", types: AS_TEXT }).then(({ rows, rowCount }) => {
      const lines = rows.map((row: readonly unknown[]) => JSON.stringify(row));
      return [`${rowCount ?? 0} rows`, ...lines.toSorted()].join("\n");
    }, essence);
  }

  async function answers(client: pg.Client, texts: readonly string[]): Promise<string> {
    const all: string[] = [];
    await client.query("begin");
    for (const text of texts) {
      all.push(await answer(client, text));
      if (all.at(-1)?.startsWith("error") === true) break;
    }
    await client.query("rollback");
    return all.join("\n\n");
  }

  it(
    `statements of seeds ${FIRST} to ${FIRST + COUNT - 1} answer the same`,
    async () => {
      const found: string[] = [];
      for (let seed = FIRST; seed < FIRST + COUNT && found.length < SHOWN_MAX; seed++) {
        const texts = randomFeature(seed);
        const [theirs, ours] = await Promise.all(clients.map((client) => answers(client, texts)));
        if (theirs === ours) continue;
        found.push(`${seed}: ${texts[0]}\n ours:\n${ours}\n PostgreSQL:\n${theirs}`);
      }
      expect(found).toEqual([]);
    },
    Math.max(300_000, COUNT * 400),
  );
});
