/** Takes the visible rows of a page and makes its batch. */
import type { RowBatch } from "@firstlight/common";

export interface RowSink {
  /** Whether the value became a row of the batch (its key is then wanted too). */
  add(value: Uint8Array): boolean;
  /** Rows in the batch so far; 0 for aggregates. */
  readonly rows: number;
  /** About how large the batch is. */
  readonly bytes: number;
  /** No further row can change the result. */
  readonly isComplete: boolean;
  finish(): RowBatch;
}

/** Without a program: values as they are stored. */
export class RawRows implements RowSink {
  readonly #values: Uint8Array[] = [];
  bytes = 0;
  readonly isComplete = false;

  get rows(): number {
    return this.#values.length;
  }

  add(value: Uint8Array): boolean {
    this.#values.push(value);
    this.bytes += value.length;
    return true;
  }

  finish(): RowBatch {
    return { kind: "raw", values: this.#values };
  }
}
