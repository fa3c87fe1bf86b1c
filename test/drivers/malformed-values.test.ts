/** Binary parameters that are no values of their types: refused as PostgreSQL 16 refuses them. */
import { describe, expect, it } from "vitest";
import type { WireClient } from "../support/wire.ts";
import { errorFields, messages, valuesOf } from "../support/wire.ts";
import { ANY_LENGTH, MALFORMED } from "./malformed-values.ts";
import { wirePair, wirePairMissing } from "./wire-pair.ts";

const missing = wirePairMissing();
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
  const pair = wirePair();

  it.each(Object.keys(MALFORMED))("%s", async (type) => {
    for (const hex of [...ANY_LENGTH, ...(MALFORMED[type] ?? [])]) {
      const bytes = Buffer.from(hex, "hex");
      const [expected, actual] = [
        await answer(pair.theirs, type, bytes),
        await answer(pair.ours, type, bytes),
      ];
      expect(`${hex}: ${actual}`).toBe(`${hex}: ${expected}`);
    }
  });
});
