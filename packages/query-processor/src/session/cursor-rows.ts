/**
 * The rows of a cursor that can scroll or that outlives its transaction: read in full when it is
 * declared, at its snapshot, and kept within the session's memory for a query or past it on disk.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Execution } from "../execute/executable.ts";
import { MemoryAccount } from "../execute/memory-account.ts";
import { RowStore } from "../execute/row-store.ts";
import type { Session } from "./session.ts";
import type { Task } from "./task.ts";

const BATCH_ROWS = 1000;

/** Reads everything that `execution` has left. */
export function* allRows(session: Session, execution: Execution): Task<CursorRows> {
  const rows = new CursorRows(new MemoryAccount(session.memoryLimitBytes, session.spillSpace));
  try {
    for (;;) {
      const pulled = execution.next(BATCH_ROWS);
      const batch = isPromise(pulled) ? yield* session.wait(pulled) : pulled;
      if (batch === undefined) return rows;
      const added = rows.add(batch);
      if (isPromise(added)) yield* session.wait(added);
      session.interrupts.check();
    }
  } catch (error) {
    rows.close();
    throw error;
  }
}

export type CursorMove =
  | { readonly kind: "forward" | "backward"; readonly count: number }
  | { readonly kind: "absolute" | "relative"; readonly count: number };

/** Rows [from, to), from the last one to the first if reversed. */
interface CursorRange {
  readonly from: number;
  readonly to: number;
  readonly isReversed: boolean;
}

/** A position in rows: 0 is before the first, `length + 1` behind the last. */
export class CursorRows implements Execution {
  readonly #memory: MemoryAccount;
  readonly #store: RowStore;
  #position = 0;

  constructor(memory: MemoryAccount) {
    this.#memory = memory;
    this.#store = new RowStore(memory);
  }

  add(rows: readonly Row[]): MaybePromise<void> {
    this.#store.add(rows);
    return this.#store.relieved();
  }

  /** The row that the position is on. */
  current(): MaybePromise<Row | undefined> {
    if (this.#position === 0 || this.#position > this.#store.length) return undefined;
    const rows = this.#store.read(this.#position - 1, 1);
    return isPromise(rows) ? rows.then(([row]) => row) : rows[0];
  }

  get rowCount(): number {
    return this.#store.length;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const { from, to } = this.#forward(maxRows);
    const rows = this.#read(from, to);
    const orEnd = (each: readonly Row[]): readonly Row[] | undefined =>
      each.length === 0 ? undefined : each;
    return isPromise(rows) ? rows.then(orEnd) : orEnd(rows);
  }

  close(): void {
    this.#store.free();
    this.#memory.close();
  }

  /** PostgreSQL's DoPortalRunFetch: moves, and gives the rows that were passed. */
  move({ kind, count }: CursorMove): Execution & { readonly rowCount: number } {
    return new CursorRangeRows(this.#range(kind, count), (from, to) => this.#read(from, to));
  }

  #range(kind: CursorMove["kind"], count: number): CursorRange {
    switch (kind) {
      case "forward":
        if (count < 0) return this.#backward(-count);
        return count === 0 ? this.#here() : this.#forward(count);
      case "backward":
        if (count < 0) return this.#forward(-count);
        return count === 0 ? this.#here() : this.#backward(count);
      case "absolute":
        return this.#seek(count < 0 ? this.#store.length + 1 + count : count);
      case "relative":
        return this.#seek(this.#position + count);
    }
  }

  #here(): CursorRange {
    const to = this.#position > this.#store.length ? 0 : this.#position;
    return { from: Math.max(0, to - 1), to, isReversed: false };
  }

  #seek(position: number): CursorRange {
    this.#position = Math.max(0, Math.min(position, this.#store.length + 1));
    return this.#here();
  }

  #forward(count: number): CursorRange {
    const { length } = this.#store;
    const from = Math.min(this.#position, length);
    const to = Math.min(length, from + count);
    // Reading past the end leaves the position behind the last row.
    this.#position = to - from < count ? length + 1 : to;
    return { from, to, isReversed: false };
  }

  #backward(count: number): CursorRange {
    const to = Math.max(0, Math.min(this.#position - 1, this.#store.length));
    const from = Math.max(0, to - count);
    this.#position = to - from < count ? 0 : from + 1;
    return { from, to, isReversed: true };
  }

  #read(from: number, to: number): MaybePromise<readonly Row[]> {
    if (from >= to) return [];
    const rows = this.#store.read(from, to - from);
    if (!isPromise(rows) && rows.length === to - from) return rows;
    return this.#readAll(rows, from, to);
  }

  /** What is asked for may lie in several pieces. */
  async #readAll(
    first: MaybePromise<readonly Row[]>,
    from: number,
    to: number,
  ): Promise<readonly Row[]> {
    const all: Row[] = [...(await first)];
    while (from + all.length < to) {
      const at = from + all.length;
      all.push(...(await this.#store.read(at, to - at)));
    }
    return all;
  }
}

/** Hands out a range of a cursor's rows. */
class CursorRangeRows implements Execution {
  readonly #isReversed: boolean;
  readonly #read: (from: number, to: number) => MaybePromise<readonly Row[]>;
  readonly rowCount: number;
  #from: number;
  #to: number;

  constructor(
    { from, to, isReversed }: CursorRange,
    read: (from: number, to: number) => MaybePromise<readonly Row[]>,
  ) {
    this.#from = from;
    this.#to = to;
    this.#isReversed = isReversed;
    this.#read = read;
    this.rowCount = Math.max(0, to - from);
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const count = Math.min(maxRows, this.#to - this.#from);
    if (count <= 0) return undefined;
    if (!this.#isReversed) {
      this.#from += count;
      return this.#read(this.#from - count, this.#from);
    }
    this.#to -= count;
    const rows = this.#read(this.#to, this.#to + count);
    return isPromise(rows) ? rows.then((each) => each.toReversed()) : rows.toReversed();
  }

  close(): void {
    this.#from = this.#to;
  }
}
