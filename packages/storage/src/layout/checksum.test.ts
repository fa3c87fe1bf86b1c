/** What the checksum of a record finds. */
import { describe, expect, it } from "vitest";
import { keyFromLatin1 } from "@firstlight/common";
import { CHECKSUM_BYTES, isSealed, seal } from "./checksum.ts";

const KEY = keyFromLatin1("n\x90\0\0\x01\x2c\0\0abc");

function sealed(length: number, offset = 0): Buffer {
  const whole = Buffer.alloc(offset + length + CHECKSUM_BYTES);
  const record = whole.subarray(offset);
  for (let i = 0; i < length; i++) record[i] = i * 37;
  seal(KEY, record);
  return record;
}

describe("a record's checksum", () => {
  it.each([0, 1, 3, 4, 7, 16, 31, 32, 33, 100])(
    "finds each bit that flips, of %i bytes",
    (length) => {
      const record = sealed(length);
      expect(isSealed(KEY, record)).toBe(true);
      for (let bit = 0; bit < record.length * 8; bit++) {
        const at = bit >> 3;
        record[at] = (record[at] ?? 0) ^ (1 << (bit & 7));
        expect(isSealed(KEY, record), `bit ${bit}`).toBe(false);
        record[at] = (record[at] ?? 0) ^ (1 << (bit & 7));
      }
      expect(isSealed(KEY, record)).toBe(true);
    },
  );

  it("finds the same bit flipped in two words", () => {
    const record = sealed(64);
    for (const [one, two] of [
      [0, 4],
      [0, 16],
      [3, 19],
      [8, 40],
    ] as const) {
      for (const at of [one, two]) record[at] = (record[at] ?? 0) ^ 0x80;
      expect(isSealed(KEY, record), `${one} and ${two}`).toBe(false);
      for (const at of [one, two]) record[at] = (record[at] ?? 0) ^ 0x80;
    }
  });

  it("finds a record under another key, and one that is cut off", () => {
    const record = sealed(20);
    expect(isSealed(keyFromLatin1(`${KEY.slice(0, -1)}d`), record)).toBe(false);
    expect(isSealed(KEY, record.subarray(0, 23))).toBe(false);
    expect(isSealed(KEY, new Uint8Array(3))).toBe(false);
  });

  it("is the same wherever in memory the record lies", () => {
    for (const offset of [1, 2, 3, 4, 8]) {
      const record = sealed(45, offset);
      expect(record.equals(sealed(45))).toBe(true);
      expect(isSealed(KEY, record)).toBe(true);
    }
  });
});
