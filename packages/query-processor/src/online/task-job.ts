/**
 * Runs a job whose state is its row alone: from `submitted` by `processing` to its end. Its task is
 * done again from the start when it is held up, or when another query processor takes it over, so
 * tasks are harmless to repeat.
 */
import { SqlError } from "@firstlight/common";
import type { SessionTransaction } from "../engine/session-transaction.ts";
import type { Job } from "./job.ts";
import { errorOf, isFinished } from "./job.ts";
import { readJob, writeJob } from "./job-rows.ts";
import type { JobWork } from "./job-work.ts";
import { LEASE_MICROS, RENEW_MICROS, isHeld } from "./lease.ts";
import type { OnlineParts } from "./online-parts.ts";
import { inTransaction, nowMicros, partsIn } from "./online-parts.ts";
import { isTransient } from "./transient-errors.ts";

export interface TaskHost {
  /** Of the job's database. */
  readonly parts: OnlineParts;
  /** Between two steps: lets others run, and throws when the task is to end. */
  readonly pause: () => Promise<void>;
}

/** What there is to say when it is done; an SqlError makes the job fail. */
export type JobTask = (job: Job, host: TaskHost) => Promise<string | undefined>;

const RETRY_MICROS = 20_000;
const RETRY_MICROS_MAX = 1_000_000;

/** Somebody else is at work on it, or it is gone, or this process ends. */
class NotOurs extends Error {}

export class TaskJob implements JobWork {
  readonly #parts: OnlineParts;
  readonly #owner: string;
  readonly #id: string;
  readonly #task: JobTask;
  #stop: SqlError | undefined;
  #isStopped = false;
  #renewAt = 0;

  constructor(parts: OnlineParts, job: Pick<Job, "id" | "database">, owner: string, task: JobTask) {
    this.#parts = partsIn(parts, job.database);
    this.#owner = owner;
    this.#id = job.id;
    this.#task = task;
  }

  cancel(reason: SqlError): void {
    this.#stop ??= reason;
  }

  abandon(): void {
    this.#isStopped = true;
  }

  async run(): Promise<Job | undefined> {
    for (
      let pause = RETRY_MICROS;
      !this.#isStopped;
      pause = Math.min(2 * pause, RETRY_MICROS_MAX)
    ) {
      try {
        return await this.#attempt();
      } catch (error) {
        if (error instanceof NotOurs) return undefined;
        if (!isTransient(error)) this.#fail(error);
        const { clock, random } = this.#parts.ports;
        await clock.sleep(Math.ceil(pause * (0.5 + random.next())));
      }
    }
    return undefined;
  }

  #fail(error: unknown): void {
    if (!(error instanceof SqlError)) this.#parts.log?.error("a job failed", { error });
    const text = error instanceof Error ? error.message : String(error);
    this.cancel(error instanceof SqlError ? error : new SqlError("XX000", text, { cause: error }));
  }

  async #attempt(): Promise<Job> {
    const job = await this.#begin();
    if (isFinished(job)) return job;
    if (this.#stop !== undefined)
      return this.#end({ status: "failed", error: errorOf(this.#stop) });
    const host = { parts: this.#parts, pause: () => this.#pause() };
    const details = await this.#task(job, host);
    return this.#end({ status: "completed", details });
  }

  #begin(): Promise<Job> {
    return inTransaction(this.#parts, (transaction) => this.#claim(transaction));
  }

  async #claim({ schema: { kv } }: SessionTransaction): Promise<Job> {
    const job = await readJob(kv, this.#id);
    if (job === undefined) throw new NotOurs();
    if (isFinished(job)) return job;
    if (isHeld(this.#parts, this.#owner, job)) throw new NotOurs();
    const now = nowMicros(this.#parts);
    const lease = { owner: this.#owner, until: now + LEASE_MICROS };
    this.#renewAt = this.#parts.ports.clock.monotonicMicros() + RENEW_MICROS;
    writeJob(kv, { ...job, status: "processing", lease, updatedAt: now });
    return job;
  }

  #end(changes: Pick<Job, "status" | "details" | "error">): Promise<Job> {
    return inTransaction(this.#parts, async ({ schema: { kv } }) => {
      const job = await readJob(kv, this.#id);
      if (job === undefined) throw new NotOurs();
      if (isFinished(job)) return job;
      const { lease: _, ...rest } = job;
      const ended: Job = { ...rest, ...changes, updatedAt: nowMicros(this.#parts) };
      writeJob(kv, ended);
      return ended;
    });
  }

  async #pause(): Promise<void> {
    if (this.#isStopped) throw new NotOurs();
    if (this.#stop !== undefined) throw this.#stop;
    const { clock } = this.#parts.ports;
    if (clock.monotonicMicros() >= this.#renewAt) await this.#begin();
    await clock.sleep(PAUSE_MICROS);
  }
}

const PAUSE_MICROS = 1_000;
