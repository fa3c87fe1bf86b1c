/** The writer's window over the end of its log, against a plain list. */
import { timestamp } from "@firstlight/common";
import fc from "fast-check";
import { expect, it } from "vitest";
import { EntryWindow } from "./entry-window.ts";
import { LOG_START } from "./stored-log.ts";

const STEP = fc.record({
  pushed: fc.integer({ min: 0, max: 12 }),
  bytes: fc.integer({ min: 1, max: 9 }),
  upTo: fc.integer({ min: 0, max: 100 }),
  bytesMax: fc.integer({ min: 0, max: 60 }),
});

it("holds what follows its base, gives it out by index, and forgets no more than it may", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 12 }), (steps) => {
      const window = new EntryWindow(LOG_START);
      const sizes: number[] = [];
      for (const { pushed, bytes, upTo, bytesMax } of steps) {
        for (let i = 0; i < pushed; i++) {
          const index = sizes.push(bytes);
          const payload = Buffer.alloc(bytes);
          window.push({ index, epoch: index, timestamp: timestamp(index), payload });
        }
        const before = window.base.index;
        const allowed = Math.max(before, Math.min(upTo, sizes.length));
        window.shrink(allowed, bytesMax);
        const { index: base } = window.base;
        expect(base).toBeGreaterThanOrEqual(before);
        expect(base).toBeLessThanOrEqual(allowed);
        const held = sizes.slice(base).reduce((sum, each) => sum + each, 0);
        expect(window.bytes).toBe(held);
        expect(held <= bytesMax || base === allowed).toBe(true);
        expect(window.last.index).toBe(sizes.length);
        expect(window.slice(base + 1, sizes.length, Infinity).map(({ index }) => index)).toEqual(
          sizes.slice(base).map((_, i) => base + i + 1),
        );
        expect(window.slice(base, sizes.length, Infinity)).toEqual([]);
        expect(window.epochAt(base)).toBe(base);
        expect(window.epochAt(base - 1)).toBeUndefined();
        if (sizes.length > base) expect(window.epochAt(sizes.length)).toBe(sizes.length);
        expect(window.epochAt(sizes.length + 1)).toBeUndefined();
      }
    }),
  );
});
