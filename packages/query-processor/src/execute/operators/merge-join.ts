/**
 * Joins two inputs that are sorted on the join's keys, NULLs last, going through both once. Right
 * rows with equal keys are kept while left rows with these keys come; a NULL matches nothing.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledExpr, CompiledPredicate, Datum, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate } from "@firstlight/sql";
import type { MergeJoinNode } from "../../plan/plan-node.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator, tallied } from "../operator.ts";
import { compareFunction } from "../row-order.ts";
import { nulls } from "./hash-join.ts";

type Keys = readonly Datum[];

interface Compiled {
  readonly node: MergeJoinNode;
  readonly leftKeys: readonly CompiledExpr[];
  readonly rightKeys: readonly CompiledExpr[];
  readonly compares: readonly ((a: Datum, b: Datum) => number)[];
  readonly condition: CompiledPredicate | undefined;
  readonly onlyExists: boolean;
  readonly keepsLeft: boolean;
  readonly keepsRight: boolean;
}

/** Reads an input row by row. */
class Cursor {
  readonly #operator: Operator;
  #batch: readonly Row[] = [];
  #at = 0;
  ended = false;

  constructor(operator: Operator) {
    this.#operator = operator;
  }

  /** Undefined: the next batch has to be fetched, or there is none. */
  get row(): Row | undefined {
    return this.#batch[this.#at];
  }

  advance(): void {
    this.#at++;
  }

  fetch(rows: number): MaybePromise<true> {
    const batch = this.#operator.next(rows);
    return isPromise(batch) ? batch.then((got) => this.#took(got)) : this.#took(batch);
  }

  #took(batch: readonly Row[] | undefined): true {
    this.#batch = batch ?? [];
    this.#at = 0;
    if (batch === undefined) this.ended = true;
    return true;
  }

  close(): void {
    this.#operator.close();
  }
}

/** Right rows with equal keys. */
interface Group {
  readonly keys: Keys;
  readonly rows: Row[];
  readonly matched: boolean[];
  isComplete: boolean;
}

class MergeJoin extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #left: Cursor;
  readonly #right: Cursor;
  #memory: MemoryShare;
  #group: Group | undefined;
  /** How far the current left row is in the group, and whether it has found a partner. */
  #at = 0;
  #isMatched = false;
  readonly #pace: Pace;
  #isOver = false;

  constructor(run: Run, compiled: Compiled, left: Operator, right: Operator) {
    super(run);
    this.#pace = new Pace(run);
    this.#compiled = compiled;
    this.#left = new Cursor(left);
    this.#right = new Cursor(right);
    this.#memory = new MemoryShare(run.memory);
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#dropGroup();
  }

  protected override produce(): MaybePromise<boolean> {
    this.#isOver = false;
    while (!this.#isFull()) {
      const left = this.#left.row;
      if (left === undefined && !this.#left.ended) return this.#left.fetch(this.wanted);
      if (this.#group?.isComplete !== true && !this.#right.ended) {
        const fetching = this.#gather();
        if (fetching !== undefined) return fetching;
        continue;
      }
      if (left === undefined) {
        if (!this.#finishRight()) return false;
        continue;
      }
      this.#step(left);
    }
    return true;
  }

  #isFull(): boolean {
    this.#isOver ||= this.#pace.isOver();
    return this.#isOver || this.pending >= BATCH_ROWS;
  }

  #keys(row: Row, keys: readonly CompiledExpr[]): Keys {
    return keys.map((key) => key(row, this.run.evaluation));
  }

  /** The next right rows with equal keys; a promise, or true, when more have to be fetched first. */
  #gather(): MaybePromise<true> | undefined {
    for (;;) {
      if (this.#isFull()) return true;
      const row = this.#right.row;
      if (row === undefined) {
        if (!this.#right.ended) return this.#right.fetch(BATCH_ROWS);
        if (this.#group !== undefined) this.#group.isComplete = true;
        return undefined;
      }
      const keys = this.#keys(row, this.#compiled.rightKeys);
      if (this.#group === undefined) {
        this.#group = { keys, rows: [], matched: [], isComplete: false };
      } else if (this.#compare(this.#group.keys, keys) !== 0) {
        this.#group.isComplete = true;
        return undefined;
      }
      this.#memory.take(rowBytes(row));
      this.#group.rows.push(row);
      this.#group.matched.push(false);
      this.#right.advance();
    }
  }

  /** NULLs come last, and equal each other here: they are told apart where rows are matched. */
  #compare(a: Keys, b: Keys): number {
    const { compares } = this.#compiled;
    for (let i = 0; i < compares.length; i++) {
      const left = a[i] ?? null;
      const right = b[i] ?? null;
      if (left === null || right === null) {
        if (left === right) continue;
        return left === null ? 1 : -1;
      }
      const order = compares[i]?.(left, right) ?? 0;
      if (order !== 0) return order;
    }
    return 0;
  }

  #step(left: Row): void {
    const group = this.#group;
    if (group === undefined) {
      this.#leave(left);
      return;
    }
    const keys = this.#keys(left, this.#compiled.leftKeys);
    const order = this.#compare(keys, group.keys);
    if (order > 0) this.#passGroup(group);
    else if (order < 0 || keys.includes(null)) this.#leave(left);
    else this.#match(left, group);
  }

  #match(left: Row, group: Group): void {
    const { condition, onlyExists } = this.#compiled;
    while (this.#at < group.rows.length) {
      if (this.#isFull()) return;
      const at = this.#at++;
      const joined = left.concat(group.rows[at] ?? []);
      if (condition !== undefined && !condition(joined, this.run.evaluation)) continue;
      this.#isMatched = true;
      if (onlyExists) break;
      group.matched[at] = true;
      this.emit(joined);
    }
    this.#leave(left);
  }

  /** The left row has seen all that it could match. */
  #leave(left: Row): void {
    const { node, keepsLeft } = this.#compiled;
    if (this.#isMatched) {
      if (node.type === "semi") this.emit(left);
    } else if (node.type === "anti") this.emit(left);
    else if (keepsLeft) this.emit(left.concat(nulls(node.right.labels.length)));
    this.#isMatched = false;
    this.#at = 0;
    this.#left.advance();
  }

  #passGroup(group: Group): void {
    if (this.#compiled.keepsRight) {
      const noLeft = nulls(this.#compiled.node.left.labels.length);
      for (const [at, row] of group.rows.entries()) {
        if (group.matched[at] !== true) this.emit(noLeft.concat(row));
      }
    }
    this.#dropGroup();
  }

  #dropGroup(): void {
    this.#group = undefined;
    this.#memory.release();
    this.#memory = new MemoryShare(this.run.memory);
  }

  /** No left row is left; false when the right side has nothing more to give either. */
  #finishRight(): boolean {
    if (!this.#compiled.keepsRight || this.#group === undefined) return false;
    this.#passGroup(this.#group);
    return true;
  }
}

export function openMergeJoin(node: MergeJoinNode, left: Opener, right: Opener): Opener {
  const { type } = node;
  const compiled: Compiled = {
    node,
    leftKeys: node.leftKeys.map((key) => compileExpr(key)),
    rightKeys: node.rightKeys.map((key) => compileExpr(key)),
    compares: node.leftKeys.map((key) => compareFunction(key.type)),
    condition: node.condition === undefined ? undefined : compilePredicate(node.condition),
    onlyExists: type === "semi" || type === "anti",
    keepsLeft: type === "left" || type === "full",
    keepsRight: type === "right" || type === "full",
  };
  return (run) => new MergeJoin(run, tallied(run, compiled), left(run), right(run));
}
