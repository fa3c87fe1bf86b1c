/**
 * Schema changes of one query processor, each a transaction of its own. All of them conflict, and a
 * long one would lose to short ones for ever. So one that lost a conflict with another is run again
 * when those that lost before it have been, and new ones wait while there are such. Nobody waits who
 * has begun a transaction, and nobody longer than WAIT_MICROS_MAX: to wait is advice.
 */
import type { Clock } from "@firstlight/common";

export const WAIT_MICROS_MAX = 5_000_000;

interface Loser {
  readonly owner: object;
  readonly arrive: () => void;
}

export class SchemaTurns {
  /** In the order of their first defeat; the first one runs. At most one per session. */
  readonly #losers: Loser[] = [];
  #newcomers: (() => void)[] = [];

  /** Undefined: it is the owner's turn. */
  take(owner: object, clock: Pick<Clock, "after">): Promise<void> | undefined {
    const at = this.#losers.findIndex((each) => each.owner === owner);
    if (at === 0) return undefined;
    if (at > 0) this.#losers.splice(at, 1);
    return this.#waiting(clock, (arrive) => {
      this.#losers.push({ owner, arrive });
      if (this.#losers.length === 1) arrive();
    });
  }

  leave(owner: object): void {
    const at = this.#losers.findIndex((each) => each.owner === owner);
    if (at < 0) return;
    this.#losers.splice(at, 1);
    if (at === 0) this.#losers[0]?.arrive();
    if (this.#losers.length > 0) return;
    const newcomers = this.#newcomers;
    this.#newcomers = [];
    for (const arrive of newcomers) arrive();
  }

  /** For a change that has not run yet; undefined: it may. */
  whenNobodyLost(clock: Pick<Clock, "after">): Promise<void> | undefined {
    if (this.#losers.length === 0) return undefined;
    return this.#waiting(clock, (arrive) => this.#newcomers.push(arrive));
  }

  #waiting(clock: Pick<Clock, "after">, begin: (arrive: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(WAIT_MICROS_MAX, resolve);
      begin(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
