/**
 * Memory for what the open transactions of one server have written, over all of them: loads that are
 * too many or too large together end with an error, and not with the process.
 */
import { SqlError } from "@firstlight/common";

export interface WriteMemory {
  /** Keys and values, and where they stand. */
  readonly bytes: number;
  /** That of it which is in V8's heap: what was not packed. */
  readonly heapBytes: number;
}

export const NO_WRITE_MEMORY: WriteMemory = { bytes: 0, heapBytes: 0 };

export class WriteBudget {
  readonly #max: WriteMemory;
  #used = NO_WRITE_MEMORY;

  constructor(max: WriteMemory) {
    this.#max = max;
  }

  get used(): WriteMemory {
    return this.#used;
  }

  /** A transaction has `now` instead of `before`; 53200, and nothing taken, if that is too much. */
  exchange(before: WriteMemory, now: WriteMemory): void {
    const bytes = this.#used.bytes - before.bytes + now.bytes;
    const heapBytes = this.#used.heapBytes - before.heapBytes + now.heapBytes;
    if (bytes > this.#max.bytes && now.bytes > before.bytes)
      throw refusal(now.bytes, this.#max.bytes);
    if (heapBytes > this.#max.heapBytes && now.heapBytes > before.heapBytes) {
      throw refusal(now.heapBytes, this.#max.heapBytes);
    }
    this.#used = { bytes, heapBytes };
  }
}

function refusal(own: number, max: number): SqlError {
  return new SqlError("53200", "out of memory", {
    detail: `What this transaction has written takes ${own} bytes; all open transactions of this server may take ${max}.`,
    hint: "Commit in smaller batches, or fewer of them at the same time.",
  });
}
