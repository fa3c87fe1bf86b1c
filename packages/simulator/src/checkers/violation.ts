/** A broken invariant, in words. */
export interface Violation {
  /** "I3" and so on, an anomaly's name, or a workload's invariant. */
  readonly invariant: string;
  readonly explanation: string;
}

/** Collects violations of one kind; the first few tell enough. */
export class Findings {
  readonly violations: Violation[] = [];
  readonly #perInvariantMax: number;
  readonly #counts = new Map<string, number>();

  constructor(perInvariantMax = 3) {
    this.#perInvariantMax = perInvariantMax;
  }

  add(invariant: string, explanation: string): void {
    const count = (this.#counts.get(invariant) ?? 0) + 1;
    this.#counts.set(invariant, count);
    if (count <= this.#perInvariantMax) this.violations.push({ invariant, explanation });
  }
}
