/**
 * The long calls of one statement. Where a row can be treated anew, a call leaves it: its steps are
 * run with turns for others in between, and then the row is treated again with the results of all
 * calls that it has made so far. Elsewhere calls run to their end and only look for interrupts.
 *
 * A row that is treated again must make the same calls, so its expressions are not volatile.
 */
import type { MaybePromise } from "@firstlight/common";
import type { LongCalls, Steps } from "@firstlight/sql";
import { TooLongToFold } from "@firstlight/sql";
import type { Interrupts } from "./executable.ts";

/** Thrown out of a row whose call goes on outside of it. */
export class Suspension extends Error {
  readonly steps: Steps<unknown>;

  constructor(steps: Steps<unknown>) {
    super("a long call goes on outside of its row");
    this.steps = steps;
  }
}

export class StatementLongCalls implements LongCalls {
  readonly #interrupts: Interrupts;
  /** Of the calls that the row has made, in their order. */
  #results: unknown[] = [];
  #at = 0;
  readonly #known = new Map<object, { readonly value: unknown }>();
  #mayLeave = false;
  #refusesLong = false;

  constructor(interrupts: Interrupts) {
    this.#interrupts = interrupts;
  }

  run<T>(make: () => Steps<T>): T {
    if (this.#refusesLong) throw new TooLongToFold("too long to compute now");
    if (this.#mayLeave) {
      if (this.#at < this.#results.length) return this.#results[this.#at++] as T;
      throw new Suspension(make());
    }
    return this.toEnd(make());
  }

  toEnd<T>(steps: Steps<T>): T {
    this.#interrupts.lookSoon?.();
    for (;;) {
      this.#interrupts.check();
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** Its calls are none of the row's any more once it is known. */
  once<T>(site: object, compute: () => T): T {
    const known = this.#known.get(site);
    if (known !== undefined) return known.value as T;
    const from = this.#at;
    const value = compute();
    this.#results.splice(from, this.#at - from);
    this.#at = from;
    this.#known.set(site, { value });
    return value;
  }

  /** Treats something that may be treated again from its start. */
  attempt<T>(treat: () => T): T {
    this.#mayLeave = true;
    this.#at = 0;
    try {
      return treat();
    } finally {
      this.#mayLeave = false;
    }
  }

  /** Computes something, and gives up where that meets a long call. */
  unlessLong(compute: () => unknown): void {
    this.#refusesLong = true;
    try {
      compute();
    } catch (error) {
      if (!(error instanceof TooLongToFold)) throw error;
    } finally {
      this.#refusesLong = false;
    }
  }

  /** What the row has left to do is not done again: no call leaves it from here on. */
  stay(): void {
    this.#mayLeave = false;
    this.next();
  }

  /** Another row, which may be left. */
  begin(): void {
    this.#mayLeave = true;
  }

  /** The row is through. */
  next(): void {
    if (this.#at === 0 && this.#results.length === 0) return;
    this.#at = 0;
    this.#results = [];
  }

  /** Computes something that may be computed again, as part of what is a long call itself. */
  *stepsOf<T>(compute: () => T): Steps<T> {
    for (;;) {
      try {
        const value = this.attempt(compute);
        this.next();
        return value;
      } catch (error) {
        if (!(error instanceof Suspension)) throw error;
        this.#results.push(yield* error.steps);
      }
    }
  }

  /** Runs a call that has left its row; then that can be treated again. */
  async resume({ steps }: Suspension): Promise<void> {
    const interrupts = this.#interrupts;
    for (let isDone = false; !isDone;) {
      // What the row did before its call, and each step, may have taken all of a share.
      if (interrupts.overdue()) await interrupts.yield();
      interrupts.check();
      const step = steps.next();
      isDone = step.done === true;
      if (isDone) this.#results.push(step.value);
    }
    if (interrupts.overdue()) await interrupts.yield();
  }
}

/** Computes something that can be computed again from its start. */
export function computedInTurns<T>(
  calls: LongCalls | undefined,
  compute: () => T,
): MaybePromise<T> {
  if (!(calls instanceof StatementLongCalls)) return compute();
  try {
    const value = calls.attempt(compute);
    calls.next();
    return value;
  } catch (error) {
    if (!(error instanceof Suspension)) throw error;
    return calls.resume(error).then(() => computedInTurns(calls, compute));
  }
}
