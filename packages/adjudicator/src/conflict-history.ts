/**
 * The conflicts that transactions have lost here: the latest ones, and the keys that they were lost
 * on most often. In memory, for the epoch; touched only by who is refused.
 */
import type { Conflict, ConflictReport, LostConflict, Timestamp } from "@firstlight/common";
import type { AdjudicatorSettings } from "./adjudicator-settings.ts";
import { HotKeys } from "./hot-keys.ts";

type Bounds = Pick<AdjudicatorSettings, "lostConflictsMax" | "hotKeysMax">;

export class ConflictHistory {
  readonly #max: number;
  readonly #hottest: HotKeys;
  /** A ring once it is full; #next is then the oldest one. */
  readonly #recent: LostConflict[] = [];
  #next = 0;

  constructor({ lostConflictsMax, hotKeysMax }: Bounds) {
    this.#max = lostConflictsMax;
    this.#hottest = new HotKeys(hotKeysMax);
  }

  add(conflict: Conflict, at: Timestamp): void {
    this.#recent[this.#next] = { ...conflict, at };
    this.#next = (this.#next + 1) % this.#max;
    this.#hottest.add(conflict.key, at);
  }

  report(): Omit<ConflictReport, "log"> {
    const isFull = this.#recent.length === this.#max;
    const oldest = isFull ? this.#next : 0;
    const recent = [...this.#recent.slice(oldest), ...this.#recent.slice(0, oldest)];
    return { recent, hottest: this.#hottest.list() };
  }
}
