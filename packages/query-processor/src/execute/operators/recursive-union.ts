/**
 * WITH RECURSIVE: the step sees what the round before it added; the end is a round that adds
 * nothing. What was found is handed on batch by batch, in the middle of a round too, as long as the
 * rows seen fit memory.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { RecursiveUnionNode } from "../../plan/plan-node.ts";
import { groupKey, slotsOf } from "../hash-key.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator } from "../operator.ts";
import { RowStore } from "../row-store.ts";
import { SeenRows } from "./seen-rows.ts";

class RecursiveUnion extends ProducingOperator {
  readonly #node: RecursiveUnionNode;
  readonly #start: Opener;
  readonly #step: Opener;
  /** Of UNION. */
  readonly #seen: SeenRows | undefined;
  #current: Operator | undefined;
  /** Rows of this round, and of the one that the step reads. */
  #round: RowStore;
  #working: RowStore | undefined;
  #started = false;
  /** The step of this round is through; rows whose novelty was not known are looked at. */
  #isSifting = false;

  constructor(
    run: Run,
    node: RecursiveUnionNode,
    arms: { start: Opener; step: Opener },
    key: ReturnType<typeof groupKey> | undefined,
  ) {
    super(run);
    this.#node = node;
    this.#start = arms.start;
    this.#step = arms.step;
    this.#seen = key === undefined ? undefined : new SeenRows(run, key);
    this.#round = new RowStore(run.memory);
  }

  close(): void {
    this.#current?.close();
    this.#seen?.free();
    this.#round.free();
    this.#working?.free();
  }

  protected override produce(): MaybePromise<boolean> {
    if (!this.#started) {
      this.#started = true;
      this.#current = this.#start(this.run);
    }
    if (this.#isSifting) return this.#sift();
    const batch = this.#current?.next(BATCH_ROWS);
    return isPromise(batch) ? batch.then((rows) => this.#take(rows)) : this.#take(batch);
  }

  #take(rows: readonly Row[] | undefined): MaybePromise<boolean> {
    if (rows === undefined) {
      this.#current?.close();
      this.#isSifting = this.#seen?.startSifting() ?? false;
      return this.#isSifting || this.#nextRound();
    }
    return this.#add(this.#seen === undefined ? rows : this.#seen.offer(rows));
  }

  #add(rows: readonly Row[]): MaybePromise<true> {
    this.#round.add(rows);
    this.emitAll(rows);
    const relieved = this.#round.relieved() ?? this.#seen?.relieved();
    return relieved === undefined ? true : relieved.then(() => true);
  }

  #sift(): MaybePromise<boolean> {
    const take = (rows: readonly Row[] | undefined): MaybePromise<boolean> => {
      if (rows !== undefined) return this.#add(rows);
      this.#isSifting = false;
      return this.#nextRound();
    };
    const rows = this.#seen?.sifted();
    return isPromise(rows) ? rows.then(take) : take(rows);
  }

  #nextRound(): boolean {
    if (this.#round.length === 0) return false;
    this.#working?.free();
    this.#working = this.#round;
    this.run.working.set(this.#node.id, this.#working);
    this.#round = new RowStore(this.run.memory);
    this.#current = this.#step(this.run);
    return true;
  }
}

export function openRecursiveUnion(node: RecursiveUnionNode, start: Opener, step: Opener): Opener {
  const columns = slotsOf(node.types);
  const key = node.distinct ? groupKey(columns) : undefined;
  return (run) => new RecursiveUnion(run, node, { start, step }, key);
}
