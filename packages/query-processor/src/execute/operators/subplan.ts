/**
 * Runs the subqueries of expressions: once per distinct set of the parameters that they depend on.
 * Apply appends the values to each row, InitPlans sets ExecParams before anything else runs.
 */
import type { MaybePromise } from "@firstlight/common";
import { InvariantError, SqlError, isPromise } from "@firstlight/common";
import type { CompiledExpr, CompiledPredicate, Datum, Row } from "@firstlight/sql";
import { compileExpr, compilePredicate, elementTypeOf } from "@firstlight/sql";
import { someNode } from "../../plan/expression-map.ts";
import { arrayOfResults, arrayOfResultsSteps } from "../array-of-results.ts";
import type { ApplyNode, InitPlansNode, Subplan } from "../../plan/plan-node.ts";
import type { MapKey } from "../hash-key.ts";
import { imageKey, joinKey, keyBytes } from "../hash-key.ts";
import { GatheredShare, MemoryShare, valueBytes } from "../memory-account.ts";
import { compileRoutineCall, type RoutineCall } from "../routine/routine-call.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator, repeat } from "../operator.ts";
import { GatheredRows } from "./gathered-rows.ts";
import { RowSet } from "./row-set.ts";
import type { RowSetShape } from "./row-set.ts";
import type { CompiledBatch } from "./subplan-batch.ts";
import { SubplanBatchRun, compileBatch } from "./subplan-batch.ts";

const NO_ROW: Row = [];

/** Of an array that is being gathered, beside the value. */
const ELEMENT_BYTES = 16;

/** Results kept per subquery while its operator is open. */
const MEMO_ENTRIES_MAX = 65_536;
/** Of the memory limit: what they may hold of it. */
const MEMO_PART = 8;

interface CompiledSubplan {
  readonly subplan: Subplan;
  readonly open: Opener | undefined;
  readonly params: readonly { readonly id: number; readonly value: CompiledExpr }[];
  readonly memoKey: ((row: Row, context: Run["evaluation"]) => MapKey) | undefined;
  readonly guard: CompiledPredicate | undefined;
  readonly test: CompiledExpr | undefined;
  readonly rowSet: RowSetShape | undefined;
  readonly routine: RoutineCall | undefined;
  readonly batch: CompiledBatch | undefined;
  /** Keys to look up by, and the guard, read no other subquery's value. */
  readonly keysAreEarly: boolean;
}

export function compileSubplan(
  subplan: Subplan,
  open: Opener | undefined,
  batch?: CompiledBatch,
  childWidth = 0,
): CompiledSubplan {
  const { params, hashKeys = [], guard } = subplan;
  const early = guard === undefined ? hashKeys : [...hashKeys, guard];
  return {
    subplan,
    open,
    params: params.map(({ id, expr }) => ({ id, value: compileExpr(expr) })),
    memoKey: params.length === 0 ? () => null : imageKey(params.map((param) => param.expr)),
    guard: subplan.guard === undefined ? undefined : compilePredicate(subplan.guard),
    test: subplan.test === undefined ? undefined : compileExpr(subplan.test),
    rowSet: rowSetShape(subplan),
    routine: subplan.call === undefined ? undefined : compileRoutineCall(subplan.call),
    batch,
    keysAreEarly: !early.some((expr) =>
      someNode(expr, (node) => node.kind === "slot" && node.index >= childWidth),
    ),
  };
}

function rowSetShape({ kind, test, hashKeys, innerKeys }: Subplan): RowSetShape | undefined {
  if (kind !== "any" && kind !== "all") return undefined;
  const hashes = kind === "any" && hashKeys !== undefined && innerKeys !== undefined;
  return {
    kind,
    test: test === undefined ? undefined : compileExpr(test),
    outerKey: hashes ? joinKey(hashKeys) : undefined,
    innerKey: hashes ? joinKey(innerKeys) : undefined,
    isSingle: hashKeys?.length === 1,
  };
}

function moreThanOneRow(): SqlError {
  return new SqlError("21000", "more than one row returned by a subquery used as an expression");
}

function resultBytes(value: Datum | RowSet): number {
  return value instanceof RowSet ? value.pinnedBytes : valueBytes(value);
}

/** Rows of the plan that decide. */
function resultsWanted(kind: Subplan["kind"]): number {
  if (kind === "exists") return 1;
  return kind === "scalar" || kind === "multiExpr" ? 2 : Infinity;
}

class Evaluator {
  readonly #run: Run;
  readonly #compiled: CompiledSubplan;
  readonly #memo = new Map<MapKey, Datum | RowSet>();
  readonly #memory: MemoryShare;
  /** A single value that is more than all that is kept otherwise. */
  readonly #large: GatheredShare;
  readonly #batch: SubplanBatchRun | undefined;
  /** Keys for which there are no rows, where that has a value, and what it is once it is known. */
  readonly #withoutRows = new Set<MapKey>();
  #valueOfNothing: Datum | RowSet | undefined;

  constructor(run: Run, compiled: CompiledSubplan) {
    this.#run = run;
    this.#memory = new MemoryShare(run.memory);
    this.#large = new GatheredShare(run.memory);
    this.#compiled = compiled;
    const { batch, subplan } = compiled;
    const limit = batch === undefined ? 0 : resultsWanted(subplan.kind);
    this.#batch = batch && new SubplanBatchRun(run, batch, limit);
  }

  /** Whether it gains from seeing many rows at once. */
  get isBatched(): boolean {
    if (this.#asksTogether) return true;
    return this.#batch !== undefined && !this.#batch.hasFailed;
  }

  /** The one set of rows of a quantified subquery that reads nothing of the outer row. */
  get #asksTogether(): boolean {
    const { rowSet, params, subplan } = this.#compiled;
    return rowSet?.outerKey !== undefined && params.length === 0 && subplan.isVolatile !== true;
  }

  /** Values for these rows are about to be asked for. */
  prepare(rows: readonly Row[]): MaybePromise<void> {
    if (this.#asksTogether) return this.#ask(rows);
    if (this.#batch === undefined || this.#batch.hasFailed || rows.length < 2) return undefined;
    const wanted = this.#unknown(rows);
    if (this.#memo.size + wanted.size > MEMO_ENTRIES_MAX) this.close();
    return this.#batch.fetch(wanted, (key, results) => this.#learn(key, results));
  }

  #ask(rows: readonly Row[]): MaybePromise<void> {
    if (!this.#compiled.keysAreEarly) return undefined;
    const asking = this.#guarded(rows);
    if (asking.length === 0) return undefined;
    const set = this.#memo.get(null) ?? this.#memoized(NO_ROW, () => this.#rowSet(true));
    const ask = (each: Datum | RowSet): MaybePromise<void> =>
      each instanceof RowSet && each.isStored ? each.ask(asking) : undefined;
    return isPromise(set) ? set.then(ask) : ask(set);
  }

  /** Rows for which the subquery runs, as far as that is known before their turn. */
  #guarded(rows: readonly Row[]): readonly Row[] {
    const { guard } = this.#compiled;
    if (guard === undefined) return rows;
    try {
      return rows.filter((row) => guard(row, this.#run.evaluation));
    } catch {
      // The row whose turn it is says it again.
      return [];
    }
  }

  /** One row for each key that the memo does not have. */
  #unknown(rows: readonly Row[]): Map<MapKey, Row> {
    const { guard, memoKey } = this.#compiled;
    const { evaluation } = this.#run;
    const wanted = new Map<MapKey, Row>();
    try {
      for (const row of rows) {
        if (guard !== undefined && !guard(row, evaluation)) continue;
        const key = memoKey?.(row, evaluation) ?? null;
        if (!this.#memo.has(key) && !this.#withoutRows.has(key)) wanted.set(key, row);
      }
    } catch {
      // The row whose turn it is says it again.
    }
    return wanted;
  }

  #learn(key: MapKey, results: readonly Row[] | undefined): void {
    const { subplan, batch } = this.#compiled;
    if (results === undefined) {
      if (batch?.batch.empty === "constant") this.#withoutRows.add(key);
      return;
    }
    const isSet = subplan.kind === "any" || subplan.kind === "all";
    this.#keep(key, isSet ? this.#setOf(results) : this.#result(results));
  }

  #setOf(rows: readonly Row[]): RowSet {
    const set = this.#emptySet(true);
    if (set.add(rows)) return set;
    const other = this.#emptySet(false);
    other.add(rows);
    return other;
  }

  #emptySet(hashed: boolean): RowSet {
    const { rowSet } = this.#compiled;
    if (rowSet === undefined) throw new InvariantError("rows of a subquery that is not quantified");
    const { outerKey: storedOuterKey, innerKey: storedInnerKey } = rowSet;
    const keys = this.#compiled.keysAreEarly ? { storedOuterKey, storedInnerKey } : {};
    const plain = { ...rowSet, outerKey: undefined, innerKey: undefined, ...keys };
    return new RowSet(this.#run, hashed ? rowSet : plain);
  }

  close(): void {
    if (this.#compiled.rowSet !== undefined) {
      for (const value of this.#memo.values()) if (value instanceof RowSet) value.free();
    }
    this.#memo.clear();
    this.#withoutRows.clear();
    this.#memory.release();
    this.#large.release();
  }

  #keep(key: MapKey, value: Datum | RowSet): void {
    const partBytes = this.#run.memory.limitBytes / MEMO_PART;
    const isFull = this.#memory.heldBytes + this.#large.heldBytes > partBytes;
    if (this.#memo.size >= MEMO_ENTRIES_MAX || isFull) this.close();
    const bytes = keyBytes(key) + resultBytes(value);
    const isLarge = bytes > partBytes && !(value instanceof RowSet);
    (isLarge ? this.#large : this.#memory).take(bytes);
    this.#memo.set(key, value);
  }

  value(row: Row): MaybePromise<Datum> {
    const { guard, subplan } = this.#compiled;
    if (guard !== undefined && !guard(row, this.#run.evaluation)) return null;
    if (subplan.kind === "nextval") return this.#nextval(row);
    if (subplan.kind === "routine") return this.#compiled.routine?.value(row, this.#run) ?? null;
    if (subplan.kind === "any" || subplan.kind === "all") return this.#quantified(row);
    return this.#memoized(row, () => this.#single());
  }

  #nextval(row: Row): MaybePromise<Datum> {
    const sequence = this.#compiled.test?.(row, this.#run.evaluation) ?? null;
    return sequence === null ? null : this.#run.context.nextSequenceValue(Number(sequence));
  }

  #memoized<T extends Datum | RowSet>(row: Row, compute: () => MaybePromise<T>): MaybePromise<T> {
    const { memoKey, params } = this.#compiled;
    const { evaluation } = this.#run;
    const key = memoKey?.(row, evaluation) ?? null;
    const known = this.#memo.get(key);
    if (known !== undefined) return known as T;
    const isEmpty = this.#withoutRows.has(key);
    if (isEmpty && this.#valueOfNothing !== undefined) return this.#valueOfNothing as T;
    for (const { id, value } of params) evaluation.execParams[id] = value(row, evaluation);
    const computed = compute();
    const keep = (value: T): T => {
      if (isEmpty) this.#valueOfNothing = value;
      else if (this.#compiled.subplan.isVolatile !== true) this.#keep(key, value);
      return value;
    };
    return isPromise(computed) ? computed.then(keep) : keep(computed);
  }

  /** Pulls the plan; `take` answers false when it has seen enough. */
  #pull(take: (rows: readonly Row[]) => MaybePromise<boolean>, batch: number): MaybePromise<void> {
    const operator = this.#compiled.open?.(this.#run);
    if (operator === undefined) return undefined;
    const wants = (rows: readonly Row[] | undefined): MaybePromise<boolean> =>
      rows !== undefined && take(rows);
    let pulled: MaybePromise<void>;
    try {
      pulled = repeat(this.#run, () => {
        const rows = operator.next(batch);
        return isPromise(rows) ? rows.then(wants) : wants(rows);
      });
    } catch (error) {
      operator.close();
      throw error;
    }
    return isPromise(pulled) ? pulled.finally(() => operator.close()) : operator.close();
  }

  #single(): MaybePromise<Datum> {
    const { kind } = this.#compiled.subplan;
    if (kind === "array") return this.#array();
    const rows: Row[] = [];
    const wanted = resultsWanted(kind);
    const pulled = this.#pull((batch) => {
      for (const row of batch) rows.push(row);
      return rows.length < wanted;
    }, wanted);
    return isPromise(pulled) ? pulled.then(() => this.#result(rows)) : this.#result(rows);
  }

  #array(): MaybePromise<Datum> {
    const values: Datum[] = [];
    const gathered = new GatheredShare(this.#run.memory);
    const pulled = this.#pull((batch) => {
      for (const [value = null] of batch) {
        gathered.take(ELEMENT_BYTES + valueBytes(value));
        values.push(value);
      }
      return true;
    }, BATCH_ROWS);
    let array: Datum = null;
    const finish = (): MaybePromise<Datum> => {
      gathered.release();
      const steps = arrayOfResultsSteps(elementTypeOf(this.#compiled.subplan.type), values);
      const made = repeat(this.#run, () => {
        const step = steps.next();
        if (step.done === true) array = step.value;
        return step.done !== true;
      });
      return isPromise(made) ? made.then(() => array) : array;
    };
    return isPromise(pulled) ? pulled.then(finish) : finish();
  }

  #result(rows: readonly Row[]): Datum {
    const { kind, plan, type } = this.#compiled.subplan;
    const [first] = rows;
    if (kind === "exists") return first !== undefined;
    if (kind === "array") {
      return arrayOfResults(
        elementTypeOf(type),
        rows.map((row) => row[0] ?? null),
      );
    }
    if (rows.length > 1) throw moreThanOneRow();
    if (kind !== "multiExpr") return first?.[0] ?? null;
    const labels = plan?.labels ?? [];
    const fields = first?.slice(0, labels.length) ?? labels.map(() => null);
    return { tag: "record", types: fields.map(() => 0), fields: [...fields] };
  }

  #quantified(row: Row): MaybePromise<Datum> {
    const set = this.#memoized(row, () => this.#rowSet(this.#compiled.subplan.isVolatile !== true));
    return isPromise(set) ? set.then((each) => each.test(row)) : set.test(row);
  }

  /** What a hash cannot hold is read again, to be kept where it can spill. */
  #rowSet(hashed: boolean): MaybePromise<RowSet> {
    const set = this.#emptySet(hashed);
    let fits = true;
    const pulled = this.#pull((batch) => {
      fits = set.add(batch);
      const relieved = set.relieved();
      return relieved === undefined ? fits : relieved.then(() => fits);
    }, BATCH_ROWS);
    const finish = (): MaybePromise<RowSet> => (fits ? set : this.#rowSet(false));
    return isPromise(pulled) ? pulled.then(finish) : finish();
  }
}

class Apply extends ProducingOperator {
  readonly #child: Operator;
  readonly #evaluators: readonly Evaluator[];
  #batch: readonly Row[] = [];
  #at = 0;
  readonly #gathered: GatheredRows;
  readonly #pace: Pace;

  constructor(run: Run, child: Operator, subplans: readonly CompiledSubplan[]) {
    super(run);
    this.#pace = new Pace(run);
    this.#child = child;
    this.#gathered = new GatheredRows(run, child);
    this.#evaluators = subplans.map((subplan) => new Evaluator(run, subplan));
  }

  close(): void {
    this.#child.close();
    for (const each of this.#evaluators) each.close();
  }

  protected override produce(): MaybePromise<boolean> {
    while (this.#at < this.#batch.length && this.pending < this.wanted) {
      const row = this.#batch[this.#at++];
      if (row === undefined) continue;
      const widened = this.#widen([...row], 0);
      if (isPromise(widened)) return widened.then(() => true);
      // Each row may have run subqueries.
      if (this.#pace.isOver()) return true;
    }
    // The child may have effects: it is not asked for rows that nobody asked for.
    if (this.#at < this.#batch.length || this.pending >= this.wanted) return true;
    const source = this.#isBatched ? this.#gathered : this.#child;
    const batch = source.next(this.wanted);
    return isPromise(batch) ? batch.then((rows) => this.#took(rows)) : this.#took(batch);
  }

  #took(rows: readonly Row[] | undefined): MaybePromise<boolean> {
    this.#batch = rows ?? [];
    this.#at = 0;
    if (rows === undefined) return false;
    return this.#isBatched ? this.#prepare(0) : true;
  }

  get #isBatched(): boolean {
    return this.#evaluators.some((each) => each.isBatched);
  }

  #prepare(from: number): MaybePromise<boolean> {
    for (let at = from; at < this.#evaluators.length; at++) {
      const ready = this.#evaluators[at]?.prepare(this.#batch);
      if (isPromise(ready)) return ready.then(() => this.#prepare(at + 1));
    }
    return true;
  }

  #widen(row: Datum[], from: number): MaybePromise<void> {
    for (let at = from; at < this.#evaluators.length; at++) {
      const value = this.#evaluators[at]?.value(row) ?? null;
      if (isPromise(value)) {
        return value.then((each) => {
          row.push(each);
          return this.#widen(row, at + 1);
        });
      }
      row.push(value);
    }
    // Copied, it has no room to grow: whoever keeps it would keep that too.
    this.emit(row.slice());
    return undefined;
  }
}

export function openApply(
  node: ApplyNode,
  child: Opener,
  compile: (plan: NonNullable<Subplan["plan"]>) => Opener,
): Opener {
  const subplans = node.subplans.map((subplan) =>
    compileSubplan(
      subplan,
      subplan.plan === undefined ? undefined : compile(subplan.plan),
      compileBatch(subplan, node.childWidth, compile),
      node.childWidth,
    ),
  );
  return (run) => new Apply(run, child(run), subplans);
}

class InitPlans implements Operator {
  readonly #run: Run;
  readonly #open: Opener;
  readonly #plans: readonly { readonly compiled: CompiledSubplan; readonly param: number }[];
  readonly #evaluators: Evaluator[] = [];
  #child: Operator | undefined;

  constructor(
    run: Run,
    open: Opener,
    plans: readonly { readonly compiled: CompiledSubplan; readonly param: number }[],
  ) {
    this.#run = run;
    this.#open = open;
    this.#plans = plans;
  }

  close(): void {
    this.#child?.close();
    for (const each of this.#evaluators) each.close();
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    if (this.#child !== undefined) return this.#child.next(maxRows);
    const ready = this.#evaluate(0);
    const start = (): MaybePromise<readonly Row[] | undefined> => {
      this.#child ??= this.#open(this.#run);
      return this.#child.next(maxRows);
    };
    return isPromise(ready) ? ready.then(start) : start();
  }

  #evaluate(from: number): MaybePromise<void> {
    for (let at = from; at < this.#plans.length; at++) {
      const plan = this.#plans[at];
      if (plan === undefined) continue;
      const value = this.#valueOf(plan.compiled);
      const { execParams } = this.#run.evaluation;
      if (isPromise(value)) {
        return value.then((each) => {
          execParams[plan.param] = each;
          return this.#evaluate(at + 1);
        });
      }
      execParams[plan.param] = value;
    }
    return undefined;
  }

  #evaluator(compiled: CompiledSubplan): Evaluator {
    const evaluator = new Evaluator(this.#run, compiled);
    this.#evaluators.push(evaluator);
    return evaluator;
  }

  #valueOf(compiled: CompiledSubplan): MaybePromise<Datum> {
    const { id, dependencies } = compiled.subplan;
    const { constants } = this.#run;
    if (dependencies.length > 0) return this.#evaluator(compiled).value(NO_ROW);
    const known = constants.get(id);
    if (known !== undefined) return known;
    const value = this.#evaluator(compiled).value(NO_ROW);
    const keep = (each: Datum): Datum => {
      constants.set(id, each);
      return each;
    };
    return isPromise(value) ? value.then(keep) : keep(value);
  }
}

export function openInitPlans(
  node: InitPlansNode,
  child: Opener,
  compile: (plan: NonNullable<Subplan["plan"]>) => Opener,
): Opener {
  const plans = node.subplans.map(({ subplan, param }) => ({
    compiled: compileSubplan(
      subplan,
      subplan.plan === undefined ? undefined : compile(subplan.plan),
    ),
    param,
  }));
  return (run) => new InitPlans(run, child, plans);
}
