/** Texts are read the same whatever characters they are of, and however long. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { readText } from "./binary.ts";

const SAMPLES = ["a", "é", "Ā", "ж", "中", "😀", "\ufeff", "\u0001", "\uffff"];

it("text of valid UTF-8 is what a Buffer says it is", () => {
  const part = fc.tuple(fc.constantFrom(...SAMPLES), fc.nat(600));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 4 }), fc.nat(9), (parts, before) => {
      const text = parts.map(([sample, times]) => sample.repeat(times)).join("");
      const bytes = Buffer.concat([Buffer.alloc(before, "x"), Buffer.from(text), Buffer.from("y")]);
      expect(readText(bytes, before, bytes.length - 1)).toBe(text);
      const plain = new Uint8Array(bytes);
      expect(readText(plain, before, plain.length - 1)).toBe(text);
    }),
    { numRuns: 300 },
  );
});
