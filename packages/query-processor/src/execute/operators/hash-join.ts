/**
 * Joins on equality: the right side is built into a hash table, the left side probes it. A NULL key
 * matches nothing; unmatched rows come out as the join type says.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledPredicate, Datum, Row } from "@firstlight/sql";
import { compilePredicate } from "@firstlight/sql";
import type { HashJoinNode } from "../../plan/plan-node.ts";
import type { MapKey, RowKeyFunction } from "../hash-key.ts";
import { joinKey } from "../hash-key.ts";
import { rowBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, drain } from "../operator.ts";

export function nulls(width: number): readonly null[] {
  return Array.from({ length: width }, () => null);
}

interface Compiled {
  readonly node: HashJoinNode;
  readonly leftKey: RowKeyFunction;
  readonly rightKey: RowKeyFunction;
  readonly condition: CompiledPredicate | undefined;
  readonly leftWidth: number;
  readonly rightWidth: number;
}

interface BuildRow {
  readonly row: Row;
  matched: boolean;
}

class HashJoin extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #left: Operator;
  readonly #right: Operator;
  readonly #table = new Map<MapKey, BuildRow[]>();
  /** Build rows with a NULL key: only an outer join of their side shows them. */
  readonly #loose: BuildRow[] = [];
  #built = false;
  #batch: readonly Row[] = [];
  #at = 0;
  #heldBytes = 0;
  readonly #noRight: readonly Datum[];

  constructor(run: Run, compiled: Compiled, left: Operator, right: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#left = left;
    this.#right = right;
    this.#noRight = nulls(compiled.rightWidth);
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#table.clear();
    this.run.memory.give(this.#heldBytes);
    this.#heldBytes = 0;
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#built) return this.#pull();
    this.#built = true;
    const built = drain(this.run, this.#right, (rows) => this.#build(rows));
    return isPromise(built) ? built.then(() => this.#pull()) : this.#pull();
  }

  #build(rows: readonly Row[]): void {
    const { rightKey, node } = this.#compiled;
    const keepLoose = node.type === "right" || node.type === "full";
    for (const row of rows) {
      const key = rightKey(row, this.run.evaluation);
      const entry = { row, matched: false };
      if (key === undefined) {
        if (keepLoose) this.#loose.push(entry);
        continue;
      }
      const bytes = rowBytes(row) + 48;
      this.#heldBytes += bytes;
      this.run.memory.take(bytes);
      const entries = this.#table.get(key);
      if (entries === undefined) this.#table.set(key, [entry]);
      else entries.push(entry);
    }
  }

  #pull(): MaybePromise<boolean> {
    const { type } = this.#compiled.node;
    // Without a build side no left row can match.
    if (this.#table.size === 0 && (type === "inner" || type === "semi")) return false;
    // One left row may have very many matches: the output is handed on in between.
    while (this.#at < this.#batch.length) {
      if (this.pending >= BATCH_ROWS) return true;
      const row = this.#batch[this.#at++];
      if (row !== undefined) this.#probe(row);
    }
    const batch = this.#left.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  #took(rows: readonly Row[] | undefined): boolean {
    this.#batch = rows ?? [];
    this.#at = 0;
    if (rows === undefined) this.#emitUnmatchedRight();
    return rows !== undefined;
  }

  #probe(left: Row): void {
    const { leftKey, condition, node } = this.#compiled;
    const { evaluation } = this.run;
    const key = leftKey(left, evaluation);
    const entries = key === undefined ? undefined : this.#table.get(key);
    let matched = false;
    for (const entry of entries ?? []) {
      const joined = [...left, ...entry.row];
      if (condition !== undefined && !condition(joined, evaluation)) continue;
      matched = true;
      if (node.type === "semi" || node.type === "anti") break;
      entry.matched = true;
      this.emit(joined);
    }
    this.#emitLeft(left, matched);
  }

  #emitLeft(left: Row, matched: boolean): void {
    const { type } = this.#compiled.node;
    if (matched) {
      if (type === "semi") this.emit(left);
    } else if (type === "anti") {
      this.emit(left);
    } else if (type === "left" || type === "full") {
      this.emit([...left, ...this.#noRight]);
    }
  }

  #emitUnmatchedRight(): void {
    const { node, leftWidth } = this.#compiled;
    if (node.type !== "right" && node.type !== "full") return;
    const noLeft = nulls(leftWidth);
    for (const entries of [...this.#table.values(), this.#loose]) {
      for (const entry of entries) if (!entry.matched) this.emit([...noLeft, ...entry.row]);
    }
  }
}

export function openHashJoin(node: HashJoinNode, left: Opener, right: Opener): Opener {
  const compiled: Compiled = {
    node,
    leftKey: joinKey(node.leftKeys),
    rightKey: joinKey(node.rightKeys),
    condition: node.condition === undefined ? undefined : compilePredicate(node.condition),
    leftWidth: node.left.labels.length,
    rightWidth: node.right.labels.length,
  };
  return (run) => new HashJoin(run, compiled, left(run), right(run));
}
