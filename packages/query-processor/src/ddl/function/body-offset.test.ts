/** The place of a byte of a function's body in the statement that defines the function. */
import { describe, expect, it } from "vitest";
import { bodyOffset } from "./body-offset.ts";

const at = (source: string, body: string, word: string): string | undefined => {
  const byte = Buffer.byteLength(body.slice(0, body.indexOf(word)));
  const place = bodyOffset(source, body, byte);
  return place === undefined ? undefined : Buffer.from(source).subarray(place).toString();
};

describe("bodyOffset", () => {
  it("finds a body between dollar quotes", () => {
    expect(at("create function f() as $x$ select a $x$", " select a ", "a")).toBe("a $x$");
  });

  it("counts quotes that are doubled in the literal", () => {
    expect(at("as 'select ''q'', b'", "select 'q', b", "b")).toBe("b'");
  });

  it("counts bytes, not characters", () => {
    expect(at("-- é\nas $$é b$$", "é b", "b")).toBe("b$$");
  });

  it("answers nothing when the body is there twice", () => {
    expect(at("$$ a $$ $$ a $$", " a ", "a")).toBeUndefined();
  });

  it("answers nothing when the body is not there", () => {
    expect(at("as E'se\\x6cect b'", "select b", "b")).toBeUndefined();
  });
});
