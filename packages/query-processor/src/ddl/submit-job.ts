/** Submits a job with a transaction: it begins once that is committed. */
import type { Job } from "../online/job.ts";
import { writeJob } from "../online/job-rows.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type { DdlContext, OnlineSchema } from "./ddl-context.ts";

export type NewJob = Pick<
  Job,
  "type" | "command" | "table" | "tableName" | "object" | "objectName" | "onFailure" | "constraint"
>;

export interface Submitter {
  readonly transaction: DdlContext["transaction"];
  readonly online: Pick<OnlineSchema, "newJobId" | "now">;
}

/** The job's id. */
export function submitJob(context: Submitter, job: NewJob): string {
  const { online, transaction } = context;
  const id = online.newJobId();
  const now = online.now();
  const { database } = transaction.image;
  writeJob(transaction.kv, {
    ...job,
    database,
    id,
    status: "submitted",
    startedAt: now,
    updatedAt: now,
  });
  transaction.jobs.push({ id, type: job.type, database });
  return id;
}

export function submitAnalyze(context: Submitter, table: TableDescriptor): string {
  return submitJob(context, {
    type: "ANALYZE",
    command: "ANALYZE",
    table: table.oid,
    object: table.oid,
    objectName: `${schemaName(context.transaction.image, table)}.${table.name}`,
  });
}
