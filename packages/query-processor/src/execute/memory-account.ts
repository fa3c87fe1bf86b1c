/**
 * What the operators of one statement hold in memory, by estimate, against one limit. A statement
 * that passes it is refused with 53200; it never takes the process down.
 */
import { SqlError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";

const ROW_OVERHEAD_BYTES = 48;
const VALUE_BYTES = 16;

export function rowBytes(row: Row): number {
  let bytes = ROW_OVERHEAD_BYTES;
  for (const value of row) {
    if (typeof value === "string") bytes += VALUE_BYTES + value.length;
    else if (value instanceof Uint8Array) bytes += VALUE_BYTES * 4 + value.length;
    else if (typeof value === "object" && value !== null) bytes += VALUE_BYTES * 6;
    else bytes += VALUE_BYTES;
  }
  return bytes;
}

/** Whoever is told of what is held. */
export interface MemoryHolder {
  take(bytes: number): void;
}

/** What one operator holds, given back as a whole when it closes. */
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

  takeRows(rows: readonly Row[]): void {
    let bytes = 0;
    for (const row of rows) bytes += rowBytes(row);
    this.take(bytes);
  }

  release(): void {
    this.#account.give(this.#heldBytes);
    this.#heldBytes = 0;
  }
}

export class MemoryAccount implements MemoryHolder {
  readonly #limitBytes: number;
  #heldBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  take(bytes: number): void {
    this.#heldBytes += bytes;
    if (this.#heldBytes <= this.#limitBytes) return;
    throw new SqlError("53200", "out of memory", {
      detail: `The query holds more than ${Math.floor(this.#limitBytes / 1024)} kB.`,
    });
  }

  takeRows(rows: readonly Row[]): number {
    let bytes = 0;
    for (const row of rows) bytes += rowBytes(row);
    this.take(bytes);
    return bytes;
  }

  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
