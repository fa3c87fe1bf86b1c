/**
 * Rows kept to be read again, from any position and any number of times: the first ones in memory,
 * those that it cannot hold on a tape.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import { SpillReader } from "@firstlight/sql";
import type { Chunk } from "../spill/spill-file.ts";
import { Tape } from "../spill/tape.ts";
import type { MemoryAccount } from "./memory-account.ts";
import { SpillableShare, rowBytes } from "./memory-account.ts";

/** Chunks whose rows are kept decoded: as many readers do not disturb each other. */
const DECODED_MAX = 4;
const NO_ROWS: readonly Row[] = [];

export class RowStore {
  readonly #memory: MemoryAccount;
  readonly #share: SpillableShare;
  #rows: Row[] = [];
  #tape: Tape | undefined;
  /** Position of the first row of each chunk. */
  #starts: number[] = [];
  /** The least recently read first. */
  readonly #decoded = new Map<number, readonly Row[]>();

  constructor(memory: MemoryAccount) {
    this.#memory = memory;
    this.#share = new SpillableShare(memory);
  }

  get length(): number {
    return this.#rows.length + (this.#tape?.rows ?? 0);
  }

  /** All rows, while they are in memory. */
  get inMemory(): readonly Row[] | undefined {
    return this.#tape === undefined ? this.#rows : undefined;
  }

  get diskBytes(): number {
    return this.#tape?.bytes ?? 0;
  }

  get peakBytes(): number {
    return this.#share.peakBytes;
  }

  /** Whoever adds waits for `relieved` once per batch. */
  add(rows: readonly Row[]): void {
    for (const row of rows) {
      if (this.#tape !== undefined) {
        this.#tape.append(row);
        continue;
      }
      this.#share.take(rowBytes(row));
      this.#rows.push(row);
    }
    if (this.#tape === undefined && this.#share.isOver) this.#tape = new Tape(this.#memory.file);
  }

  relieved(): MaybePromise<void> {
    return this.#tape === undefined ? undefined : this.#memory.file.relieved();
  }

  /** Some of the `count` rows from `from` on; none only at the end. */
  read(from: number, count: number): MaybePromise<readonly Row[]> {
    const inMemory = this.#rows.length;
    if (from < inMemory) {
      return from === 0 && count >= inMemory ? this.#rows : this.#rows.slice(from, from + count);
    }
    const tape = this.#tape;
    if (tape === undefined || from >= this.length) return NO_ROWS;
    tape.flush();
    const number = this.#chunkAt(tape, from - inMemory);
    const offset = from - inMemory - (this.#starts[number] ?? 0);
    const slice = (rows: readonly Row[]): readonly Row[] =>
      offset === 0 && count >= rows.length ? rows : rows.slice(offset, offset + count);
    const rows = this.#chunkRows(tape, number);
    return isPromise(rows) ? rows.then(slice) : slice(rows);
  }

  /** The row at a position of this store, if it is in memory. */
  peek(at: number): Row | undefined {
    const inMemory = this.#rows.length;
    if (at < inMemory) return this.#rows[at];
    if (this.#tape === undefined) return undefined;
    const number = this.#chunkAt(this.#tape, at - inMemory);
    return this.#decoded.get(number)?.[at - inMemory - (this.#starts[number] ?? 0)];
  }

  #chunkAt({ chunks }: Tape, position: number): number {
    const starts = this.#starts;
    for (let at = starts.length; at < chunks.length; at++) {
      starts.push(at === 0 ? 0 : (starts[at - 1] ?? 0) + (chunks[at - 1]?.rows ?? 0));
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #chunkRows(tape: Tape, number: number): MaybePromise<readonly Row[]> {
    const known = this.#decoded.get(number);
    if (known !== undefined) {
      this.#decoded.delete(number);
      this.#decoded.set(number, known);
      return known;
    }
    const bytes = this.#memory.file.read(tape.chunks[number] as Chunk);
    return isPromise(bytes)
      ? bytes.then((each) => this.#decode(number, each))
      : this.#decode(number, bytes);
  }

  #decode(number: number, bytes: Buffer): readonly Row[] {
    const reader = new SpillReader(bytes);
    const rows: Row[] = [];
    while (!reader.atEnd) rows.push(reader.row());
    this.#decoded.set(number, rows);
    if (this.#decoded.size > DECODED_MAX) {
      const [oldest] = this.#decoded.keys();
      if (oldest !== undefined) this.#decoded.delete(oldest);
    }
    return rows;
  }

  free(): void {
    this.#rows = [];
    this.#starts = [];
    this.#decoded.clear();
    this.#tape?.free();
    this.#tape = undefined;
    this.#share.release();
  }
}
