/** Counters of one query processor, and their sums over several. */
import { describe, expect, it } from "vitest";
import { ActivityCounters, activityIn, countScans, sumOfReports } from "./activity-counters.ts";

const counting = (changed: readonly (readonly [number, number])[]): ActivityCounters =>
  new ActivityCounters({ counts: () => changed });

describe("activity counters", () => {
  it("add up over query processors", () => {
    const [first, second] = [counting([[3, 10]]), counting([[3, 5]])];
    const [one, other] = [first.in(5), second.in(5)];
    countScans(one.scansOf(7), 50n);
    other.scansOf(7).last = 40;
    one.writesOf(7).inserted += 2;
    other.scansOf(7).rows += 3;
    other.scansOf(8).scans++;
    second.database(5).committed++;
    const sums = sumOfReports([first.report(), second.report()]);
    expect(sums.scans.get(7)).toEqual({ scans: 1, last: 50, rows: 3, fetched: 0 });
    expect(sums.scans.get(8)?.scans).toBe(1);
    expect(sums.writes.get(7)).toEqual({ inserted: 2, updated: 0, deleted: 0 });
    expect(sums.databases.get(5)).toEqual({ committed: 1, rolledBack: 0 });
    expect(sums.changed.get(3)).toBe(15);
  });

  it("are told apart by database", () => {
    const counters = counting([]);
    counters.in(5).scansOf(7).rows = 1;
    counters.in(16_400).scansOf(7).rows = 2;
    counters.in(16_401).writesOf(7).inserted = 3;
    const sums = sumOfReports([counters.report()]);
    expect(activityIn(5, sums).scans).toEqual(new Map([[7, counters.in(5).scansOf(7)]]));
    expect(activityIn(16_400, sums).scans.get(7)?.rows).toBe(2);
    expect(activityIn(16_401, sums).scans.size).toBe(0);
    expect(activityIn(16_401, sums).writes.get(7)?.inserted).toBe(3);
  });

  it("are kept for a bounded number of relations", () => {
    const counters = counting([]);
    const own = counters.in(5);
    for (let oid = 1; oid <= 30_000; oid++) own.scansOf(oid).scans++;
    expect(counters.report().scans).toHaveLength(20_000);
    expect(own.scansOf(30_000).scans).toBe(1);
    expect(own.scansOf(1).scans).toBe(0);
  });
});
