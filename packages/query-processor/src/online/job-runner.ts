/**
 * Runs jobs of one query processor: those that its sessions submit, and now and then those that
 * nobody is at work on any more because their query processor died.
 */
import type { Timer } from "@firstlight/common";
import { InvariantError, SqlError } from "@firstlight/common";
import { IndexBuild } from "./index-build.ts";
import type { Job, JobType } from "./job.ts";
import { isFinished } from "./job.ts";
import { purgeJobs, readJob, readJobs } from "./job-rows.ts";
import type { JobWork } from "./job-work.ts";
import { isHeld } from "./lease.ts";
import type { OnlineParts } from "./online-parts.ts";
import { inTransaction, nowMicros } from "./online-parts.ts";
import type { JobTask } from "./task-job.ts";
import { TaskJob } from "./task-job.ts";
import { isTransient } from "./transient-errors.ts";

const PERIOD_MICROS = 5_000_000;
const POLL_MICROS = 100_000;

/** How each type of job is done; an index build is more than a task. */
export type JobTasks = Readonly<Record<Exclude<JobType, "INDEX_BUILD">, JobTask>>;

/** What is known of a job before it is read. */
export type JobReference = Pick<Job, "id" | "type" | "database">;

export class JobRunner {
  readonly #parts: OnlineParts;
  readonly #tasks: JobTasks;
  readonly #owner: string;
  readonly #running = new Map<string, { readonly work: JobWork; readonly end: Promise<void> }>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: OnlineParts, tasks: JobTasks) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#owner = Buffer.from(parts.ports.random.bytes(8)).toString("hex");
  }

  /** Looks for jobs that were left behind, at once and from then on. */
  start(): void {
    void this.#round().finally(() => {
      if (this.#isStopped) return;
      this.#timer = this.#parts.ports.clock.after(PERIOD_MICROS, () => this.start());
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    for (const { work } of this.#running.values()) work.abandon();
  }

  async #round(): Promise<void> {
    try {
      for (const job of await this.list()) {
        if (!isFinished(job) && !isHeld(this.#parts, this.#owner, job)) this.run(job);
      }
    } catch (error) {
      if (!isTransient(error)) this.#parts.log?.warn("jobs could not be looked for", { error });
    }
  }

  /** All jobs that are not yet forgotten. */
  async list(): Promise<readonly Job[]> {
    return inTransaction(this.#parts, ({ schema: { kv } }) => readJobs(kv));
  }

  /** Sees to it that the job is worked on, here unless somebody else does. */
  run(job: JobReference): void {
    const { id } = job;
    if (this.#running.has(id) || this.#isStopped) return;
    const work = this.#workOn(job);
    const end = work.run().then(
      () => undefined,
      (error: unknown) => this.#parts.log?.error("a job could not be run", { error }),
    );
    this.#running.set(id, { work, end });
    void end.finally(() => this.#running.delete(id));
    void end.then(() => this.#purge());
  }

  /** Jobs that ended long ago are forgotten when another one has ended. */
  async #purge(): Promise<void> {
    if (this.#isStopped) return;
    try {
      const now = nowMicros(this.#parts);
      await inTransaction(this.#parts, ({ schema: { kv } }) => purgeJobs(kv, now));
    } catch (error) {
      if (!isTransient(error)) this.#parts.log?.warn("jobs could not be forgotten", { error });
    }
  }

  #workOn(job: JobReference): JobWork {
    const { type, id } = job;
    if (type === "INDEX_BUILD") return new IndexBuild(this.#parts, this.#owner, id);
    return new TaskJob(this.#parts, job, this.#owner, this.#tasks[type]);
  }

  /**
   * The job once it has ended; undefined if there is none of that id. `check` throws when nobody
   * waits any longer, which is nothing to the job.
   */
  async follow(id: string, check: () => void): Promise<Job | undefined> {
    for (;;) {
      const job = await this.#find(id);
      if (job !== "held up") {
        if (job === undefined || isFinished(job)) return job;
        this.run(job);
      }
      await this.#turn(id);
      check();
    }
  }

  /** Until the job ends, if it runs here, or for a while. */
  async #turn(id: string): Promise<void> {
    const running = this.#running.get(id);
    const soon = this.#parts.ports.clock.sleep(POLL_MICROS);
    await (running === undefined ? soon : Promise.race([running.end, soon]));
  }

  /**
   * The job once it has ended. `check` throws when nobody waits any longer: then the job fails with
   * that error, if it runs here.
   */
  async wait(id: string, check: () => void): Promise<Job> {
    for (;;) {
      await this.#turn(id);
      try {
        check();
      } catch (error) {
        if (error instanceof SqlError) this.#running.get(id)?.work.cancel(error);
        throw error;
      }
      if (this.#running.has(id)) continue;
      const job = await this.#find(id);
      if (job === "held up") continue;
      if (job === undefined) throw new InvariantError(`job ${id} is unknown`);
      if (isFinished(job)) return job;
      this.run(job);
    }
  }

  async #find(id: string): Promise<Job | "held up" | undefined> {
    try {
      return await inTransaction(this.#parts, ({ schema: { kv } }) => readJob(kv, id));
    } catch (error) {
      if (isTransient(error)) return "held up";
      throw error;
    }
  }
}
