/** Somebody at work on one job. */
import type { SqlError } from "@firstlight/common";
import type { Job } from "./job.ts";

export interface JobWork {
  /** The job as it ended; undefined if somebody else is at work on it, or goes on with it. */
  run(): Promise<Job | undefined>;
  /** The job fails with this error. */
  cancel(reason: SqlError): void;
  /** The process ends; somebody else goes on. */
  abandon(): void;
}
