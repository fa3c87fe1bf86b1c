/**
 * Checks of constraints that wait for the end of the transaction, and which constraints wait (SET
 * CONSTRAINTS). A rollback to a savepoint takes back both.
 */
import type { MaybePromise } from "@firstlight/common";

export interface DeferredCheck {
  /** OID of the constraint. */
  readonly constraint: number;
  /** OID of the table that must not change before; undefined for checks that find out by themselves. */
  readonly table: number | undefined;
  run(): MaybePromise<void>;
}

interface Modes {
  readonly all: boolean | undefined;
  readonly each: ReadonlyMap<number, boolean>;
}

export interface DeferredMark {
  readonly checks: readonly DeferredCheck[];
  readonly modes: Modes;
}

export class DeferredConstraints {
  #checks: readonly DeferredCheck[] = [];
  #modes: Modes = { all: undefined, each: new Map() };

  isDeferred(constraint: number): boolean | undefined {
    return this.#modes.each.get(constraint) ?? this.#modes.all;
  }

  /** Whether a check of this table's rows waits. */
  isAbout(table: number): boolean {
    return this.#checks.some((check) => check.table === table);
  }

  add(check: DeferredCheck): void {
    this.#checks = [...this.#checks, check];
  }

  /** SET CONSTRAINTS; undefined: all that can be deferred. What becomes immediate is checked now. */
  async set(constraints: readonly number[] | undefined, deferred: boolean): Promise<void> {
    if (constraints === undefined) this.#modes = { all: deferred, each: new Map() };
    else {
      const each = new Map(this.#modes.each);
      for (const constraint of constraints) each.set(constraint, deferred);
      this.#modes = { all: this.#modes.all, each };
    }
    if (!deferred) await this.#run((check) => constraints?.includes(check.constraint) ?? true);
  }

  /** BEFORE commit. */
  settle(): Promise<void> {
    return this.#run(() => true);
  }

  async #run(isDue: (check: DeferredCheck) => boolean): Promise<void> {
    if (this.#checks.length === 0) return;
    const due = this.#checks.filter(isDue);
    this.#checks = this.#checks.filter((check) => !isDue(check));
    for (const check of due) await check.run();
  }

  mark(): DeferredMark {
    return { checks: this.#checks, modes: this.#modes };
  }

  rollbackTo(mark: DeferredMark): void {
    this.#checks = mark.checks;
    this.#modes = mark.modes;
  }
}
