/**
 * A nested loop whose right side is on disk: it is read once for each batch of left rows instead of
 * once for each row.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { JoinType } from "../../plan/plan-node.ts";
import type { Operator, Pace } from "../operator.ts";
import { BATCH_ROWS } from "../operator.ts";
import type { RowStore } from "../row-store.ts";

/** Pairs tried before what matched is handed on. */
const PAIRS_PER_STEP = 8_192;

export interface BlockLoopParts {
  readonly type: JoinType;
  readonly left: Operator;
  readonly right: RowStore;
  readonly matches: (joined: Row) => boolean;
  readonly emit: (row: Row) => void;
  readonly noLeft: Row;
  readonly noRight: Row;
  readonly pace: Pace;
}

export class BlockLoop {
  readonly #parts: BlockLoopParts;
  readonly #onlyExists: boolean;
  /** A bit for each right row, where unmatched ones are shown. */
  readonly #rightMatched: Uint8Array | undefined;
  #batch: readonly Row[] | undefined;
  #matched: Uint8Array = new Uint8Array(0);
  /** The right rows that are here, and where they start. */
  #chunk: readonly Row[] = [];
  #chunkStart = 0;
  #leftAt = 0;
  #rightAt = 0;
  /** The left side is through: unmatched right rows come from this position on. */
  #unmatchedFrom: number | undefined;

  constructor(parts: BlockLoopParts) {
    this.#parts = parts;
    const { type, right } = parts;
    this.#onlyExists = type === "semi" || type === "anti";
    const keepsRight = type === "right" || type === "full";
    this.#rightMatched = keepsRight ? new Uint8Array((right.length >> 3) + 1) : undefined;
  }

  /** Emits some rows; false when there will be no more. */
  produce(): MaybePromise<boolean> {
    if (this.#unmatchedFrom !== undefined) return this.#emitUnmatched(this.#unmatchedFrom);
    if (this.#batch === undefined) {
      const batch = this.#parts.left.next(BATCH_ROWS);
      return isPromise(batch)
        ? batch.then((rows) => this.#startBatch(rows))
        : this.#startBatch(batch);
    }
    if (this.#rightAt >= this.#chunk.length) return this.#nextChunk(this.#batch);
    this.#join(this.#batch);
    return true;
  }

  #startBatch(rows: readonly Row[] | undefined): boolean {
    if (rows === undefined) {
      this.#unmatchedFrom = 0;
      return this.#rightMatched !== undefined;
    }
    this.#batch = rows;
    this.#matched = new Uint8Array(rows.length);
    this.#chunk = [];
    this.#chunkStart = 0;
    this.#rightAt = 0;
    return true;
  }

  #nextChunk(batch: readonly Row[]): MaybePromise<boolean> {
    this.#chunkStart += this.#chunk.length;
    this.#rightAt = 0;
    this.#leftAt = 0;
    const take = (rows: readonly Row[]): boolean => {
      this.#chunk = rows;
      if (rows.length === 0) this.#endBatch(batch);
      return true;
    };
    const rows = this.#parts.right.read(this.#chunkStart, BATCH_ROWS);
    return isPromise(rows) ? rows.then(take) : take(rows);
  }

  #join(batch: readonly Row[]): void {
    const { matches, emit, pace } = this.#parts;
    for (let pairs = 0; pairs < PAIRS_PER_STEP && !pace.isOver(); pairs++) {
      const right = this.#chunk[this.#rightAt];
      if (right === undefined) return;
      const at = this.#leftAt++;
      const left = batch[at];
      if (left === undefined) {
        this.#leftAt = 0;
        this.#rightAt++;
        continue;
      }
      if (this.#onlyExists && this.#matched[at] === 1) continue;
      const joined = left.concat(right);
      if (!matches(joined)) continue;
      this.#matched[at] = 1;
      this.#noteRight(this.#chunkStart + this.#rightAt);
      if (!this.#onlyExists) emit(joined);
    }
  }

  #noteRight(number: number): void {
    const bits = this.#rightMatched;
    if (bits !== undefined) bits[number >> 3] = (bits[number >> 3] ?? 0) | (1 << (number & 7));
  }

  #endBatch(batch: readonly Row[]): void {
    const { type, emit, noRight } = this.#parts;
    this.#batch = undefined;
    batch.forEach((left, at) => {
      const matched = this.#matched[at] === 1;
      if (type === (matched ? "semi" : "anti")) emit(left);
      else if (!matched && (type === "left" || type === "full")) emit(left.concat(noRight));
    });
  }

  #emitUnmatched(from: number): MaybePromise<boolean> {
    const { right, noLeft, emit } = this.#parts;
    const take = (rows: readonly Row[]): boolean => {
      rows.forEach((row, at) => {
        const number = from + at;
        const byte = this.#rightMatched?.[number >> 3] ?? 0;
        if ((byte & (1 << (number & 7))) === 0) emit(noLeft.concat(row));
      });
      this.#unmatchedFrom = from + rows.length;
      return rows.length > 0;
    };
    const rows = right.read(from, BATCH_ROWS);
    return isPromise(rows) ? rows.then(take) : take(rows);
  }
}
