/**
 * The operator protocol. Operators are pulled for batches of rows, answer synchronously whenever
 * what they read is there, and never hold a promise per row. Long loops check for interrupts once
 * per batch and yield the event loop now and then.
 */
import type { KeyBits, MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { CompiledPredicate, Datum, EvaluationContext, Row } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { referencesTo } from "../catalog/foreign-keys.ts";
import type { BitmapTree, PlanNode, ScanNode } from "../plan/plan-node.ts";
import type { ExecutionContext } from "./executable.ts";
import type { BoundQuery } from "../bind/query-tree.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { MemoryAccount } from "./memory-account.ts";
import type { CompiledPlan } from "./plan-execution.ts";
import { StatementLongCalls, Suspension, computedInTurns } from "./statement-long-calls.ts";
import { ReferenceQueue } from "./references/reference-queue.ts";
import type { TableReferences } from "./references/table-references.ts";

export interface Operator {
  /** At most `maxRows` rows; never an empty batch; undefined at the end, and from then on. */
  next(maxRows: number): MaybePromise<readonly Row[] | undefined>;
  close(): void;
  /**
   * Advice, before the first `next`: rows whose value at `slot` is not one of the keys, or is NULL,
   * are not needed.
   */
  restrict?(slot: number, keys: KeyBits): void;
  /** How it went, for EXPLAIN ANALYZE; asked before it is closed. */
  report?(): OperatorReport | undefined;
}

export type OperatorReport =
  | {
      readonly kind: "sort";
      readonly method: "quicksort" | "top-N heapsort" | "external merge";
      readonly space: "Memory" | "Disk";
      readonly bytes: number;
    }
  | {
      readonly kind: "groups";
      readonly groups: number;
      readonly method: "quicksort" | "external merge";
      readonly space: "Memory" | "Disk";
      readonly bytes: number;
    }
  | {
      readonly kind: "hash";
      readonly buckets: number;
      readonly batches: number;
      readonly memoryBytes: number;
    }
  | {
      readonly kind: "aggregate";
      readonly batches: number;
      readonly memoryBytes: number;
      readonly diskBytes: number;
    }
  | {
      readonly kind: "memo";
      hits: number;
      misses: number;
      evictions: number;
      overflows: number;
      memoryBytes: number;
    };

/** Rows of a CTE, or of the step of a recursive one. */
export interface KeptRows {
  /** Some of the `count` rows from `from` on; none only at the end. */
  read(from: number, count: number): MaybePromise<readonly Row[]>;
}

/** What one execution of a plan shares among its operators. */
export interface Run {
  readonly context: ExecutionContext;
  /** That of the context. */
  readonly evaluation: EvaluationContext;
  /** What scans and look-ups read: as of the statement's start where functions write meanwhile. */
  readonly reads: Transaction;
  /** Each row is written before the next one is computed. */
  readonly writesByRow: boolean;
  /** Plans the statements of functions that this one calls. */
  readonly compile: CompileQuery;
  readonly memory: MemoryAccount;
  readonly ctes: Map<number, KeptRows>;
  readonly working: Map<number, KeptRows>;
  /** Results of subqueries that depend on nothing, by id. */
  readonly constants: Map<number, Datum>;
  /** Writes of data-modifying CTEs: they wait until everything was read. */
  readonly deferredWrites: (() => MaybePromise<void>)[];
  /** What the statement's writes owe to foreign keys, if anything does. */
  references: ReferenceQueue | undefined;
  /** Rows written by the statement itself. */
  affected: number;
  readonly top: PlanNode | undefined;
  readonly probe: Probe | undefined;
}

export type CompileQuery = (query: BoundQuery, catalog: Catalog) => CompiledPlan;

/** Told of every row that a scan finds, BEFORE its filter. */
export interface ScanCounter {
  found(row: Row, evaluation: EvaluationContext): void;
}

export interface Tally {
  readonly rows: number;
  readonly loops: number;
  /** Rows that its condition has dropped, or pairs of them. */
  readonly removed: number;
}

/** Measures operators for EXPLAIN ANALYZE. */
export interface Probe {
  /** Undefined where nobody wants to know. */
  counterOf?(node: ScanNode): ScanCounter;
  wrap(node: PlanNode, operator: Operator): Operator;
  /** What nobody sees from outside: parts without an operator of their own, dropped rows. */
  tally(part: PlanNode | BitmapTree, counts: Partial<Tally>): void;
}

/** The join with a condition that tells what it drops, where somebody wants to know. */
export function tallied<Join extends Conditional>(run: Run, join: Join): Join {
  const { node, condition } = join;
  return run.probe === undefined || condition === undefined
    ? join
    : { ...join, condition: tallying(run.probe, node, condition) };
}

interface Conditional {
  readonly node: PlanNode;
  readonly condition: CompiledPredicate | undefined;
}

export function tallying(
  probe: Probe,
  part: PlanNode,
  condition: CompiledPredicate,
): CompiledPredicate {
  return (row, evaluation) => {
    const holds = condition(row, evaluation);
    if (!holds) probe.tally(part, { removed: 1 });
    return holds;
  };
}

/** Undefined when no foreign key is on the table or refers to it. */
export function referencesOf(run: Run, table: TableDescriptor): TableReferences | undefined {
  const { context } = run;
  if (run.references !== undefined) return run.references.of(table);
  const concerned =
    (table.foreignKeys ?? []).length > 0 ||
    table.indexes.some(({ deferrable }) => deferrable !== undefined) ||
    referencesTo(context.catalog, table.oid).length > 0;
  if (!concerned) return undefined;
  run.references = new ReferenceQueue(context);
  return run.references.of(table);
}

export type Opener = (run: Run) => Operator;

export const BATCH_ROWS = 1024;

/**
 * Repeats `step` until it answers false; yields when the statement has had the event loop for long
 * enough. So each step has to be short.
 */
export function repeat(run: Run, step: () => MaybePromise<boolean>): MaybePromise<void> {
  const { interrupts } = run.context;
  for (;;) {
    interrupts.check();
    const more = step();
    if (isPromise(more)) return repeatLater(run, more, step);
    if (!more) return undefined;
    if (!interrupts.overdue()) continue;
    const yielded = interrupts.yield().then(() => true);
    return repeatLater(run, yielded, step);
  }
}

async function repeatLater(
  run: Run,
  first: Promise<boolean>,
  step: () => MaybePromise<boolean>,
): Promise<void> {
  const { interrupts } = run.context;
  let more = await first;
  while (more) {
    interrupts.check();
    const answer = step();
    more = isPromise(answer) ? await answer : answer;
    if (more && interrupts.overdue()) await interrupts.yield();
  }
}

/** Rows between two looks at the clock, where nothing says how long they take. */
const ROWS_PER_LOOK = 16;

/** Does `step` for each row, and lets others run in between when that takes long. */
export function eachRow(
  run: Run,
  rows: readonly Row[],
  step: (row: Row, at: number) => void,
): MaybePromise<void> {
  const at = someRows(run, rows, 0, step);
  return at < rows.length ? eachRowLater(run, rows, at, step) : undefined;
}

/** The same for a step that can be done again for its row: it does nothing before it is through. */
export function eachRowAgain(
  run: Run,
  rows: readonly Row[],
  step: (row: Row, at: number) => void,
): MaybePromise<void> {
  const calls = run.evaluation.longCalls;
  if (!(calls instanceof StatementLongCalls)) return eachRow(run, rows, step);
  const cursor = { at: 0 };
  const suspension = rowsOrSuspension(run, rows, cursor, step, calls);
  return cursor.at < rows.length
    ? rowsAgainLater(run, rows, cursor, step, calls, suspension)
    : undefined;
}

/** The same where a key is computed, which may be `isLong`; what is done with it is done once. */
export function eachKeyedRow<Key>(
  run: Run,
  rows: readonly Row[],
  keyOf: (row: Row, context: EvaluationContext) => Key,
  step: (row: Row, key: Key) => void,
  isLong: boolean,
): MaybePromise<void> {
  const { evaluation } = run;
  if (!isLong) return eachRow(run, rows, (row) => step(row, keyOf(row, evaluation)));
  const { longCalls } = evaluation;
  const calls = longCalls instanceof StatementLongCalls ? longCalls : undefined;
  return eachRowAgain(run, rows, (row) => {
    const key = keyOf(row, evaluation);
    calls?.stay();
    step(row, key);
  });
}

function rowsOrSuspension(
  run: Run,
  rows: readonly Row[],
  cursor: { at: number },
  step: (row: Row, at: number) => void,
  calls: StatementLongCalls,
): Suspension | undefined {
  try {
    calls.attempt(() => {
      cursor.at = someRows(run, rows, cursor.at, (row, at) => {
        cursor.at = at;
        calls.begin();
        step(row, at);
        calls.next();
      });
    });
    return undefined;
  } catch (error) {
    if (error instanceof Suspension) return error;
    throw error;
  }
}

async function rowsAgainLater(
  run: Run,
  rows: readonly Row[],
  cursor: { at: number },
  step: (row: Row, at: number) => void,
  calls: StatementLongCalls,
  first: Suspension | undefined,
): Promise<void> {
  const { interrupts } = run.context;
  let suspension = first;
  while (cursor.at < rows.length) {
    await (suspension === undefined ? interrupts.yield() : calls.resume(suspension));
    interrupts.check();
    suspension = rowsOrSuspension(run, rows, cursor, step, calls);
  }
}

/** Computes something that can be computed again from its start. */
export function computed<T>(run: Run, compute: () => T): MaybePromise<T> {
  return computedInTurns(run.evaluation.longCalls, compute);
}

/** As many as a share of the event loop allows; the position of the next one. */
function someRows(
  run: Run,
  rows: readonly Row[],
  from: number,
  step: (row: Row, at: number) => void,
): number {
  const { interrupts } = run.context;
  const { length } = rows;
  for (let at = from, unseen = 0; at < length;) {
    step(rows[at] as Row, at);
    at++;
    // A row that took long changes after how many of them to look.
    if (++unseen < (interrupts.rowsPerLook ?? ROWS_PER_LOOK)) continue;
    unseen = 0;
    if (at < length && interrupts.overdue()) return at;
  }
  return length;
}

async function eachRowLater(
  run: Run,
  rows: readonly Row[],
  from: number,
  step: (row: Row, at: number) => void,
): Promise<void> {
  const { interrupts } = run.context;
  for (let at = from; at < rows.length; at = someRows(run, rows, at, step)) {
    await interrupts.yield();
    interrupts.check();
  }
}

/**
 * Whether a loop that can be left at any row should be: asked for every row, it looks at the clock
 * for some.
 */
export class Pace {
  readonly #interrupts: ExecutionContext["interrupts"];
  /** A loop over one row asks nothing. */
  #left = 2;

  constructor(run: Run) {
    this.#interrupts = run.context.interrupts;
  }

  isOver(): boolean {
    if (--this.#left > 0) return false;
    const over = this.#interrupts.overdue();
    this.#left = this.#interrupts.rowsPerLook ?? ROWS_PER_LOOK;
    return over;
  }
}

/** Gives every batch to `take`. */
export function drain(
  run: Run,
  operator: Operator,
  take: (rows: readonly Row[]) => MaybePromise<void>,
): MaybePromise<void> {
  const consume = (rows: readonly Row[] | undefined): MaybePromise<boolean> => {
    if (rows === undefined) return false;
    const taken = take(rows);
    return isPromise(taken) ? taken.then(() => true) : true;
  };
  return repeat(run, () => {
    const batch = operator.next(BATCH_ROWS);
    return isPromise(batch) ? batch.then(consume) : consume(batch);
  });
}

/**
 * Rows of `child` that `map` has put into its second argument; empty batches are skipped. `again`:
 * a row may be treated again as long as nothing was put there.
 */
export function nextMapped(
  run: Run,
  child: Operator,
  maxRows: number,
  map: (row: Row, out: Row[]) => void,
  again = false,
): MaybePromise<readonly Row[] | undefined> {
  const each = again ? eachRowAgain : eachRow;
  let out: readonly Row[] | undefined;
  const take = (rows: readonly Row[] | undefined): MaybePromise<boolean> => {
    if (rows === undefined) return false;
    const mapped: Row[] = [];
    const finish = (): boolean => {
      if (mapped.length === 0) return true;
      out = mapped;
      return false;
    };
    const done = each(run, rows, (row) => map(row, mapped));
    return isPromise(done) ? done.then(finish) : finish();
  };
  const done = repeat(run, () => {
    const batch = child.next(maxRows);
    return isPromise(batch) ? batch.then(take) : take(batch);
  });
  return isPromise(done) ? done.then(() => out) : out;
}

/** Base of operators whose output does not follow their input batch by batch. */
export abstract class ProducingOperator implements Operator {
  protected readonly run: Run;
  #out: Row[] = [];
  #at = 0;
  #ended = false;
  /** Rows that the last call asked for: what streams through should not run far ahead of it. */
  protected wanted: number = BATCH_ROWS;

  constructor(run: Run) {
    this.run = run;
  }

  /** Gives rows to `emit`; false when there will be no more. */
  protected abstract produce(): MaybePromise<boolean>;

  abstract close(): void;

  protected emit(row: Row): void {
    this.#out.push(row);
  }

  protected emitAll(rows: readonly Row[]): void {
    for (const row of rows) this.#out.push(row);
  }

  /** Emits the next rows of a sequence that may be long; false at its end. */
  protected emitFrom(rows: Iterator<Row>): boolean {
    for (let count = 0; count < BATCH_ROWS; count++) {
      const step = rows.next();
      if (step.done === true) return false;
      this.#out.push(step.value);
    }
    return true;
  }

  /** Rows given to `emit` and not yet taken. */
  protected get pending(): number {
    return this.#out.length - this.#at;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#at < this.#out.length) return this.#take(maxRows);
    if (this.#ended) return undefined;
    this.wanted = Math.min(maxRows, BATCH_ROWS);
    this.#out = [];
    this.#at = 0;
    const filled = repeat(this.run, () => {
      const more = this.produce();
      return isPromise(more) ? more.then((each) => this.#noted(each)) : this.#noted(more);
    });
    if (isPromise(filled)) return filled.then(() => this.#taken(maxRows));
    return this.#taken(maxRows);
  }

  #noted(more: boolean): boolean {
    if (!more) this.#ended = true;
    return more && this.#out.length === 0;
  }

  #taken(maxRows: number): readonly Row[] | undefined {
    return this.#out.length === 0 ? undefined : this.#take(maxRows);
  }

  #take(maxRows: number): readonly Row[] {
    const from = this.#at;
    const left = this.#out.length - from;
    if (from === 0 && left <= maxRows) {
      const all = this.#out;
      this.#out = [];
      return all;
    }
    this.#at = Math.min(this.#out.length, from + maxRows);
    return this.#out.slice(from, this.#at);
  }
}
