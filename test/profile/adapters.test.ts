/**
 * What ORMs and migration tools send through their adapters for the service: it runs, one statement to
 * a transaction, and the catalog answers as they need it. What they avoid is refused.
 */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import type { Adapter, Row } from "./adapters/adapter.ts";
import { JAVASCRIPT } from "./adapters/javascript.ts";
import { OTHERS } from "./adapters/others.ts";
import { PYTHON } from "./adapters/python.ts";

const ADAPTERS: readonly Adapter[] = [...PYTHON, ...JAVASCRIPT, ...OTHERS];
const ATTEMPTS_MAX = 100;

describe.skipIf(buildMissing() !== undefined)("adapters of the dsql profile", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded", ["--profile", "dsql"]);
    client = await database.connect();
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });

  /** The service wants a refused transaction (OC000, OC001) tried again, and adapters do so. */
  async function rowsOf(sql: string): Promise<readonly Row[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await client.query({ text: sql, rowMode: "array", types: AS_TEXT })).rows;
      } catch (error) {
        if ((error as pg.DatabaseError).code !== "40001" || attempt >= ATTEMPTS_MAX) throw error;
      }
    }
  }

  async function failure(sql: string): Promise<string> {
    try {
      await rowsOf(sql);
      return "accepted";
    } catch (error) {
      const { code, message } = error as pg.DatabaseError;
      return `${code ?? ""} ${message}`;
    }
  }

  it.each(ADAPTERS)("$name", async ({ steps, refused }) => {
    for (const { sql, rows, isJob } of steps) {
      const answer = await rowsOf(sql);
      if (rows !== undefined) expect(answer, sql).toEqual(rows);
      if (isJob) {
        const waited = await rowsOf(`CALL sys.wait_for_job('${answer[0]?.[0] ?? ""}')`);
        expect(waited, sql).toEqual([["t"]]);
      }
    }
    for (const { sql, code, message } of refused) {
      expect(await failure(sql), sql).toBe(`${code} ${message}`);
    }
  });
});
