/** Arrays compared in steps as at one go, wherever they differ. */
import { describe, expect, it } from "vitest";
import { toEnd } from "../functions/long-call.ts";
import {
  compareArraySteps,
  compareArrays,
  equalArraySteps,
  equalArrays,
  makeArray,
} from "./array.ts";
import type { Datum } from "./datum.ts";

const INT4 = 23;
const order = (a: Datum, b: Datum): number => Number(a) - Number(b);
const equality = () => (a: Datum, b: Datum) => order(a, b) === 0;

describe("arrays compared in steps", () => {
  const numbers: Datum[] = Array.from({ length: 3000 }, (_, i) => (i % 5 === 0 ? null : i));
  const a = makeArray(INT4, numbers);
  const others = [0, 1, 1023, 1024, 1025, 2048, 2999].flatMap((at) =>
    [null, -1, 9999].map((value) => numbers.with(at, value)),
  );

  it.each([numbers, numbers.slice(0, 1024), [...numbers, 1], ...others].map((each) => ({ each })))(
    "as at one go (%#)",
    ({ each }) => {
      const b = makeArray(INT4, each);
      for (const [left, right] of [
        [a, b],
        [b, a],
      ] as const) {
        const expected = compareArrays(left, right, order);
        expect(toEnd(compareArraySteps(left, right, order))).toBe(expected);
        expect(equalArrays(left, right, equality)).toBe(expected === 0);
        expect(toEnd(equalArraySteps(left, right, equality))).toBe(expected === 0);
      }
    },
  );
});
