/** The order of encoded keys is the order of their values. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Datum } from "../values/datum.ts";
import { makeNumeric } from "../values/numeric.ts";
import * as oids from "../types/oids.ts";
import { typeByOid } from "../types/type-registry.ts";
import type { KeyColumnOrder } from "./key-columns.ts";
import { decodeKeyColumns, encodeKeyColumns, isKeyExact } from "./key-columns.ts";
import { DATUMS } from "./testing/datums.ts";

const TYPES = [...DATUMS.keys()];
const ORDERS: readonly KeyColumnOrder[] = [
  {},
  { descending: true },
  { nullsFirst: true },
  { descending: true, nullsFirst: false },
];

function datum(type: number): fc.Arbitrary<Datum> {
  return fc.option(DATUMS.get(type) as fc.Arbitrary<Datum>, { freq: 8 });
}

function compareColumn(type: number, order: KeyColumnOrder, a: Datum, b: Datum): number {
  const nullsFirst = order.nullsFirst ?? order.descending ?? false;
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  const sqlType = typeByOid(type);
  return order.descending === true ? sqlType.compare(b, a) : sqlType.compare(a, b);
}

function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

describe("key columns", () => {
  it.each(TYPES.map((type) => [typeByOid(type).name, type] as const))(
    "sort one %s as its type compares",
    (_name, type) => {
      fc.assert(
        fc.property(datum(type), datum(type), fc.constantFrom(...ORDERS), (a, b, order) => {
          const left = encodeKeyColumns([type], [a], [order]);
          const right = encodeKeyColumns([type], [b], [order]);
          expect(compareKeys(left, right)).toBe(Math.sign(compareColumn(type, order, a, b)));
        }),
        { numRuns: 400 },
      );
    },
  );

  it("sort tuples column by column", () => {
    const column = fc
      .tuple(fc.constantFrom(...TYPES), fc.constantFrom(...ORDERS))
      .chain(([type, order]) =>
        fc.tuple(fc.constant(type), fc.constant(order), datum(type), datum(type), fc.boolean()),
      );
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 4 }), (columns) => {
        const types = columns.map(([type]) => type);
        const orders = columns.map(([, order]) => order);
        const a = columns.map(([, , value]) => value);
        const b = columns.map(([, , value, other, same]) => (same ? value : other));
        let expected = 0;
        for (const [i, [type, order]] of columns.entries()) {
          expected ||= Math.sign(compareColumn(type, order, a[i] ?? null, b[i] ?? null));
        }
        const left = encodeKeyColumns(types, a, orders);
        const right = encodeKeyColumns(types, b, orders);
        expect(compareKeys(left, right)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("decode to equal values, and to the same ones where the type is exact", () => {
    const column = fc
      .tuple(fc.constantFrom(...TYPES), fc.constantFrom(...ORDERS))
      .chain(([type, order]) => fc.tuple(fc.constant(type), fc.constant(order), datum(type)));
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 4 }), (columns) => {
        const types = columns.map(([type]) => type);
        const orders = columns.map(([, order]) => order);
        const values = columns.map(([, , value]) => value);
        const key = encodeKeyColumns(types, values, orders);
        const decoded = decodeKeyColumns(types, "prefix" + key, orders, 6);
        for (const [i, type] of types.entries()) {
          const value = values[i] ?? null;
          if (value === null || isKeyExact(type)) expect(decoded[i]).toEqual(value);
          else expect(typeByOid(type).compare(decoded[i] ?? null, value)).toBe(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("give equal keys to 1.0 and 1.00, to 0 and -0, and to char values that differ in blanks", () => {
    const one = encodeKeyColumns([oids.NUMERIC], [makeNumeric(10n, 1)]);
    expect(encodeKeyColumns([oids.NUMERIC], [makeNumeric(100n, 2)])).toBe(one);
    expect(encodeKeyColumns([oids.FLOAT8], [-0])).toBe(encodeKeyColumns([oids.FLOAT8], [0]));
    const short = encodeKeyColumns([oids.BPCHAR], ["ab"]);
    expect(encodeKeyColumns([oids.BPCHAR], ["ab   "])).toBe(short);
  });

  it("consist of char codes up to 255", () => {
    const key = encodeKeyColumns(
      [oids.TEXT, oids.INT8],
      ["ключ \u{1f511}", -5n],
      [{}, { descending: true }],
    );
    for (const character of key) expect(character.charCodeAt(0)).toBeLessThan(256);
  });

  it("refuse json, which has no order", () => {
    expect(() => encodeKeyColumns([oids.JSON_TYPE], ["{}"])).toThrowError(/not supported/);
  });
});
