/** Whatever is widened, everything that was read stays covered. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Check, Key } from "@firstlight/common";
import { indexPrefix, keyFromLatin1, spanContains } from "@firstlight/common";
import { ReadSet } from "./read-set.ts";

const key = (index: number, number: number): Key =>
  keyFromLatin1(indexPrefix(17, index) + String(number).padStart(8, "0"));

function covers(checks: readonly Check[], wanted: Key): boolean {
  return checks.some((check) =>
    "key" in check ? check.key === wanted : spanContains(check.span, wanted),
  );
}

const NOTHING_WRITTEN = (): boolean => false;

it("I3: every key and span read is checked, in whatever order", () => {
  const read = fc.record({
    index: fc.nat({ max: 3 }),
    from: fc.nat({ max: 1_000 }),
    length: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(read, { maxLength: 60 }), (reads) => {
      const set = new ReadSet();
      for (const { index, from, length } of reads) {
        if (length === 0) set.addKeys([key(index, from)]);
        else set.addSpan({ start: key(index, from), end: key(index, from + length) });
      }
      const checks = set.checks(NOTHING_WRITTEN);
      for (const { index, from, length } of reads) {
        for (let at = from; at < from + Math.max(1, length); at++) {
          expect(covers(checks, key(index, at))).toBe(true);
        }
      }
      expect(covers(checks, key(5, 1))).toBe(false);
    }),
  );
});

it("I11: past its bounds an index is one span, and nothing is lost", () => {
  const set = new ReadSet();
  for (let i = 0; i < 30_000; i++) set.addKeys([key(i % 2, i)]);
  for (let i = 0; i < 5_000; i++) {
    set.addSpan({ start: key(2 + (i % 2), i * 10), end: key(2 + (i % 2), i * 10 + 5) });
  }
  const checks = set.checks(NOTHING_WRITTEN);
  expect(checks.length).toBeLessThan(11_000);
  for (let i = 0; i < 30_000; i += 97) expect(covers(checks, key(i % 2, i))).toBe(true);
  for (let i = 0; i < 5_000; i += 31)
    expect(covers(checks, key(2 + (i % 2), i * 10 + 4))).toBe(true);
});

it("pages of one scan are one span, and a key that is written needs no check", () => {
  const set = new ReadSet();
  for (let i = 0; i < 100; i++) set.addSpan({ start: key(0, i), end: key(0, i + 1) });
  for (let i = 100; i > 0; i--) set.addSpan({ start: key(1, i - 1), end: key(1, i) });
  set.addKeys([key(2, 1), key(2, 2)]);
  expect(set.checks((each) => each === key(2, 2))).toEqual([
    { span: { start: key(0, 0), end: key(0, 100) }, intent: "R" },
    { span: { start: key(1, 0), end: key(1, 100) }, intent: "R" },
    { key: key(2, 1), intent: "R" },
  ]);
});
