/**
 * Random statements of the wider grammar answer as PostgreSQL 16 does: queries, and changes with
 * what the table holds after them. What differs is shown in its smallest form.
 * RANDOM_QUERIES=count and RANDOM_SEED=first search further than the sample.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oracleAvailable } from "./oracle.ts";
import { randomChange } from "./random-changes.ts";
import type { Difference } from "./random-comparison.ts";
import { RandomComparison } from "./random-comparison.ts";
import { randomIndexQuery } from "./random-index-queries.ts";
import { randomWideQuery } from "./random-queries-wide.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

const COUNT = Number(process.env["RANDOM_QUERIES"] ?? 200);
const FIRST = Number(process.env["RANDOM_SEED"] ?? 1);
const SHOWN_MAX = 5;
const MILLIS_MAX = Math.max(120_000, COUNT * 200);

describe.skipIf(unavailable !== undefined)("random statements answer as PostgreSQL 16", () => {
  let comparison: RandomComparison;

  beforeAll(async () => {
    comparison = await RandomComparison.start();
  });

  afterAll(async () => {
    await comparison?.stop();
  });

  async function differences(
    compare: (seed: number) => Promise<Difference | undefined>,
  ): Promise<readonly Difference[]> {
    const found: Difference[] = [];
    for (let seed = FIRST; seed < FIRST + COUNT && found.length < SHOWN_MAX; seed++) {
      const difference = await compare(seed);
      if (difference !== undefined) found.push(difference);
    }
    return found;
  }

  it(
    `queries of seeds ${FIRST} to ${FIRST + COUNT - 1}`,
    async () => {
      const found = await differences((seed) => comparison.compare(seed, randomWideQuery(seed)));
      expect(found).toEqual([]);
    },
    MILLIS_MAX,
  );

  it(
    `queries of indexed columns, of seeds ${FIRST} to ${FIRST + COUNT - 1}`,
    async () => {
      const found = await differences((seed) => comparison.compare(seed, randomIndexQuery(seed)));
      expect(found).toEqual([]);
    },
    MILLIS_MAX,
  );

  it(
    `changes of seeds ${FIRST} to ${FIRST + COUNT - 1}`,
    async () => {
      const found = await differences((seed) => {
        const { statement, table } = randomChange(seed);
        return comparison.compare(seed, statement, table);
      });
      expect(found).toEqual([]);
    },
    MILLIS_MAX,
  );
});
