/** What a regular expression says of the beginnings of texts. */
import { describe, expect, it } from "vitest";
import { regularPrefix } from "./regular-prefix.ts";

const CASES: readonly (readonly [pattern: string, prefix: string, exact: boolean])[] = [
  ["^abc", "abc", false],
  ["^abc$", "abc", true],
  ["abc", "", false],
  ["^ab?c", "a", false],
  ["^ab??c", "a", false],
  ["^a+b", "a", false],
  ["^(ab)+c", "ab", false],
  ["^(ab){2}c", "ababc", false],
  ["^(ab){2}$", "abab", true],
  ["^a{2,3}b", "aa", false],
  ["^a{,3}b", "a{,3}b", false],
  ["^(abc|abd)e", "ab", false],
  ["^(?:abc)$", "abc", true],
  ["^(?:ab.*)$", "ab", false],
  ["^(abc|x)", "", false],
  ["^abc|^abd", "ab", false],
  ["^abc$|^abc$", "abc", false],
  ["^abc|d", "", false],
  ["^a[b]c", "a", false],
  ["^a[]|(]c|d", "", false],
  ["^a[[:alpha:]|]c", "a", false],
  ["^a\\.b", "a.b", false],
  ["^a\\d", "a", false],
  ["^a$b", "a", false],
  ["^a(?=b)", "", false],
  ["^(a", "", false],
  ["^a)b", "", false],
  ["^(?:😀a|😁a)", "", false],
];

describe("the beginning that a regular expression asks for", () => {
  it.each(CASES)("%s", (pattern, prefix, exact) => {
    expect(regularPrefix(pattern, false)).toEqual({ prefix, exact });
  });

  it("has no letters where their case does not matter", () => {
    expect(regularPrefix("^12ab", true)).toEqual({ prefix: "12", exact: false });
    expect(regularPrefix("^12$", true)).toEqual({ prefix: "12", exact: true });
  });
});
