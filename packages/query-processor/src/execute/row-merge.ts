/**
 * Merges sorted sequences of rows by a loser tree: one comparison per level for each row. The order
 * is stable: of equal rows the one of the earlier sequence comes first.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { SpillableShare } from "./memory-account.ts";
import type { PackedRows, PackedRun } from "./packed-rows.ts";
import type { TapeReader } from "../spill/tape.ts";

export type CompareRows = (a: Row, b: Row) => number;

/** A sorted sequence: `head` is its next row, undefined at its end. */
export interface SortedSource {
  head: Row | undefined;
  /** Moves to the next row; a promise when that has to be read first. */
  advance(): Promise<void> | undefined;
}

/** Gives up what it has passed. */
export class PackedSource implements SortedSource {
  readonly #run: PackedRun;
  readonly #share: SpillableShare;
  #number = 0;
  #at = 0;
  #rows: PackedRows | undefined;
  head: Row | undefined;

  constructor(run: PackedRun, share: SpillableShare) {
    this.#run = run;
    this.#share = share;
    this.#rows = run[0]?.rows;
  }

  advance(): undefined {
    if (this.#at === this.#rows?.length) this.#nextBlock();
    this.head = this.#rows?.row(this.#at++);
    return undefined;
  }

  #nextBlock(): void {
    this.#share.give(this.#run[this.#number]?.bytes ?? 0);
    this.#run[this.#number] = undefined;
    this.#rows = this.#run[++this.#number]?.rows;
    this.#at = 0;
  }
}

export class TapeSource implements SortedSource {
  readonly #reader: TapeReader;
  head: Row | undefined;

  constructor(reader: TapeReader) {
    this.#reader = reader;
  }

  advance(): Promise<void> | undefined {
    this.head = this.#reader.next();
    if (this.head !== undefined) return undefined;
    const loaded = this.#reader.load();
    if (isPromise(loaded)) return loaded.then(() => this.#first());
    this.#first();
    return undefined;
  }

  #first(): void {
    this.head = this.#reader.next();
  }
}

export class RowMerge {
  readonly #sources: readonly SortedSource[];
  readonly #compare: CompareRows;
  /** The winner at 0, the loser of each match behind it. */
  readonly #tree: Int32Array;

  private constructor(sources: readonly SortedSource[], compare: CompareRows) {
    this.#sources = sources;
    this.#compare = compare;
    this.#tree = new Int32Array(Math.max(1, sources.length)).fill(sources.length);
  }

  static over(sources: readonly SortedSource[], compare: CompareRows): MaybePromise<RowMerge> {
    const merge = new RowMerge(sources, compare);
    const waits = sources.map((source) => source.advance()).filter((wait) => wait !== undefined);
    if (waits.length > 0) return Promise.all(waits).then(() => merge.#build());
    return merge.#build();
  }

  #build(): this {
    for (let at = this.#sources.length - 1; at >= 0; at--) this.#replay(at);
    return this;
  }

  /** Plays the matches of a source whose head changed, from its leaf to the root. */
  #replay(from: number): void {
    const tree = this.#tree;
    const count = this.#sources.length;
    let winner = from;
    for (let match = (from + count) >> 1; match > 0; match >>= 1) {
      const other = tree[match] as number;
      // Nobody was here yet while the tree is built: whoever comes waits for its opponent.
      if (other === count || this.#isBefore(other, winner)) {
        tree[match] = winner;
        winner = other;
      }
      if (winner === count) return;
    }
    tree[0] = winner;
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#sources[a]?.head;
    if (left === undefined) return false;
    const right = this.#sources[b]?.head;
    if (right === undefined) return true;
    const order = this.#compare(left, right);
    return order === 0 ? a < b : order < 0;
  }

  /** Up to `count` rows into `out`; false at the end. */
  take(count: number, out: Row[]): MaybePromise<boolean> {
    for (let left = count; left > 0; left--) {
      const winner = this.#tree[0] as number;
      const source = this.#sources[winner];
      if (source?.head === undefined) return false;
      out.push(source.head);
      const wait = source.advance();
      if (wait !== undefined) return this.#takeOn(wait, winner, left - 1, out);
      this.#replay(winner);
    }
    return true;
  }

  async #takeOn(wait: Promise<void>, winner: number, count: number, out: Row[]): Promise<boolean> {
    await wait;
    this.#replay(winner);
    return count === 0 || this.take(count, out);
  }
}
