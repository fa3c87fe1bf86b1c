/** Binary values for clients whose encoding is not UTF-8. */
import { characterSet, findType } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { encodedCodecs } from "./encoded-codec.ts";

const [BYTEA, TEXT, TEXT_ARRAY, JSONB] = [17, 25, 1009, 3802];
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

  it("are left alone where there is no text", () => {
    expect(sent(BYTEA, "\\xc3a9")).toBe("\xc3\xa9");
    expect(sent(TEXT_ARRAY, "{a}")).toContain("a");
  });

  it("are refused where text stands among other bytes", () => {
    expect(() => sent(TEXT_ARRAY, "{é}")).toThrow("in client encoding LATIN1 is not supported");
  });
});
