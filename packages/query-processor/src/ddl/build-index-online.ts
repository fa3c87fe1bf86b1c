/** Submits the build of an index as a job, and waits for its end. */
import { SqlError } from "@firstlight/common";
import { BINDERS } from "../bind/binders.ts";
import { rememberCatalog } from "../bind/index-expressions.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { Job } from "../online/job.ts";
import { purgeJobs, writeJob } from "../online/job-rows.ts";
import { withNewBuild } from "../online/index-steps.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import type { IndexDefinition } from "./index-definition.ts";
import { toDescriptor } from "./index-definition.ts";

export interface NewIndex {
  readonly table: TableDescriptor;
  readonly definition: IndexDefinition;
  /** OID of the index whose place it takes. */
  readonly replaces?: number;
}

export interface OnlineBuild {
  readonly command: string;
  readonly onFailure: Job["onFailure"];
  /** Undefined: there is nothing to do. */
  define(context: DdlContext): NewIndex | undefined;
}

/** The id of the job that builds it; undefined: nothing was to be done. */
export async function submitIndexBuild(
  context: DdlContext,
  build: OnlineBuild,
): Promise<string | undefined> {
  const id = context.online.newJobId();
  const submitted = await context.online.change(async (own) => {
    const index = build.define(own);
    if (index === undefined) return false;
    await submit(own, id, build, index);
    return true;
  });
  return submitted ? id : undefined;
}

/** The same as a part of the transaction under way: the job begins once that is committed. */
export async function submitWithTransaction(
  context: DdlContext,
  build: OnlineBuild,
): Promise<string | undefined> {
  const index = build.define(context);
  if (index === undefined) return undefined;
  const id = context.online.newJobId();
  await submit(context, id, build, index);
  return id;
}

async function submit(
  own: DdlContext,
  id: string,
  { command, onFailure }: OnlineBuild,
  { table, definition, replaces }: NewIndex,
): Promise<void> {
  const oid = await newOid(own);
  const place = { oid, number: Math.max(1, table.nextIndex), constraintOid: 0 };
  const index = toDescriptor(definition, place);
  const replaced = replaces === undefined ? {} : { replaces };
  const changed = withNewBuild(table, { index, state: "deleteOnly", ...replaced });
  rememberCatalog(changed, imageOf(own), BINDERS);
  applyChanges(own, [{ put: changed }]);
  const { kv } = own.transaction;
  const now = own.online.now();
  await purgeJobs(kv, now);
  writeJob(kv, {
    database: imageOf(own).database,
    id,
    type: "INDEX_BUILD",
    status: "submitted",
    command,
    table: table.oid,
    object: oid,
    objectName: `${schemaName(imageOf(own), table)}.${index.name}`,
    onFailure,
    startedAt: now,
    updatedAt: now,
  });
}

export async function buildIndexOnline(context: DdlContext, build: OnlineBuild): Promise<void> {
  // Those of the session are another statement's by the time that this one is cancelled.
  const { interrupts } = context.session;
  const id = await submitIndexBuild(context, build);
  if (id === undefined) return;
  const { jobs } = context.online;
  jobs.run(id);
  const { error } = await jobs.wait(id, () => {
    interrupts.check();
  });
  if (error === undefined) return;
  const { sqlstate, message, ...fields } = error;
  throw new SqlError(sqlstate, message, fields);
}
