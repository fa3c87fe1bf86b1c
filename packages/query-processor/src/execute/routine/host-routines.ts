/** Routines of the system whose body is the server's: what they do is more than an expression. */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { oids } from "@firstlight/sql";
import { LARGE_OBJECT_FUNCTIONS } from "../../large-objects/object-functions.ts";
import { isJobId } from "../../online/job.ts";
import { WAIT_FOR_JOB } from "../../profile/dsql/catalog/sys-functions.ts";
import type { Run } from "../operator.ts";

type HostRun = Pick<Run, "context" | "reads">;

export type HostRoutine = (run: HostRun, args: readonly Datum[]) => MaybePromise<readonly Datum[]>;

async function waitForJob({ context }: HostRun, [id]: readonly Datum[]): Promise<readonly Datum[]> {
  if (typeof id !== "string" || !isJobId(id)) {
    throw new SqlError("22P02", "Unable to convert text to UUID");
  }
  if (context.waitForJob === undefined) throw featureNotSupported("waiting for a job here");
  const succeeded = await context.waitForJob(id);
  if (succeeded === undefined) throw new SqlError("42704", `job "${id}" does not exist`);
  return [{ tag: "record", types: [oids.BOOL], fields: [succeeded], names: ["succeeded"] }];
}

function largeObjectRoutines(): (readonly [string, HostRoutine])[] {
  return Array.from(LARGE_OBJECT_FUNCTIONS, ([source, program]) => [
    source,
    async ({ context, reads }, args) => {
      const host = context.largeObjects;
      if (host === undefined) throw featureNotSupported("a large object here");
      const { transaction, evaluation } = context;
      const randomBytes = (length: number): Uint8Array => evaluation.randomBytes(length);
      return [await program({ host, transaction, reads, args, randomBytes })];
    },
  ]);
}

/** By pg_proc.prosrc. */
const HOST_ROUTINES: ReadonlyMap<string, HostRoutine> = new Map([
  [WAIT_FOR_JOB, waitForJob],
  ...largeObjectRoutines(),
]);

export function hostRoutine(source: string): HostRoutine | undefined {
  return HOST_ROUTINES.get(source);
}
