/** Keys of stored rows are the keys of their values. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Datum } from "../values/datum.ts";
import * as oids from "../types/oids.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { isKeyType, keyEncoder } from "./key-columns.ts";
import { encodeRow } from "./row-encoder.ts";
import { locateColumns } from "./row-layout.ts";
import { StoredKeyEncoder } from "./stored-keys.ts";
import { DATUMS } from "./testing/datums.ts";

const TYPES = [...DATUMS.keys()].filter(isKeyType);

const columns = fc.array(
  fc.constantFrom(...TYPES).chain((type) =>
    fc.record({
      type: fc.constant(type),
      value: fc.option(DATUMS.get(type) as fc.Arbitrary<Datum>, { freq: 6 }),
      descending: fc.boolean(),
      nullsFirst: fc.boolean(),
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

it("the key of a stored row is the key of its values, in any order of its columns", () => {
  fc.assert(
    fc.property(columns, fc.nat(5), fc.nat(3), (row, offset, absent) => {
      const types = row.map(({ type }) => type);
      // Rows that were stored before the last columns were added.
      const stored = Math.max(1, row.length - absent);
      const values = row.slice(0, stored).map(({ value }) => value);
      const bytes = Buffer.concat([
        Buffer.alloc(offset),
        encodeRow(types.slice(0, stored), values),
      ]);
      const keys = row.map((column, position) => ({ ...column, position })).reverse();
      const missing = row.map(({ value }, at) => (at < stored ? null : value));
      const encoder = new StoredKeyEncoder(keys, missing);
      const bounds = new Int32Array(2 * encoder.located);
      locateColumns(bytes, encoder.located, bounds, offset);
      const out = new GrowingBytes(4);
      const isWhole = encoder.write(bytes, bounds, out);
      const expected = keyEncoder(
        keys.map(({ type }) => type),
        keys,
      )(keys.map(({ value }) => value));
      expect(out.bytes.toString("latin1", 0, out.end)).toBe(expected);
      expect(isWhole).toBe(row.every(({ value }) => value !== null));
    }),
    { numRuns: 3_000 },
  );
});

it("floats that are equal or no numbers have one key each", () => {
  const encoder = new StoredKeyEncoder([{ position: 0, type: oids.FLOAT8 }]);
  const keyOf = (bytes: Buffer): string => {
    const out = new GrowingBytes(4);
    encoder.write(bytes, Int32Array.of(0, 8), out);
    return out.bytes.toString("latin1", 0, out.end);
  };
  const expected = keyEncoder([oids.FLOAT8]);
  const nan = Buffer.from("fff8000000000001", "hex");
  expect(keyOf(nan)).toBe(expected([Number.NaN]));
  expect(keyOf(Buffer.from("8000000000000000", "hex"))).toBe(expected([0]));
  expect(keyOf(Buffer.from("fff0000000000000", "hex"))).toBe(expected([-Infinity]));
});
