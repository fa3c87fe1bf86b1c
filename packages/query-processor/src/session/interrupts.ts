/**
 * Cancellation of one statement. A fresh object per statement: once cancelled it stays cancelled,
 * so that work that is left behind by a cancelled wait stops as well when it looks next.
 */
import { SqlError } from "@firstlight/common";
import type { Clock } from "@firstlight/common";
import type { Interrupts } from "../execute/executable.ts";

/** What a statement may hold the event loop for at one go. */
const SHARE_MICROS = 5_000;

/** Timers of the runtime are bounded. */
const NAP_MICROS_MAX = 600_000_000;

export class StatementInterrupts implements Interrupts {
  readonly #clock: Clock;
  /** Monotonic microseconds; Infinity for none. */
  #deadline: number;
  #reason: SqlError | undefined;
  #reject: ((reason: SqlError) => void) | undefined;
  /** How long the statement still has to sleep, in microseconds. */
  #debt = 0;
  #wake: (() => void) | undefined;
  /** When the share began; undefined until somebody asks. */
  #turnStart: number | undefined;

  constructor(clock: Clock, deadline: number) {
    this.#clock = clock;
    this.#deadline = deadline;
  }

  get hasDeadline(): boolean {
    return this.#deadline !== Infinity;
  }

  setDeadline(deadline: number): void {
    this.#deadline = deadline;
  }

  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
    // Timers do not fire while a statement holds the event loop.
    if (this.#deadline !== Infinity && this.#clock.monotonicMicros() >= this.#deadline) {
      this.#reason = statementTimeout();
      throw this.#reason;
    }
  }

  /** pg_sleep: paid when the statement yields next, and before rows leave. */
  sleep(micros: number): void {
    this.#debt += micros;
  }

  get sleepMicros(): number {
    return this.#debt;
  }

  overdue(): boolean {
    if (this.#debt > 0) return true;
    const now = this.#clock.monotonicMicros();
    this.#turnStart ??= now;
    return now - this.#turnStart >= SHARE_MICROS;
  }

  yield(): Promise<void> {
    if (this.#debt > 0) return this.#pay();
    return new Promise((resolve) => {
      this.#clock.endOfTick(() => {
        this.#turnStart = undefined;
        resolve();
      });
    });
  }

  /** Ends early when the statement is cancelled: whoever goes on finds that out. */
  async #pay(): Promise<void> {
    const due = this.#clock.monotonicMicros() + this.#debt;
    this.#debt = 0;
    for (;;) {
      const left = due - this.#clock.monotonicMicros();
      if (left <= 0 || this.#reason !== undefined) break;
      await this.#nap(Math.min(left, NAP_MICROS_MAX));
    }
    this.#turnStart = undefined;
  }

  #nap(micros: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(micros, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  cancel(reason: SqlError): void {
    this.#reason ??= reason;
    this.#wake?.();
    this.#reject?.(this.#reason);
  }

  /** The promise's outcome, or the cancellation if that comes first. */
  guard<T>(promise: Promise<T>): Promise<T> {
    if (this.#reason !== undefined) {
      promise.catch(() => {});
      return Promise.reject(this.#reason);
    }
    return new Promise<T>((resolve, reject) => {
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }
}

export function statementTimeout(): SqlError {
  return new SqlError("57014", "canceling statement due to statement timeout");
}

export function userCancel(): SqlError {
  return new SqlError("57014", "canceling statement due to user request");
}

export function adminShutdown(): SqlError {
  return new SqlError("57P01", "terminating connection due to administrator command", {
    severity: "FATAL",
  });
}
