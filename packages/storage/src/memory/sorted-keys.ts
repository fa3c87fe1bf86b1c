/**
 * A sorted set of keys: a list of sorted leaves, each of bounded size. Inserting moves at most one
 * leaf and, on a split, the list of leaves; that is a memory move of a few kilobytes even with a
 * million keys, and ascending inserts (loads) only ever append.
 */
import type { Key } from "@firstlight/common";

const LEAF_MAX = 256;

export class SortedKeys {
  #leaves: Key[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  insert(key: Key): void {
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at];
    if (leaf === undefined) {
      this.#leaves.push([key]);
    } else {
      const place = lowerBound(leaf, key);
      if (leaf[place] === key) return;
      if (place === leaf.length) leaf.push(key);
      else leaf.splice(place, 0, key);
      if (leaf.length > LEAF_MAX) this.#split(at, leaf, place);
    }
    this.#size++;
  }

  delete(key: Key): void {
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at];
    if (leaf === undefined) return;
    const place = lowerBound(leaf, key);
    if (leaf[place] !== key) return;
    this.#size--;
    if (leaf.length === 1) this.#leaves.splice(at, 1);
    else if (place === 0) leaf.shift();
    else leaf.splice(place, 1);
  }

  /** Stands on the first key at or above `key`. Valid until the set changes. */
  seekAtOrAbove(key: Key): KeyCursor {
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at];
    return new KeyCursor(this.#leaves, at, leaf === undefined ? 0 : lowerBound(leaf, key));
  }

  /** Stands on the last key below `key`. Valid until the set changes. */
  seekBelow(key: Key): KeyCursor {
    const at = this.#leafOf(key);
    const leaf = this.#leaves[at];
    return new KeyCursor(this.#leaves, at, leaf === undefined ? -1 : lowerBound(leaf, key) - 1);
  }

  /** A leaf that overflowed at its end was filled in ascending order: it stays as full as it is. */
  #split(at: number, leaf: Key[], place: number): void {
    const from = place === leaf.length - 1 ? leaf.length - 1 : leaf.length >> 1;
    this.#leaves.splice(at + 1, 0, leaf.splice(from));
  }

  /** The last leaf whose first key is at or below `key`, else the first one. */
  #leafOf(key: Key): number {
    const leaves = this.#leaves;
    let low = 0;
    let high = leaves.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((leaves[middle]?.[0] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : low - 1;
  }
}

function lowerBound(leaf: readonly Key[], key: Key): number {
  let low = 0;
  let high = leaf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((leaf[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class KeyCursor {
  readonly #leaves: readonly (readonly Key[])[];
  #leaf: number;
  #place: number;

  constructor(leaves: readonly (readonly Key[])[], leaf: number, place: number) {
    this.#leaves = leaves;
    this.#leaf = leaf;
    this.#place = place;
    this.#settle();
  }

  get key(): Key | undefined {
    return this.#leaves[this.#leaf]?.[this.#place];
  }

  forward(): void {
    this.#place++;
    this.#settle();
  }

  back(): void {
    this.#place--;
    this.#settle();
  }

  /** Off one end of a leaf means on the neighbour's; off the list's end means nowhere. */
  #settle(): void {
    const length = this.#leaves[this.#leaf]?.length ?? 0;
    if (this.#place < 0) {
      this.#leaf--;
      this.#place = (this.#leaves[this.#leaf]?.length ?? 0) - 1;
    } else if (this.#place >= length) {
      this.#leaf++;
      this.#place = 0;
    }
  }
}
