/**
 * Schema changes of one query processor. All of them conflict, and a long one would lose to short ones
 * for ever. So one that lost a conflict with another is run again when those that lost before it have
 * been, and new ones wait while there are such. A transaction block that has changed the schema keeps
 * new ones waiting for a while, too: it cannot be run again. Nobody waits who has taken a snapshot, and
 * nobody longer than WAIT_MICROS_MAX: to wait is advice.
 */
import type { Clock } from "@firstlight/common";

export const WAIT_MICROS_MAX = 5_000_000;

export type Timers = Pick<Clock, "after">;

interface Loser {
  readonly owner: object;
  readonly arrive: () => void;
  /** Of a block that holds the turn. */
  readonly timer?: { cancel(): void };
}

export class SchemaTurns {
  /** In the order of their first defeat; the first one runs. At most one per session. */
  readonly #losers: Loser[] = [];
  #newcomers: (() => void)[] = [];
  /** Changes that are under way and no blocks. */
  readonly #running = new Set<object>();
  #quiet: (() => void)[] = [];

  /** A change that is no block's runs from now until it leaves. */
  begin(owner: object): void {
    this.#running.add(owner);
  }

  #pause(owner: object): void {
    if (!this.#running.delete(owner) || this.#running.size > 0) return;
    const quiet = this.#quiet;
    this.#quiet = [];
    for (const arrive of quiet) arrive();
  }

  /** A block has changed the schema, or will: new changes wait until it ends, or for so long. */
  hold(owner: object, clock: Timers, micros: number): void {
    if (this.#losers.some((each) => each.owner === owner)) return;
    const timer = clock.after(micros, () => this.leave(owner));
    this.#losers.push({ owner, arrive: () => undefined, timer });
  }

  /** For a block that has no snapshot yet; undefined: nothing is under way that it would lose to. */
  whenQuiet(clock: Timers): Promise<void> | undefined {
    if (this.#running.size === 0) return undefined;
    return this.#waiting(clock, (arrive) => this.#quiet.push(arrive));
  }

  /** Undefined: it is the owner's turn. */
  take(owner: object, clock: Timers): Promise<void> | undefined {
    const at = this.#losers.findIndex((each) => each.owner === owner);
    if (at === 0) return undefined;
    if (at > 0) this.#losers.splice(at, 1);
    const mayRun = this.#losers.length === 0;
    if (!mayRun) this.#pause(owner);
    return this.#waiting(clock, (arrive) => {
      const again = (): void => {
        this.#running.add(owner);
        arrive();
      };
      this.#losers.push({ owner, arrive: again });
      if (mayRun) again();
    });
  }

  leave(owner: object): void {
    this.#pause(owner);
    const at = this.#losers.findIndex((each) => each.owner === owner);
    if (at < 0) return;
    const [left] = this.#losers.splice(at, 1);
    left?.timer?.cancel();
    if (at === 0) this.#losers[0]?.arrive();
    if (this.#losers.length > 0) return;
    const newcomers = this.#newcomers;
    this.#newcomers = [];
    for (const arrive of newcomers) arrive();
  }

  /** For a change that has not run yet; undefined: it may. */
  whenNobodyLost(clock: Timers): Promise<void> | undefined {
    if (this.#losers.length === 0) return undefined;
    return this.#waiting(clock, (arrive) => this.#newcomers.push(arrive));
  }

  #waiting(clock: Timers, begin: (arrive: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.after(WAIT_MICROS_MAX, resolve);
      begin(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
