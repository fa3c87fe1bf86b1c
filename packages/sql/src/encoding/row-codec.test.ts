/** Rows survive encoding, in whole and by column. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Datum } from "../values/datum.ts";
import { makeNumeric } from "../values/numeric.ts";
import * as oids from "../types/oids.ts";
import { typeByOid } from "../types/type-registry.ts";
import { rowDecoder } from "./row-decoder.ts";
import { encodeRow } from "./row-encoder.ts";
import { sliceColumn } from "./row-layout.ts";
import { DATUMS } from "./testing/datums.ts";

const TYPES = [...DATUMS.keys()];

const columns = fc.array(
  fc
    .constantFrom(...TYPES)
    .chain((type) =>
      fc.tuple(
        fc.constant(type),
        fc.option(DATUMS.get(type) as fc.Arbitrary<Datum>, { freq: 6 }),
        fc.boolean(),
      ),
    ),
  { maxLength: 12 },
);

describe("row codec", () => {
  it("gives back what it was given, whatever the columns", () => {
    fc.assert(
      fc.property(columns, fc.nat(5), (row, offset) => {
        const types = row.map(([type]) => type);
        const values = row.map(([, value]) => value);
        const bytes = Buffer.concat([Buffer.alloc(offset), encodeRow(types, values)]);
        expect(rowDecoder(types)(bytes, offset)).toEqual(values);
      }),
      { numRuns: 1000 },
    );
  });

  it("decodes the wanted columns only, in the order asked for", () => {
    fc.assert(
      fc.property(columns, (row) => {
        const types = row.map(([type]) => type);
        const wanted = row.flatMap(([, , want], i) => (want ? [i] : [])).reverse();
        const bytes = encodeRow(
          types,
          row.map(([, value]) => value),
        );
        const expected = wanted.map((i) => row[i]?.[1] ?? null);
        expect(rowDecoder(types, wanted)(bytes)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("slices each column in the form that is sent to clients", () => {
    fc.assert(
      fc.property(columns, (row) => {
        const types = row.map(([type]) => type);
        const bytes = encodeRow(
          types,
          row.map(([, value]) => value),
        );
        for (const [i, [type, value]] of row.entries()) {
          const slice = sliceColumn(bytes, i);
          if (value === null) expect(slice).toBeNull();
          else
            expect(Buffer.from(slice as Uint8Array)).toEqual(
              Buffer.from(typeByOid(type).send(value)),
            );
        }
        expect(sliceColumn(bytes, row.length)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it("fills columns that an older row lacks with their defaults, else with null", () => {
    const old = encodeRow([oids.INT4], [7]);
    const types = [oids.INT4, oids.TEXT, oids.INT8];
    expect(rowDecoder(types)(old)).toEqual([7, null, null]);
    expect(rowDecoder(types, [2, 0], [null, "x", 5n])(old)).toEqual([5n, 7]);
  });

  it("takes values that are larger than its scratch buffer, before and after others", () => {
    const long = "é".repeat(100_000);
    const types = [oids.INT8, oids.TEXT, oids.INT8, oids.BYTEA];
    const values = [1n, long, -1n, new Uint8Array(300_000)];
    expect(rowDecoder(types)(encodeRow(types, values))).toEqual(values);
  });

  it("makes rows of very long values that later ones leave alone", () => {
    const types = [oids.INT8, oids.TEXT, oids.INT8, oids.TEXT, oids.INT8];
    const rows = ["x", "é", "€"].flatMap((unit) => {
      const long = unit.repeat(1_200_000);
      return [
        [1n, long, 2n, "y", 3n],
        [1n, "z", 2n, long, 3n],
        [4n, long, 5n, long, 6n],
      ];
    });
    const encoded = rows.map((row) => encodeRow(types, row));
    expect(encoded.map((row) => rowDecoder(types)(row))).toEqual(rows);
  });

  it("writes numerics as they are sent, small ones included", () => {
    const coefficient = fc.oneof(
      fc.bigInt({ min: -20_000n, max: 20_000n }),
      fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
      fc.integer({ min: 0, max: 15 }).map((power) => 10n ** BigInt(power)),
    );
    fc.assert(
      fc.property(coefficient, fc.integer({ min: 0, max: 20 }), (digits, scale) => {
        const value = makeNumeric(digits, scale);
        const slice = sliceColumn(encodeRow([oids.NUMERIC], [value]), 0) as Uint8Array;
        const sent = typeByOid(oids.NUMERIC).send(value);
        expect(Buffer.from(slice).toString("hex")).toBe(Buffer.from(sent).toString("hex"));
        expect(typeByOid(oids.NUMERIC).receive(slice, -1)).toEqual(value);
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses an unknown version", () => {
    expect(() => rowDecoder([oids.INT4])(Buffer.of(9, 1, 0))).toThrowError(/version 9/);
  });
});
