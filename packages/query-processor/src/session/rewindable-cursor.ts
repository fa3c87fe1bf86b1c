/**
 * A cursor that was declared neither SCROLL nor NO SCROLL: it reads on as it is asked, and keeps the
 * rows that it has handed out so that it can go back, up to a bound. Past that it only goes forward.
 */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { Execution } from "../execute/executable.ts";
import type { CursorMove } from "./cursor-rows.ts";

const KEPT_ROWS_MAX = 10_000;
const BATCH_ROWS = 1_000;

export function forwardOnly(): SqlError {
  return new SqlError("55000", "cursor can only scan forward", {
    hint: "Declare it with SCROLL option to enable backward scan.",
  });
}

export class RewindableCursor implements Execution {
  readonly #source: Execution;
  /** Undefined when there were too many. */
  #kept: Row[] | undefined = [];
  #ended = false;
  /** 0 is before the first row, `kept + 1` behind the last. */
  #position = 0;

  constructor(source: Execution) {
    this.#source = source;
  }

  get rowCount(): number {
    return this.#source.rowCount;
  }

  close(): void {
    this.#source.close();
  }

  /** Whether what it handed out is still kept. */
  get goesBack(): boolean {
    return this.#kept !== undefined;
  }

  /** The row that the position is on. */
  get current(): Row | undefined {
    return this.#kept?.[this.#position - 1];
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const kept = this.#kept;
    if (kept === undefined) return this.#source.next(maxRows);
    if (this.#position < kept.length) return this.#forward(kept, maxRows);
    if (this.#ended) {
      this.#position = kept.length + 1;
      return undefined;
    }
    const rows = this.#source.next(maxRows);
    return isPromise(rows) ? rows.then((late) => this.#took(late)) : this.#took(rows);
  }

  #forward(kept: readonly Row[], maxRows: number): readonly Row[] {
    const rows = kept.slice(this.#position, this.#position + maxRows);
    this.#position += rows.length;
    return rows;
  }

  #took(rows: readonly Row[] | undefined): readonly Row[] | undefined {
    if (rows === undefined) {
      this.#ended = true;
      this.#position = (this.#kept?.length ?? 0) + 1;
      return undefined;
    }
    this.#keep(rows);
    this.#position += rows.length;
    return rows;
  }

  #keep(rows: readonly Row[]): void {
    if (this.#kept === undefined) return;
    for (const row of rows) this.#kept.push(row);
    if (this.#kept.length > KEPT_ROWS_MAX) this.#kept = undefined;
  }

  /** Reads on until the rows that the move is about are kept; true when there may be more to read. */
  readAhead(move: CursorMove): MaybePromise<boolean> {
    const kept = this.#kept;
    if (kept === undefined) throw forwardOnly();
    if (this.#ended || kept.length >= this.#wanted(move)) return false;
    const rows = this.#source.next(BATCH_ROWS);
    const took = (each: readonly Row[] | undefined): boolean => {
      if (each === undefined) this.#ended = true;
      else this.#keep(each);
      return true;
    };
    return isPromise(rows) ? rows.then(took) : took(rows);
  }

  #wanted({ kind, count }: CursorMove): number {
    if (kind === "absolute") return count < 0 ? Infinity : count;
    if (kind === "relative") return this.#position + count;
    const forward = kind === "forward" ? count : -count;
    return forward > 0 ? this.#position + forward : 0;
  }

  /** PostgreSQL's DoPortalRunFetch, over what is kept: moves, and gives the rows that were passed. */
  move({ kind, count }: CursorMove): readonly Row[] {
    const kept = this.#kept ?? [];
    switch (kind) {
      case "absolute":
        return this.#seek(kept, count < 0 ? kept.length + 1 + count : count);
      case "relative":
        return this.#seek(kept, this.#position + count);
      case "forward":
      case "backward":
        return this.#pass(kept, kind === "forward" ? count : -count);
    }
  }

  #seek(kept: readonly Row[], position: number): readonly Row[] {
    this.#position = Math.max(0, Math.min(position, kept.length + 1));
    const row = kept[this.#position - 1];
    return row === undefined ? [] : [row];
  }

  #pass(kept: readonly Row[], count: number): readonly Row[] {
    if (count === 0) return this.#seek(kept, this.#position);
    if (count > 0) {
      const rows = kept.slice(this.#position, this.#position + count);
      this.#position = rows.length < count ? kept.length + 1 : this.#position + count;
      return rows;
    }
    const end = Math.max(0, Math.min(this.#position - 1, kept.length));
    const from = Math.max(0, end + count);
    this.#position = end + count < 0 ? 0 : from + 1;
    return kept.slice(from, end).toReversed();
  }
}
