/** The overlay against a plain map: whatever the order of the keys, and whatever the span. */
import { keyFromLatin1 } from "@firstlight/common";
import type { DiskWrite } from "@firstlight/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WriteOverlay, overlaidWrites } from "./write-overlay.ts";

const text = fc.stringMatching(/^[a-c][a-c]{0,2}$/u);
const write = fc.tuple(text, fc.option(fc.nat(255), { nil: undefined }));
const reads = fc.record({
  start: fc.oneof(text, fc.constant("")),
  end: text,
  reverse: fc.boolean(),
});

function diskWrite([key, value]: readonly [string, number | undefined]): DiskWrite {
  return { key: keyFromLatin1(key), value: value === undefined ? undefined : Buffer.of(value) };
}

function expected(
  batches: readonly (readonly DiskWrite[])[],
  start: string,
  end: string,
): DiskWrite[] {
  const newest = new Map(batches.flat().map((each) => [each.key, each]));
  return [...newest.values()]
    .filter(({ key }) => key >= start && key < end)
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function expectFound(
  overlay: WriteOverlay,
  batches: readonly (readonly DiskWrite[])[],
  text: string,
): void {
  const key = keyFromLatin1(text);
  const last = batches.flat().findLast((each) => each.key === key);
  expect(overlay.find(key)).toEqual(last === undefined ? undefined : (last.value ?? null));
  const all = new Map<string, Uint8Array | null>();
  overlay.forEach((each, value) => all.set(each, value));
  const expectedAll = new Map(batches.flat().map((each) => [each.key, each.value ?? null]));
  expect([all, overlay.size]).toEqual([expectedAll, expectedAll.size]);
}

describe("WriteOverlay", () => {
  it("hands out the newest writes of a span in order, read between any two batches", () => {
    const steps = fc.array(fc.tuple(fc.array(write, { maxLength: 8 }), reads), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (each) => {
        const overlay = new WriteOverlay();
        const batches: DiskWrite[][] = [];
        for (const [writes, { start, end, reverse }] of each) {
          batches.push(writes.map(diskWrite));
          overlay.add(batches.at(-1) ?? []);
          const span = overlay.within({ start: keyFromLatin1(start), end: keyFromLatin1(end) });
          const wanted = expected(batches, start, end);
          const found = [...overlaidWrites(span, undefined, reverse)];
          expect(found).toEqual(reverse ? wanted.toReversed() : wanted);
          expectFound(overlay, batches, start);
        }
      }),
    );
  });
});
