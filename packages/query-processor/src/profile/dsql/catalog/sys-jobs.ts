/** sys.jobs: what runs in the background, and what ended in the last half hour. */
import { oids } from "@firstlight/sql";
import type { Catalog, VirtualTable } from "../../../catalog/catalog.ts";
import { allIndexes } from "../../../catalog/table-indexes.ts";
import { CLASS } from "../../../catalog/dependencies/object-address.ts";
import type { Job } from "../../../online/job.ts";
import { readJobs } from "../../../online/job-rows.ts";
import { POSTGRES_EPOCH } from "../../../statistics/postgres-epoch.ts";
import { SYS_OIDS } from "./sys-schema.ts";
import type { NamedRow } from "../../../catalog/virtual/own-relation.ts";
import { relationOf, rowsOf } from "../../../catalog/virtual/own-relation.ts";
import { sysView } from "./sys-relation.ts";

export const JOBS_VIEW: ReturnType<typeof sysView> = sysView(SYS_OIDS.jobs, "jobs", [
  ["job_id", oids.TEXT],
  ["status", oids.TEXT],
  ["details", oids.TEXT],
  ["job_type", oids.TEXT],
  ["class_id", oids.OID],
  ["object_id", oids.OID],
  ["object_name", oids.TEXT],
  ["start_time", oids.TIMESTAMPTZ],
  ["update_time", oids.TIMESTAMPTZ],
]);

/** Where two rows of a table have the key that a unique index is to have. */
const DUPLICATE = "Found duplicate key while validating index for UCVs";

/** What the service tells of how the job ended; nothing where there is nothing to say. */
export function detailsOf({ type, details, error }: Job): string | undefined {
  if (error === undefined) return details;
  return type === "INDEX_BUILD" && error.sqlstate === "23505" ? DUPLICATE : error.message;
}

/** Of all tables and indexes, as they are called now. */
function namesIn(catalog: Catalog): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const object of catalog.objects.values()) {
    if (object.kind !== "table") continue;
    const schema = catalog.schemaByOid(object.schema)?.name ?? "";
    names.set(object.oid, `${schema}.${object.name}`);
    for (const index of allIndexes(object)) names.set(index.oid, `${schema}.${index.name}`);
  }
  return names;
}

function moment(micros: number): bigint {
  return BigInt(micros - POSTGRES_EPOCH);
}

function rowOf(job: Job, names: ReadonlyMap<number, string>): NamedRow {
  return {
    job_id: job.id,
    status: job.status,
    details: detailsOf(job) ?? null,
    job_type: job.type,
    class_id: CLASS.relation,
    object_id: job.object,
    object_name: names.get(job.object) ?? null,
    start_time: moment(job.startedAt),
    update_time: job.status === "submitted" ? null : moment(job.updatedAt),
  };
}

export const SYS_JOBS: VirtualTable = relationOf(JOBS_VIEW, {
  gather: (_session, reads) => readJobs(reads),
  eachRow: (catalog, _session, gathered) => {
    const jobs = [...(gathered as readonly Job[])].sort((a, b) => a.startedAt - b.startedAt);
    const names = namesIn(catalog);
    return rowsOf(
      JOBS_VIEW,
      jobs.map((job) => rowOf(job, names)),
    );
  },
});
