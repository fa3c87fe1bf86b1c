/**
 * Which keys come up most often, in bounded memory: the sketch "space-saving" of Metwally, Agrawal
 * and El Abbadi (Efficient Computation of Frequent and Top-k Elements in Data Streams, ICDT 2005).
 * With m counters every key that made up more than 1/m of what was counted is among them, and no
 * count is too high by more than its `overestimate`. Pure: no time, no I/O.
 */
import type { HotKey, Key, Timestamp } from "@firstlight/common";

interface Counter {
  conflicts: number;
  overestimate: number;
  lastAt: Timestamp;
}

export class HotKeys {
  readonly #counters = new Map<Key, Counter>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(key: Key, at: Timestamp): void {
    const counter = this.#counters.get(key) ?? this.#counterFor(key, at);
    counter.conflicts++;
    counter.lastAt = at;
  }

  /** Most often counted first. */
  list(): HotKey[] {
    return Array.from(this.#counters, ([key, counter]) => ({ key, ...counter })).sort(
      (a, b) => b.conflicts - a.conflicts || b.lastAt - a.lastAt,
    );
  }

  /** Where there is no room it takes the place, and the count, of the least frequent one. */
  #counterFor(key: Key, at: Timestamp): Counter {
    let inherited = 0;
    if (this.#counters.size >= this.#max) {
      const [least, counter] = this.#least();
      inherited = counter.conflicts;
      this.#counters.delete(least);
    }
    const counter = { conflicts: inherited, overestimate: inherited, lastAt: at };
    this.#counters.set(key, counter);
    return counter;
  }

  /** Of those that are least frequent, the one that came up first. */
  #least(): readonly [Key, Counter] {
    let least: readonly [Key, Counter] | undefined;
    for (const entry of this.#counters) {
      if (least === undefined || entry[1].conflicts < least[1].conflicts) least = entry;
    }
    if (least === undefined) throw new Error("a sketch has room for one key at least");
    return least;
  }
}
