/** Messages with many parameters: others have their turns while they are read. No time is measured. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLoopback, wallClock } from "./testing/loopback.ts";
import type { Loopback } from "./testing/loopback.ts";

const PARAMETERS = 3_000;

let turns = 0;
let micros = 0;
let loopback: Loopback;
let client: pg.Client;

beforeAll(async () => {
  const clock = wallClock();
  loopback = await startLoopback(
    {},
    {},
    {
      ...clock,
      // A share of the event loop is over at every look.
      monotonicMicros: () => (micros += 5_000),
      endOfTick: (callback) => {
        turns++;
        clock.endOfTick(callback);
      },
    },
  );
  const { port } = loopback;
  client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await loopback.stop();
});

async function turnsOf(count: number): Promise<number> {
  const from = turns;
  const values = Array.from({ length: count }, (_, i) => i);
  const text = `select ${values.map((i) => `$${i + 1}::int4`).join(", ")}`;
  const { rows } = await client.query({ text, values, rowMode: "array" });
  expect(rows).toEqual([values]);
  return turns - from;
}

describe("a message of many parameters", () => {
  it("is read with turns for others in between", async () => {
    const few = await turnsOf(10);
    expect(await turnsOf(PARAMETERS)).toBeGreaterThan(few + PARAMETERS / 256 - 2);
  });
});
