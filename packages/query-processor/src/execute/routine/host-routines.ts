/** Routines of the system whose body is the server's: what they do is more than an expression. */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { oids } from "@firstlight/sql";
import { isJobId } from "../../online/job.ts";
import { WAIT_FOR_JOB } from "../../profile/dsql/catalog/sys-functions.ts";
import type { ExecutionContext } from "../executable.ts";

export type HostRoutine = (
  context: ExecutionContext,
  args: readonly Datum[],
) => MaybePromise<readonly Datum[]>;

async function waitForJob(
  context: ExecutionContext,
  [id]: readonly Datum[],
): Promise<readonly Datum[]> {
  if (typeof id !== "string" || !isJobId(id)) {
    throw new SqlError("22P02", "Unable to convert text to UUID");
  }
  if (context.waitForJob === undefined) throw featureNotSupported("waiting for a job here");
  const succeeded = await context.waitForJob(id);
  if (succeeded === undefined) throw new SqlError("42704", `job "${id}" does not exist`);
  return [{ tag: "record", types: [oids.BOOL], fields: [succeeded], names: ["succeeded"] }];
}

/** By pg_proc.prosrc. */
const HOST_ROUTINES: ReadonlyMap<string, HostRoutine> = new Map([[WAIT_FOR_JOB, waitForJob]]);

export function hostRoutine(source: string): HostRoutine | undefined {
  return HOST_ROUTINES.get(source);
}
