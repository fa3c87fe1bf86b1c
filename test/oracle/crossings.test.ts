/**
 * Clauses crossed with expressions, and FROM items with their uses, answer as PostgreSQL 16: columns,
 * rows, errors with their positions. A sample; CROSSINGS=all asks all of them.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerTo } from "../sql/answer.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient } from "../support/wire.ts";
import { CLAUSE_TABLES, crossedClauses } from "./crossed-clauses.ts";
import { crossedItems, ITEM_TABLES } from "./crossed-items.ts";
import type { Oracle } from "./oracle.ts";
import { oracleAvailable, startOracle } from "./oracle.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

/** No divisor of the lists' lengths: the sample has every clause and every expression. */
const STEP = process.env["CROSSINGS"] === "all" ? 1 : 7;

describe.skipIf(missing !== undefined)("crossed statements answer as PostgreSQL 16", () => {
  let database: TestDatabase;
  let oracle: Oracle;

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
  }, 300_000);

  afterAll(async () => {
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  async function bothWith(schema: string, setup: readonly string[]): Promise<WireClient[]> {
    const ports = [database.running.ports[0] ?? 0, oracle.port];
    const clients = await Promise.all(ports.map((port) => WireClient.connect(port)));
    const texts = [`create schema ${schema}`, `set search_path = ${schema}`, ...setup];
    for (const client of clients) for (const text of texts) await client.query(text);
    return clients;
  }

  async function answerOf(client: WireClient, text: string): Promise<string> {
    await client.query("begin");
    const lines = await answerTo(client, text);
    await client.query("rollback");
    return lines.join("\n  ");
  }

  async function differences(
    schema: string,
    setup: readonly string[],
    statements: readonly string[],
  ): Promise<readonly string[]> {
    const clients = await bothWith(schema, setup);
    const found: string[] = [];
    for (let at = 0; at < statements.length; at += STEP) {
      const text = statements[at] ?? "";
      const [ours, theirs] = await Promise.all(clients.map((client) => answerOf(client, text)));
      if (ours !== theirs) found.push(`${text}\n ours:\n  ${ours}\n PostgreSQL:\n  ${theirs}`);
    }
    for (const client of clients) client.close();
    return found;
  }

  it("clauses with expressions", async () => {
    expect(await differences("clauses", CLAUSE_TABLES, crossedClauses())).toEqual([]);
  }, 600_000);

  it("FROM items with uses", async () => {
    expect(await differences("items", ITEM_TABLES, crossedItems())).toEqual([]);
  }, 600_000);
});
