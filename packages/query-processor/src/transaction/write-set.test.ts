/** A write set against a map. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key } from "@firstlight/common";
import { keyFromLatin1 } from "@firstlight/common";
import { WriteSet } from "./write-set.ts";

const someKey = fc
  .tuple(
    fc.constantFrom("table-1", "table-2", "\x00c"),
    fc.array(fc.constantFrom("a", "b", "\x00", "\xff"), { maxLength: 4 }),
  )
  .map(([prefix, bytes]) => keyFromLatin1(prefix + bytes.join("")));

it("I3: a write set gives its last values in order, whatever was asked and taken back before", () => {
  const step = fc.record({
    key: someKey,
    does: fc.constantFrom("set", "set", "set", "remove", "ask", "mark", "rollback"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const writes = new WriteSet();
      let model = new Map<Key, number>();
      let marked: { mark: number; model: Map<Key, number> } | undefined;
      for (const [at, { key, does }] of steps.entries()) {
        if (does === "set") {
          writes.set(key, new Uint8Array([at]), "X");
          model.set(key, at);
        } else if (does === "remove" && marked === undefined) {
          writes.remove(key);
          model.delete(key);
        } else if (does === "ask") {
          const end = keyFromLatin1(`${key}\xff\xff\xff\xff`);
          const within = [...model.keys()].filter((each) => key <= each && each < end).toSorted();
          expect([...writes.keysWithin({ start: key, end })]).toEqual(within);
          expect(writes.hasIn({ start: key, end })).toBe(within.length > 0);
        } else if (does === "mark") {
          marked = { mark: writes.mark(), model: new Map(model) };
        } else if (marked !== undefined && does === "rollback") {
          writes.rollbackTo(marked.mark);
          ({ model } = marked);
          marked = undefined;
        }
        const expected = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(writes.mutations().map((m) => [m.key, m.value?.[0]])).toEqual(expected);
      }
    }),
    { numRuns: 200 },
  );
});
