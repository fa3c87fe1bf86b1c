/** How much was done since others had their turn, in states gone through. */

/** A millisecond or two. */
const WORK_PER_STEP = 30_000;
/** So many characters may be read at one go. */
export const READ_AT_ONCE = 16_384;

export class WorkMeter {
  #work = 0;

  /** Whether a step is over. */
  isOver(work: number): boolean {
    this.#work += work;
    if (this.#work < WORK_PER_STEP) return false;
    this.#work = 0;
    return true;
  }
}
