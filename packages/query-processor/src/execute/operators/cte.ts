/** WITH: CTEs whose rows are computed as far as readers need them. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { PlannedCte, WithNode } from "../../plan/plan-node.ts";
import type { KeptRows, Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, repeat } from "../operator.ts";
import { RowStore } from "../row-store.ts";

class CteState implements KeptRows {
  readonly #run: Run;
  readonly #open: Opener;
  #operator: Operator | undefined;
  readonly #store: RowStore;
  #complete = false;

  constructor(run: Run, open: Opener) {
    this.#run = run;
    this.#store = new RowStore(run.memory);
    this.#open = open;
  }

  read(from: number, count: number): MaybePromise<readonly Row[]> {
    const ready = this.ensure(from + count);
    if (isPromise(ready)) return ready.then(() => this.#store.read(from, count));
    return this.#store.read(from, count);
  }

  /** Reads on until `count` rows are there or there are no more. */
  ensure(count: number): MaybePromise<void> {
    const store = this.#store;
    if (this.#complete || store.length >= count) return undefined;
    this.#operator ??= this.#open(this.#run);
    const operator = this.#operator;
    const take = (batch: readonly Row[] | undefined): MaybePromise<boolean> => {
      if (batch === undefined) {
        this.#complete = true;
        return false;
      }
      store.add(batch);
      const relieved = store.relieved();
      const more = store.length < count;
      return relieved === undefined ? more : relieved.then(() => more);
    };
    return repeat(this.#run, () => {
      const batch = operator.next(Math.min(count, BATCH_ROWS));
      return isPromise(batch) ? batch.then(take) : take(batch);
    });
  }

  close(): void {
    this.#operator?.close();
    this.#store.free();
  }
}

interface CompiledCte {
  readonly cte: PlannedCte;
  readonly open: Opener;
}

class With implements Operator {
  readonly #run: Run;
  readonly #ctes: readonly CompiledCte[];
  readonly #open: Opener;
  readonly #states: CteState[] = [];
  #child: Operator | undefined;

  constructor(run: Run, ctes: readonly CompiledCte[], open: Opener) {
    this.#run = run;
    this.#ctes = ctes;
    this.#open = open;
  }

  close(): void {
    this.#child?.close();
    for (const state of this.#states) state.close();
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#child !== undefined) return this.#child.next(maxRows);
    for (const { cte, open } of this.#ctes) {
      const state = new CteState(this.#run, open);
      this.#states.push(state);
      this.#run.ctes.set(cte.id, state);
    }
    // Statements that modify run in their order and to their end, read or not.
    const modified = this.#runModifying(0);
    const start = (): MaybePromise<readonly Row[] | undefined> => {
      this.#child ??= this.#open(this.#run);
      return this.#child.next(maxRows);
    };
    return isPromise(modified) ? modified.then(start) : start();
  }

  #runModifying(from: number): MaybePromise<void> {
    for (let at = from; at < this.#ctes.length; at++) {
      if (this.#ctes[at]?.cte.modifies !== true) continue;
      const done = this.#states[at]?.ensure(Infinity);
      if (isPromise(done)) return done.then(() => this.#runModifying(at + 1));
    }
    return undefined;
  }
}

export function openWith(node: WithNode, child: Opener, ctes: readonly Opener[]): Opener {
  const compiled = node.ctes.flatMap((cte, at): CompiledCte[] => {
    const open = ctes[at];
    return open === undefined ? [] : [{ cte, open }];
  });
  return (run) => new With(run, compiled, child);
}
