/** Which identifiers are cut, and how much is looked at for that. */
import { describe, expect, it } from "vitest";
import { cutIdentifiers } from "./long-identifiers.ts";
import type { CutIdentifier } from "./long-identifiers.ts";

function cuts(text: string): readonly CutIdentifier[] {
  return [...cutIdentifiers(text)].filter((each) => each !== undefined);
}

const WORDS = "select something from somewhere ".repeat(1_000);

describe("identifiers that are cut off", () => {
  it.each([
    ["of ASCII", `a${"b".repeat(63)}`, `a${"b".repeat(62)}`],
    ["of two bytes a character", "ä".repeat(32), "ä".repeat(31)],
    ["of four bytes a character", "𝄞".repeat(16), "𝄞".repeat(15)],
    ["of letters and one other character", `${"x".repeat(62)}é`, "x".repeat(62)],
    ["behind a comment that a carriage return ends", `-- a\r${"c".repeat(64)}`, "c".repeat(63)],
    ["behind a comment in a comment", `/* /* */ */ ${"c".repeat(64)}`, "c".repeat(63)],
  ])("%s", (_, text, kept) => {
    const [cut, ...others] = cuts(text);
    expect(cut?.kept).toBe(kept);
    expect(others).toEqual([]);
  });

  it.each(["a".repeat(63), "ä".repeat(31), "𝄞".repeat(15), `'${"ä".repeat(40)}'`, "/* open"])(
    "are none in %s",
    (text) => {
      expect(cuts(`${text}                      `)).toEqual([]);
    },
  );

  it.each(["z".repeat(64), "é".repeat(32), `x${"y".repeat(59)}éé`])(
    "are found wherever they stand in a long text: %s",
    (name) => {
      for (const before of [65_470, 65_500, 65_535, 65_536, 131_070]) {
        const text = `${" ".repeat(before)}${name} ${"1, ".repeat(30_000)}`;
        expect(cuts(text)).toHaveLength(1);
      }
    },
  );

  it("are looked for in pieces of a long text", () => {
    expect([...cutIdentifiers("1, ".repeat(100_000))]).toHaveLength(4);
  });

  it("are looked for in steps, and not at all where no word is long", () => {
    expect([...cutIdentifiers(WORDS)]).toEqual([]);
    const looked = [...cutIdentifiers(`${WORDS} ${"z".repeat(64)}`)];
    expect(looked.length).toBe(5);
    expect(looked.at(-1)).toMatchObject({ kept: "z".repeat(63) });
  });
});
