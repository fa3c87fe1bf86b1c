/**
 * Memory for messages that have arrived in part, over all connections of a server. Each connection
 * may keep a little for nothing; what it keeps beyond counts, and whoever passes the bound is ended.
 */
import { SqlError } from "@firstlight/common";

/** What a connection may keep without being counted. */
export const FREE_BYTES: number = 64 * 1024;

export class InputBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Throws 53200 when there is no room. */
  take(bytes: number): void {
    if (this.#used + bytes > this.#limit) {
      throw new SqlError("53200", "out of memory", {
        detail: `Messages that are being received may take ${String(this.#limit)} bytes on this server.`,
        severity: "FATAL",
      });
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
