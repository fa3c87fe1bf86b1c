/** Texts in other encodings, against what PostgreSQL 16 makes of them. */
import { SqlError } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { characterSet } from "./character-set.ts";

function set(encoding: string): NonNullable<ReturnType<typeof characterSet>> {
  const found = characterSet(encoding);
  if (found === undefined) throw new TypeError(`no ${encoding}`);
  return found;
}

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SqlError) return `${error.sqlstate} ${error.message}`;
    throw error;
  }
  return "nothing failed";
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Buffer => Buffer.from(text, "hex");

describe("characters of another encoding", () => {
  it.each([1, 15, 16, 17, 300])("decodes runs of %i plain bytes between others", (length) => {
    const plain = "a".repeat(length);
    for (const encoding of ["LATIN1", "WIN1252", "EUC_JP"]) {
      const text = encoding === "EUC_JP" ? `${plain}日${plain}本` : `${plain}é${plain}ß`;
      const encoded = Buffer.concat([Buffer.from("xx"), set(encoding).encode(text + plain)]);
      expect(set(encoding).decode(encoded.subarray(2))).toBe(text + plain);
      expect(set(encoding).decode(encoded, 2, 2 + length)).toBe(plain);
    }
  });

  it.each([
    ["LATIN1", "aé", "61e9"],
    ["WIN1252", "€", "80"],
    ["KOI8R", "Ж", "f6"],
    ["EUC_JP", "日本ﾆ仡", "c6fccbdc8ec68fb0c8"],
    ["SJIS", "日本語ﾆ\\", "93fa967b8cea" + "c65c"],
    ["BIG5", "中", "a4a4"],
    ["GBK", "中", "d6d0"],
    ["UHC", "한", "c7d1"],
    ["EUC_JIS_2004", "かか゚か", "a4aba4f7a4ab"],
    ["SHIFT_JIS_2004", "か゚か", "82f582a9"],
  ])("%s are converted both ways", (encoding, text, expected) => {
    expect(hex(set(encoding).encode(text))).toBe(expected);
    expect(set(encoding).decode(bytes(expected))).toBe(text);
  });

  it("are refused where there is no such character, or no such bytes", () => {
    expect(failure(() => set("LATIN1").encode("a€"))).toBe(
      '22P05 character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"',
    );
    expect(failure(() => set("WIN1252").decode(bytes("6181")))).toBe(
      '22P05 character with byte sequence 0x81 in encoding "WIN1252" has no equivalent in encoding "UTF8"',
    );
    expect(failure(() => set("SJIS").decode(bytes("fd")))).toBe(
      '22021 invalid byte sequence for encoding "SJIS": 0xfd',
    );
    expect(failure(() => set("LATIN1").decode(bytes("6100")))).toBe(
      '22021 invalid byte sequence for encoding "LATIN1": 0x00',
    );
  });

  it("know which of them are ASCII in their bytes", () => {
    expect(set("SJIS").withAscii("1¥")).toBe("1\\");
    expect(set("LATIN1").withAscii("1¥")).toBe("1¥");
  });
});
