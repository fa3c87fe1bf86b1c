/** Expressions that JavaScript's backtracking would never be done with are matched by the automaton. */
import { describe, expect, it } from "vitest";
import { compileRegex } from "./compile.ts";
import { DEFAULT_OPTIONS } from "./options.ts";

function isSlow(pattern: string, text: string): boolean {
  return compileRegex(pattern, DEFAULT_OPTIONS).isSlow(text);
}

describe("a search by backtracking", () => {
  it.each([
    ["optional characters", `${"a?".repeat(40)}${"a".repeat(40)}`],
    ["optional groups", `^${"(a?)".repeat(40)}b`],
    ["branches that begin alike", `${"(a|ab|a)".repeat(30)}c`],
    ["branches with an empty one", `${"(ab|)".repeat(30)}c`],
    ["branches of classes", `${"([ab]|[a-c])".repeat(30)}d`],
  ])("is not begun over %s", (_, pattern) => {
    expect(isSlow(pattern, "ab".repeat(20))).toBe(true);
    expect(isSlow(`(?=${pattern})x`, "ab".repeat(20))).toBe(true);
  });

  it.each([
    "ab?c?d?",
    "(foo|bar)?baz",
    "(a|ab)(c|bcd)(d*)",
    "ab|cd|ef|gh|ij",
    "[0-9]+(\\.[0-9]+)?",
  ])("is what others are done by: %s", (pattern) => {
    expect(isSlow(pattern, "ab".repeat(20))).toBe(false);
  });
});
