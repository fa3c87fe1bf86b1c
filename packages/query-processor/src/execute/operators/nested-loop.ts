/**
 * Joins by trying pairs. Without parameters the right side is read once and kept; with parameters it
 * is run again for each left row, which sets them. The output is handed on, and other sessions get
 * their turn, in the middle of a left row too: a product is never held.
 */
import type { MaybePromise } from "@firstlight/common";
import { SqlError, andThen, isPromise } from "@firstlight/common";
import type { CompiledExpr, CompiledPredicate, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate } from "@firstlight/sql";
import type { NestedLoopNode, PairFilter, PlanNode } from "../../plan/plan-node.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator, drain, tallied } from "../operator.ts";
import { RowStore } from "../row-store.ts";
import { BlockLoop } from "./block-loop.ts";
import { GatheredRows } from "./gathered-rows.ts";
import { nulls } from "./hash-join.ts";
import type { CompiledMemo } from "./memoize.ts";
import { KnownRows, Memo, compileMemo, preparedRowsMax, reporting } from "./memoize.ts";

interface Compiled {
  readonly node: NestedLoopNode;
  readonly condition: CompiledPredicate | undefined;
  readonly params: readonly { readonly id: number; readonly value: CompiledExpr }[];
  readonly onlyExists: boolean;
  readonly noRight: Row;
  readonly memo: CompiledMemo | undefined;
  readonly pairs: { readonly open: Opener; readonly filter: PairFilter } | undefined;
}

abstract class Loop extends ProducingOperator {
  protected readonly compiled: Compiled;
  protected readonly left: Operator;
  #batch: readonly Row[] = [];
  #at = 0;
  #current: Row | undefined;
  /** Whether the current left row has found a partner. */
  protected matched = false;
  readonly #pace: Pace;
  #isOver = false;

  constructor(run: Run, compiled: Compiled, left: Operator) {
    super(run);
    this.#pace = new Pace(run);
    this.compiled = compiled;
    this.left = left;
  }

  /** A left row comes to be joined. */
  protected abstract start(left: Row): void;
  /** Joins it with some of the right rows; true when it has seen them all. */
  protected abstract advance(left: Row): MaybePromise<boolean>;
  /** All left rows were joined; false when nothing more will be emitted. */
  protected abstract finish(): boolean;

  protected pull(): MaybePromise<boolean> {
    this.#isOver = false;
    while (!this.isFull()) {
      this.#current ??= this.#nextLeft();
      if (this.#current === undefined) return this.#nextBatch();
      const done = this.advance(this.#current);
      if (isPromise(done)) return done.then((each) => this.#advanced(each));
      this.#advanced(done);
    }
    return true;
  }

  protected isFull(): boolean {
    this.#isOver ||= this.#pace.isOver();
    return this.#isOver || this.pending >= BATCH_ROWS;
  }

  #nextLeft(): Row | undefined {
    const row = this.#batch[this.#at];
    if (row === undefined) return undefined;
    this.#at++;
    this.matched = false;
    this.start(row);
    return row;
  }

  #advanced(done: boolean): true {
    if (done && this.#current !== undefined) {
      this.#emitLeft(this.#current);
      this.#current = undefined;
    }
    return true;
  }

  #nextBatch(): MaybePromise<boolean> {
    const batch = this.nextLefts();
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  /** Left rows that are joined next. */
  protected nextLefts(): MaybePromise<readonly Row[] | undefined> {
    return this.left.next(this.wanted);
  }

  #took(rows: readonly Row[] | undefined): boolean {
    this.#batch = rows ?? [];
    this.#at = 0;
    return rows === undefined ? this.finish() : true;
  }

  #emitLeft(left: Row): void {
    const { node, noRight } = this.compiled;
    const { type } = node;
    if (this.matched) {
      if (type === "semi") this.emit(left);
    } else if (type === "anti") {
      this.emit(left);
    } else if (type === "left" || type === "full") {
      this.emit(left.concat(noRight));
    }
  }

  /** True when the pair matches; emits it unless only its existence counts. */
  protected pair(left: Row, right: Row): boolean {
    const { condition, onlyExists } = this.compiled;
    const joined = left.concat(right);
    if (condition !== undefined && !condition(joined, this.run.evaluation)) return false;
    this.matched = true;
    if (!onlyExists) this.emit(joined);
    return true;
  }
}

/** The right side kept. */
class MaterializedLoop extends Loop {
  readonly #right: Operator;
  readonly #store: RowStore;
  #rows: readonly Row[] = [];
  readonly #matchedRight = new Set<number>();
  #read = false;
  #position = 0;
  #unmatched: Iterator<Row> | undefined;
  /** Instead of all else, once memory cannot hold the right side. */
  #blocks: BlockLoop | undefined;

  constructor(run: Run, compiled: Compiled, left: Operator, right: Operator) {
    super(run, compiled, left);
    this.#right = right;
    this.#store = new RowStore(run.memory);
  }

  close(): void {
    this.left.close();
    this.#right.close();
    this.#store.free();
    this.#rows = [];
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#blocks !== undefined) return this.#blocks.produce();
    if (this.#unmatched !== undefined) return this.emitFrom(this.#unmatched);
    if (this.#read) return this.pull();
    this.#read = true;
    const read = drain(this.run, this.#right, (rows) => {
      this.#store.add(rows);
      return this.#store.relieved();
    });
    return isPromise(read) ? read.then(() => this.#start()) : this.#start();
  }

  #start(): MaybePromise<boolean> {
    const rows = this.#store.inMemory;
    if (rows !== undefined) {
      this.#rows = rows;
      return this.pull();
    }
    const { condition, node, noRight, pairs } = this.compiled;
    const { evaluation } = this.run;
    if (pairs !== undefined) {
      throw new SqlError("53200", "join with subqueries about both sides does not fit in memory");
    }
    this.#blocks = new BlockLoop({
      type: node.type,
      left: this.left,
      right: this.#store,
      matches: condition === undefined ? () => true : (joined) => condition(joined, evaluation),
      emit: (row) => this.emit(row),
      noLeft: nulls(node.left.labels.length),
      noRight,
      pace: new Pace(this.run),
    });
    return this.#blocks.produce();
  }

  protected override start(): void {
    this.#position = 0;
  }

  protected override advance(left: Row): MaybePromise<boolean> {
    const rows = this.#rows;
    const { node, onlyExists, pairs } = this.compiled;
    if (pairs !== undefined) return this.#filterPairs(pairs, left);
    const keepsRight = node.type === "right" || node.type === "full";
    while (this.#position < rows.length && !this.isFull()) {
      const at = this.#position++;
      const right = rows[at];
      if (right === undefined || !this.pair(left, right)) continue;
      if (keepsRight) this.#matchedRight.add(at);
      if (onlyExists) return true;
    }
    return this.#position >= rows.length;
  }

  /** Some of the right rows, as pairs with the left row, through the filter's plan. */
  #filterPairs({ open, filter }: NonNullable<Compiled["pairs"]>, left: Row): MaybePromise<boolean> {
    const from = this.#position;
    const some = this.#rows.slice(from, from + BATCH_ROWS);
    this.#position += some.length;
    const working = some.map((right, at) => left.concat(right, from + at));
    this.run.working.set(filter.id, { read: (at, count) => working.slice(at, at + count) });
    const operator = open(this.run);
    const done = drain(this.run, operator, (rows) => {
      for (const row of rows) this.#takePair(row, filter.numberSlot);
    });
    const finish = (): boolean => {
      operator.close();
      return this.#position >= this.#rows.length;
    };
    return isPromise(done) ? done.then(finish) : finish();
  }

  #takePair(row: Row, numberSlot: number): void {
    this.matched = true;
    this.#matchedRight.add(Number(row[numberSlot]));
    this.emit(row.slice(0, numberSlot));
  }

  protected override finish(): boolean {
    const { type } = this.compiled.node;
    if (type !== "right" && type !== "full") return false;
    this.#unmatched = this.#unmatchedRows();
    return true;
  }

  *#unmatchedRows(): Generator<Row> {
    const noLeft = nulls(this.compiled.node.left.labels.length);
    for (let at = 0; at < this.#rows.length; at++) {
      if (!this.#matchedRight.has(at)) yield noLeft.concat(this.#rows[at] ?? []);
    }
  }
}

/** The right side run anew for each left row. */
class ParameterizedLoop extends Loop {
  readonly #openRight: Opener;
  readonly #memo: Memo | undefined;
  readonly #gathered: GatheredRows | undefined;
  #right: Operator | undefined;
  #rows: readonly Row[] = [];
  #at = 0;

  constructor(run: Run, compiled: Compiled, left: Operator, openRight: Opener) {
    super(run, compiled, left);
    this.#openRight = openRight;
    const { memo } = compiled;
    if (memo === undefined) return;
    this.#memo = new Memo(run, memo);
    const { batch, batchLeast } = memo.node;
    if (batch === undefined) return;
    this.#gathered = new GatheredRows(run, left, batchLeast, preparedRowsMax(memo, run));
  }

  close(): void {
    this.left.close();
    this.#closeRight();
    this.#memo?.free();
  }

  protected override nextLefts(): MaybePromise<readonly Row[] | undefined> {
    if (this.#gathered === undefined) return this.left.next(this.wanted);
    return andThen(this.#gathered.next(this.wanted), (rows) => this.#prepared(rows));
  }

  #prepared(rows: readonly Row[] | undefined): MaybePromise<readonly Row[] | undefined> {
    if (rows === undefined) return undefined;
    return andThen(this.#memo?.prepare(rows), () => rows);
  }

  #closeRight(): void {
    this.#right?.close();
    this.#right = undefined;
    this.#rows = [];
  }

  protected override produce(): MaybePromise<boolean> {
    return this.pull();
  }

  protected override start(left: Row): void {
    const { evaluation } = this.run;
    for (const { id, value } of this.compiled.params) {
      evaluation.execParams[id] = value(left, evaluation);
    }
    this.#right =
      this.#memo === undefined ? this.#openRight(this.run) : this.#looked(this.#memo, left);
  }

  /** Undefined where the rows are there. */
  #looked(memo: Memo, left: Row): Operator | undefined {
    const key = memo.keyOf(left);
    const known = memo.rowsOf(key);
    const { node } = this.compiled;
    const { probe } = this.run;
    if (known === undefined || probe !== undefined) {
      const operator = known === undefined ? memo.open(key) : new KnownRows(known);
      return probe?.wrap(node.right, reporting(operator, memo.report)) ?? operator;
    }
    this.#rows = known;
    this.#at = 0;
    return undefined;
  }

  protected override advance(left: Row): MaybePromise<boolean> {
    if (this.#at < this.#rows.length) return this.#join(left);
    const { node, condition } = this.compiled;
    const decides = condition === undefined && (node.type === "semi" || node.type === "anti");
    const rows = this.#right?.next(decides ? 1 : BATCH_ROWS);
    return isPromise(rows) ? rows.then((each) => this.#took(left, each)) : this.#took(left, rows);
  }

  #took(left: Row, rows: readonly Row[] | undefined): boolean {
    this.#at = 0;
    this.#rows = rows ?? [];
    if (rows !== undefined) return this.#join(left);
    this.#closeRight();
    return true;
  }

  #join(left: Row): boolean {
    while (this.#at < this.#rows.length && !this.isFull()) {
      const right = this.#rows[this.#at++];
      if (right === undefined || !this.pair(left, right) || !this.compiled.onlyExists) continue;
      this.#closeRight();
      return true;
    }
    return false;
  }

  protected override finish(): boolean {
    return false;
  }
}

export function openNestedLoop(
  node: NestedLoopNode,
  left: Opener,
  right: Opener,
  openPlan: (node: PlanNode) => Opener,
): Opener {
  const compiled: Compiled = {
    node,
    condition: node.condition === undefined ? undefined : compilePredicate(node.condition),
    params: node.params.map(({ id, expr }) => ({ id, value: compileExpr(expr) })),
    onlyExists: node.type === "semi" || node.type === "anti",
    noRight: nulls(node.right.labels.length),
    memo: node.right.kind === "memoize" ? compileMemo(node.right, openPlan) : undefined,
    pairs:
      node.pairs === undefined
        ? undefined
        : { open: openPlan(node.pairs.plan), filter: node.pairs },
  };
  if (node.params.length > 0) {
    return (run) => new ParameterizedLoop(run, tallied(run, compiled), left(run), right);
  }
  return (run) => new MaterializedLoop(run, tallied(run, compiled), left(run), right(run));
}
