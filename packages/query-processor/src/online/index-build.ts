/**
 * Runs one index build from wherever it stands to its end. The state is the catalog's, so any query
 * processor goes on where another one stopped; steps are harmless to repeat and to do at the same
 * time. An index becomes public only after every writer that does not keep it whole is refused.
 */
import { SqlError } from "@firstlight/common";
import type { BuildingIndex, TableDescriptor } from "../catalog/descriptors.ts";
import { buildingOf } from "../catalog/table-indexes.ts";
import type { SessionTransaction } from "../engine/session-transaction.ts";
import { backfill, rowsFrom } from "./backfill-index.ts";
import type { BuildWork } from "./build-work.ts";
import { verifyIndex } from "./build-work.ts";
import { withPublic, withState, withoutBuild } from "./index-steps.ts";
import type { Job, JobError, JobProgress } from "./job.ts";
import { errorOf, isFinished } from "./job.ts";
import type { JobWork } from "./job-work.ts";
import { readJob, writeJob } from "./job-rows.ts";
import { LEASE_MICROS, RENEW_MICROS, isHeld } from "./lease.ts";
import type { OnlineParts } from "./online-parts.ts";
import { inTransaction, nowMicros, partsIn } from "./online-parts.ts";
import { isTransient } from "./transient-errors.ts";

/** Transactions that began before a step have so long until the next one refuses them. */
const STEP_PAUSE_MICROS = 50_000;
const RETRY_MICROS = 20_000;
const RETRY_MICROS_MAX = 1_000_000;

interface Found {
  readonly job: Job;
  readonly table: TableDescriptor;
  readonly build: BuildingIndex;
}

/** The build was given up by this runner: another one has it. */
class LeaseLost extends Error {}

export class IndexBuild implements JobWork {
  /** Of the job's database, once the job was read. */
  #parts: OnlineParts;
  #isPlaced = false;
  readonly #owner: string;
  readonly #id: string;
  #progress: JobProgress | undefined;
  #renewAt = 0;
  #stop: SqlError | undefined;
  #isStopped = false;

  constructor(parts: OnlineParts, owner: string, id: string) {
    this.#parts = parts;
    this.#owner = owner;
    this.#id = id;
  }

  /** The build fails with this error. */
  cancel(reason: SqlError): void {
    this.#stop ??= reason;
  }

  /** The process ends; somebody else goes on. */
  abandon(): void {
    this.#isStopped = true;
  }

  /** The job as it ended; undefined if somebody else is at work on it. */
  async run(): Promise<Job | undefined> {
    for (let pause = RETRY_MICROS; !this.#isStopped;) {
      try {
        const job = await this.#advance();
        if (job !== undefined) return job;
        pause = RETRY_MICROS;
      } catch (error) {
        if (error instanceof LeaseLost) return undefined;
        if (!isTransient(error)) this.#fail(error);
        else {
          const { clock, random } = this.#parts.ports;
          await clock.sleep(Math.ceil(pause * (0.5 + random.next())));
          pause = Math.min(pause * 2, RETRY_MICROS_MAX);
          if (pause === RETRY_MICROS_MAX) {
            this.#parts.log?.warn("an index build is held up", { job: this.#id, error });
          }
        }
      }
    }
    return undefined;
  }

  #fail(error: unknown): void {
    if (!(error instanceof SqlError)) this.#parts.log?.error("an index build failed", { error });
    const text = error instanceof Error ? error.message : String(error);
    this.cancel(error instanceof SqlError ? error : new SqlError("XX000", text, { cause: error }));
  }

  /** One state further; the job when it has ended. */
  async #advance(): Promise<Job | undefined> {
    if (!this.#isPlaced) await this.#place();
    const found = await this.#look();
    if ("status" in found) return found;
    if (this.#stop !== undefined) return this.#giveUp(this.#stop);
    const { state } = found.build;
    const { bugs } = this.#parts;
    const filledIn = bugs.has("backfillTooEarly") ? "writeOnly" : "backfilling";
    if (state === filledIn && !(await this.#fill(found))) return undefined;
    switch (state) {
      case "deleteOnly":
        return this.#next("deleteOnly", "writeOnly");
      case "writeOnly":
        return this.#next("writeOnly", "backfilling");
      case "backfilling":
        return this.#step("backfilling", "verifying");
      case "verifying": {
        const whole = bugs.has("skipVerification") || (await verifyIndex(this.#work(found)));
        return whole ? this.#publish() : undefined;
      }
      case "enforcing":
      case "invalid":
        return this.#giveUp(new SqlError("57014", "the index build was given up"));
    }
  }

  #fill(found: Found): Promise<boolean> {
    const work = this.#work(found);
    return backfill(this.#parts, work, work.rest);
  }

  async #place(): Promise<void> {
    const read = inTransaction(this.#parts, ({ schema: { kv } }) => readJob(kv, this.#id));
    this.#parts = partsIn(this.#parts, (await read)?.database);
    this.#isPlaced = true;
  }

  /** The job if it has ended, or ends because its index is gone; otherwise where it stands, leased. */
  #look(): Promise<Job | Found> {
    return inTransaction(this.#parts, async (transaction) => {
      const job = await readJob(transaction.schema.kv, this.#id);
      if (job === undefined) throw new LeaseLost();
      if (isFinished(job)) return job;
      const now = nowMicros(this.#parts);
      const { lease } = job;
      if (isHeld(this.#parts, this.#owner, job)) throw new LeaseLost();
      const found = this.#found(transaction, job);
      if (found === undefined) return this.#gone(transaction, job);
      if (lease?.owner !== this.#owner || lease.until < now + LEASE_MICROS / 2) {
        this.#write(transaction, job, {});
      }
      return found;
    });
  }

  /** To Aurora DSQL a build is done with when its table is gone. */
  #gone(transaction: SessionTransaction, job: Job): Job {
    const { image } = transaction.schema;
    if (!image.profile.isDsql || image.objects.has(job.table)) {
      return this.#ended(transaction, job, droppedError(job));
    }
    const details = `relation "${job.tableName ?? job.objectName}" does not exist`;
    return this.#ended(transaction, { ...job, details }, undefined);
  }

  #found({ schema: { image } }: SessionTransaction, job: Job): Found | undefined {
    const table = image.objects.get(job.table);
    if (table?.kind !== "table") return undefined;
    const build = buildingOf(table, job.object);
    return build && { job, table, build };
  }

  #write({ schema: { kv } }: SessionTransaction, job: Job, changes: Partial<Job>): void {
    const now = nowMicros(this.#parts);
    const lease = { owner: this.#owner, until: now + LEASE_MICROS };
    const progress = this.#progress;
    const status = "processing" as const;
    writeJob(kv, { ...job, status, lease, progress, updatedAt: now, ...changes });
    this.#renewAt = this.#parts.ports.clock.monotonicMicros() + RENEW_MICROS;
  }

  #ended(transaction: SessionTransaction, job: Job, error: JobError | undefined): Job {
    const { lease: _, progress: __, ...rest } = job;
    const status = error === undefined ? "completed" : "failed";
    const ended: Job = { ...rest, status, error, updatedAt: nowMicros(this.#parts) };
    writeJob(transaction.schema.kv, ended);
    return ended;
  }

  /** Changes the table and the job in one transaction, if the index is still in this state. */
  #change(
    state: BuildingIndex["state"] | undefined,
    change: (found: Found, transaction: SessionTransaction) => Job | undefined,
  ): Promise<Job | undefined> {
    return inTransaction(this.#parts, async (transaction) => {
      const job = await readJob(transaction.schema.kv, this.#id);
      if (job === undefined || isFinished(job)) return job;
      const found = this.#found(transaction, job);
      if (found === undefined || (state !== undefined && found.build.state !== state)) {
        return undefined;
      }
      return change(found, transaction);
    });
  }

  async #next(from: BuildingIndex["state"], to: BuildingIndex["state"]): Promise<Job | undefined> {
    await this.#parts.ports.clock.sleep(STEP_PAUSE_MICROS);
    return this.#step(from, to);
  }

  #step(from: BuildingIndex["state"], to: BuildingIndex["state"]): Promise<Job | undefined> {
    return this.#change(from, ({ job, table, build }, transaction) => {
      transaction.schema.apply([{ put: withState(table, build.index.oid, to) }]);
      this.#write(transaction, job, {});
      return undefined;
    });
  }

  #publish(): Promise<Job | undefined> {
    return this.#change("verifying", ({ job, table, build }, transaction) => {
      transaction.schema.apply([{ put: withPublic(table, build.index.oid) }]);
      return this.#ended(transaction, job, undefined);
    });
  }

  /** The index stays behind invalid, or goes. */
  #giveUp(reason: SqlError): Promise<Job | undefined> {
    return this.#change(undefined, ({ job, table, build }, transaction) => {
      const { oid } = build.index;
      const { onFailure = "invalid" } = job;
      const put =
        onFailure === "drop" ? withoutBuild(table, oid) : withState(table, oid, onFailure);
      if (build.state !== onFailure) transaction.schema.apply([{ put }]);
      return this.#ended(transaction, job, errorOf(reason));
    });
  }

  /** Renews the lease now and then; somebody else's makes this runner stop. */
  async #renew(): Promise<void> {
    if (this.#parts.ports.clock.monotonicMicros() < this.#renewAt) return;
    await inTransaction(this.#parts, async (transaction) => {
      const job = await readJob(transaction.schema.kv, this.#id);
      if (job === undefined || isFinished(job)) return;
      if (job.lease !== undefined && job.lease.owner !== this.#owner) throw new LeaseLost();
      this.#write(transaction, job, {});
    });
  }

  /** What the work on one state needs to know while it goes on. */
  #work({ table, build, job }: Found): BuildWork {
    const { storageId } = table;
    const known = job.progress?.storageId === storageId ? job.progress : undefined;
    this.#progress = known;
    return {
      parts: this.#parts,
      oid: build.index.oid,
      isOver: () => this.#stop !== undefined || this.#isStopped,
      find: ({ schema: { image } }) => {
        const current = image.objects.get(table.oid);
        if (current?.kind !== "table" || current.storageId !== storageId) return undefined;
        const state = buildingOf(current, build.index.oid)?.state;
        return state === build.state ? current : undefined;
      },
      rest: rowsFrom(table, known?.next),
      done: async (rest, rows) => {
        const before = this.#progress?.rows ?? 0;
        this.#progress = { storageId, next: rest.start, rows: before + rows };
        await this.#renew();
      },
    };
  }
}

function droppedError({ objectName }: Job): JobError {
  return { sqlstate: "42704", message: `index "${objectName}" was dropped while it was built` };
}
