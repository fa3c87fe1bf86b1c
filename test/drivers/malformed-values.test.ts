/** Binary parameters that are no values of their types: refused as PostgreSQL 16 refuses them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient, errorFields, messages, valuesOf } from "../support/wire.ts";
import { ANY_LENGTH, MALFORMED } from "./malformed-values.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

/** The value as text, or what is wrong with it. */
async function answer(client: WireClient, type: string, bytes: Buffer): Promise<string> {
  client.send(
    messages.parse(`select $1::${type}::text`),
    messages.bind([bytes], { input: 1 }),
    messages.execute(),
    messages.sync(),
  );
  const received = await client.until("Z");
  const failure = received.find((each) => each.tag === "E");
  if (failure !== undefined) {
    const { C, M, D, H, W } = errorFields(failure.body);
    return [C, M, D, H, W].join(" | ");
  }
  const row = received.find((each) => each.tag === "D");
  return row === undefined ? "no row" : String(valuesOf(row.body)[0]);
}

describe.skipIf(missing !== undefined)("binary values that are none", () => {
  let database: TestDatabase;
  let oracle: Oracle;
  let ours: WireClient;
  let theirs: WireClient;

  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    ours = await WireClient.connect(database.running.ports[0] ?? 0);
    theirs = await WireClient.connect(oracle.port);
  });
  afterAll(async () => {
    ours?.close();
    theirs?.close();
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  it.each(Object.keys(MALFORMED))("%s", async (type) => {
    for (const hex of [...ANY_LENGTH, ...(MALFORMED[type] ?? [])]) {
      const bytes = Buffer.from(hex, "hex");
      const [expected, actual] = [
        await answer(theirs, type, bytes),
        await answer(ours, type, bytes),
      ];
      expect(`${hex}: ${actual}`).toBe(`${hex}: ${expected}`);
    }
  });
});
