/** pg_stat_progress_create_index: the builds that are under way, wherever they run. */
import type { Job } from "../../online/job.ts";
import { isFinished } from "../../online/job.ts";
import { readJobs } from "../../online/job-rows.ts";
import { FIRST_DATABASE } from "../builtin-objects.ts";
import type { Catalog, SessionView, VirtualTable } from "../catalog.ts";
import { buildingOf } from "../table-indexes.ts";
import type { BuildState } from "../descriptors.ts";
import type { NamedRow } from "./virtual-table.ts";
import { clusterTable } from "./virtual-table.ts";

const PHASES: Readonly<Record<BuildState, string>> = {
  deleteOnly: "waiting for writers before build",
  writeOnly: "waiting for writers before build",
  backfilling: "building index",
  verifying: "index validation: scanning table",
  enforcing: "initializing",
  invalid: "initializing",
};

function rowOf(job: Job, catalog: Catalog, session: SessionView): NamedRow {
  const table = catalog.objects.get(job.table);
  const state = table?.kind === "table" ? buildingOf(table, job.object)?.state : undefined;
  const rows = table?.kind === "table" ? catalog.statisticsOf(table)?.size.rows : undefined;
  const zero = 0n;
  return {
    // Whoever began it may be gone.
    pid: null,
    datid: job.database ?? FIRST_DATABASE,
    datname: session.database,
    relid: job.table,
    index_relid: job.object,
    command: job.command,
    phase: state === undefined ? "initializing" : PHASES[state],
    lockers_total: zero,
    lockers_done: zero,
    current_locker_pid: zero,
    blocks_total: zero,
    blocks_done: zero,
    tuples_total: BigInt(Math.max(0, Math.round(rows ?? 0))),
    tuples_done: BigInt(job.progress?.rows ?? 0),
    partitions_total: zero,
    partitions_done: zero,
  };
}

export const PG_STAT_PROGRESS_CREATE_INDEX: VirtualTable = clusterTable(
  "pg_stat_progress_create_index",
  (_session, reads) => readJobs(reads),
  (jobs, session, catalog) =>
    jobs
      .filter((job) => !isFinished(job) && catalog.objects.has(job.table))
      .map((job) => rowOf(job, catalog, session)),
);
