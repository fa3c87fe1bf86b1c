/**
 * One sorted partition of a window, past memory on disk. Whoever needs a row that is not in memory
 * is thrown RowNeeded; the generator that caught it yields the row's position, and tries again once
 * it is there.
 */
import type { MaybePromise } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { MemoryAccount } from "../memory-account.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";
import { RowStore } from "../row-store.ts";
import type { Partition } from "./window-frame.ts";
import { ROWS_PER_STEP } from "./window-frame.ts";

class RowNeeded extends Error {
  position = 0;
}

/** Thrown over and over: traces would cost more than the rows. */
const NEEDED = new RowNeeded("a row has to be read");

/** The position of the row that is needed; other errors go on. */
export function neededRow(error: unknown): number {
  if (error === NEEDED) return NEEDED.position;
  throw error;
}

/** What a step asks for: a row to be there, or a chance to be interrupted. */
export type Step = number | undefined;

export class WindowPartition {
  readonly #store: RowStore;
  readonly #memory: MemoryShare;

  constructor(memory: MemoryAccount) {
    this.#store = new RowStore(memory);
    this.#memory = new MemoryShare(memory);
  }

  get length(): number {
    return this.#store.length;
  }

  add(rows: readonly Row[]): MaybePromise<void> {
    this.#store.add(rows);
    return this.#store.relieved();
  }

  /** Brings the row at `position` and its neighbours. */
  load(position: number): MaybePromise<unknown> {
    return this.#store.read(position, 1);
  }

  readonly rowAt = (at: number): Row | undefined => {
    if (at < 0 || at >= this.#store.length) return undefined;
    const row = this.#store.peek(at);
    if (row !== undefined) return row;
    NEEDED.position = at;
    throw NEEDED;
  };

  /** All rows are there: finds the peers. */
  *prepare(
    order: RowOrder,
    keepKeys: boolean,
    context: EvaluationContext,
  ): Generator<Step, Partition> {
    const { length, rowAt } = this;
    const group = new Int32Array(length);
    const groupStart: number[] = [];
    const keys: Datum[] = [];
    this.#memory.take(length * 4);
    let previous: KeyValues | undefined;
    let at = 0;
    while (at < length) {
      try {
        for (const end = Math.min(length, at + ROWS_PER_STEP); at < end; at++) {
          const here = order.keysOf(rowAt(at) ?? [], context);
          if (previous === undefined || order.compare(previous, here) !== 0) groupStart.push(at);
          group[at] = groupStart.length - 1;
          previous = here;
          if (keepKeys) keys.push(here[0] ?? null);
        }
      } catch (error) {
        yield neededRow(error);
      }
      yield undefined;
    }
    groupStart.push(length);
    this.#memory.take(groupStart.length * 8 + (keepKeys ? rowBytes(keys) : 0));
    return { length, rowAt, keys, group, groupStart };
  }

  free(): void {
    this.#store.free();
    this.#memory.release();
  }
}
