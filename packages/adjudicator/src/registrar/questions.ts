/** Questions to one member: those it has not fetched yet, and those it has not answered yet. */
import type { Clock } from "@firstlight/common";

interface Question {
  readonly id: number;
  readonly question: string;
}

interface Open extends Question {
  resolve(answer: string | undefined): void;
}

/** I11 */
const QUESTIONS_MAX = 10_000;

export class Questions {
  readonly #clock: Clock;
  /** A member answers all that it was sent before it attends again: what is open then got lost. */
  readonly #open = new Map<number, Open>();
  #fetch: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: not answered before `patienceMicros`, or the member is gone. */
  ask(
    id: number,
    question: string,
    patienceMicros: number,
    late: () => void,
  ): Promise<string | undefined> {
    if (this.#closed || this.#open.size >= QUESTIONS_MAX) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = this.#clock.after(patienceMicros, () => {
        if (this.#open.delete(id)) late();
        resolve(undefined);
      });
      const settle = (answer: string | undefined): void => {
        timer.cancel();
        resolve(answer);
      };
      this.#open.set(id, { id, question, resolve: settle });
      this.#fetch?.();
    });
  }

  answered(id: number, answer: string): void {
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.resolve(answer);
  }

  /** Questions to answer, at once if there are any, or none after a while. */
  async next(holdMicros: number): Promise<readonly Question[]> {
    this.#fetch?.();
    if (this.#open.size === 0 && !this.#closed) await this.#arrival(holdMicros);
    return Array.from(this.#open.values(), ({ id, question }) => ({ id, question }));
  }

  #arrival(holdMicros: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.#fetch = undefined;
        resolve();
      };
      const timer = this.#clock.after(holdMicros, done);
      this.#fetch = done;
    });
  }

  close(): void {
    this.#closed = true;
    for (const open of this.#open.values()) open.resolve(undefined);
    this.#open.clear();
    this.#fetch?.();
  }
}
