/**
 * An aggregate over a frame whose ends both move on. The frame is in two parts: of the older rows the
 * states from each row on to the middle are kept, of the younger ones one state from the middle on.
 * When the older part is used up, the younger one becomes it: each row is added twice altogether,
 * however long frames are. Only for aggregates whose answer does not depend on the order of merging.
 */
import type { AggregateFunction, CompiledExpr, CompiledPredicate, Datum } from "@firstlight/sql";
import type { EvaluationContext, WindowCall } from "@firstlight/sql";
import { volatility } from "@firstlight/sql";
import type { GatheredShare } from "../memory-account.ts";
import type { Frame, Interval, Partition } from "./window-frame.ts";
import { ROWS_PER_STEP } from "./window-frame.ts";
import { neededRow } from "./window-partition.ts";
import type { Step } from "./window-partition.ts";

/** Shorter frames are aggregated anew sooner. */
export const SLIDING_ROWS_MIN = 64;
/** States that are kept; of a longer part those of every second row, every third, and so on. */
const KEPT_STATES_MAX = 1 << 16;

/** Of a kept state, about. */
const STATE_BYTES = 120;

const FLOATS: ReadonlySet<number> = new Set([700, 701]);

interface Partial {
  readonly toPartial: (state: unknown) => readonly Datum[];
  readonly fromPartial: (values: readonly Datum[]) => unknown;
}

export interface SlidingCall {
  readonly aggregate: AggregateFunction;
  readonly first: CompiledExpr;
  readonly second: CompiledExpr;
  readonly filter: CompiledPredicate | undefined;
}

/** How its states are copied; undefined where the frame has to be aggregated anew. */
export function slidingForm(
  call: WindowCall,
  aggregate: AggregateFunction,
  { start, exclusion }: Frame,
): Partial | undefined {
  const { partialTypes } = aggregate;
  const toPartial = aggregate.toPartial?.bind(aggregate);
  const fromPartial = aggregate.fromPartial?.bind(aggregate);
  if (start.kind === "unboundedPreceding" || exclusion !== "none") return undefined;
  if (partialTypes === undefined || toPartial === undefined || fromPartial === undefined) {
    return undefined;
  }
  // Sums of floats depend on the order.
  const types = [...partialTypes, ...call.args.map(({ type }) => type)];
  const exprs = call.filter === undefined ? call.args : [...call.args, call.filter];
  const isExact = !types.some((type) => FLOATS.has(type));
  if (!isExact || exprs.some((each) => volatility(each) === "volatile")) return undefined;
  return { toPartial, fromPartial };
}

export interface SlidingContext {
  readonly partition: Partition;
  readonly context: EvaluationContext;
  readonly share: () => GatheredShare;
}

export class SlidingFrame {
  readonly #call: SlidingCall;
  readonly #partial: Partial;
  readonly #partition: Partition;
  readonly #context: EvaluationContext;
  readonly #share: GatheredShare;
  /** Of the rows from #base + i * #stride on to the middle. */
  #kept: (readonly Datum[])[] = [];
  #base = 0;
  #stride = 1;
  #middle = 0;
  #to = 0;
  #younger: unknown;

  constructor(call: SlidingCall, partial: Partial, { partition, context, share }: SlidingContext) {
    this.#share = share();
    this.#call = call;
    this.#partial = partial;
    this.#partition = partition;
    this.#context = context;
    this.#younger = call.aggregate.init();
  }

  *valueOf([from, to]: Interval): Generator<Step, Datum> {
    const { aggregate } = this.#call;
    if (to < this.#to || from < this.#base || from >= this.#to) this.#beginAt(from);
    else if (from > this.#middle) yield* this.#divide(from);
    this.#younger = yield* this.#added(this.#younger, this.#to, to);
    this.#to = to;
    const older = yield* this.#olderFrom(from);
    return aggregate.result(aggregate.merge(older, this.#copy(this.#younger)), this.#context);
  }

  #beginAt(from: number): void {
    this.#kept = [];
    this.#share.release();
    this.#base = from;
    this.#middle = from;
    this.#to = from;
    this.#younger = this.#call.aggregate.init();
  }

  /** All rows from here on are older ones. */
  *#divide(from: number): Generator<Step> {
    const { aggregate } = this.#call;
    const end = this.#to;
    this.#base = from;
    this.#stride = Math.ceil((end - from) / KEPT_STATES_MAX);
    this.#kept = [];
    const count = Math.ceil((end - from) / this.#stride);
    this.#share.release();
    this.#share.take(count * STATE_BYTES);
    let later: unknown = aggregate.init();
    for (let i = count - 1; i >= 0; i--) {
      const start = from + i * this.#stride;
      const past = Math.min(end, start + this.#stride);
      const here = yield* this.#added(aggregate.init(), start, past);
      later = aggregate.merge(here, later);
      this.#kept[i] = this.#partial.toPartial(later);
      if (i % ROWS_PER_STEP === 0) yield undefined;
    }
    this.#middle = end;
    this.#younger = aggregate.init();
  }

  *#olderFrom(from: number): Generator<Step, unknown> {
    const { aggregate } = this.#call;
    if (from >= this.#middle) return aggregate.init();
    const next = Math.ceil((from - this.#base) / this.#stride);
    const kept = this.#kept[next];
    const past = kept === undefined ? this.#middle : this.#base + next * this.#stride;
    const state = yield* this.#added(aggregate.init(), from, past);
    return kept === undefined ? state : aggregate.merge(state, this.#partial.fromPartial(kept));
  }

  #copy(state: unknown): unknown {
    return this.#partial.fromPartial(this.#partial.toPartial(state));
  }

  *#added(given: unknown, from: number, to: number): Generator<Step, unknown> {
    const { aggregate, first, second, filter } = this.#call;
    const context = this.#context;
    let state = given;
    for (let at = from; at < to;) {
      try {
        for (const end = Math.min(to, at + ROWS_PER_STEP); at < end; at++) {
          const row = this.#partition.rowAt(at);
          if (row === undefined || (filter !== undefined && !filter(row, context))) continue;
          state = aggregate.add(state, first(row, context), second(row, context), context);
        }
      } catch (error) {
        yield neededRow(error);
      }
      if (at < to) yield undefined;
    }
    return state;
  }
}
