/** WITH: CTEs whose rows are computed as far as readers need them; and WITH RECURSIVE. */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Expr, Row } from "@firstlight/sql";
import type { PlannedCte, RecursiveUnionNode, WithNode } from "../../plan/plan-node.ts";
import type { MapKey } from "../hash-key.ts";
import { groupKey, keyBytes } from "../hash-key.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { CteRows, Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, repeat } from "../operator.ts";

class CteState implements CteRows {
  readonly #run: Run;
  readonly #open: Opener;
  #operator: Operator | undefined;
  readonly rows: Row[] = [];
  complete = false;
  readonly #memory: MemoryShare;

  constructor(run: Run, open: Opener) {
    this.#run = run;
    this.#memory = new MemoryShare(run.memory);
    this.#open = open;
  }

  ensure(count: number): MaybePromise<void> {
    if (this.complete || this.rows.length >= count) return undefined;
    this.#operator ??= this.#open(this.#run);
    const operator = this.#operator;
    const take = (batch: readonly Row[] | undefined): boolean => {
      if (batch === undefined) {
        this.complete = true;
        return false;
      }
      this.#memory.takeRows(batch);
      for (const row of batch) this.rows.push(row);
      return this.rows.length < count;
    };
    return repeat(this.#run, () => {
      const batch = operator.next(Math.min(count, BATCH_ROWS));
      return isPromise(batch) ? batch.then(take) : take(batch);
    });
  }

  close(): void {
    this.#operator?.close();
    this.#memory.release();
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

/**
 * The step sees what the round before it added; the end is a round that adds nothing. What was found
 * is handed on batch by batch, in the middle of a round too.
 */
class RecursiveUnion extends ProducingOperator {
  readonly #node: RecursiveUnionNode;
  readonly #start: Opener;
  readonly #step: Opener;
  readonly #key: ReturnType<typeof groupKey> | undefined;
  readonly #seen = new Set<MapKey>();
  /** The keys seen; and the rows of this round and of the one that the step reads. */
  readonly #keysMemory: MemoryShare;
  #roundMemory: MemoryShare;
  #workingMemory: MemoryShare;
  #current: Operator | undefined;
  #round: Row[] = [];
  #started = false;

  constructor(
    run: Run,
    node: RecursiveUnionNode,
    arms: { start: Opener; step: Opener },
    key: ReturnType<typeof groupKey> | undefined,
  ) {
    super(run);
    this.#keysMemory = new MemoryShare(run.memory);
    this.#roundMemory = new MemoryShare(run.memory);
    this.#workingMemory = new MemoryShare(run.memory);
    this.#node = node;
    this.#start = arms.start;
    this.#step = arms.step;
    this.#key = key;
  }

  close(): void {
    this.#current?.close();
    this.#seen.clear();
    for (const each of [this.#keysMemory, this.#roundMemory, this.#workingMemory]) each.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (!this.#started) {
      this.#started = true;
      this.#current = this.#start(this.run);
    }
    const batch = this.#current?.next(BATCH_ROWS);
    return isPromise(batch) ? batch.then((rows) => this.#take(rows)) : this.#take(batch);
  }

  #take(rows: readonly Row[] | undefined): boolean {
    if (rows === undefined) return this.#nextRound();
    const { evaluation } = this.run;
    for (const row of rows) {
      if (this.#key !== undefined) {
        const key = this.#key(row, evaluation);
        if (this.#seen.has(key)) continue;
        this.#seen.add(key);
        this.#keysMemory.take(keyBytes(key));
      }
      this.#roundMemory.take(rowBytes(row));
      this.#round.push(row);
      this.emit(row);
    }
    return true;
  }

  #nextRound(): boolean {
    this.#current?.close();
    if (this.#round.length === 0) return false;
    this.#workingMemory.release();
    [this.#workingMemory, this.#roundMemory] = [this.#roundMemory, this.#workingMemory];
    this.run.working.set(this.#node.id, this.#round);
    this.#round = [];
    this.#current = this.#step(this.run);
    return true;
  }
}

export function openRecursiveUnion(node: RecursiveUnionNode, start: Opener, step: Opener): Opener {
  const columns = node.types.map((type, index): Expr => ({
    kind: "slot",
    index,
    type,
    typmod: -1,
    position: -1,
  }));
  const key = node.distinct ? groupKey(columns) : undefined;
  return (run) => new RecursiveUnion(run, node, { start, step }, key);
}
