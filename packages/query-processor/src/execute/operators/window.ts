/**
 * Window functions: takes rows sorted by partition and order, and computes each call over one
 * partition at a time. Aggregates run on over frames that only grow, slide along with those whose start
 * moves on where their states can be merged, and start anew for each row otherwise.
 */
import type { MaybePromise } from "@firstlight/common";
import { andThen, featureNotSupported, isPromise } from "@firstlight/common";
import type { Datum, EvaluationContext, Row, WindowCall } from "@firstlight/sql";
import type { WindowNode } from "../../plan/plan-node.ts";
import { windowAggregate } from "../aggregate-calls.ts";
import { GatheredShare, valueBytes } from "../memory-account.ts";
import type { Opener, Operator, Run } from "../operator.ts";
import { BATCH_ROWS, Pace, ProducingOperator } from "../operator.ts";
import { groupKey } from "../hash-key.ts";
import type { MapKey } from "../hash-key.ts";
import type { RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";
import { StatementLongCalls } from "../statement-long-calls.ts";
import type { WindowFunction } from "../window-functions.ts";
import { windowFunction } from "../window-functions.ts";
import type { CompiledFrame, FrameOffsets, Interval } from "./window-frame.ts";
import type { Partition } from "./window-frame.ts";
import { Frames, ROWS_PER_STEP, compileFrame, frameIntervals } from "./window-frame.ts";
import { frameOffsets, usesKeys } from "./window-frame.ts";
import { SLIDING_ROWS_MIN, SlidingFrame, slidingForm } from "./sliding-frame.ts";
import type { RunCut, RunCutter } from "./window-run.ts";
import { compileRun } from "./window-run.ts";
import type { Step } from "./window-partition.ts";
import { WindowPartition, neededRow } from "./window-partition.ts";

/** Values of the rows from `from` to `to`, block after block. */
interface Computation {
  values(from: number, to: number): Generator<Step, readonly Datum[]>;
}

/** What the computations of one partition share. */
interface Calculation {
  readonly partition: Partition;
  readonly offsets: FrameOffsets;
  readonly context: EvaluationContext;
  readonly pace: Pace;
  /** Memory for a state that grows, until the partition is through. */
  readonly share: () => GatheredShare;
}

type Compute = (calculation: Calculation) => Computation;

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
  return ({ partition, offsets, context, pace }) => {
    const frames = new Frames(partition, frame, offsets, context);
    const frameAt = (at: number): readonly Interval[] =>
      frameIntervals(partition, frame.frame, frames.of(at), at);
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
  readonly #gathered: GatheredShare;
  #state: unknown;
  /** Of a frame that has not changed since. */
  #known: { readonly value: Datum } | undefined;
  #from = 0;
  #to = 0;
  #at = 0;

  constructor(call: WindowAggregate, { partition, context, share }: Calculation) {
    this.#gathered = share();
    this.#call = call;
    this.#partition = partition;
    this.#context = context;
    this.#state = call.aggregate.init();
  }

  /** A frame that only grew is added to; any other one is aggregated anew. */
  *moveTo(intervals: readonly Interval[]): Generator<Step> {
    const [only = EMPTY] = intervals;
    const grows = intervals.length <= 1 && only[0] === this.#from && only[1] >= this.#to;
    if (!grows) this.#startAnew();
    const missing: readonly Interval[] = grows ? [[this.#to, only[1]]] : intervals;
    for (const [start, end] of missing) {
      this.#at = start;
      if (start < end) this.#known = undefined;
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

  #startAnew(): void {
    this.#state = this.#call.aggregate.init();
    this.#known = undefined;
    this.#gathered.release();
  }

  #addUpTo(end: number): void {
    const { aggregate, first, second, filter, held } = this.#call;
    const context = this.#context;
    for (; this.#at < end; this.#at++) {
      const row = this.#partition.rowAt(this.#at);
      if (row === undefined || (filter !== undefined && !filter(row, context))) continue;
      const a = first(row, context);
      const b = second(row, context);
      if (held !== undefined) this.#gathered.take(held(a, b));
      this.#state = aggregate.add(this.#state, a, b, context);
    }
  }

  /** Rows that have the same frame share one value, which may be large. */
  result(): Datum {
    this.#known ??= { value: this.#call.aggregate.result(this.#state, this.#context) };
    return this.#known.value;
  }

  *resultSteps(): Generator<undefined, Datum> {
    const { longCalls } = this.#context;
    if (!(longCalls instanceof StatementLongCalls)) return this.result();
    return yield* longCalls.stepsOf(() => this.result());
  }
}

const EMPTY: Interval = [-1, -1];

function computeAggregate(call: WindowCall, frame: CompiledFrame): Compute {
  if (call.distinct) throw featureNotSupported("DISTINCT for window functions");
  const compiled = windowAggregate(call);
  const { hasLongResult } = compiled.aggregate;
  const sliding = slidingForm(call, compiled.aggregate, frame.frame);
  return (calculation) => {
    const { partition, offsets, context, pace } = calculation;
    const state = new FrameState(compiled, calculation);
    const frames = new Frames(partition, frame, offsets, context);
    const moving = sliding && new SlidingFrame(compiled, sliding, calculation);
    return {
      *values(from, to) {
        const results: Datum[] = [];
        for (let at = from; at < to; at++) {
          const bounds = frames.of(at);
          if (moving !== undefined && bounds[1] - bounds[0] >= SLIDING_ROWS_MIN) {
            results.push(yield* moving.valueOf(bounds));
            if (pace.isOver()) yield undefined;
            continue;
          }
          yield* state.moveTo(frameIntervals(partition, frame.frame, bounds, at));
          results.push(hasLongResult ? yield* state.resultSteps() : state.result());
          if (pace.isOver()) yield undefined;
        }
        return results;
      },
    };
  };
}

/** Rows whose values are computed together, at most. */
const BLOCK_ROWS = 256;
/** The first ones tell how large values are. */
const FIRST_ROWS = 4;
/** Of the memory limit: what values that are computed together may take. */
const BLOCK_PART = 16;

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
  #shares: GatheredShare[] = [];

  constructor(run: Run, compiled: Compiled, child: Operator) {
    super(run);
    this.#pace = new Pace(run);
    this.#compiled = compiled;
    this.#child = child;
    this.#cut = compiled.run?.(run.evaluation);
  }

  close(): void {
    this.#child.close();
    this.#free();
  }

  #free(): void {
    this.#partition?.free();
    this.#partition = undefined;
    for (const share of this.#shares) share.release();
    this.#shares = [];
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
      this.#free();
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
    const { evaluation: context } = this.run;
    const partition = yield* window.prepare(order, usesKeys(frame), context);
    const offsets = frameOffsets(frame, context);
    const share = (): GatheredShare => this.#newShare();
    const calculation = { partition, offsets, context, pace: this.#pace, share };
    const computations = calls.map((call) => call(calculation));
    let rows = FIRST_ROWS;
    for (let from = 0; from < partition.length;) {
      const to = Math.min(partition.length, from + rows);
      const columns: (readonly Datum[])[] = [];
      for (const each of computations) columns.push(yield* each.values(from, to));
      yield* this.#emitBlock(partition, from, to, columns);
      yield undefined;
      rows = this.#nextRows(rows, columns);
      from = to;
    }
  }

  #newShare(): GatheredShare {
    const share = new GatheredShare(this.run.memory);
    this.#shares.push(share);
    return share;
  }

  /** Fewer where values are large, as those of array_agg over a frame of many rows. */
  #nextRows(rows: number, columns: readonly (readonly Datum[])[]): number {
    let bytes = 1;
    for (const values of columns) bytes += valueBytes(values.at(-1) ?? null);
    const most = Math.floor(this.run.memory.limitBytes / BLOCK_PART / bytes);
    return Math.max(1, Math.min(BLOCK_ROWS, rows * 2, most));
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
          this.emit(row.concat(columns.map((values) => values[at - from] ?? null)));
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
