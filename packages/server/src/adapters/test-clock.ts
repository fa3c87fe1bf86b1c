/**
 * A clock for tests of what depends on time: it runs at a multiple of the real one, stands still, or
 * is put forward. It never goes back. Timers of a second and more are due by this clock, shorter
 * ones, which pace what runs, by the real one. A clock that stands still only stands for `now`:
 * timers go on, so that nothing waits for ever.
 *
 * Services below the sessions have `paced`: the same time of day, but their patience is real.
 */
import type { Clock, ClockBound, Timer, Timestamp } from "@firstlight/common";

/** Of the real clock's; 0: it stands still. */
export type ClockSpeed = number;

const LONG_MICROS = 1_000_000;

interface LongTimer {
  /** By monotonicMicros. */
  readonly due: number;
  readonly callback: () => void;
  real: Timer | undefined;
}

export class TestClock implements Clock {
  readonly #real: Clock;
  readonly #long = new Set<LongTimer>();
  #speed: ClockSpeed;
  /** Both readings at the last change of speed, in microseconds. */
  #realSince: number;
  #since: number;
  #nowSince: number;

  constructor(real: Clock, speed: ClockSpeed = 1) {
    this.#real = real;
    this.#speed = speed;
    this.#realSince = real.monotonicMicros();
    this.#since = this.#realSince;
    this.#nowSince = real.now().latest;
  }

  get #elapsed(): number {
    return this.#real.monotonicMicros() - this.#realSince;
  }

  now(): ClockBound {
    const now = (this.#nowSince + Math.floor(this.#elapsed * this.#speed)) as Timestamp;
    return { earliest: now, latest: now };
  }

  /** While the clock stands still, durations are real ones. */
  monotonicMicros(): number {
    return this.#since + Math.floor(this.#elapsed * (this.#speed || 1));
  }

  get paced(): Clock {
    const real = this.#real;
    return {
      now: () => this.now(),
      monotonicMicros: () => real.monotonicMicros(),
      after: (micros, callback) => real.after(micros, callback),
      endOfTick: (callback) => real.endOfTick(callback),
      sleep: (micros) => real.sleep(micros),
    };
  }

  get speed(): ClockSpeed {
    return this.#speed;
  }

  set speed(speed: ClockSpeed) {
    this.#shift(0);
    this.#speed = speed;
    this.#rearm();
  }

  /** Puts it forward: what becomes due by that is called within the next turns. */
  advance(micros: number): void {
    if (!(micros >= 0)) throw new RangeError("a clock is only put forward");
    this.#shift(micros);
    this.#rearm();
  }

  #shift(micros: number): void {
    const now = this.now().latest;
    const monotonic = this.monotonicMicros();
    this.#realSince = this.#real.monotonicMicros();
    this.#nowSince = now + micros;
    this.#since = monotonic + micros;
  }

  #rearm(): void {
    for (const timer of this.#long) this.#arm(timer);
  }

  #arm(timer: LongTimer): void {
    timer.real?.cancel();
    const left = Math.max(0, timer.due - this.monotonicMicros());
    timer.real = this.#real.after(left / (this.#speed || 1), () => {
      this.#long.delete(timer);
      timer.callback();
    });
  }

  after(micros: number, callback: () => void): Timer {
    if (micros < LONG_MICROS) return this.#real.after(micros, callback);
    const timer: LongTimer = { due: this.monotonicMicros() + micros, callback, real: undefined };
    this.#long.add(timer);
    this.#arm(timer);
    return {
      cancel: () => {
        this.#long.delete(timer);
        timer.real?.cancel();
      },
    };
  }

  endOfTick(callback: () => void): void {
    this.#real.endOfTick(callback);
  }

  sleep(micros: number): Promise<void> {
    if (micros < LONG_MICROS) return this.#real.sleep(micros);
    return new Promise((resolve) => this.after(micros, resolve));
  }
}
