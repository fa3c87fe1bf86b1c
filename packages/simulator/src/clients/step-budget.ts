/** How many transactions a run may still begin. */
export class StepBudget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  get spent(): boolean {
    return this.#left <= 0;
  }

  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }
}
