/** Binary parameters and results of every type: the same bytes as PostgreSQL 16, both ways. */
import { describe, expect, it } from "vitest";
import type { WireClient } from "../support/wire.ts";
import { columnsOf, errorFields, messages, valuesOf } from "../support/wire.ts";
import { SAMPLES } from "./samples.ts";
import { wirePair, wirePairMissing } from "./wire-pair.ts";

const missing = wirePairMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

interface Answer {
  readonly types: readonly number[];
  readonly values: readonly (Buffer | null)[];
}

async function select(
  client: WireClient,
  type: string,
  value: Buffer | string | null,
  formats: { readonly input: number; readonly output: number },
): Promise<Answer> {
  client.send(
    messages.parse(`select $1::${type}`),
    messages.bind([value], formats),
    messages.describe("P"),
    messages.execute(),
    messages.sync(),
  );
  const received = await client.until("Z");
  const failure = received.find((each) => each.tag === "E");
  if (failure !== undefined) throw new Error(errorFields(failure.body)["M"]);
  const [columns, row] = ["T", "D"].map((tag) => received.find((each) => each.tag === tag));
  if (columns === undefined || row === undefined) throw new Error("no row came");
  return {
    types: columnsOf(columns.body).map((column) => column.type),
    values: valuesOf(row.body),
  };
}

describe.skipIf(missing !== undefined)("binary formats", () => {
  const pair = wirePair();

  it.each(SAMPLES)("$type", async ({ type, texts }) => {
    for (const text of [...texts, null]) {
      const toBinary = { input: 0, output: 1 };
      const [mine, truth] = await Promise.all([
        select(pair.ours, type, text, toBinary),
        select(pair.theirs, type, text, toBinary),
      ]);
      expect(mine, String(text)).toEqual(truth);
      const [bytes = null] = truth.values;
      const back = await select(pair.ours, type, bytes, { input: 1, output: 0 });
      expect(back.values[0]?.toString("utf8") ?? null).toBe(text);
    }
  });

  it("refuses binary values that are cut short or too long", async () => {
    const bad = [
      ["integer", Buffer.alloc(3)],
      ["bigint", Buffer.alloc(9)],
      ["numeric", Buffer.from([0, 1, 0, 0])],
      ["uuid", Buffer.alloc(15)],
      ["integer[]", Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 127, 255, 255, 255])],
      ["jsonb", Buffer.from("\u0002{}")],
      ["timestamp", Buffer.alloc(4)],
      ["interval", Buffer.alloc(15)],
      ["boolean", Buffer.alloc(2)],
      ["text", Buffer.from([0x61, 0xff])],
    ] as const;
    for (const [type, bytes] of bad) {
      const refusal = select(pair.ours, type, bytes, { input: 1, output: 0 }).then(
        () => "accepted",
        (error: unknown) => String(error),
      );
      const truth = select(pair.theirs, type, bytes, { input: 1, output: 0 }).then(
        () => "accepted",
        (error: unknown) => String(error),
      );
      expect(await refusal, type).toBe(await truth);
    }
  });
});
