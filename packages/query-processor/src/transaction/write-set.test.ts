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

it("I3: keys are taken out of a load of many, in any order, and whole indexes with them", () => {
  const keyOf = (table: string, n: number): Key =>
    keyFromLatin1(`${table}${String(n).padStart(5, "0")}`);
  const [rows, others] = ["table-1", "table-2"];
  const fill = (): WriteSet => {
    const writes = new WriteSet();
    for (let n = 0; n < 5_000; n++) writes.set(keyOf(rows, n), new Uint8Array(2), "X");
    for (let n = 9; n >= 0; n--) writes.set(keyOf(others, n), new Uint8Array(2), "X");
    return writes;
  };
  for (const step of [1, 7, 4_999]) {
    const writes = fill();
    const kept = new Set(Array.from({ length: 5_000 }, (_, n) => n));
    for (let n = 0; n < 5_000; n += step) {
      writes.remove(keyOf(rows, n));
      kept.delete(n);
    }
    writes.set(keyOf(rows, 6_000), new Uint8Array(2), "X");
    const expected = [...kept, 6_000].map((n) => keyOf(rows, n));
    expect(
      writes
        .mutations()
        .slice(0, -10)
        .map(({ key }) => key),
    ).toEqual(expected);
    writes.removeParts((key) => key.startsWith(rows));
    expect([...writes.keysWithin({ start: keyOf(rows, 0), end: keyOf(others, 3) })]).toEqual(
      [0, 1, 2].map((n) => keyOf(others, n)),
    );
    expect([writes.size, writes.bytes]).toEqual([10, 10 * (keyOf(others, 0).length + 2)]);
  }
});
