/** What the adjudicators of the cluster remember of lost conflicts. */
import type { Clock, ConflictReport, LogId } from "@firstlight/common";
import { isServiceError } from "@firstlight/common";
import type { ClusterView } from "../transaction/cluster-view.ts";

/** An adjudicator that does not answer by then is left out. */
const PATIENCE_MICROS = 1_000_000;

/** Of all logs whose adjudicators answer in time. */
export async function conflictReports(
  cluster: ClusterView,
  clock: Clock,
): Promise<readonly ConflictReport[]> {
  const asked = cluster.logs.map((log) => inTime(cluster, clock, log));
  const reports = await Promise.all(asked);
  return reports.filter((report) => report !== undefined);
}

async function inTime(
  cluster: ClusterView,
  clock: Clock,
  log: LogId,
): Promise<ConflictReport | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(PATIENCE_MICROS, () => resolve(undefined));
    cluster
      .adjudicator(log)
      .conflicts()
      .then(resolve, (error: unknown) => {
        if (isServiceError(error)) resolve(undefined);
        else reject(error as Error);
      })
      .finally(() => timer.cancel());
  });
}
