/**
 * Cancellation of one statement. A fresh object per statement: once cancelled it stays cancelled,
 * so that work that is left behind by a cancelled wait stops as well when it looks next.
 */
import { SqlError } from "@firstlight/common";
import type { Clock } from "@firstlight/common";
import type { Interrupts } from "../execute/executable.ts";

/**
 * For how long a session may hold the event loop before its statement yields. What it does between
 * two looks at the clock comes on top: the bound is 10 ms.
 */
const SHARE_MICROS = 4_000;
/** Looks are less than a millisecond apart, if rows take equally long. */
const ROWS_PER_LOOK_MAX = 32;
const LOOK_MICROS_MIN = 100;
const LOOK_MICROS_MAX = 500;

/** Timers of the runtime are bounded. */
const NAP_MICROS_MAX = 600_000_000;

/** Since when a session holds the event loop; all of its statements share it. */
export class SessionTurn {
  readonly #clock: Clock;
  /** Monotonic microseconds. */
  start = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.begin();
  }

  /** Others had their turn, or it was waited for them. */
  begin(): void {
    this.start = this.#clock.monotonicMicros();
  }

  isOver(now: number = this.#clock.monotonicMicros()): boolean {
    return now - this.start >= SHARE_MICROS;
  }

  /**
   * The tick that ends may be the one in which the session was told of its bytes: nothing that has
   * arrived since then, and no timer, is looked at before the next one.
   */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.endOfTick(() => {
        this.#clock.endOfTick(() => {
          this.begin();
          resolve();
        });
      });
    });
  }
}

export class StatementInterrupts implements Interrupts {
  readonly #clock: Clock;
  /** Monotonic microseconds; Infinity for none. */
  #deadline: number;
  #late: () => SqlError = statementTimeout;
  #reason: SqlError | undefined;
  #reject: ((reason: SqlError) => void) | undefined;
  /** How long the statement still has to sleep, in microseconds. */
  #debt = 0;
  #wake: (() => void) | undefined;
  readonly #turn: SessionTurn;
  #lastLook = 0;
  rowsPerLook = 1;

  lookSoon(): void {
    this.rowsPerLook = 1;
  }

  constructor(clock: Clock, deadline: number, turn: SessionTurn = new SessionTurn(clock)) {
    this.#clock = clock;
    this.#deadline = deadline;
    this.#turn = turn;
  }

  get hasDeadline(): boolean {
    return this.#deadline !== Infinity;
  }

  /** The earlier one holds. False when there is such a one already. */
  setDeadline(deadline: number, late: () => SqlError = statementTimeout): boolean {
    if (deadline >= this.#deadline) return false;
    this.#deadline = deadline;
    this.#late = late;
    return true;
  }

  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
    // Timers do not fire while a statement holds the event loop.
    if (this.#deadline !== Infinity && this.#clock.monotonicMicros() >= this.#deadline) {
      this.#reason = this.#late();
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
    this.#pace(now - this.#lastLook);
    this.#lastLook = now;
    return this.#turn.isOver(now);
  }

  #pace(micros: number): void {
    if (micros > LOOK_MICROS_MAX) this.rowsPerLook = 1;
    else if (micros < LOOK_MICROS_MIN && this.rowsPerLook < ROWS_PER_LOOK_MAX)
      this.rowsPerLook *= 2;
  }

  micros(): number {
    return this.#clock.monotonicMicros();
  }

  yield(): Promise<void> {
    if (this.#debt > 0) return this.#pay();
    return this.#turn.next().then(() => {
      this.#lastLook = this.#turn.start;
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
    this.#turn.begin();
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
