/**
 * Memory for single values that queries of one server gather past their own limit: what array_agg
 * and its like hold cannot be spilled. Past it they are refused with 53200, so that the process lives.
 */
export class GatheringBudget {
  readonly limitBytes: number;
  #lentBytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get lentBytes(): number {
    return this.#lentBytes;
  }

  /** False when there is no room. */
  lend(bytes: number): boolean {
    if (this.#lentBytes + bytes > this.limitBytes) return false;
    this.#lentBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#lentBytes -= bytes;
  }
}

/** A quarter of the heap that V8 gives itself on most machines. */
export const GATHERING_BYTES: number = 2 ** 30;
