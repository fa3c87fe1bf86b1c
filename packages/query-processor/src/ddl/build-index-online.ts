/** Submits the build of an index as a job, and waits for its end. */
import { SqlError } from "@firstlight/common";
import { BINDERS } from "../bind/binders.ts";
import { rememberCatalog } from "../bind/index-expressions.ts";
import { schemaName } from "../catalog/schema-name.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { Job } from "../online/job.ts";
import { withNewBuild } from "../online/index-steps.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import type { IndexDefinition } from "./index-definition.ts";
import { toDescriptor } from "./index-definition.ts";
import { submitJob } from "./submit-job.ts";

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
  return context.online.change((own) => submitWithTransaction(own, build));
}

/** The same as a part of the transaction under way: the job begins once that is committed. */
export async function submitWithTransaction(
  context: DdlContext,
  build: OnlineBuild,
): Promise<string | undefined> {
  const index = build.define(context);
  return index && submit(context, build, index);
}

async function submit(
  own: DdlContext,
  { command, onFailure }: OnlineBuild,
  { table, definition, replaces }: NewIndex,
): Promise<string> {
  const oid = await newOid(own);
  const place = { oid, number: Math.max(1, table.nextIndex), constraintOid: 0 };
  const index = toDescriptor(definition, place);
  const replaced = replaces === undefined ? {} : { replaces };
  const changed = withNewBuild(table, { index, state: "deleteOnly", ...replaced });
  rememberCatalog(changed, imageOf(own), BINDERS);
  applyChanges(own, [{ put: changed }]);
  const schema = schemaName(imageOf(own), table);
  return submitJob(own, {
    type: "INDEX_BUILD",
    command,
    table: table.oid,
    object: oid,
    objectName: `${schema}.${index.name}`,
    tableName: `${schema}.${table.name}`,
    onFailure,
  });
}

export async function buildIndexOnline(context: DdlContext, build: OnlineBuild): Promise<void> {
  // Those of the session are another statement's by the time that this one is cancelled.
  const { interrupts } = context.session;
  const id = await submitIndexBuild(context, build);
  if (id === undefined) return;
  const { error } = await context.online.jobs.wait(id, () => {
    interrupts.check();
  });
  if (error === undefined) return;
  const { sqlstate, message, ...fields } = error;
  throw new SqlError(sqlstate, message, fields);
}
