/** Expressions that a backtracking matcher takes exponential time for. */
import { describe, expect, it } from "vitest";
import { compileRegex } from "./compile.ts";
import { DEFAULT_OPTIONS } from "./options.ts";

const LONG = 5000;

function compiled(pattern: string): ReturnType<typeof compileRegex> {
  return compileRegex(pattern, DEFAULT_OPTIONS);
}

describe("regular expressions whose parts share the text", () => {
  it.each(["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^((a*)*)*$", "(a*)*b$", "(a+a+)+y"])(
    "%s refuses a long text that nearly matches",
    (pattern) => {
      expect(compiled(pattern).test(`${"a".repeat(LONG)}c`)).toBe(false);
    },
  );

  it("find the leftmost match", () => {
    const text = `${"x".repeat(LONG)}abab!`;
    expect(compiled("((a|b)+)+!").match(text, 0)?.[0]).toEqual([LONG, LONG + 5]);
    expect(compiled("((a|b)+)+!").match(text, LONG + 2)?.[0]).toEqual([LONG + 2, LONG + 5]);
    expect(compiled("((a|b)+)+\\?").match(text, 0)).toBeUndefined();
  });

  it("hold their anchors and lookarounds", () => {
    expect(compiled("^((a|b)*)*(?=c)c$").test("ababc")).toBe(true);
    expect(compiled("((a|b)*)*(?<=b)$").test("aba")).toBe(false);
    expect(compiled("\\m((a|b)+)+\\M").match("xab ab", 0)?.[0]).toEqual([4, 6]);
  });

  it("count repetitions", () => {
    expect(compiled("^(?:(a|b)*c){2,3}$").test("abcabc")).toBe(true);
    expect(compiled("^(?:(a|b)*c){2,3}$").test("abcabcabcc")).toBe(false);
  });
});

it("refuses what is too large, before and after it is read", () => {
  for (const source of ["a".repeat(200_000), "(a|b){2,3}x".repeat(9_000)]) {
    expect(() => compileRegex(source, { ...DEFAULT_OPTIONS, ignoreCase: true })).toThrow(
      "regular expression is too complex",
    );
  }
});
