/** A write set against a map. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Key, Mutation } from "@firstlight/common";
import { keyFromLatin1, keyToBytes, numbered, unpackMutations } from "@firstlight/common";
import { MutationBytes } from "./mutation-bytes.ts";
import { PackedBatch } from "./packed-batch.ts";
import { WriteSet } from "./write-set.ts";

const someKey = fc
  .tuple(
    fc.constantFrom("table-1", "table-2", "\x00c"),
    fc.array(fc.constantFrom("a", "b", "\x00", "\xff"), { maxLength: 4 }),
  )
  .map(([prefix, bytes]) => keyFromLatin1(prefix + bytes.join("")));

type Written = readonly (readonly [Key, string | undefined, string])[];

function plainly(mutations: Iterable<Mutation>): Written {
  return Array.from(mutations, ({ key, value, intent }) => [
    key,
    value && Buffer.from(value).toString("latin1"),
    intent,
  ]);
}

/** What a commit sends is the same, and the number of rows is known after it. */
function expectMoved(writes: WriteSet): void {
  const expected = plainly(writes.mutations());
  const sampled = [...writes.sampleKeys()].map((key) => key.slice(0, 7));
  const bytes = new MutationBytes(writes);
  for (const _ of writes.moveTo(bytes, () => true));
  const { mutations, packed } = bytes.finish();
  expect(plainly(mutations)).toEqual(expected);
  expect(plainly(unpackMutations(numbered(packed, expected.length)))).toEqual(expected);
  expect(writes.size).toBe(expected.length);
  expect([...writes.sampleKeys()].map((key) => key.slice(0, 7))).toEqual(sampled);
}

const RARE = ["remove", "ask", "mark", "rollback"] as const;

it("I3: a write set gives its last values in order, whatever was asked and taken back before", () => {
  const step = fc.record({
    key: someKey,
    does: fc.constantFrom(
      "set",
      "insert",
      "insert",
      "insert",
      "batch",
      "get",
      "tombstone",
      ...RARE,
    ),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120 }),
      fc.constantFrom(0, 3, 512),
      (steps, plainMin) => {
        const writes = new WriteSet(plainMin);
        let model = new Map<Key, number | undefined>();
        let marked: { mark: number; model: Map<Key, number | undefined> } | undefined;
        for (const [at, { key, does }] of steps.entries()) {
          if (does === "set") {
            writes.set(key, new Uint8Array([at]), "X");
            model.set(key, at);
          } else if (does === "insert" && model.get(key) === undefined) {
            writes.insert(key, new Uint8Array([at]));
            model.set(key, at);
          } else if (does === "batch") {
            const batch = new PackedBatch();
            for (const end of at % 2 === 0 ? ["a", "b", "c"] : ["c", "a"]) {
              const added = keyFromLatin1(key + end);
              if (model.has(added)) continue;
              batch.add(keyToBytes(added), added.length, Uint8Array.of(9, at), 1, 2);
              model.set(added, at);
            }
            writes.insertBatch(batch);
          } else if (does === "tombstone") {
            writes.set(key, undefined, "X");
            model.set(key, undefined);
          } else if (does === "remove" && marked === undefined) {
            writes.remove(key);
            model.delete(key);
          } else if (does === "ask") {
            const end = keyFromLatin1(`${key}\xff\xff\xff\xff`);
            const within = [...model.keys()].filter((each) => key <= each && each < end).toSorted();
            expect([...writes.keysWithin({ start: key, end })]).toEqual(within);
            expect(writes.hasIn({ start: key, end })).toBe(within.length > 0);
          } else if (does === "get") {
            const found = writes.get(key);
            expect([found !== undefined, found?.value?.[0]]).toEqual([
              model.has(key),
              model.get(key),
            ]);
            const isPast = [...model.keys()].every(
              (each) => each < key || each.slice(0, 7) !== key.slice(0, 7),
            );
            // What was taken back may still count.
            if (writes.isPast(key)) expect(isPast).toBe(true);
          } else if (does === "mark") {
            marked = { mark: writes.mark(), model: new Map(model) };
          } else if (marked !== undefined && does === "rollback") {
            writes.rollbackTo(marked.mark);
            ({ model } = marked);
            marked = undefined;
          }
          writes.settleGathered();
          let bytes = 0;
          for (const [each, value] of model) bytes += each.length + (value === undefined ? 0 : 1);
          expect([writes.size, writes.bytes]).toEqual([model.size, bytes]);
          // What is asked for sorts what was inserted: mostly that is not asked for.
          if (at % 5 !== 0) continue;
          const expected = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
          expect(writes.mutations().map((m) => [m.key, m.value?.[0]])).toEqual(expected);
        }
        expectMoved(writes);
      },
    ),
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

it("keys inserted in no order come out in theirs, also those that are inserted after others were read", () => {
  const writes = new WriteSet();
  const keys = new Set<Key>();
  const insert = (count: number, factor: number): void => {
    for (let at = 0; at < count; at++) {
      const key = keyFromLatin1(`table-1${String((at * factor) % 1_000_003).padStart(7, "0")}`);
      if (keys.has(key)) continue;
      keys.add(key);
      writes.insert(key, new Uint8Array(2));
    }
  };
  const expectAll = (): void => {
    expect(writes.mutations().map(({ key }) => key)).toEqual([...keys].toSorted());
    expect([writes.size, writes.bytes]).toEqual([keys.size, keys.size * 16]);
  };
  insert(5_000, 611_953);
  expectAll();
  insert(100, 13_331);
  expectAll();
  insert(9_000, 77_777);
  expect(writes.get([...keys].at(-1) ?? keyFromLatin1(""))).toBeDefined();
  expectAll();
});

it("a key that is inserted again, which nobody should do, is there and counted once", () => {
  const writes = new WriteSet();
  const keys = ["c", "a", "b", "a", "c"].map((end) => keyFromLatin1(`table-1${end}`));
  for (const [at, key] of keys.entries()) writes.insert(key, new Uint8Array([at]));
  const found = writes
    .mutations()
    .map(({ key, value }) => `${key.at(-1) ?? ""}${value?.[0] ?? ""}`);
  expect(found).toEqual(["a3", "b2", "c4"]);
  expect([writes.size, writes.bytes]).toEqual([3, 3 * 9]);
});

it("batches larger than a buffer, in any order, come out in their order", () => {
  const writes = new WriteSet();
  const expected = new Map<Key, number>();
  let bytes = 0;
  const batch = new PackedBatch();
  for (let from = 0; from < 40_000; from += 10_000) {
    batch.clear();
    for (let at = from; at < from + 10_000; at++) {
      const key = keyFromLatin1(`table-1${String((at * 7_919) % 40_009).padStart(6, "0")}`);
      expected.set(key, at);
      const value = Buffer.alloc(150 + (at % 7));
      value.writeUInt32BE(at);
      batch.add(keyToBytes(key), key.length, value, 0, value.length);
      bytes += key.length + value.length;
    }
    writes.insertBatch(batch);
  }
  const found = writes.mutations().map(({ key, value }) => {
    return [key, value === undefined ? -1 : Buffer.from(value).readUInt32BE()];
  });
  expect(found).toEqual([...expected].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  expect(writes.bytes).toBe(bytes);
  expectMoved(writes);
});

it("of several buffers in their order some keys are replaced, then all are moved", () => {
  const writes = new WriteSet(3);
  const batch = new PackedBatch();
  const keyOf = (at: number): Key => keyFromLatin1(`table-1${String(at).padStart(6, "0")}`);
  for (let at = 10; at < 9_000; at++) {
    const value = Buffer.alloc(400, at & 0xff);
    batch.add(keyToBytes(keyOf(at)), keyOf(at).length, value, 0, value.length);
  }
  writes.insertBatch(batch);
  writes.insert(keyFromLatin1("table-2a"), Uint8Array.of(1));
  for (const at of [10, 11, 2_600, 2_618, 2_619, 5_000, 8_998, 8_999]) {
    writes.set(keyOf(at), at % 2 === 0 ? undefined : Uint8Array.of(7), "U");
  }
  writes.insert(keyOf(9), Uint8Array.of(3));
  writes.setDelta(keyOf(9_500), Uint8Array.of(4), Uint8Array.of(4));
  const values = [20, 8_000].map((at) => writes.get(keyOf(at))?.value);
  expectMoved(writes);
  // What was read stays, though the memory of the writes has gone.
  expect(values).toEqual([20, 8_000].map((at) => new Uint8Array(400).fill(at & 0xff)));
});

it("keys of a load in no order are found one by one while it goes on", () => {
  const writes = new WriteSet();
  const keyOf = (at: number): Key =>
    keyFromLatin1(`table-1${String((at * 7_919) % 20_011).padStart(6, "0")}`);
  for (let at = 0; at < 20_000; at++) {
    const [next, last] = [keyOf(at), keyOf(at - 1)];
    expect(writes.get(next)).toBeUndefined();
    writes.insert(next, Uint8Array.of(at & 0xff));
    if (at > 0) expect(writes.get(last)?.value).toEqual(Uint8Array.of((at - 1) & 0xff));
  }
  writes.set(keyOf(7), Uint8Array.of(1, 2), "U");
  expect(writes.get(keyOf(7))?.value).toEqual(Uint8Array.of(1, 2));
  writes.remove(keyOf(8));
  expect(writes.get(keyOf(8))).toBeUndefined();
  expect([writes.size, writes.mutations().length]).toEqual([19_999, 19_999]);
  expectMoved(writes);
});

it("I3: of keys that are written again and again before anything is read the last values count", () => {
  const prefix = fc.constantFrom("table-1", "table-2", "table\0\0");
  const key = fc
    .tuple(prefix, fc.constantFrom("a", "b", "c", "d", "e", "f"))
    .map((parts) => keyFromLatin1(parts.join("")));
  const does = fc.constantFrom("X", "X", "U", "tombstone", "tombstone", "insert", "insert");
  const write = fc.record({ key, does, asks: fc.integer({ min: 0, max: 30 }) });
  const plainMin = fc.constantFrom(0, 2, 512);
  fc.assert(
    fc.property(fc.array(write, { maxLength: 80 }), plainMin, (steps, least) => {
      const writes = new WriteSet(least);
      const model = new Map<Key, { value: number | undefined; intent: string }>();
      for (const [at, step] of steps.entries()) {
        const before = model.get(step.key);
        if (step.does === "insert" && before !== undefined && before.value !== undefined) continue;
        const intent = step.does === "U" && before?.intent !== "X" ? "U" : "X";
        const value = step.does === "tombstone" ? undefined : at;
        const bytes = value === undefined ? undefined : Uint8Array.of(value);
        if (step.does === "insert") writes.insert(step.key, Uint8Array.of(at));
        else writes.set(step.key, bytes, step.does === "U" ? "U" : "X");
        model.set(step.key, { value, intent });
        if (step.asks === 0) expect(writes.get(step.key)?.value?.[0]).toBe(value);
      }
      writes.settleGathered();
      const lengths = [...model].map(([each, { value }]) => {
        return each.length + (value === undefined ? 0 : 1);
      });
      const bytes = lengths.reduce((sum, each) => sum + each, 0);
      expect([writes.size, writes.bytes]).toEqual([model.size, bytes]);
      const expected = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect(writes.mutations().map((m) => [m.key, m.value?.[0], m.intent])).toEqual(
        expected.map(([each, { value, intent }]) => [each, value, intent]),
      );
      expectMoved(writes);
    }),
    { numRuns: 1_000 },
  );
});

it("what is gathered is sorted in steps, whatever is read and written in between", () => {
  for (const readsAt of [Infinity, 3, 9]) {
    const writes = new WriteSet(0);
    const expected = new Map<Key, number>();
    const write = (number: number, value: number): void => {
      const key = keyFromLatin1(`table-1${String(number).padStart(6, "0")}`);
      writes.set(key, Uint8Array.of(value), "X");
      expected.set(key, value);
    };
    for (let at = 0; at < 60_000; at++) write((at * 7_919) % 40_009, at & 0xff);
    let steps = 0;
    for (const _ of writes.settling()) {
      steps++;
      if (steps % 4 === 0) write(steps, 7);
      if (steps === readsAt) expect(writes.get([...expected.keys()][5] as Key)).toBeDefined();
    }
    expect(steps).toBeGreaterThan(3);
    writes.settleGathered();
    expect(writes.size).toBe(expected.size);
    const found = writes.mutations().map(({ key, value }) => [key, value?.[0]]);
    expect(found).toEqual([...expected].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
});
