/** Numerics of very many digits: the same in steps as at one go, and no step is all of it. */
import { describe, expect, it } from "vitest";
import { toEnd } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import { numericSqrt, numericSqrtSteps } from "./numeric-arithmetic.ts";
import { trailingZeros } from "./long-digits.ts";
import {
  isLongNumeric,
  makeNumeric,
  normalizedNumeric,
  numericTextSteps,
  numericToString,
  parseNumeric,
  parseNumericSteps,
} from "./numeric.ts";

function counted<T>(steps: Steps<T>): { readonly value: T; readonly steps: number } {
  for (let count = 0; ; count++) {
    const step = steps.next();
    if (step.done === true) return { value: step.value, steps: count };
  }
}

const TEXTS: readonly string[] = [
  "1".repeat(20_000),
  "9".repeat(131_072),
  `-${"7".repeat(100_000)}.${"3".repeat(16_383)}`,
  `1${"0".repeat(65_536)}`,
  `0.${"0".repeat(10)}${"5".repeat(16_000)}`,
  `12${"0".repeat(40_000)}1.5`,
  `${"0".repeat(20_000)}17`,
  `${"123_456".repeat(5_000)}e100`,
];

describe("numerics of very many digits", () => {
  it.each(TEXTS.map((text) => [`${text.slice(0, 12)}… of ${text.length}`, text]))(
    "%s is read, printed and rooted the same in steps",
    (_name, text) => {
      const plain = parseNumeric(text);
      const read = counted(parseNumericSteps(text));
      expect(read.value).toEqual(plain);
      if (!isLongNumeric(plain)) return;
      expect(read.steps).toBeGreaterThan(3);
      const printed = counted(numericTextSteps(plain));
      expect(printed.value).toBe(numericToString(plain));
      expect(printed.steps).toBeGreaterThan(3);
      if (text.startsWith("-") || text.length > 50_000) return;
      expect(toEnd(numericSqrtSteps(plain))).toEqual(numericSqrt(plain));
    },
  );

  it("is refused before its digits are converted", () => {
    const tooLong = "9".repeat(20_000_000);
    expect(() => parseNumeric(tooLong)).toThrow("value overflows numeric format");
    expect(() => parseNumeric(`1e${"9".repeat(5)}9`)).toThrow("value overflows numeric format");
    expect(() => parseNumeric("1e-16384")).toThrow("value overflows numeric format");
    expect(numericToString(parseNumeric(`${"0".repeat(200_000)}e9`))).toBe("0");
    expect(parseNumeric(`1e131071`).scale).toBe(0);
    expect(() => parseNumeric(`1e131072`)).toThrow("value overflows numeric format");
  });

  it("loses its trailing zeros by halves", () => {
    for (const zeros of [0, 1, 2, 3, 7, 8, 100, 5_000]) {
      const value = 12_345n * 10n ** BigInt(zeros);
      expect(trailingZeros(value, 16_383)).toBe(zeros);
      expect(trailingZeros(value, 3)).toBe(Math.min(zeros, 3));
    }
    const many = makeNumeric(7n * 10n ** 16_000n, 16_010);
    expect(normalizedNumeric(many)).toEqual(makeNumeric(7n, 10));
  });
});
