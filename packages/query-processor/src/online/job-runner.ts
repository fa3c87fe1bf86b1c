/**
 * Runs jobs of one query processor: those that its sessions submit, and now and then those that
 * nobody is at work on any more because their query processor died.
 */
import type { Timer } from "@firstlight/common";
import { InvariantError, SqlError } from "@firstlight/common";
import { IndexBuild, isHeld } from "./index-build.ts";
import type { Job } from "./job.ts";
import { isFinished } from "./job.ts";
import { readJob, readJobs } from "./job-rows.ts";
import type { OnlineParts } from "./online-parts.ts";
import { inTransaction } from "./online-parts.ts";
import { isTransient } from "./transient-errors.ts";

const PERIOD_MICROS = 5_000_000;
const POLL_MICROS = 100_000;

export class JobRunner {
  readonly #parts: OnlineParts;
  readonly #owner: string;
  readonly #running = new Map<
    string,
    { readonly build: IndexBuild; readonly end: Promise<void> }
  >();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: OnlineParts) {
    this.#parts = parts;
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
    for (const { build } of this.#running.values()) build.abandon();
  }

  async #round(): Promise<void> {
    try {
      for (const job of await this.list()) {
        if (!isFinished(job) && !isHeld(this.#parts, this.#owner, job)) this.run(job.id);
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
  run(id: string): void {
    if (this.#running.has(id) || this.#isStopped) return;
    const build = new IndexBuild(this.#parts, this.#owner, id);
    const end = build.run().then(
      () => undefined,
      (error: unknown) => this.#parts.log?.error("a job could not be run", { error }),
    );
    this.#running.set(id, { build, end });
    void end.finally(() => this.#running.delete(id));
  }

  /**
   * The job once it has ended. `check` throws when nobody waits any longer: then the job fails with
   * that error, if it runs here.
   */
  async wait(id: string, check: () => void): Promise<Job> {
    const { clock } = this.#parts.ports;
    for (;;) {
      const running = this.#running.get(id);
      const soon = clock.sleep(POLL_MICROS);
      await (running === undefined ? soon : Promise.race([running.end, soon]));
      try {
        check();
      } catch (error) {
        if (error instanceof SqlError) this.#running.get(id)?.build.cancel(error);
        throw error;
      }
      if (this.#running.has(id)) continue;
      const job = await this.#find(id);
      if (job !== undefined && isFinished(job)) return job;
      this.run(id);
    }
  }

  async #find(id: string): Promise<Job | undefined> {
    try {
      const job = await inTransaction(this.#parts, ({ schema: { kv } }) => readJob(kv, id));
      if (job === undefined) throw new InvariantError(`job ${id} is unknown`);
      return job;
    } catch (error) {
      if (isTransient(error)) return undefined;
      throw error;
    }
  }
}
