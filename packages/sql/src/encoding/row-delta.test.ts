/** Deltas added to stored rows against rows encoded with the sums. */
import fc from "fast-check";
import { expect, it } from "vitest";
import * as oids from "../types/oids.ts";
import type { Datum } from "../values/datum.ts";
import { parseNumeric } from "../values/numeric.ts";
import { numericAdd } from "../values/numeric-arithmetic.ts";
import { addDeltas, encodeDeltas } from "./row-delta.ts";
import { rowEncoder } from "./row-encoder.ts";

const TYPES = [oids.TEXT, oids.INT4, oids.NUMERIC, oids.INT8, oids.TEXT];
const encode = rowEncoder(TYPES);

const text = fc.option(fc.string({ maxLength: 300 }), { nil: null });
const small = fc.integer({ min: -1_000_000, max: 1_000_000 });
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.nat({ max: 6 }))
  .map(([digits, scale]) => parseNumeric(`${digits}e-${scale}`));

it("I4: rows in which deltas were folded are those in which the sums were written", () => {
  fc.assert(
    fc.property(
      fc.tuple(text, small, decimal, fc.bigInt({ min: -(1n << 60n), max: 1n << 60n }), text),
      fc.array(fc.tuple(small, decimal, small), { minLength: 1, maxLength: 5 }),
      ([before, a, b, c, after], amounts) => {
        let row: Uint8Array = encode([before, a, b, c, after]);
        let [sumA, sumB, sumC] = [a, b, c];
        for (const [plusA, plusB, plusC] of amounts) {
          const deltas = encodeDeltas([
            { column: 1, type: oids.INT4, amount: plusA },
            { column: 2, type: oids.NUMERIC, amount: plusB },
            { column: 3, type: oids.INT8, amount: BigInt(plusC) },
          ]);
          row = addDeltas(row, deltas);
          sumA += plusA;
          sumB = numericAdd(sumB, plusB);
          sumC += BigInt(plusC);
        }
        const expected: Datum[] = [before, sumA, sumB, sumC, after];
        expect(Buffer.compare(row, encode(expected))).toBe(0);
      },
    ),
  );
});

it("NULL stays NULL, and what would overflow stays at the end", () => {
  const plus = (type: number, amount: Datum): Buffer =>
    encodeDeltas([{ column: type === oids.INT4 ? 1 : 3, type, amount }]);
  const nothing = encode(["x", null, null, null, null]);
  expect(addDeltas(nothing, plus(oids.INT4, 5))).toEqual(nothing);
  const full = encode(["x", 2147483647, null, -9223372036854775808n, null]);
  expect(addDeltas(full, plus(oids.INT4, 5))).toEqual(full);
  expect(addDeltas(full, plus(oids.INT8, -1n))).toEqual(full);
});
