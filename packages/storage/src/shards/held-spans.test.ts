/** Which keys and spans are held since when: against a model of single keys. */
import fc from "fast-check";
import { keyFromLatin1, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { HeldSpans } from "./held-spans.ts";

const KEYS = "abcdefgh";
const place = fc.integer({ min: 0, max: KEYS.length });
const step = fc.record({
  kind: fc.constantFrom("add", "remove"),
  from: place,
  to: place,
  since: fc.integer({ min: 1, max: 9 }),
});

function keyAt(at: number): ReturnType<typeof keyFromLatin1> {
  return keyFromLatin1(KEYS[at] ?? "i");
}

describe("HeldSpans", () => {
  it("holds what was added and not removed, each key since it was added last", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), place, place, (steps, from, to) => {
        let held = new HeldSpans([]);
        const model = new Map<number, number>();
        for (const { kind, from: a, to: b, since } of steps) {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          if (low === high) continue;
          const span = { start: keyAt(low), end: keyAt(high) };
          if (kind === "add") held.add(span, timestamp(since));
          else held.remove(span);
          for (let i = low; i < high; i++) {
            if (kind === "add") model.set(i, since);
            else model.delete(i);
          }
          held = HeldSpans.decode(held.encode());
        }
        for (let i = 0; i < KEYS.length; i++) {
          expect(held.holds(keyAt(i))).toBe(model.has(i));
        }
        const [low, high] = [Math.min(from, to), Math.max(from, to)];
        if (low === high) return;
        const inside = Array.from({ length: high - low }, (_, i) => model.get(low + i));
        const isHeld = inside.every((each) => each !== undefined);
        const since = held.since({ start: keyAt(low), end: keyAt(high) });
        expect(since).toBe(isHeld ? Math.max(...inside.map((each) => each ?? 0)) : undefined);
      }),
    );
  });
});
