/** Binary values for clients whose encoding is not UTF-8. */
import { DEFAULT_FORMAT, characterSet, findType } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { encodedCodecs } from "./encoded-codec.ts";

const [BYTEA, TEXT, TEXT_ARRAY, JSONB, JSONPATH] = [17, 25, 1009, 3802, 4072];
const LATIN1 = characterSet("LATIN1");

describe("binary values for a client of LATIN1", () => {
  const codecs = encodedCodecs(findType, LATIN1 ?? expect.fail());
  const input = (type: number, text: string): never =>
    codecs(type)?.input(text, -1, { now: 0n } as never) as never;
  const sent = (type: number, text: string): string =>
    Buffer.from(codecs(type)?.send(input(type, text)) ?? []).toString("latin1");

  it("have its bytes in texts", () => {
    expect(sent(TEXT, "é")).toBe("\xe9");
    expect(sent(JSONB, '"é"')).toBe('\x01"\xe9"');
    expect(codecs(TEXT)?.receive(Buffer.from("\xe9", "latin1"), -1)).toBe("é");
  });

  it("have its bytes in texts behind a version", () => {
    for (const [type, text] of [
      [JSONB, '{"é": "Ã©"}'],
      [JSONPATH, '$."é"'],
    ] as const) {
      const codec = codecs(type) ?? expect.fail();
      const value = codec.receive(Buffer.from(`\x01${text}`, "latin1"), -1);
      expect(codec.output(value, DEFAULT_FORMAT)).toBe(text);
      expect(sent(type, text)).toBe(`\x01${text}`);
    }
    expect(() => codecs(JSONB)?.receive(Buffer.from('\x02"\xe9"', "latin1"), -1)).toThrow(
      "unsupported jsonb version number 2",
    );
  });

  it("are left alone where there is no text", () => {
    expect(sent(BYTEA, "\\xc3a9")).toBe("\xc3\xa9");
    expect(sent(TEXT_ARRAY, "{a}")).toContain("a");
  });

  it("are refused where text stands among other bytes", () => {
    const refusal = "in client encoding LATIN1 is not supported";
    expect(() => sent(TEXT_ARRAY, "{é}")).toThrow(refusal);
    const sentAsUtf8 = Buffer.from(findType(TEXT_ARRAY)?.send(input(TEXT_ARRAY, "{é}")) ?? []);
    const received = (bytes: Buffer): unknown => codecs(TEXT_ARRAY)?.receive(bytes, -1);
    expect(() => received(sentAsUtf8)).toThrow(refusal);
    // The two bytes of the letter are no UTF-8 now.
    const inLatin1 = Buffer.from(sentAsUtf8.map((byte) => (byte === 0xc3 ? 0xe9 : byte)));
    expect(() => received(inLatin1)).toThrow(refusal);
  });
});
