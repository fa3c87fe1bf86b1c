/** The order of texts that begin alike for long, and how many characters they have. */
import { describe, expect, it } from "vitest";
import { characterCount, compareText } from "./text-order.ts";

const LENGTHS = [0, 1, 63, 64, 65, 127, 128, 1_000, 65_535, 65_536, 200_001];

describe("texts that begin alike", () => {
  it.each(LENGTHS)("differ behind %i characters", (length) => {
    const alike = "aé€".repeat(length).slice(0, length);
    for (const rest of ["", "x", "x".repeat(300), "x".repeat(140_000)]) {
      expect(compareText(`${alike}a${rest}`, `${alike}b${rest}`)).toBe(-1);
      expect(compareText(`${alike}b${rest}`, `${alike}a`)).toBe(1);
      expect(compareText(`${alike}${rest}`, `${alike}${rest}`)).toBe(0);
      expect(compareText(`${alike}${rest}`, `${alike}${rest}!`)).toBe(-1);
      expect(compareText(`${alike}😀${rest}`, `${alike}\ufffd${rest}`)).toBe(1);
    }
  });

  it.each(LENGTHS)("have as many characters as code points, %i of them", (length) => {
    expect(characterCount("é".repeat(length))).toBe(length);
    expect(characterCount("😀".repeat(length))).toBe(length);
    expect(characterCount(`${"é".repeat(length)}😀`)).toBe(length + 1);
  });
});
