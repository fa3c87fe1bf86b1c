/** What is spilled comes back as it was. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Datum } from "../values/datum.ts";
import { SpillReader, SpillWriter } from "./spilled-rows.ts";
import { DATUMS } from "./testing/datums.ts";

const value: fc.Arbitrary<Datum> = fc.oneof(
  fc.constantFrom(...DATUMS.values()).chain((each) => fc.option(each as fc.Arbitrary<Datum>)),
  fc.bigInt(),
  fc.double(),
  fc.integer(),
  fc.constantFrom<Datum>(-0, NaN, 2 ** 31, -(2 ** 31), 255, 256, 2n ** 63n, -(2n ** 63n), "é", "ÿ"),
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.constant("x".repeat(5000)),
  fc.constant("ß".repeat(5000)),
);

describe("spilled rows", () => {
  it("come back with the very values, in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 8 }), { maxLength: 20 }), (rows) => {
        const writer = new SpillWriter(8);
        for (const row of rows) writer.row(row);
        const reader = new SpillReader(writer.take());
        for (const row of rows) expect(reader.row()).toStrictEqual(row);
        expect(reader.atEnd).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("hold a long text once in a row, however often it is there", () => {
    const long = "xß".repeat(40_000);
    const row: Datum[] = [1, long, null, long, "x", `${long}y`, long];
    const writer = new SpillWriter(8);
    writer.row(row);
    writer.row([long, 2]);
    const bytes = writer.take();
    expect(bytes.length).toBeLessThan(3 * 2 * long.length + 1000);
    const reader = new SpillReader(bytes);
    expect([reader.row(), reader.row()]).toStrictEqual([row, [long, 2]]);
  });

  it("keep rows of several widths and records with names apart", () => {
    const record: Datum = { tag: "record", types: [23, 25], fields: [1, null], names: ["a", "b"] };
    const rows: Datum[][] = [[], [record], [1, 2, 3], [record, record]];
    const writer = new SpillWriter();
    for (const row of rows) writer.row(row);
    const reader = new SpillReader(writer.take());
    expect(rows.map(() => reader.row())).toStrictEqual(rows);
  });
});
