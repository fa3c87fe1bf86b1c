/**
 * The latest entries of a map, between half of and all that the bound allows: two generations, of
 * which the older one is dropped whole. (Deleting a Map's first entry again and again would walk
 * over all the holes it leaves.)
 */
export class RecentMap<K, V> {
  readonly #generationMax: number;
  readonly #onForgotten: (entries: ReadonlyMap<K, V>) => void;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(max: number, onForgotten: (entries: ReadonlyMap<K, V>) => void = () => undefined) {
    this.#generationMax = Math.max(1, max >>> 1);
    this.#onForgotten = onForgotten;
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: K, value: V): void {
    if (this.#young.size >= this.#generationMax) {
      const forgotten = this.#old;
      this.#old = this.#young;
      this.#young = new Map();
      this.#onForgotten(forgotten);
    }
    this.#young.set(key, value);
  }
}
