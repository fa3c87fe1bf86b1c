/** The matrix of intents, and what the index forgets (I3, I11). */
import type { Intent } from "@firstlight/common";
import { keyFromLatin1, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { SortedWrites } from "./sorted-writes.ts";
import { ConflictIndex } from "./conflict-index.ts";

const key = keyFromLatin1;
const at = timestamp;

describe("ConflictIndex", () => {
  it("I3: knows which intents exclude each other", () => {
    const conflicts: Record<string, string> = { X: "XUKRD", U: "XURD", K: "X", D: "XUR" };
    for (const winner of ["X", "U", "K", "D"] as const) {
      for (const intent of ["X", "U", "K", "R", "D"] as Intent[]) {
        const index = new ConflictIndex(100, at(0));
        index.record(key("k"), winner, at(10));
        const found = index.find(key("k"), intent, at(9));
        expect([winner, intent, found !== undefined]).toEqual([
          winner,
          intent,
          (conflicts[winner] ?? "").includes(intent),
        ]);
        expect(index.find(key("k"), intent, at(10))).toBeUndefined();
        expect(index.find(key("other"), intent, at(0))).toBeUndefined();
      }
    }
  });

  it("names the winner", () => {
    const index = new ConflictIndex(100, at(0));
    index.record(key("k"), "U", at(10));
    index.record(key("k"), "K", at(20));
    expect(index.find(key("k"), "X", at(5))).toEqual({
      key: "k",
      intent: "X",
      winnerIntent: "U",
      winnerTimestamp: 10,
    });
    expect(index.find(key("k"), "X", at(15))?.winnerIntent).toBe("K");
    expect(index.find(key("k"), "U", at(15))).toBeUndefined();
  });

  it("keeps the later of two commits that arrive in the wrong order", () => {
    const index = new ConflictIndex(100, at(0));
    index.record(key("k"), "X", at(20));
    index.record(key("k"), "X", at(10));
    expect(index.find(key("k"), "X", at(15))?.winnerTimestamp).toBe(20);
  });

  it("finds a write inside a span, ends excluded", () => {
    const index = new ConflictIndex(100, at(0));
    index.record(key("b"), "U", at(10));
    index.record(key("d"), "X", at(20));
    index.record(key("c"), "K", at(30));
    index.record(key("a"), "X", at(5));
    const find = (start: string, end: string, snapshot: number): string | undefined =>
      index.findInSpan({ start: key(start), end: key(end) }, at(snapshot))?.key;
    expect(find("a", "d", 9)).toBe("b");
    expect(find("a", "d", 10)).toBeUndefined();
    expect(find("d", "e", 19)).toBe("d");
    expect(find("c", "d", 0)).toBeUndefined();
    expect(find("a", "b", 4)).toBe("a");
  });

  it("I11: stays within its bound, and whatever it forgot lies at or below the floor", () => {
    const index = new ConflictIndex(100, at(0));
    for (let i = 1; i <= 5000; i++) {
      index.record(key(`k${i}`), i % 2 ? "X" : "U", at(i));
      expect(index.size).toBeLessThanOrEqual(100);
      for (const j of [i, i - 40, i - 60, i - 99, 1]) {
        if (j < 1 || j - 1 < index.floor) continue;
        expect(index.find(key(`k${j}`), "X", at(j - 1))?.winnerTimestamp).toBe(j);
      }
      const spanFloor = index.spanFloor;
      if (spanFloor < i) {
        const span = { start: key(`k${i}`), end: key(`k${i}\x00`) };
        expect(index.findInSpan(span, spanFloor)?.winnerTimestamp).toBe(i);
      }
    }
    expect(index.floor).toBeGreaterThan(4800);
  });

  it("I3: judges against a large commit as against many small ones", () => {
    const writes = Array.from({ length: 9_000 }, (_, i) => ({
      key: key(`k${String(i * 2).padStart(6, "0")}`),
      intent: (["X", "U", "D"] as const)[i % 3] ?? "X",
    }));
    const large = new ConflictIndex(100_000, at(0));
    const small = new ConflictIndex(100_000, at(0));
    large.recordAll(writes, at(10));
    for (const write of writes) small.record(write.key, write.intent, at(10));
    expect(large.size).toBeLessThan(small.size / 8);
    for (let i = 0; i < 18_010; i += 7) {
      const each = key(`k${String(i).padStart(6, "0")}`);
      for (const intent of ["X", "U", "K", "R", "D"] as const) {
        for (const snapshot of [9, 10]) {
          expect(large.find(each, intent, at(snapshot))).toEqual(
            small.find(each, intent, at(snapshot)),
          );
        }
      }
      const span = { start: each, end: key(`${each}~`) };
      expect(large.findInSpan(span, at(9))).toEqual(small.findInSpan(span, at(9)));
    }
  });

  it("I11: large commits are forgotten as others are, with the floor above them", () => {
    const commit = (from: number): { key: ReturnType<typeof key>; intent: "X" }[] =>
      Array.from({ length: 9_000 }, (_, i) => ({
        key: key(`k${String(from * 10_000 + i).padStart(9, "0")}`),
        intent: "X",
      }));
    const index = new ConflictIndex(4_200, at(0));
    for (let i = 1; i <= 30; i++) {
      const writes = commit(i);
      index.recordAll(writes, at(i));
      expect(index.size).toBeLessThanOrEqual(4_200);
      for (let j = 1; j <= i; j++) {
        const [first] = commit(j);
        if (first === undefined || j - 1 < index.floor) continue;
        expect(index.find(first.key, "U", at(j - 1))?.winnerTimestamp).toBe(j);
      }
    }
    expect(index.floor).toBeGreaterThan(20);
    expect(index.floor).toBeLessThan(30);
  });

  it("loads of a million keys each, some at a time, leave the floor where it was", () => {
    const index = new ConflictIndex(1_000_000, at(0));
    for (let table = 0; table < 3; table++) {
      const load = SortedWrites.ofUpTo(1_000_000);
      for (let from = 0; from < 1_000_000; from += 10_000) {
        const slice = Array.from({ length: 10_000 }, (_, i) => ({
          key: key(`table-${table}:${String(from + i).padStart(9, "0")}`),
          intent: "X" as const,
        }));
        expect(load.add(slice)).toBe(true);
      }
      index.recordSorted(load.committed(at(10 + table)));
    }
    expect([index.floor, index.spanFloor]).toEqual([0, 0]);
    expect(index.find(key("table-1:000999999"), "X", at(10))?.winnerTimestamp).toBe(11);
    expect(index.find(key("table-1:001000000"), "X", at(10))).toBeUndefined();
  });

  it("I11: a commit larger than all of its memory refuses everyone who began before it", () => {
    const index = new ConflictIndex(1_000, at(0));
    const writes = Array.from({ length: 9_000 }, (_, i) => ({
      key: key(`k${String(i).padStart(6, "0")}`),
      intent: "X" as const,
    }));
    index.recordAll(writes, at(7));
    expect(index.floor).toBe(7);
    expect(index.size).toBe(0);
  });
});
