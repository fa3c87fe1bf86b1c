/** Jobs as a transaction reads and writes them. */
import type { Transaction } from "../transaction/transaction.ts";
import { JOB_SPAN } from "@firstlight/common";
import type { Span } from "@firstlight/common";
import type { KvTransaction } from "../transaction/kv-transaction.ts";
import type { Job } from "./job.ts";
import { decodeJob, encodeJob, isFinished, keyOfJob } from "./job.ts";

/** Finished jobs are kept for this long. */
export const KEPT_MICROS = 1_800_000_000;

export async function readJob(kv: KvTransaction, id: string): Promise<Job | undefined> {
  const [bytes] = await kv.read([keyOfJob(id)]);
  return bytes === undefined ? undefined : decodeJob(bytes);
}

export async function readJobs(kv: Pick<Transaction, "scan">): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  let span: Span | undefined = JOB_SPAN;
  while (span !== undefined) {
    const page = await kv.scan({ span, reverse: false, withKeys: false });
    if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
    for (const value of page.batch.values) jobs.push(decodeJob(value));
    span = page.rest;
  }
  return jobs;
}

export function writeJob(kv: KvTransaction, job: Job): void {
  kv.put(keyOfJob(job.id), encodeJob(job), "replace");
}

/** Forgets those that ended long ago. */
export async function purgeJobs(kv: KvTransaction, now: number): Promise<void> {
  for (const job of await readJobs(kv)) {
    if (isFinished(job) && job.updatedAt + KEPT_MICROS < now) kv.delete(keyOfJob(job.id));
  }
}
