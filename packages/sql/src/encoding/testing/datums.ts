/**
 * Random values per type, for property tests only.
 */
import fc from "fast-check";
import { makeArrayWithDims } from "../../values/array.ts";
import type { Datum, JsonbNode, RangeValue } from "../../values/datum.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";
import { makeJsonb } from "../../values/jsonb.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "../../values/datum.ts";
import { macToString } from "../../values/mac-address.ts";
import { makeMultirange } from "../../values/multirange.ts";
import { EMPTY_RANGE, makeRange } from "../../values/range.ts";
import { rangeKindOf } from "../../types/range-types.ts";
import { typeByOid } from "../../types/type-registry.ts";
import { makeInterval } from "../../values/interval.ts";
import {
  NUMERIC_INFINITY,
  NUMERIC_NAN,
  NUMERIC_NEGATIVE_INFINITY,
  makeNumeric,
} from "../../values/numeric.ts";
import { DATE_END, DATE_MIN, TIMESTAMP_END, TIMESTAMP_MIN } from "../../values/calendar.ts";
import * as oids from "../../types/oids.ts";

const int4 = fc.integer({ min: -2147483648, max: 2147483647 });
const int8 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "B", " ", "0", "\u0001") },
  { weight: 1, arbitrary: fc.constantFrom("é", "\ud7ff", "\ue000", "\uffff", "\u{1f600}") },
);
const text = fc.array(character, { maxLength: 40 }).map((parts) => parts.join(""));
const finiteNumeric = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: -2000n, max: 2000n }),
      fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
    ),
    fc.integer({ min: 0, max: 25 }),
  )
  .map(([coefficient, scale]) => makeNumeric(coefficient, scale));
const micros = fc.integer({ min: 0, max: 86_400_000_000 });
const timestamp = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: TIMESTAMP_MIN, max: TIMESTAMP_END - 1n }) },
  { weight: 1, arbitrary: fc.constantFrom(TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY) },
);
const double = fc.double();
const small = fc.integer({ min: -2, max: 2 });
const byte = fc.constantFrom(0, 1, 2, 254, 255, 65);

function arrayOf(elementType: number, element: fc.Arbitrary<Datum>): fc.Arbitrary<Datum> {
  return fc
    .tuple(fc.array(fc.option(element, { freq: 5 }), { maxLength: 5 }), small)
    .map(([elements, lower]) =>
      makeArrayWithDims(elementType, [elements.length], [lower], elements),
    );
}

const jsonbNode = fc.letrec<{ node: JsonbNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constant<JsonbNode>({ kind: "null" }),
    fc.boolean().map((value): JsonbNode => ({ kind: "boolean", value })),
    finiteNumeric.map((value): JsonbNode => ({ kind: "number", value })),
    text.map((value): JsonbNode => ({ kind: "string", value })),
    fc.array(tie("node"), { maxLength: 3 }).map((items): JsonbNode => ({ kind: "array", items })),
    fc.array(fc.tuple(text, tie("node")), { maxLength: 3 }).map(makeJsonbObject),
  ),
})).node;

const bits = fc.array(fc.constantFrom("0", "1"), { maxLength: 20 }).map((all) => all.join(""));

const network = fc
  .oneof(
    fc.tuple(
      fc.constant(4),
      fc.integer({ min: 0, max: 32 }),
      fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
    ),
    fc.tuple(
      fc.constant(4),
      fc.integer({ min: 6, max: 10 }),
      fc.constantFrom(0n, 1n << 24n, 3n << 22n),
    ),
    fc.tuple(
      fc.constant(6),
      fc.integer({ min: 0, max: 128 }),
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
    ),
  )
  .map(([version, mask, address]): Datum => ({
    tag: "network",
    version: version === 4 ? 4 : 6,
    bits: mask,
    address,
  }));

function mac(length: number): fc.Arbitrary<Datum> {
  return fc.array(byte, { minLength: length, maxLength: length }).map(macToString);
}

function range(type: number, bound: fc.Arbitrary<Datum>): fc.Arbitrary<RangeValue> {
  const kind = rangeKindOf(type);
  if (kind === undefined) throw new Error(`type ${type} is no range`);
  const limit = fc.option(bound, { freq: 5 });
  return fc
    .tuple(limit, limit, fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 9 }))
    .map(([a, b, lowerInclusive, upperInclusive, dice]) => {
      if (dice === 0) return EMPTY_RANGE;
      const swap = a !== null && b !== null && kind.compare(a, b) > 0;
      return makeRange(
        kind,
        { value: swap ? b : a, inclusive: lowerInclusive, lower: true },
        { value: swap ? a : b, inclusive: upperInclusive, lower: false },
      );
    });
}

function multirange(type: number, ranges: fc.Arbitrary<RangeValue>): fc.Arbitrary<Datum> {
  const kind = rangeKindOf(type);
  if (kind === undefined) throw new Error(`type ${type} is no multirange`);
  return fc.array(ranges, { maxLength: 4 }).map((all) => makeMultirange(kind, all));
}

const date = fc.constantFrom(-3, 0, 1, 2, 9, Infinity, -Infinity);
/** Registered before range kinds are asked for. */
typeByOid(oids.INT4RANGE);

export const DATUMS: ReadonlyMap<number, fc.Arbitrary<Datum>> = new Map<
  number,
  fc.Arbitrary<Datum>
>([
  [oids.BOOL, fc.boolean()],
  [oids.INT2, fc.integer({ min: -32768, max: 32767 })],
  [oids.INT4, fc.oneof(small, int4)],
  [oids.INT8, fc.oneof(fc.bigInt({ min: -3n, max: 3n }), int8)],
  [oids.OID, fc.integer({ min: 0, max: 4294967295 })],
  [oids.FLOAT4, double.map(Math.fround)],
  [oids.FLOAT8, double],
  [
    oids.NUMERIC,
    fc.oneof(
      { weight: 12, arbitrary: finiteNumeric },
      {
        weight: 1,
        arbitrary: fc.constantFrom(NUMERIC_NAN, NUMERIC_INFINITY, NUMERIC_NEGATIVE_INFINITY),
      },
    ),
  ],
  [oids.TEXT, text],
  [oids.VARCHAR, text],
  [oids.BPCHAR, text],
  [oids.BYTEA, fc.array(byte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes))],
  [oids.UUID, fc.uuid()],
  [oids.XID8, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [oids.PG_LSN, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [
    oids.DATE,
    fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: DATE_MIN, max: DATE_END - 1 }) },
      { weight: 1, arbitrary: fc.constantFrom(Infinity, -Infinity) },
    ),
  ],
  [oids.TIME, micros],
  [
    oids.TIMETZ,
    fc
      .tuple(micros, fc.constantFrom(0, 3600, -3600, -19800, 57599))
      .map(([time, zone]): Datum => ({ tag: "timetz", micros: time, zone })),
  ],
  [oids.TIMESTAMP, timestamp],
  [oids.TIMESTAMPTZ, timestamp],
  [
    oids.INTERVAL,
    fc
      .tuple(
        fc.oneof(small, int4),
        fc.oneof(small, int4),
        fc.oneof(fc.bigInt({ min: -2n, max: 2n }), int8),
      )
      .map(([months, days, rest]) => makeInterval(months, days, rest)),
  ],
  [oids.BIT, bits],
  [oids.VARBIT, bits],
  [oids.INET, network],
  [oids.MACADDR, mac(6)],
  [oids.MACADDR8, mac(8)],
  [oids.INT4RANGE, range(oids.INT4RANGE, small)],
  [oids.NUMRANGE, range(oids.NUMRANGE, finiteNumeric)],
  [oids.TSRANGE, range(oids.TSRANGE, timestamp)],
  [oids.DATERANGE, range(oids.DATERANGE, date)],
  [oids.INT4MULTIRANGE, multirange(oids.INT4MULTIRANGE, range(oids.INT4RANGE, small))],
  [oids.NUMMULTIRANGE, multirange(oids.NUMMULTIRANGE, range(oids.NUMRANGE, finiteNumeric))],
  [oids.JSONB, jsonbNode.map(makeJsonb)],
  [oids.INT4_ARRAY, arrayOf(oids.INT4, small)],
  [oids.TEXT_ARRAY, arrayOf(oids.TEXT, text)],
]);
