/**
 * What the operators of one statement hold in memory, by estimate, against one limit. Operators that
 * can spill ask whether they are over their part of it and then do; the others are refused with
 * 53200. The estimates are calibrated on V8's heap (memory-account.test.ts).
 */
import { SqlError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { SpillFile } from "../spill/spill-file.ts";
import type { SpillSpace } from "../spill/spill-space.ts";

/** JSArray and the header of its elements. */
export const ROW_OVERHEAD_BYTES = 48;
/** An element; integers are in it, null and booleans are shared. */
const SLOT_BYTES = 8;
export const DOUBLE_BYTES = 16;
const BIGINT_BYTES = 24;
const STRING_BYTES = 20;
const BYTES_OVERHEAD = 210;
/** Most have no bigint. */
const NUMERIC_BYTES = 56;
/** Of a structure and of each of its parts. */
const STRUCTURE_BYTES = 64;

export function valueBytes(value: Datum): number {
  if (typeof value === "number") return (value | 0) === value ? 0 : DOUBLE_BYTES;
  if (typeof value === "string") return STRING_BYTES + value.length;
  if (typeof value === "bigint") return BIGINT_BYTES;
  return value === null || typeof value === "boolean" ? 0 : objectBytes(value);
}

function objectBytes(value: Exclude<Datum, null | boolean | number | bigint | string>): number {
  if (value instanceof Uint8Array) return BYTES_OVERHEAD + value.length;
  if (value.tag === "numeric") return NUMERIC_BYTES;
  return structureBytes(value);
}

function structureBytes(value: unknown): number {
  if (value === undefined) return SLOT_BYTES;
  if (typeof value !== "object" || value === null) return SLOT_BYTES + valueBytes(value as Datum);
  if (value instanceof Uint8Array) return BYTES_OVERHEAD + value.length;
  if (Array.isArray(value) && value.length > SAMPLED) return sampledBytes(value);
  let bytes = STRUCTURE_BYTES;
  for (const part of Object.values(value)) bytes += structureBytes(part);
  return bytes;
}

/** Elements of a long array that stand for all. */
const SAMPLED = 1_024;

function sampledBytes(elements: readonly unknown[]): number {
  const stride = Math.floor(elements.length / SAMPLED);
  let bytes = 0;
  for (let n = 0; n < SAMPLED; n++) bytes += structureBytes(elements[n * stride]);
  return STRUCTURE_BYTES + Math.ceil((bytes / SAMPLED) * elements.length);
}

export function rowBytes(row: Row): number {
  let bytes = ROW_OVERHEAD_BYTES + SLOT_BYTES * row.length;
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (typeof value === "number" && (value | 0) === value) continue;
    bytes += valueBytes(value ?? null);
  }
  return bytes;
}

/** Whoever is told of what is held. */
export interface MemoryHolder {
  take(bytes: number): void;
}

/** What one operator holds and cannot spill, given back as a whole when it closes. */
export class MemoryShare implements MemoryHolder {
  readonly #account: MemoryAccount;
  #heldBytes = 0;

  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  take(bytes: number): void {
    this.#heldBytes += bytes;
    this.#account.take(bytes);
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  takeRows(rows: readonly Row[]): void {
    let bytes = 0;
    for (const row of rows) bytes += rowBytes(row);
    this.take(bytes);
  }

  give(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#account.give(bytes);
  }

  release(): void {
    this.#account.give(this.#heldBytes);
    this.#heldBytes = 0;
  }
}

/**
 * What one operator holds and spills when it must. It counts among the account's spillers from its
 * first byte until its release.
 */
export class SpillableShare implements MemoryHolder {
  readonly #account: MemoryAccount;
  #heldBytes = 0;
  #peakBytes = 0;

  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get peakBytes(): number {
    return Math.max(this.#peakBytes, this.#heldBytes);
  }

  take(bytes: number): void {
    if (this.#heldBytes === 0) this.#account.spillers++;
    this.#heldBytes += bytes;
    this.#account.spillableBytes += bytes;
  }

  give(bytes: number): void {
    if (this.#heldBytes > this.#peakBytes) this.#peakBytes = this.#heldBytes;
    const given = Math.min(bytes, this.#heldBytes);
    if (given === 0) return;
    this.#heldBytes -= given;
    this.#account.spillableBytes -= given;
    if (this.#heldBytes === 0) this.#account.spillers--;
  }

  release(): void {
    this.give(this.#heldBytes);
  }

  /** Bytes that it may hold as things are. */
  get allowedBytes(): number {
    return this.#account.allowedFor(this.#heldBytes);
  }

  /** Time to spill. */
  get isOver(): boolean {
    return this.#account.isTight && this.#heldBytes > this.allowedBytes;
  }
}

/**
 * Parts of values that one operator gathers: they can be neither spilled nor divided, so they count
 * beside the limit, and past as much again are lent from what all queries of the server share.
 */
export class GatheredShare implements MemoryHolder {
  readonly #account: MemoryAccount;
  #heldBytes = 0;

  constructor(account: MemoryAccount) {
    this.#account = account;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  take(bytes: number): void {
    this.#heldBytes += bytes;
    this.#account.gather(bytes);
  }

  release(): void {
    this.#account.giveGathered(this.#heldBytes);
    this.#heldBytes = 0;
  }
}

/** What a query borrows at a time, and keeps until it is twice as much. */
const LOAN_BYTES = 1 << 20;

/** However little is left, an operator that spills gets this part of the limit. */
const LEAST_PART = 64;

export class MemoryAccount implements MemoryHolder {
  readonly limitBytes: number;
  readonly #space: SpillSpace;
  #file: SpillFile | undefined;
  #pinnedBytes = 0;
  #gatheredBytes = 0;
  #lentBytes = 0;
  /** Held by those who can spill; their number. Kept by SpillableShare. */
  spillableBytes = 0;
  spillers = 0;

  constructor(limitBytes: number, space: SpillSpace) {
    this.limitBytes = limitBytes;
    this.#space = space;
  }

  /** What is spilled goes here; shared by the operators. */
  get file(): SpillFile {
    this.#file ??= new SpillFile(this.#space, this.limitBytes);
    return this.#file;
  }

  get spilledBytes(): number {
    return this.#file?.writtenBytes ?? 0;
  }

  /** Nothing of it will be read any more. */
  close(): void {
    this.#file?.close();
    this.#giveBack(this.#lentBytes);
  }

  get heldBytes(): number {
    return this.#pinnedBytes + this.spillableBytes;
  }

  /** Whether anybody could be over its part. */
  get isTight(): boolean {
    return this.#pinnedBytes + this.spillableBytes > this.limitBytes / (this.spillers + 1);
  }

  /**
   * The part of an operator that holds `own`. Alone it may have all. Among several it may have half
   * of what the others leave, and an even part in any case: so what is held stays below twice the
   * limit, whoever comes first.
   */
  allowedFor(own: number): number {
    const others = this.spillableBytes - own;
    const free = this.limitBytes - this.#pinnedBytes;
    const least = this.limitBytes / LEAST_PART;
    if (this.spillers <= 1) return Math.max(least, free - others);
    return Math.max(least, free / (this.spillers + 1), (free - others) / 2);
  }

  take(bytes: number): void {
    this.#pinnedBytes += bytes;
    if (this.#pinnedBytes <= this.limitBytes) return;
    const refusal = this.#space.refusal();
    if (refusal !== undefined) throw refusal;
    throw new SqlError("53200", "out of memory", {
      detail: `The query holds more than ${Math.floor(this.limitBytes / 1024)} kB.`,
    });
  }

  give(bytes: number): void {
    this.#pinnedBytes -= bytes;
  }

  /** A value that cannot be spilled grows. */
  gather(bytes: number): void {
    if (this.#space.isRefused) return this.take(bytes);
    this.#gatheredBytes += bytes;
    const missing = this.#gatheredBytes - this.limitBytes - this.#lentBytes;
    if (missing <= 0) return;
    const loan = Math.max(missing, LOAN_BYTES);
    if (!this.#space.gathering.lend(loan)) throw this.#gathersTooMuch();
    this.#lentBytes += loan;
  }

  giveGathered(bytes: number): void {
    if (this.#space.isRefused) return this.give(bytes);
    this.#gatheredBytes -= bytes;
    const needed = Math.max(0, this.#gatheredBytes - this.limitBytes);
    const spare = this.#lentBytes - needed;
    if (needed === 0 || spare > 2 * LOAN_BYTES) this.#giveBack(spare);
  }

  #giveBack(bytes: number): void {
    if (bytes <= 0) return;
    this.#lentBytes -= bytes;
    this.#space.gathering.giveBack(bytes);
  }

  #gathersTooMuch(): SqlError {
    const { limitBytes } = this.#space.gathering;
    const shared = Math.floor(limitBytes / 1024);
    return new SqlError("53200", "out of memory", {
      detail: `The query gathers more than ${Math.floor(this.limitBytes / 1024)} kB in values of aggregates, and of the ${shared} kB that all queries share for that too little is left.`,
    });
  }
}
