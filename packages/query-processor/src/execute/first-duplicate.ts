/**
 * Which of several duplicate keys PostgreSQL tells of when it builds a unique index: the first two that
 * its sort compares with each other (sort_template.h). Keys are compared as the strings that they are
 * stored as, which are different where rows do not exclude each other.
 */
import type { Row } from "@firstlight/sql";

interface KeyedRow {
  readonly key: string;
  readonly row: Row;
}

/** Of more rows, longer keys or more comparisons the first one found is told of. */
const ROWS_MAX = 100_000;
const KEY_BYTES_MAX = 32 << 20;
const COMPARISONS_MAX = 4_000_000;
const INSERTION_MAX = 7;
const NINTHER_MIN = 40;

class Found extends Error {
  readonly row: Row;

  constructor(row: Row) {
    super("a duplicate");
    this.row = row;
  }
}

class TooLong extends Error {}

class Sort {
  readonly #rows: KeyedRow[];
  #comparisons = 0;

  constructor(rows: KeyedRow[]) {
    this.#rows = rows;
  }

  #compare(a: number, b: number): number {
    if (++this.#comparisons > COMPARISONS_MAX) throw new TooLong();
    const [left, right] = [this.#rows[a], this.#rows[b]];
    if (left === undefined || right === undefined) throw new RangeError("a row of the sort");
    if (left.key === right.key) throw new Found(left.row);
    return left.key < right.key ? -1 : 1;
  }

  #swap(a: number, b: number): void {
    const rows = this.#rows;
    [rows[a], rows[b]] = [rows[b] as KeyedRow, rows[a] as KeyedRow];
  }

  #median(a: number, b: number, c: number): number {
    if (this.#compare(a, b) < 0) {
      return this.#compare(b, c) < 0 ? b : this.#compare(a, c) < 0 ? c : a;
    }
    return this.#compare(b, c) > 0 ? b : this.#compare(a, c) < 0 ? a : c;
  }

  #insert(from: number, count: number): void {
    for (let next = from + 1; next < from + count; next++) {
      for (let at = next; at > from && this.#compare(at - 1, at) > 0; at--) this.#swap(at, at - 1);
    }
  }

  #isSorted(from: number, count: number): boolean {
    for (let next = from + 1; next < from + count; next++) {
      if (this.#compare(next - 1, next) > 0) return false;
    }
    return true;
  }

  #pivot(from: number, count: number): number {
    let middle = from + Math.floor(count / 2);
    if (count === INSERTION_MAX) return middle;
    let first = from;
    let last = from + count - 1;
    if (count > NINTHER_MIN) {
      const step = Math.floor(count / 8);
      first = this.#median(first, first + step, first + 2 * step);
      middle = this.#median(middle - step, middle, middle + step);
      last = this.#median(last - 2 * step, last - step, last);
    }
    return this.#median(first, middle, last);
  }

  /** Parts the rows around the first one; how many are before it. */
  #part(from: number, count: number): number {
    let low = from + 1;
    let high = from + count - 1;
    for (;;) {
      while (low <= high && this.#compare(low, from) < 0) low++;
      while (low <= high && this.#compare(high, from) > 0) high--;
      if (low > high) break;
      this.#swap(low++, high--);
    }
    const before = low - from - 1;
    if (before > 0) this.#swap(from, low - 1);
    return before;
  }

  run(from: number, count: number): void {
    if (count < INSERTION_MAX) {
      this.#insert(from, count);
      return;
    }
    if (this.#isSorted(from, count)) return;
    this.#swap(from, this.#pivot(from, count));
    const before = this.#part(from, count);
    const after = count - before - 1;
    const lower = (): void => this.run(from, before);
    const upper = (): void => this.run(from + count - after, after);
    // The shorter part first, which bounds how deep this goes.
    for (const part of before <= after ? [lower, upper] : [upper, lower]) part();
  }
}

export class DuplicateSearch {
  readonly #rows: KeyedRow[] = [];
  #bytes = 0;
  #isTooLong = false;

  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  /** In the order in which the rows are stored. */
  add(key: string, row: Row): void {
    if (this.#isTooLong) return;
    this.#bytes += key.length;
    this.#isTooLong = this.#rows.length >= ROWS_MAX || this.#bytes > KEY_BYTES_MAX;
    // Nothing will be told of them.
    if (this.#isTooLong) this.#rows.length = 0;
    else this.#rows.push({ key, row });
  }

  /** Undefined where there is none, or there are too many rows to tell. */
  first(): Row | undefined {
    if (this.#isTooLong) return undefined;
    try {
      new Sort(this.#rows).run(0, this.#rows.length);
      return undefined;
    } catch (error) {
      if (error instanceof Found) return error.row;
      if (error instanceof TooLong) return undefined;
      throw error;
    }
  }
}
