/** The estimate of what LZ4 makes of some bytes. */
import { describe, expect, it } from "vitest";
import { compressedSize } from "./compressed-size.ts";

describe("the size of compressed bytes", () => {
  it("is about that of the literals where nothing repeats", () => {
    const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * at * 31 + at) & 0xff));
    const random = Buffer.from(
      Array.from({ length: 4_096 }, (_, at) => Math.imul(at + 1, 2_654_435_761) >>> 24),
    );
    for (const each of [bytes, random]) {
      expect(compressedSize(each)).toBeLessThanOrEqual(
        each.length + Math.ceil(each.length / 255) + 2,
      );
    }
  });

  it("is small where everything repeats", () => {
    // One sequence: a literal, a match of all the rest, and the last five literals.
    expect(compressedSize(Buffer.alloc(1_000_000, 97))).toBeLessThan(1_000_000 / 255 + 32);
  });

  it("counts an incompressible half as it is", () => {
    const half = Buffer.from(
      Array.from({ length: 10_000 }, (_, at) => ((at * 7_919) >>> 3) & 0xff),
    );
    const both = Buffer.concat([half, Buffer.alloc(10_000, 32)]);
    expect(compressedSize(both)).toBeLessThan(compressedSize(half) + 200);
  });

  it.each([0, 1, 4, 12, 13])("has room for %i bytes", (length) => {
    expect(compressedSize(Buffer.alloc(length))).toBeLessThanOrEqual(length + 1);
  });
});
