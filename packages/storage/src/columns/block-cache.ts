/**
 * The column blocks of a replica, ordered by key and within a bound of bytes; the ones that were used
 * least recently go first. Blocks never overlap.
 */
import type { Key, Span } from "@firstlight/common";
import type { ColumnBlock } from "./column-block.ts";

/** What a block costs beside its vectors. */
const BLOCK_BYTES = 1024;

export class BlockCache {
  readonly #bytesMax: number;
  /** Ascending by start. */
  readonly #blocks: ColumnBlock[] = [];
  /** Least recently used first, with the bytes that were counted for each. */
  readonly #used = new Map<ColumnBlock, number>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The block that holds `key`, or the next one after it. */
  atOrAfter(key: Key): ColumnBlock | undefined {
    return this.#blocks[this.#position(key)];
  }

  /** The span of the block is free. */
  add(block: ColumnBlock): void {
    this.#blocks.splice(this.#position(block.start), 0, block);
    this.use(block);
  }

  /** Counts what the block has become, and that it was used just now. */
  use(block: ColumnBlock): void {
    const before = this.#used.get(block);
    if (before !== undefined) this.#used.delete(block);
    const bytes = block.bytes + BLOCK_BYTES;
    this.#used.set(block, bytes);
    this.#bytes += bytes - (before ?? 0);
    for (const oldest of this.#used.keys()) {
      if (this.#bytes <= this.#bytesMax || oldest === block) break;
      this.#remove(oldest);
    }
  }

  /** Some of these keys were written. */
  invalidate(keys: Iterable<Key>): void {
    if (this.#blocks.length === 0) return;
    for (const key of keys) {
      const block = this.#blocks[this.#position(key)];
      if (block !== undefined && block.start <= key) this.#remove(block);
    }
  }

  /** Nothing of the span is what it was. */
  removeSpan({ start, end }: Span): void {
    for (;;) {
      const block = this.#blocks[this.#position(start)];
      if (block === undefined || block.start >= end) return;
      this.#remove(block);
    }
  }

  #remove(block: ColumnBlock): void {
    this.#bytes -= this.#used.get(block) ?? 0;
    this.#used.delete(block);
    this.#blocks.splice(this.#position(block.start), 1);
  }

  /** Of the first block that ends after `key`. */
  #position(key: Key): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#blocks[middle] as ColumnBlock).end <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
