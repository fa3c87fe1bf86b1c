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

describe("texts over which backtracking takes a power of their length", () => {
  const many = "a".repeat(50_000);

  it.each([
    ["a*b", many, false],
    ["a*a*b", many, false],
    ["\\s+$", `${" ".repeat(50_000)}x`, false],
    ["a.*b.*c.*d", "abc".repeat(5_000), false],
    ["(a|b)+c", "ab".repeat(20_000), false],
    ["[^,]+;", many, false],
    ["a*b", `${many}b`, true],
    ["a*a*b$", `x${many}b`, true],
    ["^a*a*$", many, true],
    ["x?.*y.*z", `${many}yz`, true],
  ])("%s is tested", (pattern, text, expected) => {
    expect(compiled(pattern).test(text)).toBe(expected);
  });

  it.each([
    [".*b", `${many}b${many}`, [0, 50_001]],
    [".*?b", `${many}b${many}b`, [0, 50_001]],
    ["[^,]+;", `${many},b;c;`, [50_001, 50_005]],
    ["a*a*b", `${many}b${many}`, [0, 50_001]],
    ["a+b", `${many}x${many}b`, [50_001, 100_002]],
    ["b*b*😀?$", `${many}bb😀`, [50_000, 50_004]],
  ])("%s finds the leftmost match and its end", (pattern, text, expected) => {
    expect(compiled(pattern).match(text, 0)).toEqual([expected]);
  });

  it("are searched from where they are asked for", () => {
    const text = `ab${many}ab`;
    const regex = compiled("a+b");
    expect(regex.match(text, 0)?.[0]).toEqual([0, 2]);
    expect(regex.match(text, 2)?.[0]).toEqual([2, text.length]);
    expect(regex.match(text, text.length - 1)).toBeUndefined();
  });

  it("are told by the runs of characters that an expression has sets for", () => {
    const words = `${"word ".repeat(100_000)}`;
    expect(compiled("\\w+@\\w+").isSlow(words)).toBe(false);
    expect(compiled("\\w+@\\w+").isSlow(many)).toBe(true);
    expect(compiled("ab|cd").isSlow(many)).toBe(false);
    expect(compiled("^a*b").isSlow(many)).toBe(false);
    expect(compiled("[ab]{2,3}x").isSlow(many)).toBe(false);
  });
});

describe("groups and lookarounds whose parts share the text", () => {
  const many = "ab".repeat(20_000);

  it.each([
    [
      "((a|b)*)*c",
      `${many}c`,
      [
        [0, 40_001],
        [0, 40_000],
        [39_999, 40_000],
      ],
    ],
    [
      "^((?:a|b)+?b)+$",
      many,
      [
        [0, 40_000],
        [39_998, 40_000],
      ],
    ],
    ["a(?=(?:a|b)*?(?:a|ab)*?(?:(?:b)*?)*c)", `${many}c`, [[0, 1]]],
    ["(?<=(?:(?:a|b)*?)*?a)b(?!(?:(?:a|b)*)*c)", many, [[1, 2]]],
    [
      "(a)(?=(?:a|b)*(?=(?:b|a)*c).)",
      `${many}c`,
      [
        [0, 1],
        [0, 1],
      ],
    ],
  ])("%s is matched", (pattern, text, expected) => {
    expect(compiled(pattern).match(text, 0)).toEqual(expected);
  });

  it.each(["(?=(?:a|b)*?(?:a|ab)*?(?:(?:b)*?)*c)b", "(?<=c(?:(?:a|b)*)*)b", "((a|b)*?)*c"])(
    "%s does not match",
    (pattern) => {
      expect(compiled(pattern).test(many)).toBe(false);
      expect(compiled(pattern).match(many, 0)).toBeUndefined();
    },
  );

  it("are found in steps that are short", () => {
    const regex = compiled("(?=(?:a|b)*?(?:a|ab)*?c)b");
    expect(regex.isSlow(many)).toBe(true);
    expect([...regex.testSteps(many)].length).toBeGreaterThan(9);
  });
});
