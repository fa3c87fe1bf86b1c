/** A clock that stands still until it is told to advance; for tests. */
import type { Clock, ClockBound, Timer } from "@firstlight/common";
import { timestamp } from "@firstlight/common";

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #micros = 1_000_000;
  #order = 0;
  #pending: Pending[] = [];

  now(): ClockBound {
    return { earliest: timestamp(this.#micros), latest: timestamp(this.#micros) };
  }

  monotonicMicros(): number {
    return this.#micros;
  }

  after(micros: number, callback: () => void): Timer {
    const pending = { at: this.#micros + micros, order: this.#order++, callback };
    this.#pending.push(pending);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== pending);
      },
    };
  }

  endOfTick(callback: () => void): void {
    this.after(0, callback);
  }

  sleep(micros: number): Promise<void> {
    return new Promise((resolve) => this.after(micros, resolve));
  }

  /** What was to happen will not: the process that wanted it is dead. */
  forget(): void {
    this.#pending = [];
  }

  /** Runs what is due until then, in order, what falls due meanwhile included. */
  advance(micros: number): void {
    const until = this.#micros + micros;
    for (;;) {
      const due = this.#pending
        .filter(({ at }) => at <= until)
        .toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      if (due === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== due);
      this.#micros = Math.max(this.#micros, due.at);
      due.callback();
    }
    this.#micros = until;
  }
}
