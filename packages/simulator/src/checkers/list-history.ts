/**
 * A list-append history prepared for the cycle checker: who wrote which number, who read which
 * list, and the order of each list's numbers as the longest read tells it.
 */
import type { Key } from "@firstlight/common";
import type { Attempt, History } from "../history/attempt.ts";

export interface ListRead {
  /** Place in `attempts`. */
  readonly reader: number;
  readonly key: Key;
  readonly list: readonly number[];
}

export interface Written {
  readonly by: Attempt;
  readonly key: Key;
  /** Whether the same attempt appended to the same list again. */
  readonly intermediate: boolean;
}

export class ListHistory {
  /** Those that committed, finished reading, or may have committed because they were seen. */
  readonly attempts: readonly Attempt[];
  /** Every number that anybody tried to append. */
  readonly written: ReadonlyMap<number, Written>;
  readonly #places = new Map<Attempt, number>();
  readonly #reads = new Map<Key, ListRead[]>();

  constructor(history: History) {
    this.written = writtenNumbers(history);
    const seen = seenNumbers(history);
    this.attempts = history.attempts.filter((attempt) => happened(attempt, seen));
    this.attempts.forEach((attempt, place) => this.#places.set(attempt, place));
    for (const [reader, attempt] of this.attempts.entries()) {
      if (attempt.outcome.kind !== "unknown") this.#collect(reader, attempt);
    }
  }

  /** Reads before the attempt's own appends: later ones show its own writes. */
  #collect(reader: number, attempt: Attempt): void {
    const own = new Set<Key>();
    for (const operation of attempt.operations) {
      const { key } = operation;
      if (operation.kind === "append") own.add(key);
      else if (!own.has(key)) {
        const read = { reader, key, list: operation.list };
        const known = this.#reads.get(key);
        if (known === undefined) this.#reads.set(key, [read]);
        else known.push(read);
      }
    }
  }

  keys(): readonly Key[] {
    return [...this.#reads.keys()].toSorted();
  }

  reads(key: Key): readonly ListRead[] {
    return this.#reads.get(key) ?? [];
  }

  order(key: Key): readonly number[] {
    let longest: readonly number[] = [];
    for (const { list } of this.reads(key)) if (list.length > longest.length) longest = list;
    return longest;
  }

  /** The place in `attempts` of the one that appended `value`. */
  writer(value: number | undefined): number | undefined {
    const written = value === undefined ? undefined : this.written.get(value);
    return written === undefined ? undefined : this.#places.get(written.by);
  }
}

function happened(attempt: Attempt, seen: ReadonlySet<number>): boolean {
  const { kind } = attempt.outcome;
  if (kind === "committed" || kind === "readOnly") return true;
  if (kind !== "unknown") return false;
  return attempt.operations.some((each) => each.kind === "append" && seen.has(each.value));
}

function seenNumbers(history: History): ReadonlySet<number> {
  const seen = new Set<number>();
  for (const attempt of history.finished()) {
    for (const operation of attempt.operations) {
      if (operation.kind === "read") for (const value of operation.list) seen.add(value);
    }
  }
  return seen;
}

function writtenNumbers(history: History): ReadonlyMap<number, Written> {
  const written = new Map<number, Written>();
  for (const by of history.attempts) {
    const last = new Map<Key, number>();
    for (const operation of by.operations) {
      if (operation.kind === "append") last.set(operation.key, operation.value);
    }
    for (const operation of by.operations) {
      if (operation.kind !== "append") continue;
      const { key, value } = operation;
      written.set(value, { by, key, intermediate: last.get(key) !== value });
    }
  }
  return written;
}
