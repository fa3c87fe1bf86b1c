/** Packed rows are the rows that were packed, value for value. */
import type { Datum, Row } from "@firstlight/sql";
import fc from "fast-check";
import { expect, it } from "vitest";
import { PackedList, RowPacker } from "./packed-rows.ts";

const numbers: fc.Arbitrary<Datum> = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, 2 ** 31, -(2 ** 31), 0.1),
);
const others: fc.Arbitrary<Datum> = fc.oneof(
  fc.string(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
const columns = fc.array(fc.constantFrom(numbers, others, fc.oneof(numbers, others)), {
  maxLength: 6,
});
const rows = columns.chain((each) => fc.array(fc.tuple(...each), { minLength: 1, maxLength: 40 }));

it("packed rows are the rows that were packed, from any place on", () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 4 }), fc.nat(), (sources, start) => {
      const packer = new RowPacker();
      for (const source of sources) {
        const from = start % source.length;
        const packed = packer.pack(source, from, source.length);
        const unpacked = Array.from({ length: packed.length }, (_, at) => packed.row(at));
        expect(unpacked).toStrictEqual(source.slice(from));
        expect(
          unpacked.every((row, at) =>
            row.every((value, i) => Object.is(value, source[from + at]?.[i])),
          ),
        ).toBe(true);
      }
    }),
  );
});

it("rows of several widths, and very wide ones, are kept as they are", () => {
  const packer = new RowPacker();
  const several: Row[] = [[1], [1, "a"], []];
  const wide: Row[] = [Array.from({ length: 100 }, (_, i) => i)];
  for (const source of [several, wide]) {
    const packed = packer.pack(source, 0, source.length);
    expect(source.map((_, at) => packed.row(at))).toStrictEqual(source);
    expect(packed.savedBytes).toBe(0);
  }
});

it("numbers in columns take eight bytes each", () => {
  const source: Row[] = Array.from({ length: 256 }, (_, i) => [i, i / 2, "text"]);
  const { savedBytes } = new RowPacker().pack(source, 0, source.length);
  expect(savedBytes).toBe(256 * 48 + 128 * 16 - 640);
});

it("a packed list has its rows in order, and tells what packing saves", () => {
  const list = new PackedList();
  const source: Row[] = Array.from({ length: 1000 }, (_, i) => [i % 300 === 0 ? null : i, `t${i}`]);
  let saved = 0;
  for (const row of source) saved += list.push(row);
  expect(list.length).toBe(1000);
  expect(source.map((_, at) => list.at(at))).toStrictEqual(source);
  expect(saved).toBe(3 * (256 * 48 - 640));
  list.clear();
  expect(list.length).toBe(0);
});
