/**
 * Joins by trying pairs. Without parameters the right side is read once and kept; with parameters it
 * is run again for each left row, which sets them.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledExpr, CompiledPredicate, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate } from "@firstlight/sql";
import type { NestedLoopNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, drain } from "../operator.ts";
import { nulls } from "./hash-join.ts";

interface Compiled {
  readonly node: NestedLoopNode;
  readonly condition: CompiledPredicate | undefined;
  readonly params: readonly { readonly id: number; readonly value: CompiledExpr }[];
}

/** Rows joined at one go before the output is handed on. */
const OUTPUT_ROWS = BATCH_ROWS;
const PAIRS_PER_STEP = 16_384;

abstract class Loop extends ProducingOperator {
  protected readonly compiled: Compiled;
  protected readonly left: Operator;
  #batch: readonly Row[] = [];
  #at = 0;
  /** Pairs tried since the last chance to be interrupted. */
  protected pairs = 0;

  constructor(run: Run, compiled: Compiled, left: Operator) {
    super(run);
    this.compiled = compiled;
    this.left = left;
  }

  /** Joins one left row; emits its results. */
  protected abstract join(left: Row): MaybePromise<void>;
  protected abstract finish(): void;

  protected pull(): MaybePromise<boolean> {
    this.pairs = 0;
    while (this.pending < OUTPUT_ROWS && this.pairs < PAIRS_PER_STEP) {
      const row = this.#batch[this.#at];
      if (row === undefined) return this.#nextBatch();
      this.#at++;
      const joined = this.join(row);
      if (isPromise(joined)) return joined.then(() => true);
    }
    return true;
  }

  #nextBatch(): MaybePromise<boolean> {
    const batch = this.left.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  #took(rows: readonly Row[] | undefined): boolean {
    this.#batch = rows ?? [];
    this.#at = 0;
    if (rows === undefined) this.finish();
    return rows !== undefined;
  }

  protected emitLeft(left: Row, matched: boolean): void {
    const { type, right } = this.compiled.node;
    if (matched) {
      if (type === "semi") this.emit(left);
    } else if (type === "anti") {
      this.emit(left);
    } else if (type === "left" || type === "full") {
      this.emit([...left, ...nulls(right.labels.length)]);
    }
  }

  /** True when the pair matches; emits it unless only its existence counts. */
  protected pair(left: Row, right: Row): boolean {
    this.pairs++;
    const { condition, node } = this.compiled;
    const joined = [...left, ...right];
    if (condition !== undefined && !condition(joined, this.run.evaluation)) return false;
    if (node.type !== "semi" && node.type !== "anti") this.emit(joined);
    return true;
  }
}

/** The right side kept in memory. */
class MaterializedLoop extends Loop {
  readonly #right: Operator;
  readonly #rows: Row[] = [];
  #matched = new Set<number>();
  #read = false;
  #heldBytes = 0;

  constructor(run: Run, compiled: Compiled, left: Operator, right: Operator) {
    super(run, compiled, left);
    this.#right = right;
  }

  close(): void {
    this.left.close();
    this.#right.close();
    this.run.memory.give(this.#heldBytes);
    this.#heldBytes = 0;
    this.#rows.length = 0;
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#read) return this.pull();
    this.#read = true;
    const read = drain(this.run, this.#right, (rows) => {
      this.#heldBytes += this.run.memory.takeRows(rows);
      for (const row of rows) this.#rows.push(row);
    });
    return isPromise(read) ? read.then(() => this.pull()) : this.pull();
  }

  protected override join(left: Row): void {
    const { type } = this.compiled.node;
    const keepsRight = type === "right" || type === "full";
    let matched = false;
    for (let at = 0; at < this.#rows.length; at++) {
      const right = this.#rows[at];
      if (right === undefined || !this.pair(left, right)) continue;
      matched = true;
      if (keepsRight) this.#matched.add(at);
      if (type === "semi" || type === "anti") break;
    }
    this.emitLeft(left, matched);
  }

  protected override finish(): void {
    const { type, left } = this.compiled.node;
    if (type !== "right" && type !== "full") return;
    const noLeft = nulls(left.labels.length);
    this.#rows.forEach((row, at) => {
      if (!this.#matched.has(at)) this.emit([...noLeft, ...row]);
    });
  }
}

/** The right side run anew for each left row. */
class ParameterizedLoop extends Loop {
  readonly #openRight: Opener;
  #right: Operator | undefined;

  constructor(run: Run, compiled: Compiled, left: Operator, openRight: Opener) {
    super(run, compiled, left);
    this.#openRight = openRight;
  }

  close(): void {
    this.left.close();
    this.#right?.close();
    this.#right = undefined;
  }

  protected override produce(): MaybePromise<boolean> {
    return this.pull();
  }

  protected override join(left: Row): MaybePromise<void> {
    const { evaluation } = this.run;
    for (const { id, value } of this.compiled.params) {
      evaluation.execParams[id] = value(left, evaluation);
    }
    const { type } = this.compiled.node;
    const onlyExists = type === "semi" || type === "anti";
    const right = this.#openRight(this.run);
    this.#right = right;
    let matched = false;
    const read = drain(this.run, right, (rows) => {
      for (const row of rows) {
        if (onlyExists && matched) return;
        if (this.pair(left, row)) matched = true;
      }
    });
    const done = (): void => {
      right.close();
      this.#right = undefined;
      this.emitLeft(left, matched);
    };
    return isPromise(read) ? read.then(done) : done();
  }

  protected override finish(): void {}
}

export function openNestedLoop(node: NestedLoopNode, left: Opener, right: Opener): Opener {
  const compiled: Compiled = {
    node,
    condition: node.condition === undefined ? undefined : compilePredicate(node.condition),
    params: node.params.map(({ id, expr }) => ({ id, value: compileExpr(expr) })),
  };
  if (node.params.length > 0) {
    return (run) => new ParameterizedLoop(run, compiled, left(run), right);
  }
  return (run) => new MaterializedLoop(run, compiled, left(run), right(run));
}
