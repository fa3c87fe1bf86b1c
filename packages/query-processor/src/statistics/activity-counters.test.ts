/** Counters of one query processor, and their sums over several. */
import { describe, expect, it } from "vitest";
import { ActivityCounters, countScans, sumOfReports } from "./activity-counters.ts";

const counting = (changed: readonly (readonly [number, number])[]): ActivityCounters =>
  new ActivityCounters({ counts: () => changed });

describe("activity counters", () => {
  it("add up over query processors", () => {
    const [one, other] = [counting([[3, 10]]), counting([[3, 5]])];
    countScans(one.scansOf(7), 50n);
    other.scansOf(7).last = 40;
    one.writesOf(7).inserted += 2;
    other.scansOf(7).rows += 3;
    other.scansOf(8).scans++;
    other.database(5).committed++;
    const sums = sumOfReports([one.report(), other.report()]);
    expect(sums.scans.get(7)).toEqual({ scans: 1, last: 50, rows: 3, fetched: 0 });
    expect(sums.scans.get(8)?.scans).toBe(1);
    expect(sums.writes.get(7)).toEqual({ inserted: 2, updated: 0, deleted: 0 });
    expect(sums.databases.get(5)).toEqual({ committed: 1, rolledBack: 0 });
    expect(sums.changed.get(3)).toBe(15);
  });

  it("are kept for a bounded number of relations", () => {
    const counters = counting([]);
    for (let oid = 1; oid <= 30_000; oid++) counters.scansOf(oid).scans++;
    expect(counters.report().scans).toHaveLength(20_000);
    expect(counters.scansOf(30_000).scans).toBe(1);
    expect(counters.scansOf(1).scans).toBe(0);
  });
});
