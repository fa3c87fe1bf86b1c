/**
 * Window functions: takes rows sorted by partition and order, and computes each call over one
 * partition at a time. Aggregates run on over frames that only grow, and start anew for each row otherwise.
 */
import type { MaybePromise } from "@firstlight/common";
import { andThen, featureNotSupported, isPromise } from "@firstlight/common";
import type { Datum, EvaluationContext, Row, WindowCall } from "@firstlight/sql";
import type { WindowNode } from "../../plan/plan-node.ts";
import { windowAggregate } from "../aggregate-calls.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator } from "../operator.ts";
import { groupKey } from "../hash-key.ts";
import type { MapKey } from "../hash-key.ts";
import type { RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";
import type { WindowFunction } from "../window-functions.ts";
import { windowFunction } from "../window-functions.ts";
import type { CompiledFrame, FrameOffsets, Interval } from "./window-frame.ts";
import type { Partition } from "./window-frame.ts";
import { ROWS_PER_STEP, compileFrame, frameIntervals, frameOf } from "./window-frame.ts";
import { frameOffsets, usesKeys } from "./window-frame.ts";
import type { RunCut, RunCutter } from "./window-run.ts";
import { compileRun } from "./window-run.ts";
import type { Step } from "./window-partition.ts";
import { WindowPartition, neededRow } from "./window-partition.ts";

/** Values of the rows from `from` to `to`, block after block. */
interface Computation {
  values(from: number, to: number): Generator<Step, readonly Datum[]>;
}

type Compute = (
  partition: Partition,
  offsets: FrameOffsets,
  context: EvaluationContext,
  pace: Pace,
) => Computation;

interface Compiled {
  readonly order: RowOrder;
  readonly partitionKey: (row: Row, context: EvaluationContext) => MapKey;
  readonly frame: CompiledFrame;
  readonly calls: readonly Compute[];
  readonly run: RunCutter | undefined;
  readonly isDivided: boolean;
}

/** Computes row by row; a row that has to be read first is tried again. */
function* valuesOf(
  value: (at: number) => Datum,
  from: number,
  to: number,
  pace: Pace,
): Generator<Step, readonly Datum[]> {
  const results: Datum[] = [];
  for (let at = from; at < to;) {
    try {
      for (; at < to; at++) {
        if (pace.isOver()) yield undefined;
        results.push(value(at));
      }
    } catch (error) {
      yield neededRow(error);
    }
  }
  return results;
}

function computeFunction(call: WindowFunction, frame: CompiledFrame): Compute {
  return (partition, offsets, context, pace) => {
    const frameAt = (at: number): readonly Interval[] =>
      frameIntervals(partition, frame.frame, frameOf(partition, frame, offsets, at, context), at);
    let value: ((at: number) => Datum) | undefined;
    const valueAt = (at: number): Datum => {
      value ??= call(partition, frameAt, context);
      return value(at);
    };
    return { values: (from, to) => valuesOf(valueAt, from, to, pace) };
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
  #at = 0;

  constructor(call: WindowAggregate, partition: Partition, context: EvaluationContext) {
    this.#call = call;
    this.#partition = partition;
    this.#context = context;
    this.#state = call.aggregate.init();
  }

  /** A frame that only grew is added to; any other one is aggregated anew. */
  *moveTo(intervals: readonly Interval[]): Generator<Step> {
    const [only = EMPTY] = intervals;
    const grows = intervals.length <= 1 && only[0] === this.#from && only[1] >= this.#to;
    if (!grows) this.#state = this.#call.aggregate.init();
    const missing: readonly Interval[] = grows ? [[this.#to, only[1]]] : intervals;
    for (const [start, end] of missing) {
      this.#at = start;
      while (this.#at < end) {
        try {
          this.#addUpTo(Math.min(end, this.#at + ROWS_PER_STEP));
        } catch (error) {
          yield neededRow(error);
        }
        if (this.#at < end) yield undefined;
      }
    }
    // What has gaps is no base for the next frame.
    this.#from = intervals.length === 1 ? only[0] : -1;
    this.#to = only[1];
  }

  #addUpTo(end: number): void {
    const { aggregate, first, second, filter } = this.#call;
    const context = this.#context;
    for (; this.#at < end; this.#at++) {
      const row = this.#partition.rowAt(this.#at);
      if (row === undefined || (filter !== undefined && !filter(row, context))) continue;
      this.#state = aggregate.add(this.#state, first(row, context), second(row, context), context);
    }
  }

  result(): Datum {
    return this.#call.aggregate.result(this.#state, this.#context);
  }
}

const EMPTY: Interval = [-1, -1];

function computeAggregate(call: WindowCall, frame: CompiledFrame): Compute {
  if (call.distinct) throw featureNotSupported("DISTINCT for window functions");
  const compiled = windowAggregate(call);
  return (partition, offsets, context, pace) => {
    const state = new FrameState(compiled, partition, context);
    return {
      *values(from, to) {
        const results: Datum[] = [];
        for (let at = from; at < to; at++) {
          const bounds = frameOf(partition, frame, offsets, at, context);
          yield* state.moveTo(frameIntervals(partition, frame.frame, bounds, at));
          results.push(state.result());
          if (pace.isOver()) yield undefined;
        }
        return results;
      },
    };
  };
}

/** Rows whose values are computed together. */
const BLOCK_ROWS = 256;

class Window extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #child: Operator;
  /** Rows of the next partition; its key. */
  #ahead: readonly Row[] = [];
  #aheadAt = 0;
  #ended = false;
  #key: MapKey | undefined;
  #partition: WindowPartition | undefined;
  #steps: Iterator<Step> | undefined;
  readonly #pace: Pace;
  readonly #cut: RunCut | undefined;
  #isCut = false;

  constructor(run: Run, compiled: Compiled, child: Operator) {
    super(run);
    this.#pace = new Pace(run);
    this.#compiled = compiled;
    this.#child = child;
    this.#cut = compiled.run?.(run.evaluation);
  }

  close(): void {
    this.#child.close();
    this.#partition?.free();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#steps !== undefined) return this.#step(this.#steps);
    return this.#collect();
  }

  /** Gathers rows of one partition; what it gathered is computed once another one begins. */
  #collect(): MaybePromise<boolean> {
    if (this.#aheadAt < this.#ahead.length) return this.#gather();
    if (this.#ended) return this.#start();
    const most = this.#compiled.isDivided ? undefined : this.#cut?.most;
    const batch = most === undefined ? BATCH_ROWS : Math.min(BATCH_ROWS, most + 1);
    return andThen(this.#child.next(batch), (rows) => {
      this.#ended = rows === undefined;
      this.#ahead = rows ?? [];
      this.#aheadAt = 0;
      return true;
    });
  }

  #gather(): MaybePromise<boolean> {
    const { partitionKey } = this.#compiled;
    const rows: Row[] = [];
    for (; this.#aheadAt < this.#ahead.length; this.#aheadAt++) {
      const row = this.#ahead[this.#aheadAt] ?? [];
      const key = partitionKey(row, this.run.evaluation);
      if (this.#partition === undefined) {
        this.#partition = new WindowPartition(this.run.memory);
        this.#key = key;
        this.#cut?.start();
        this.#isCut = false;
      } else if (key !== this.#key) {
        break;
      }
      if (this.#cut !== undefined) this.#isCut ||= !this.#cut.takes(row);
      if (!this.#isCut) rows.push(row);
      else if (!this.#compiled.isDivided) this.#skipRest();
    }
    const added = this.#partition?.add(rows);
    const isComplete = this.#aheadAt < this.#ahead.length;
    const next = (): boolean => !isComplete || this.#start();
    return isPromise(added) ? added.then(next) : next();
  }

  /** The only partition has no more rows that are wanted. */
  #skipRest(): void {
    this.#ended = true;
    this.#aheadAt = this.#ahead.length;
  }

  /** False when there is no partition left. */
  #start(): boolean {
    if (this.#partition === undefined) return false;
    this.#steps = this.#compute(this.#partition);
    return true;
  }

  #step(steps: Iterator<Step>): MaybePromise<boolean> {
    const step = steps.next();
    if (step.done === true) {
      this.#partition?.free();
      this.#partition = undefined;
      this.#steps = undefined;
      return true;
    }
    if (step.value === undefined) return true;
    const loaded = this.#partition?.load(step.value);
    return isPromise(loaded) ? loaded.then(() => true) : true;
  }

  /** Goes through a partition, in steps that are short however large it is. */
  *#compute(window: WindowPartition): Generator<Step> {
    const { order, frame, calls } = this.#compiled;
    const { evaluation } = this.run;
    const partition = yield* window.prepare(order, usesKeys(frame), evaluation);
    const offsets = frameOffsets(frame, evaluation);
    const computations = calls.map((call) => call(partition, offsets, evaluation, this.#pace));
    for (let from = 0; from < partition.length; from += BLOCK_ROWS) {
      const to = Math.min(partition.length, from + BLOCK_ROWS);
      const columns: (readonly Datum[])[] = [];
      for (const each of computations) columns.push(yield* each.values(from, to));
      yield* this.#emitBlock(partition, from, to, columns);
      yield undefined;
    }
  }

  *#emitBlock(
    { rowAt }: Partition,
    from: number,
    to: number,
    columns: readonly (readonly Datum[])[],
  ): Generator<Step> {
    for (let at = from; at < to;) {
      try {
        for (; at < to; at++) {
          const row = rowAt(at) ?? [];
          this.emit([...row, ...columns.map((values) => values[at - from] ?? null)]);
        }
      } catch (error) {
        yield neededRow(error);
      }
    }
  }
}

export function openWindow(node: WindowNode, child: Opener): Opener {
  const { clause } = node;
  const frame = compileFrame(clause);
  const order = compileOrder(clause.orderBy);
  const compiled: Compiled = {
    order,
    run: compileRun(node, order),
    isDivided: clause.partitionBy.length > 0,
    partitionKey: groupKey(clause.partitionBy),
    frame,
    calls: node.calls.map((call) =>
      call.isAggregate
        ? computeAggregate(call, frame)
        : computeFunction(windowFunction(call), frame),
    ),
  };
  return (run) => new Window(run, compiled, child(run));
}
