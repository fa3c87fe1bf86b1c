/**
 * Window functions: sorts by partition and order, then computes each call over one partition at a
 * time. Aggregates run on over frames that only grow, and start anew for each row otherwise.
 */
import type { MaybePromise } from "@firstlight/common";
import { featureNotSupported, isPromise } from "@firstlight/common";
import type { Datum, EvaluationContext, Expr, Row, WindowCall } from "@firstlight/sql";
import { implementationOf, typeOrdering } from "@firstlight/sql";
import type { WindowNode } from "../../plan/plan-node.ts";
import { windowAggregate } from "../aggregate-calls.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, ProducingOperator, drain } from "../operator.ts";
import { groupKey } from "../hash-key.ts";
import type { MapKey } from "../hash-key.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";
import { SortedRuns } from "../sorted-runs.ts";
import type { WindowFunction } from "../window-functions.ts";
import { windowFunction } from "../window-functions.ts";
import type { CompiledFrame, FrameOffsets, Interval } from "./window-frame.ts";
import type { Partition, RangeShift } from "./window-frame.ts";
import { ROWS_PER_STEP, compileFrame, frameIntervals, frameOf } from "./window-frame.ts";
import { frameOffsets, makePartition } from "./window-frame.ts";

/** The value for each row; yields wherever the statement may be interrupted. */
type Compute = (
  partition: Partition,
  offsets: FrameOffsets,
  context: EvaluationContext,
) => Generator<undefined, readonly Datum[]>;

type Shift = (value: Datum, amount: Datum, sign: 1 | -1) => Datum;

const ENTRY_BYTES = 32;

interface Compiled {
  readonly sort: RowOrder;
  readonly order: RowOrder;
  readonly partitionKey: (row: Row, context: EvaluationContext) => MapKey;
  readonly frame: CompiledFrame;
  readonly calls: readonly Compute[];
}

/** PostgreSQL's + and - of the sort key's type, as in_range does. */
function rangeShift(clause: WindowNode["clause"]): RangeShift {
  if (clause.frame.mode !== "range") return (value) => value;
  const key = clause.orderBy[0];
  const bounds = [clause.frame.start, clause.frame.end];
  const offset = bounds.find((each) => each.kind === "preceding" || each.kind === "following");
  if (key === undefined || offset === undefined || !("offset" in offset)) return (value) => value;
  const procs = shiftProcs(key.expr.type, offset.offset.type);
  const types = { argTypes: [key.expr.type, offset.offset.type], resultType: key.expr.type };
  if (procs === undefined) return integerShift(key.expr.type);
  const plus = implementationOf(procs.plus, types);
  const minus = implementationOf(procs.minus, types);
  if (key.expr.type !== DATE) {
    return (value, amount, sign, context) => (sign === 1 ? plus : minus)(context, value, amount);
  }
  // The limit is a timestamp: as days with a fraction it compares with dates.
  return (value, amount, sign, context) => {
    const midnight = BigInt(Number(value)) * DAY_MICROS;
    return Number((sign === 1 ? plus : minus)(context, midnight, amount)) / Number(DAY_MICROS);
  };
}

const DATE = 1082;
const DAY_MICROS = 86_400_000_000n;

const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);

function integerShift(type: number): RangeShift {
  if (INTEGERS.has(type)) {
    return (value, amount, sign) =>
      typeof value === "bigint"
        ? value + BigInt(sign) * BigInt(amount as number)
        : Number(value) + sign * Number(amount);
  }
  if (type === 700 || type === 701) {
    return (value, amount, sign) => Number(value) + sign * Number(amount);
  }
  throw featureNotSupported("RANGE with an offset for this type");
}

function shiftProcs(type: number, offset: number): { plus: number; minus: number } | undefined {
  if (type === 1700 && offset === 1700) return { plus: 1724, minus: 1725 };
  if (offset !== 1186) return undefined;
  if (type === 1114) return { plus: 2032, minus: 2033 };
  if (type === 1184) return { plus: 1189, minus: 1190 };
  if (type === DATE) return { plus: 2032, minus: 2033 };
  if (type === 1083) return { plus: 1747, minus: 1748 };
  if (type === 1186) return { plus: 1169, minus: 1170 };
  return undefined;
}

function computeFunction(call: WindowFunction, frame: CompiledFrame, shift: RangeShift): Compute {
  return function* (partition, offsets, context) {
    const by: Shift = (a, b, sign) => shift(a, b, sign, context);
    const value = call(
      partition,
      (at) =>
        frameIntervals(partition, frame.frame, frameOf(partition, frame, offsets, at, by), at),
      context,
    );
    const results: Datum[] = [];
    for (let at = 0; at < partition.rows.length; at++) {
      if (at % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield;
      results.push(value(at));
    }
    return results;
  };
}

type WindowAggregate = ReturnType<typeof windowAggregate>;

/** The state of an aggregate over a frame that moves from row to row. */
class FrameState {
  readonly #call: WindowAggregate;
  readonly #partition: Partition;
  readonly #context: EvaluationContext;
  #state: unknown;
  #from = 0;
  #to = 0;
  #adds = 0;

  constructor(call: WindowAggregate, partition: Partition, context: EvaluationContext) {
    this.#call = call;
    this.#partition = partition;
    this.#context = context;
    this.#state = call.aggregate.init();
  }

  /** A frame that only grew is added to; any other one is aggregated anew. */
  *moveTo(intervals: readonly Interval[]): Generator<undefined> {
    const [only = EMPTY] = intervals;
    const grows = intervals.length <= 1 && only[0] === this.#from && only[1] >= this.#to;
    if (!grows) this.#state = this.#call.aggregate.init();
    const missing: readonly Interval[] = grows ? [[this.#to, only[1]]] : intervals;
    for (const [start, end] of missing) {
      for (let at = start; at < end; at++) {
        this.#add(at);
        if (++this.#adds % ROWS_PER_STEP === 0) yield;
      }
    }
    // What has gaps is no base for the next frame.
    this.#from = intervals.length === 1 ? only[0] : -1;
    this.#to = only[1];
  }

  #add(at: number): void {
    const { aggregate, first, second, filter } = this.#call;
    const context = this.#context;
    const row = this.#partition.rows[at];
    if (row === undefined || (filter !== undefined && !filter(row, context))) return;
    this.#state = aggregate.add(this.#state, first(row, context), second(row, context), context);
  }

  result(): Datum {
    return this.#call.aggregate.result(this.#state, this.#context);
  }
}

const EMPTY: Interval = [-1, -1];

function computeAggregate(call: WindowCall, frame: CompiledFrame, shift: RangeShift): Compute {
  if (call.distinct) throw featureNotSupported("DISTINCT for window functions");
  const compiled = windowAggregate(call);
  return function* (partition, offsets, context) {
    const by: Shift = (a, b, sign) => shift(a, b, sign, context);
    const state = new FrameState(compiled, partition, context);
    const results: Datum[] = [];
    for (let at = 0; at < partition.rows.length; at++) {
      if (at % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield;
      const bounds = frameOf(partition, frame, offsets, at, by);
      yield* state.moveTo(frameIntervals(partition, frame.frame, bounds, at));
      results.push(state.result());
    }
    return results;
  };
}

interface Entry {
  readonly row: Row;
  readonly keys: KeyValues;
}

class Window extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #child: Operator;
  readonly #memory: MemoryShare;
  readonly #runs: SortedRuns<Entry>;
  #steps: Iterator<undefined> | undefined;

  constructor(run: Run, compiled: Compiled, child: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#child = child;
    this.#memory = new MemoryShare(run.memory);
    const { sort } = compiled;
    this.#runs = new SortedRuns((a, b) => sort.compare(a.keys, b.keys));
  }

  close(): void {
    this.#child.close();
    this.#runs.clear();
    this.#memory.release();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#steps !== undefined) return this.#steps.next().done !== true;
    const { evaluation } = this.run;
    const { sort } = this.#compiled;
    const read = drain(this.run, this.#child, (rows) => {
      for (const row of rows) {
        const keys = sort.keysOf(row, evaluation);
        this.#memory.take(rowBytes(row) + rowBytes(keys) + ENTRY_BYTES);
        this.#runs.add({ row, keys });
      }
    });
    return isPromise(read) ? read.then(() => this.#start()) : this.#start();
  }

  #start(): boolean {
    this.#steps = this.#compute();
    return true;
  }

  /** Goes through the partitions, in steps that are short however large they are. */
  *#compute(): Generator<undefined> {
    const { partitionKey } = this.#compiled;
    const sorted = this.#runs.sorted();
    let rows: Row[] = [];
    let key: MapKey | undefined;
    for (let step = sorted.next(); step.done !== true; step = sorted.next()) {
      const { row } = step.value;
      const here = partitionKey(row, this.run.evaluation);
      if (rows.length > 0 && here !== key) {
        yield* this.#partition(rows);
        rows = [];
      }
      key = here;
      rows.push(row);
      if (rows.length % ROWS_PER_STEP === 0) yield;
    }
    if (rows.length > 0) yield* this.#partition(rows);
  }

  *#partition(rows: readonly Row[]): Generator<undefined> {
    const { order, frame, calls } = this.#compiled;
    const { evaluation } = this.run;
    const keys: KeyValues[] = [];
    for (const row of rows) {
      keys.push(order.keysOf(row, evaluation));
      if (keys.length % ROWS_PER_STEP === 0) yield;
    }
    const partition = yield* makePartition(rows, keys, order);
    const offsets = frameOffsets(frame, evaluation);
    const columns: (readonly Datum[])[] = [];
    for (const call of calls) columns.push(yield* call(partition, offsets, evaluation));
    for (let at = 0; at < rows.length; at++) {
      this.emit([...(rows[at] ?? []), ...columns.map((values) => values[at] ?? null)]);
      if (this.pending >= BATCH_ROWS) yield;
    }
  }
}

function partitionOrder(exprs: readonly Expr[]): WindowNode["clause"]["orderBy"] {
  return exprs.map((expr) => ({
    expr,
    descending: false,
    nullsFirst: false,
    proc: typeOrdering(expr.type)?.compareProc ?? 0,
  }));
}

export function openWindow(node: WindowNode, child: Opener): Opener {
  const { clause } = node;
  const frame = compileFrame(clause);
  const shift = rangeShift(clause);
  const compiled: Compiled = {
    sort: compileOrder([...partitionOrder(clause.partitionBy), ...clause.orderBy]),
    order: compileOrder(clause.orderBy),
    partitionKey: groupKey(clause.partitionBy),
    frame,
    calls: node.calls.map((call) =>
      call.isAggregate
        ? computeAggregate(call, frame, shift)
        : computeFunction(windowFunction(call), frame, shift),
    ),
  };
  return (run) => new Window(run, compiled, child(run));
}
