/**
 * Random sequences of schema changes answer as PostgreSQL 16 does, statement by statement, and leave
 * the same catalogs and rows behind. What differs is shown as the shortest sequence that does.
 * RANDOM_SCHEMAS=count and RANDOM_SEED=first search further than the sample.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMissing } from "../support/processes.ts";
import { oracleAvailable } from "./oracle.ts";
import type { SchemaDifference } from "./random-schema/comparison.ts";
import { SchemaComparison } from "./random-schema/comparison.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const COUNT = Number(process.env["RANDOM_SCHEMAS"] ?? 15);
const FIRST = Number(process.env["RANDOM_SEED"] ?? 1);
const SHOWN_MAX = 5;

describe.skipIf(missing !== undefined)("random schema changes", () => {
  let comparison: SchemaComparison;

  beforeAll(async () => {
    comparison = await SchemaComparison.start();
  });

  afterAll(async () => {
    await comparison?.stop();
  });

  it(
    `sequences of seeds ${FIRST} to ${FIRST + COUNT - 1} answer and leave the same`,
    async () => {
      const found: (SchemaDifference & { readonly seed: number })[] = [];
      for (let seed = FIRST; seed < FIRST + COUNT && found.length < SHOWN_MAX; seed++) {
        const differences = await comparison.compare(seed);
        found.push(...differences.map((difference) => ({ seed, ...difference })));
      }
      expect(found).toEqual([]);
      expect(comparison.compared).toBeGreaterThan(COUNT);
    },
    Math.max(300_000, COUNT * 2_000),
  );
});
