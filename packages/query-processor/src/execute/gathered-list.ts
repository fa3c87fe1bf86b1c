/**
 * Lists that grow in short steps. An array of a million elements is moved as a whole each time that it
 * grows; these consist of short ones.
 */
const PART_SHIFT = 12;
const PART_LENGTH = 1 << PART_SHIFT;
const PART_MASK = PART_LENGTH - 1;
const FIRST_LENGTH = 64;

export class GatheredList<T> {
  #parts: T[][] = [];
  length = 0;

  /** A position that is taken, or the next one. */
  set(at: number, value: T): void {
    const number = at >> PART_SHIFT;
    const part = this.#parts[number] ?? (this.#parts[number] = []);
    part[at & PART_MASK] = value;
    if (at >= this.length) this.length = at + 1;
  }

  push(value: T): void {
    this.set(this.length, value);
  }

  at(at: number): T {
    return (this.#parts[at >> PART_SHIFT] as T[])[at & PART_MASK] as T;
  }

  truncate(length: number): void {
    this.length = length;
    this.#parts.length = (length + PART_MASK) >> PART_SHIFT;
    const last = this.#parts[length >> PART_SHIFT];
    if (last !== undefined) last.length = length & PART_MASK;
  }

  clear(): void {
    this.#parts = [];
    this.length = 0;
  }

  *values(): Generator<T> {
    for (const part of this.#parts) yield* part;
  }
}

/** Integers of 32 bits. */
export class GatheredNumbers {
  #parts: Int32Array[] = [];

  /** A position that is taken, or the next one. */
  set(at: number, value: number): void {
    const number = at >> PART_SHIFT;
    let part = this.#parts[number];
    if (part === undefined || part.length <= (at & PART_MASK)) part = this.#grow(number);
    part[at & PART_MASK] = value;
  }

  /** The first one grows: most lists are short. */
  #grow(number: number): Int32Array {
    const before = this.#parts[number];
    const length = number > 0 ? PART_LENGTH : (before?.length ?? FIRST_LENGTH / 2) * 2;
    const part = new Int32Array(length);
    if (before !== undefined) part.set(before);
    this.#parts[number] = part;
    return part;
  }

  at(at: number): number {
    return (this.#parts[at >> PART_SHIFT] as Int32Array)[at & PART_MASK] as number;
  }

  truncate(length: number): void {
    this.#parts.length = (length + PART_MASK) >> PART_SHIFT;
  }
}
