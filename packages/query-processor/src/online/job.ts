/**
 * Background jobs: one row each in the catalog's key space, outside its version. A job's row says
 * what it makes, how far it is and who is at work on it; what it makes is in the catalog.
 */
import type { Key, SqlError } from "@firstlight/common";
import { InvariantError, jobKey } from "@firstlight/common";

/** As Aurora DSQL names them. */
export type JobType = "INDEX_BUILD" | "ANALYZE" | "DROP" | "VALIDATE_CONSTRAINT";

export type JobStatus = "submitted" | "processing" | "completed" | "failed";

/** Whoever holds it is at work on the job until then; microseconds since the Unix epoch. */
export interface JobLease {
  readonly owner: string;
  readonly until: number;
}

/** Everything below `next` is done, in the rows of this storage id. */
export interface JobProgress {
  readonly storageId: number;
  readonly next: string;
  readonly rows: number;
}

/** As the error of who waits for it. */
export interface JobError {
  readonly sqlstate: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly constraint?: string | undefined;
}

export interface Job {
  /** 26 characters of base 32: 16 bytes. */
  readonly id: string;
  readonly type: JobType;
  readonly status: JobStatus;
  /** As pg_stat_progress_create_index.command. */
  readonly command: string;
  /** OIDs; absent: the first database. */
  readonly database?: number;
  readonly table: number;
  readonly object: number;
  readonly objectName: string;
  /** With its schema; of an index build. */
  readonly tableName?: string | undefined;
  /** Of VALIDATE_CONSTRAINT: its name. */
  readonly constraint?: string | undefined;
  /** What becomes of an index whose build fails. */
  readonly onFailure?: "invalid" | "enforcing" | "drop" | undefined;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly lease?: JobLease | undefined;
  readonly progress?: JobProgress | undefined;
  /** What there is to say of a job that did not fail. */
  readonly details?: string | undefined;
  readonly error?: JobError | undefined;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** RFC 4648 base 32 of 16 bytes, in lower case and without padding. */
export function jobId(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = "";
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(held >>> (bits - 5)) & 31] ?? "";
  }
  return bits === 0 ? text : text + (ALPHABET[(held << (5 - bits)) & 31] ?? "");
}

export function keyOfJob(id: string): Key {
  return jobKey(id);
}

export function isFinished({ status }: Job): boolean {
  return status === "completed" || status === "failed";
}

/** Whether `jobId` can have made it. */
export function isJobId(text: string): boolean {
  return JOB_ID.test(text);
}

/** 128 bits: of the last digit's five only the first three are used. */
const JOB_ID = /^[a-z2-7]{25}[aeimquy4]$/u;

export function errorOf({ sqlstate, message, fields }: SqlError): JobError {
  const { detail, hint, schema, table, constraint } = fields;
  return { sqlstate, message, detail, hint, schema, table, constraint };
}

export function encodeJob(job: Job): Uint8Array {
  return Buffer.from(JSON.stringify(job), "utf8");
}

export function decodeJob(bytes: Uint8Array): Job {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (typeof value !== "object" || value === null || !("id" in value)) {
    throw new InvariantError("a job without an identifier");
  }
  return value as Job;
}
