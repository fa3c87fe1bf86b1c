/** Memory of several transactions, and commits in turn. */
import { expect, it } from "vitest";
import { keyFromLatin1 } from "@firstlight/common";
import type { ClusterView } from "./cluster-view.ts";
import { KvTransaction } from "./kv-transaction.ts";
import { LargeCommits } from "./large-commits.ts";
import { NO_WRITE_MEMORY, WriteBudget } from "./write-budget.ts";

it("transactions share memory for writes: one too many is refused, and what it had is given back", () => {
  const budget = new WriteBudget({ bytes: 100, heapBytes: 30 });
  const [one, other] = [
    { bytes: 60, heapBytes: 20 },
    { bytes: 40, heapBytes: 10 },
  ];
  budget.exchange(NO_WRITE_MEMORY, one);
  budget.exchange(NO_WRITE_MEMORY, other);
  expect(() => budget.exchange(other, { bytes: 41, heapBytes: 10 })).toThrow("out of memory");
  expect(() => budget.exchange(other, { bytes: 30, heapBytes: 11 })).toThrow("out of memory");
  expect(budget.used).toEqual({ bytes: 100, heapBytes: 30 });
  budget.exchange(other, NO_WRITE_MEMORY);
  budget.exchange(one, { bytes: 100, heapBytes: 30 });
  budget.exchange({ bytes: 100, heapBytes: 30 }, NO_WRITE_MEMORY);
  expect(budget.used).toEqual(NO_WRITE_MEMORY);
});

/** Rows that are packed, or not, until there is no room. */
function filled(budget: WriteBudget, kind: "insert" | "update" | "delta"): KvTransaction {
  const limits = { writeBytesMax: 1 << 30, pageBytes: 1 << 16, budget };
  const transaction = new KvTransaction({} as ClusterView, limits, { readOnly: false });
  const fill = (): void => {
    for (let at = 0; at < 400_000; at++) {
      const key = keyFromLatin1(`table-1${String(at).padStart(9, "0")}`);
      const value = Uint8Array.of(1, 2, 3);
      if (kind === "delta") transaction.deltas?.put(key, value, value);
      else transaction.put(key, value, kind);
    }
  };
  expect(fill).toThrow(expect.objectContaining({ sqlstate: "53200" }));
  return transaction;
}

it("a transaction takes what its writes take, and has nothing when it has ended", () => {
  const budget = new WriteBudget({ bytes: 9 << 20, heapBytes: 6 << 20 });
  const packed = filled(budget, "insert");
  expect(packed.writes.size).toBeGreaterThan(150_000);
  expect(budget.used.bytes).toBeGreaterThan(7 << 20);
  packed.end();
  expect(budget.used).toEqual(NO_WRITE_MEMORY);
  for (const kind of ["update", "delta"] as const) {
    const plain = filled(budget, kind);
    expect(plain.writes.size).toBeLessThan(60_000);
    plain.end();
    plain.end();
    expect(budget.used).toEqual(NO_WRITE_MEMORY);
  }
});

it("large commits run one after the other, also behind one that fails", async () => {
  const commits = new LargeCommits();
  const said: string[] = [];
  const run = (name: string, fails: boolean): Promise<string> =>
    commits.run(async () => {
      said.push(`${name} begins`);
      await Promise.resolve();
      said.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([run("a", false), run("b", true), run("c", false)]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(said).toEqual(["a", "b", "c"].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
