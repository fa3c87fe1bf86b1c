/**
 * The rows of a cursor that can scroll or that outlives its transaction: read in full when it is
 * declared, at its snapshot, within the session's memory limit.
 */
import { SqlError, isPromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { Execution } from "../execute/executable.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";

const BATCH_ROWS = 1000;
const VALUE_BYTES = 24;

function bytesOf(value: Datum): number {
  if (typeof value === "string") return VALUE_BYTES + value.length * 2;
  return value instanceof Uint8Array ? VALUE_BYTES + value.length : VALUE_BYTES;
}

function rowBytes(row: Row): number {
  let bytes = VALUE_BYTES;
  for (const value of row) bytes += bytesOf(value);
  return bytes;
}

/** Reads everything that `execution` has left. */
export function* allRows(session: Session, execution: Execution): Task<readonly Row[]> {
  const all: Row[] = [];
  let bytes = 0;
  for (;;) {
    const pulled = execution.next(BATCH_ROWS);
    const rows = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
    if (rows === undefined) return all;
    for (const row of rows) {
      bytes += rowBytes(row);
      all.push(row);
    }
    if (bytes > session.memoryLimitBytes) {
      throw new SqlError("53200", "cursor needs more memory than firstlight.query_memory allows");
    }
    session.interrupts.check();
  }
}

export type CursorMove =
  | { readonly kind: "forward" | "backward"; readonly count: number }
  | { readonly kind: "absolute" | "relative"; readonly count: number };

/** A position in rows: 0 is before the first, `rows.length + 1` behind the last. */
export class CursorRows implements Execution {
  readonly #rows: readonly Row[];
  #position = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  /** The row that the position is on. */
  get current(): Row | undefined {
    return this.#rows[this.#position - 1];
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  next(maxRows: number): readonly Row[] | undefined {
    const rows = this.#forward(maxRows);
    return rows.length === 0 ? undefined : rows;
  }

  close(): void {}

  /** PostgreSQL's DoPortalRunFetch. */
  move({ kind, count }: CursorMove): readonly Row[] {
    switch (kind) {
      case "forward":
        if (count < 0) return this.#backward(-count);
        return count === 0 ? this.#current() : this.#forward(count);
      case "backward":
        if (count < 0) return this.#forward(-count);
        return count === 0 ? this.#current() : this.#backward(count);
      case "absolute":
        return this.#seek(count < 0 ? this.#rows.length + 1 + count : count);
      case "relative":
        return this.#seek(this.#position + count);
    }
  }

  #current(): readonly Row[] {
    const row = this.#rows[this.#position - 1];
    return row === undefined ? [] : [row];
  }

  #seek(position: number): readonly Row[] {
    this.#position = Math.max(0, Math.min(position, this.#rows.length + 1));
    return this.#current();
  }

  #forward(count: number): readonly Row[] {
    const from = Math.min(this.#position, this.#rows.length);
    const rows = this.#rows.slice(from, from + count);
    // Reading past the end leaves the position behind the last row.
    this.#position = rows.length < count ? this.#rows.length + 1 : from + rows.length;
    return rows;
  }

  #backward(count: number): readonly Row[] {
    const end = Math.min(this.#position - 1, this.#rows.length);
    const from = Math.max(0, end - count);
    const rows = this.#rows.slice(from, Math.max(end, 0)).toReversed();
    this.#position = rows.length < count ? 0 : from + 1;
    return rows;
  }
}
