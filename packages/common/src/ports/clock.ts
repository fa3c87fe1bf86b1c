/**
 * Time and timers. `now` is an interval that contains true time (design.md, Time); durations are
 * microseconds unless the name says otherwise.
 */
import type { Timestamp } from "../time/timestamp.ts";

export interface ClockBound {
  readonly earliest: Timestamp;
  readonly latest: Timestamp;
}

export interface Timer {
  cancel(): void;
}

export interface Clock {
  now(): ClockBound;
  /** Never goes back; origin unspecified; for durations only. */
  monotonicMicros(): number;
  after(micros: number, callback: () => void): Timer;
  /** Runs after what is ready in this turn of the event loop: what is asked within a tick leaves as one message. */
  endOfTick(callback: () => void): void;
  sleep(micros: number): Promise<void>;
}
