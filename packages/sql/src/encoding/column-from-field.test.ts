/** What becomes a column without a value is what the value would have become. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_FORMAT } from "../expression/evaluation-context.ts";
import * as oids from "../types/oids.ts";
import { typeByOid } from "../types/type-registry.ts";
import type { Datum } from "../values/datum.ts";
import { columnFromBinary } from "./column-from-binary.ts";
import type { ColumnFromField } from "./column-from-field.ts";
import { LENGTH_BYTES_MAX, UNUSUAL } from "./column-from-field.ts";
import { columnFromText } from "./column-from-text.ts";
import { encodeRow } from "./row-encoder.ts";
import { DATUMS } from "./testing/datums.ts";

const SETTINGS = { ...DEFAULT_FORMAT, now: 0n };
/** Version and number of columns. */
const ROW_HEADER = 2;

function numericTypmod(precision: number, scale: number): number {
  return ((precision << 16) | (scale & 0x7ff)) + 4;
}

const TYPMODS: ReadonlyMap<number, readonly number[]> = new Map([
  [
    oids.NUMERIC,
    [
      numericTypmod(5, 2),
      numericTypmod(12, 2),
      numericTypmod(3, 5),
      numericTypmod(20, 10),
      numericTypmod(4, -2),
      numericTypmod(9, 0),
    ],
  ],
  [oids.VARCHAR, [4, 5, 9, 40]],
  [oids.BPCHAR, [5, 9, 40, 5_000]],
  [oids.TIMESTAMP, [0, 3, 6]],
  [oids.TIMESTAMPTZ, [0, 3, 6]],
  [oids.TIME, [0, 3, 6]],
]);

const TYPES = [
  oids.BOOL,
  oids.INT2,
  oids.INT4,
  oids.INT8,
  oids.OID,
  oids.FLOAT4,
  oids.FLOAT8,
  oids.NUMERIC,
  oids.DATE,
  oids.TIME,
  oids.TIMESTAMP,
  oids.TIMESTAMPTZ,
  oids.UUID,
  oids.TEXT,
  oids.VARCHAR,
  oids.BPCHAR,
  oids.NAME,
  oids.BYTEA,
];

const typeAndTypmod = fc
  .constantFrom(...TYPES)
  .chain((type) => fc.tuple(fc.constant(type), fc.constantFrom(-1, ...(TYPMODS.get(type) ?? []))));

/** Spellings that come near to what the types know. */
const nearly = fc.oneof(
  fc.integer({ min: -40_000, max: 40_000 }).map(String),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 10n), max: 10n ** 10n }), fc.stringMatching(/^[0-9]{0,8}$/))
    .map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.stringMatching(/^-?0*[0-9]{0,3}\.?0*[0-9]{0,3}0*$/),
  fc.stringMatching(/^(1[5-9]|2[0-3])[0-9]{2}-[01][0-9]-[0-3][0-9]$/),
  fc.stringMatching(/^[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,7})?$/),
  fc.stringMatching(
    /^(1[5-9]|2[0-3])[0-9]{2}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{0,7})?([-+][01][0-9](:?[0-6][0-9])?|Z)?$/,
  ),
  fc.stringMatching(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/),
  fc.stringMatching(/^[0-9a-f-]{8}(-[0-9a-f-]{4}){3}-[0-9a-f-]{12}$/),
  fc.constantFrom("t", "f", "true", "T", "1", "", "-", ".", "-0", "-0.0", "NaN", "infinity", "1e3"),
  fc.stringMatching(/^[ -~]{0,70}$/),
  fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !text.includes("\0")),
);

/** Its bytes, the field in the midst of others. */
function written(column: ColumnFromField | undefined, field: Buffer): Buffer | undefined {
  if (column === undefined) return undefined;
  const source = Buffer.concat([Buffer.from("1-9"), field, Buffer.from("9\t9-9")]);
  const room = LENGTH_BYTES_MAX + column.room + field.length;
  const target = Buffer.alloc(room + 6, 0xee);
  const end = column.write(source, 3, 3 + field.length, target, 2);
  expect(target.subarray(room + 2)).toEqual(Buffer.alloc(4, 0xee));
  return end === UNUSUAL ? undefined : target.subarray(2, end);
}

function columnOf(type: number, value: Datum): Buffer {
  return encodeRow([type], [value]).subarray(ROW_HEADER);
}

describe("columns of fields", () => {
  it("have the bytes of what the input function makes of the text", () => {
    let direct = 0;
    fc.assert(
      fc.property(typeAndTypmod, nearly, ([type, typmod], text) => {
        const found = written(columnFromText(type, typmod), Buffer.from(text));
        if (found === undefined) return;
        direct++;
        const value = typeByOid(type).input(text, typmod, SETTINGS);
        expect(found).toEqual(columnOf(type, value));
      }),
      { numRuns: 20_000 },
    );
    expect(direct).toBeGreaterThan(2_000);
  });

  it("have them for what the types print, and are found for nearly all of it", () => {
    for (const type of TYPES) {
      const values = DATUMS.get(type);
      if (values === undefined || type === oids.BYTEA) continue;
      fc.assert(
        fc.property(values, (value) => {
          if (value === null) return;
          const text = typeByOid(type).output(value, DEFAULT_FORMAT);
          const found = written(columnFromText(type, -1), Buffer.from(text));
          if (found === undefined) return;
          const again = typeByOid(type).input(text, -1, SETTINGS);
          expect(found).toEqual(columnOf(type, again));
        }),
        { numRuns: 300 },
      );
    }
    const usual: readonly [number, number, string][] = [
      [oids.INT4, -1, "-2147483648"],
      [oids.INT8, -1, "123456789012345"],
      [oids.NUMERIC, numericTypmod(12, 2), "9999999999.99"],
      [oids.NUMERIC, -1, "-12.5"],
      [oids.DATE, -1, "2024-02-29"],
      [oids.TIMESTAMP, -1, "2024-02-29 23:59:59.999999"],
      [oids.TIMESTAMPTZ, -1, "2024-02-29 23:59:59.5+05:30"],
      [oids.FLOAT8, -1, "-0.1"],
      [oids.UUID, -1, "0b6e1f9a-0000-4000-8000-FFffFFffFFff"],
      [oids.VARCHAR, 5, "é"],
      [oids.BPCHAR, 9, "é"],
    ];
    for (const [type, typmod, text] of usual) {
      const value = typeByOid(type).input(text, typmod, SETTINGS);
      const found = written(columnFromText(type, typmod), Buffer.from(text));
      expect([text, found]).toEqual([text, columnOf(type, value)]);
    }
  });

  it("are not made of a uuid with hyphens in other places", () => {
    const digits = "12345678123412341234123456789012";
    const hyphens = fc.uniqueArray(fc.nat({ max: 30 }), { minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(hyphens, (places) => {
        const text = Array.from(digits, (digit, at) => (places.includes(at) ? `${digit}-` : digit));
        const spelled = text.join("").slice(0, 36);
        const isUsual = /^[0-9]{8}(-[0-9]{4}){3}-[0-9]{12}$/.test(spelled);
        const found = written(columnFromText(oids.UUID, -1), Buffer.from(spelled));
        expect(found !== undefined).toBe(isUsual);
      }),
    );
    for (const odd of [
      "12345678-1234-1234-1234-12-34-567890",
      "12-34-56-1234-1234-1234-123456789012",
      "12345678-1234-1234-1234-1234567890-1",
    ]) {
      expect(written(columnFromText(oids.UUID, -1), Buffer.from(odd))).toBeUndefined();
    }
  });

  it("have the bytes of what the receive function makes of the binary form", () => {
    let direct = 0;
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc
        .tuple(
          fc.array(fc.constantFrom(0, 1, 10, 100, 120, 1_000, 9_999, 10_000), { maxLength: 4 }),
          fc.integer({ min: -3, max: 3 }),
          fc.constantFrom(0, 0x4000, 0xc000),
          fc.integer({ min: 0, max: 12 }),
        )
        .map(([groups, weight, sign, scale]) => {
          const all = Buffer.alloc(8 + groups.length * 2);
          all.writeInt16BE(groups.length, 0);
          all.writeInt16BE(weight, 2);
          all.writeUInt16BE(sign, 4);
          all.writeUInt16BE(scale, 6);
          for (const [at, group] of groups.entries()) all.writeUInt16BE(group, 8 + at * 2);
          return all;
        }),
    );
    const check = ([type, typmod]: [number, number], field: Buffer): void => {
      const found = written(columnFromBinary(type, typmod), field);
      if (found === undefined) return;
      direct++;
      expect(found).toEqual(columnOf(type, typeByOid(type).receive(field, typmod)));
    };
    fc.assert(
      fc.property(typeAndTypmod, bytes, (type, field) => check(type, Buffer.from(field))),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(
        typeAndTypmod.chain(([type, typmod]) => {
          const values = DATUMS.get(type) ?? fc.constant(null);
          return fc.tuple(fc.constant<[number, number]>([type, typmod]), values);
        }),
        ([type, value]) => {
          if (value !== null) check(type, Buffer.from(typeByOid(type[0]).send(value)));
        },
      ),
      { numRuns: 5_000 },
    );
    expect(direct).toBeGreaterThan(4_000);
  });
});
