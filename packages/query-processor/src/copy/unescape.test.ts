/** Backslash sequences of COPY's text format: a long field means what its parts mean. */
import { describe, expect, it } from "vitest";
import { unescape } from "./unescape.ts";

const PARTS: Readonly<Record<string, string>> = {
  plain: "plain",
  "\\b\\f\\n\\r\\t\\v": "\b\f\n\r\t\v",
  "\\\\": "\\",
  "\\a\\é\\😀": "aé😀",
  "\\101\\7z\\0419": "A\u0007z!9",
  "\\x41\\x4G\\xG\\x": "A\u0004GxGx",
  "\\303\\251": "é",
  "\\xc3\\xA9": "é",
  "\\8\\9": "89",
  "\\444": "$",
};
const TIMES = 2_000;

describe("a field with backslashes", () => {
  it.each(Object.entries(PARTS))("is read the same whether it is long or not: %s", (raw, text) => {
    expect(unescape(raw)).toBe(text);
    expect(unescape(raw.repeat(TIMES))).toBe(text.repeat(TIMES));
  });

  it("keeps a backslash that nothing follows", () => {
    expect(unescape("a\\")).toBe("a\\");
    expect(unescape(`${"a".repeat(TIMES * 5)}\\`)).toBe(`${"a".repeat(TIMES * 5)}\\`);
  });

  it("is refused where its bytes are no text", () => {
    expect(() => unescape("\\377")).toThrow("invalid byte sequence");
    expect(() => unescape(`${"a".repeat(TIMES * 5)}\\377`)).toThrow("invalid byte sequence");
  });
});
