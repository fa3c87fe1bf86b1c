/** Whose reports of conflicts are gathered, and whose are left out. */
import type { Adjudicator, ConflictReport, LogId } from "@firstlight/common";
import { ManualClock, ServiceError, logId, timestamp } from "@firstlight/common";
import { expect, it } from "vitest";
import type { ClusterView } from "../transaction/cluster-view.ts";
import { conflictReports } from "./conflict-reports.ts";

const LOGS = ["a1", "a2", "a3"].map(logId);

function viewOf(answer: (log: LogId) => Promise<ConflictReport>): ClusterView {
  const adjudicator = (log: LogId): Adjudicator =>
    ({ conflicts: () => answer(log) }) as Partial<Adjudicator> as Adjudicator;
  const view = { logs: LOGS, adjudicator };
  return view as Partial<ClusterView> as ClusterView;
}

it("an adjudicator that is down, and one that does not answer, are left out", async () => {
  const clock = new ManualClock(timestamp(1_000));
  const view = viewOf((log) => {
    if (log === "a1") return Promise.reject(new ServiceError("unavailable", "it is down"));
    if (log === "a2") return new Promise(() => undefined);
    return Promise.resolve({ log, recent: [], hottest: [] });
  });
  const gathered = conflictReports(view, clock);
  await clock.advance(5_000_000);
  expect((await gathered).map(({ log }) => log)).toEqual(["a3"]);
});

it("a defect of an adjudicator is not passed over", async () => {
  const view = viewOf(() => Promise.reject(new TypeError("a defect")));
  const gathered = conflictReports(view, new ManualClock(timestamp(1_000)));
  await expect(gathered).rejects.toThrow("a defect");
});
