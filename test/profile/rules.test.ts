/**
 * Every rule of the newest set of the dsql profile by its own examples: what it refuses is refused
 * with its text, and the nearest statements run. In one server, on the objects of schema.ts.
 */
import { RULE_SETS } from "@firstlight/query-processor";
import type { Example } from "@firstlight/query-processor";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { makeObjects } from "./schema.ts";

const ATTEMPTS_MAX = 20;

const missing = buildMissing();

function shown(examples: readonly Example[]): readonly (readonly [string, Example])[] {
  return examples.map((each) => [typeof each === "string" ? each : each.join("; "), each]);
}

/** Indexes that are being built change the schema: who meets that begins anew, as with the service. */
async function answer(client: pg.Client, example: Example): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    await makeObjects(client);
    const found = await firstAnswer(client, example);
    if (!found.includes("OC001") || attempt >= ATTEMPTS_MAX) return found;
  }
}

/** The answer to the last of its statements; the others must succeed. */
async function firstAnswer(client: pg.Client, example: Example): Promise<string> {
  const statements = typeof example === "string" ? [example] : example;
  try {
    for (const each of statements.slice(0, -1)) await client.query(each);
    await client.query(statements.at(-1) ?? "");
    return "runs";
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return `${String(code)} ${message}`;
  } finally {
    await client.query("ROLLBACK");
  }
}

describe.skipIf(missing !== undefined)("the rules of the dsql profile", () => {
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

  const [newest] = RULE_SETS;
  it("each have examples of both kinds", () => {
    const bare = (newest?.rules ?? []).filter(
      ({ refused, accepted }) => refused.length === 0 || accepted.length === 0,
    );
    expect(bare.map(({ id }) => id)).toEqual([]);
  });

  describe.each((newest?.rules ?? []).map((rule) => [rule.id, rule] as const))("%s", (_, rule) => {
    it.each(shown(rule.refused))("refuses %s", async (_text, example) => {
      const [before = "", after = ""] = `${rule.sqlstate} ${rule.text}`.split("{}");
      const found = await answer(client, example);
      expect([found.slice(0, before.length), found.slice(found.length - after.length)]).toEqual([
        before,
        after,
      ]);
    });
    it.each(shown(rule.accepted))("lets run %s", async (_text, example) => {
      expect(await answer(client, example)).toBe("runs");
    });
  });
});
