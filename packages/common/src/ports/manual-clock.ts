/** A Clock that stands still until it is told to go on: for tests that decide about time. */
import type { Timestamp } from "../time/timestamp.ts";
import { plusMicros, timestamp } from "../time/timestamp.ts";
import type { Clock, ClockBound, Timer } from "./clock.ts";

interface PendingTimer {
  readonly due: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #micros: number;
  #timers: PendingTimer[] = [];
  /** Half the width of `now`. */
  uncertaintyMicros = 0;

  constructor(start: number = 1_000_000_000_000_000) {
    this.#micros = start;
  }

  now(): ClockBound {
    const now: Timestamp = timestamp(this.#micros);
    const bound = this.uncertaintyMicros;
    return { earliest: plusMicros(now, -bound), latest: plusMicros(now, bound) };
  }

  monotonicMicros(): number {
    return this.#micros;
  }

  after(micros: number, callback: () => void): Timer {
    const timer = { due: this.#micros + Math.max(0, micros), callback };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  endOfTick(callback: () => void): void {
    queueMicrotask(callback);
  }

  sleep(micros: number): Promise<void> {
    return new Promise((resolve) => void this.after(micros, resolve));
  }

  /** Goes on by `micros`; timers run in the order in which they are due, promises in between. */
  async advance(micros: number): Promise<void> {
    const end = this.#micros + micros;
    for (;;) {
      await settle();
      let first: PendingTimer | undefined;
      for (const timer of this.#timers) {
        if (timer.due <= end && (first === undefined || timer.due < first.due)) first = timer;
      }
      if (first === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== first);
      this.#micros = Math.max(this.#micros, first.due);
      first.callback();
    }
    this.#micros = end;
    await settle();
  }
}

/** Lets promise chains that need no timer run to their end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}
