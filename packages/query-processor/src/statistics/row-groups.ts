/** Rows of a sample that agree in something, as small numbers: groups are counted from 0. */

/** Rows looked at between two pauses. */
const ROWS_PER_STEP = 4_096;

export class RowGroups {
  readonly #groupOf: Int32Array;
  readonly #sizes: readonly number[];
  readonly #first: readonly number[];

  constructor(groupOf: Int32Array, sizes: readonly number[], first: readonly number[]) {
    this.#groupOf = groupOf;
    this.#sizes = sizes;
    this.#first = first;
  }

  get rows(): number {
    return this.#groupOf.length;
  }

  get count(): number {
    return this.#sizes.length;
  }

  /** Groups of one row. */
  get single(): number {
    return this.#sizes.reduce((sum, size) => (size === 1 ? sum + 1 : sum), 0);
  }

  at(row: number): number {
    return this.#groupOf[row] ?? 0;
  }

  sizeOf(group: number): number {
    return this.#sizes[group] ?? 0;
  }

  /** The first row of the group. */
  firstOf(group: number): number {
    return this.#first[group] ?? 0;
  }
}

/** Rows with equal keys are a group; keys are values that a Map tells apart. */
export async function groupRows(
  rows: number,
  keyOf: (row: number) => unknown,
  pause: () => Promise<void>,
): Promise<RowGroups> {
  const groupOf = new Int32Array(rows);
  const sizes: number[] = [];
  const first: number[] = [];
  const known = new Map<unknown, number>();
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_PER_STEP === 0) await pause();
    const key = keyOf(row);
    let group = known.get(key);
    if (group === undefined) {
      group = sizes.length;
      known.set(key, group);
      sizes.push(0);
      first.push(row);
    }
    groupOf[row] = group;
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  return new RowGroups(groupOf, sizes, first);
}
