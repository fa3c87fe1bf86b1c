/** What a run has reached, counted by name: proof that rare paths are really exercised. */
export class Marks {
  readonly #counts = new Map<string, number>();

  hit(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(other: Marks): void {
    for (const [name, count] of other.#counts) this.hit(name, count);
  }

  entries(): readonly (readonly [string, number])[] {
    return [...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}
