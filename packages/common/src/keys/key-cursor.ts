/** A place in a sorted set of keys that can step both ways; {@link SortedKeys} gives it. */
import type { Key } from "./key.ts";

export class KeyCursor {
  readonly #chunks: readonly (readonly Key[])[];
  #chunk: number;
  #place: number;

  constructor(chunks: readonly (readonly Key[])[], chunk: number, place: number) {
    this.#chunks = chunks;
    this.#chunk = chunk;
    this.#place = place;
    this.#settle();
  }

  get key(): Key | undefined {
    return this.#chunks[this.#chunk]?.[this.#place];
  }

  forward(): void {
    this.#place++;
    this.#settle();
  }

  back(): void {
    this.#place--;
    this.#settle();
  }

  /** Off one end of a chunk means on the neighbour's; off the list's end means nowhere. */
  #settle(): void {
    const length = this.#chunks[this.#chunk]?.length ?? 0;
    if (this.#place < 0) {
      this.#chunk--;
      this.#place = (this.#chunks[this.#chunk]?.length ?? 0) - 1;
    } else if (this.#place >= length) {
      this.#chunk++;
      this.#place = 0;
    }
  }
}
