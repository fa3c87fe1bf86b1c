/** Statistics of samples that are the whole table, and of parts of one. */
import { oids } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { analyzeColumn } from "./analyze-column.ts";
import { commonValueCount } from "./common-values.ts";

const noPause = (): Promise<void> => Promise.resolve();

async function analyzed(values: readonly (number | null)[], totalRows: number = values.length) {
  const sample = { column: 1, type: oids.INT4, values, totalRows, target: 100 };
  const result = await analyzeColumn(sample, noPause);
  if (result === undefined) throw new Error("nothing was analyzed");
  return result;
}

describe("statistics of a column", () => {
  it("takes a column without duplicates for unique, whatever the number of rows", async () => {
    const unique = await analyzed([3, 1, 2, null]);
    expect(unique.distinct).toBe(-0.75);
    expect(unique.commonValues).toEqual([]);
    expect(unique.histogram).toEqual([1, 2, 3]);
  });

  it("keeps every value that occurs twice, most common first", async () => {
    const result = await analyzed([5, 5, 5, 7, 7, 9, 9, 9, 9, 1]);
    expect(result.commonValues).toEqual([9, 5, 7]);
    expect(result.commonFractions).toEqual([0.4, 0.3, 0.2].map(Math.fround));
    expect(result.histogram).toEqual([]);
  });

  it("takes as many values as there are where all of them repeat", async () => {
    const values = Array.from({ length: 1000 }, (_, at) => at % 20);
    expect((await analyzed(values)).distinct).toBe(20);
    expect((await analyzed(values)).commonValues).toHaveLength(20);
  });

  it("extrapolates the number of distinct values of a sample", async () => {
    const values = Array.from({ length: 300 }, (_, at) => (at < 150 ? at : at % 100));
    const { distinct } = await analyzed(values, 30_000);
    expect(distinct).toBeGreaterThan(150);
  });

  it("follows the order of the rows", async () => {
    const ascending = Array.from({ length: 50 }, (_, at) => at);
    expect((await analyzed(ascending)).correlation).toBe(1);
    expect((await analyzed(ascending.toReversed())).correlation).toBe(-1);
  });

  it("spreads the bounds of a histogram over the values that are not common", async () => {
    const values = [...Array.from({ length: 1001 }, (_, at) => at), ...Array(500).fill(7)];
    const { histogram, commonValues } = await analyzed(values);
    expect(commonValues).toEqual([7]);
    expect(histogram).toHaveLength(101);
    expect(histogram[0]).toBe(0);
    expect(histogram.at(-1)).toBe(1000);
  });

  it("knows nothing of no rows", async () => {
    const sample = { column: 1, type: oids.INT4, values: [], totalRows: 0, target: 100 };
    expect(await analyzeColumn(sample, noPause)).toBeUndefined();
    expect((await analyzed([null, null])).nullFraction).toBe(1);
  });
});

describe("common values", () => {
  it("are those that occur clearly more often than the rest would", () => {
    const facts = { sampleRows: 1000, totalRows: 100_000, distinct: 500, nullFraction: 0 };
    expect(commonValueCount([100, 90, 3, 3], facts)).toBe(2);
  });

  it("are all of them when the whole table was looked at", () => {
    const facts = { sampleRows: 10, totalRows: 10, distinct: 4, nullFraction: 0 };
    expect(commonValueCount([3, 2, 2], facts)).toBe(3);
  });
});
