/** A list of whole numbers below 2 ** 32 in few bytes, which grows without moving what it has. */

const BLOCK_BITS = 14;
const BLOCK = 1 << BLOCK_BITS;

export class NumberBlocks {
  readonly #blocks: Uint32Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(number: number): void {
    const place = this.#length & (BLOCK - 1);
    if (place === 0) this.#blocks.push(new Uint32Array(BLOCK));
    (this.#blocks[this.#length >>> BLOCK_BITS] as Uint32Array)[place] = number;
    this.#length++;
  }

  at(index: number): number {
    return (this.#blocks[index >>> BLOCK_BITS] as Uint32Array)[index & (BLOCK - 1)] as number;
  }
}
