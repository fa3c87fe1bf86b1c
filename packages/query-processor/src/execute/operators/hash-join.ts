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
import { MemoryShare, rowBytes } from "../memory-account.ts";
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

const NO_ENTRIES: readonly BuildRow[] = [];
const ENTRY_BYTES = 64;
/** Pairs tried between two chances to be interrupted. */
const PAIRS_PER_STEP = 8_192;

class HashJoin extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #left: Operator;
  readonly #right: Operator;
  readonly #table = new Map<MapKey, BuildRow[]>();
  /** Build rows with a NULL key: only an outer join of their side shows them. */
  readonly #loose: BuildRow[] = [];
  readonly #memory: MemoryShare;
  #built = false;
  #batch: readonly Row[] = [];
  #at = 0;
  /** The left row that is being joined, its candidates, and how far it is. */
  #current: Row | undefined;
  #entries: readonly BuildRow[] = NO_ENTRIES;
  #entryAt = 0;
  #matched = false;
  #pairs = 0;
  #unmatched: Iterator<Row> | undefined;
  readonly #noRight: readonly Datum[];

  constructor(run: Run, compiled: Compiled, left: Operator, right: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#left = left;
    this.#right = right;
    this.#memory = new MemoryShare(run.memory);
    this.#noRight = nulls(compiled.rightWidth);
  }

  close(): void {
    this.#left.close();
    this.#right.close();
    this.#table.clear();
    this.#memory.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#unmatched !== undefined) return this.emitFrom(this.#unmatched);
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
      if (key === undefined && !keepLoose) continue;
      const entry = { row, matched: false };
      this.#memory.take(rowBytes(row) + ENTRY_BYTES);
      if (key === undefined) {
        this.#loose.push(entry);
        continue;
      }
      const entries = this.#table.get(key);
      if (entries === undefined) this.#table.set(key, [entry]);
      else entries.push(entry);
    }
  }

  /** One left row may have very many candidates: output and turns are given up in between. */
  #pull(): MaybePromise<boolean> {
    const { type } = this.#compiled.node;
    // Without a build side no left row can match.
    if (this.#table.size === 0 && (type === "inner" || type === "semi")) return false;
    this.#pairs = 0;
    while (this.pending < BATCH_ROWS && this.#pairs < PAIRS_PER_STEP) {
      this.#current ??= this.#nextLeft();
      if (this.#current === undefined) return this.#nextBatch();
      this.#probe(this.#current);
    }
    return true;
  }

  #nextLeft(): Row | undefined {
    const row = this.#batch[this.#at];
    if (row === undefined) return undefined;
    this.#at++;
    const key = this.#compiled.leftKey(row, this.run.evaluation);
    this.#entries = (key === undefined ? undefined : this.#table.get(key)) ?? NO_ENTRIES;
    this.#entryAt = 0;
    this.#matched = false;
    return row;
  }

  #nextBatch(): MaybePromise<boolean> {
    const batch = this.#left.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  #took(rows: readonly Row[] | undefined): boolean {
    this.#batch = rows ?? [];
    this.#at = 0;
    if (rows !== undefined) return true;
    const { type } = this.#compiled.node;
    if (type !== "right" && type !== "full") return false;
    this.#unmatched = this.#unmatchedRight();
    return true;
  }

  #probe(left: Row): void {
    const { condition, node } = this.#compiled;
    const entries = this.#entries;
    const onlyExists = node.type === "semi" || node.type === "anti";
    this.#pairs++;
    while (this.#entryAt < entries.length) {
      if (this.pending >= BATCH_ROWS || this.#pairs >= PAIRS_PER_STEP) return;
      const entry = entries[this.#entryAt++];
      if (entry === undefined) break;
      this.#pairs++;
      const joined = [...left, ...entry.row];
      if (condition !== undefined && !condition(joined, this.run.evaluation)) continue;
      this.#matched = true;
      if (onlyExists) break;
      entry.matched = true;
      this.emit(joined);
    }
    this.#current = undefined;
    this.#emitLeft(left, this.#matched);
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

  *#unmatchedRight(): Generator<Row> {
    const noLeft = nulls(this.#compiled.leftWidth);
    for (const entries of this.#table.values()) {
      for (const entry of entries) if (!entry.matched) yield [...noLeft, ...entry.row];
    }
    for (const entry of this.#loose) yield [...noLeft, ...entry.row];
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
