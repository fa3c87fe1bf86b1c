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
import { ProducingOperator, drain } from "../operator.ts";
import { groupKey } from "../hash-key.ts";
import type { MapKey } from "../hash-key.ts";
import type { KeyValues, RowOrder } from "../row-order.ts";
import { compileOrder } from "../row-order.ts";
import type { WindowFunction } from "../window-functions.ts";
import { windowFunction } from "../window-functions.ts";
import type { CompiledFrame, FrameOffsets, Partition, RangeShift } from "./window-frame.ts";
import { compileFrame, frameOf, frameOffsets, isExcluded, makePartition } from "./window-frame.ts";

type Compute = (
  partition: Partition,
  offsets: FrameOffsets,
  context: EvaluationContext,
) => readonly Datum[];

interface Compiled {
  readonly sort: RowOrder;
  readonly order: RowOrder;
  readonly partitionKey: (row: Row, context: EvaluationContext) => MapKey;
  readonly frame: CompiledFrame;
  readonly calls: readonly Compute[];
}

/** PostgreSQL's + and - of the sort key's type, as in_range does. */
function rangeShift(clause: WindowNode["clause"]): RangeShift {
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

function* framedRows(
  partition: Partition,
  frame: CompiledFrame,
  bounds: readonly [number, number],
  at: number,
): Generator<number> {
  for (let row = bounds[0]; row < bounds[1]; row++) {
    if (!isExcluded(partition, frame.frame, at, row)) yield row;
  }
}

function computeFunction(call: WindowFunction, frame: CompiledFrame, shift: RangeShift): Compute {
  return (partition, offsets, context) =>
    call(
      partition,
      (at) =>
        framedRows(
          partition,
          frame,
          frameOf(partition, frame, offsets, at, (a, b, sign) => shift(a, b, sign, context)),
          at,
        ),
      context,
    );
}

function computeAggregate(call: WindowCall, frame: CompiledFrame, shift: RangeShift): Compute {
  if (call.distinct) throw featureNotSupported("DISTINCT for window functions");
  const { aggregate, first, second, filter } = windowAggregate(call);
  return (partition, offsets, context) => {
    const results: Datum[] = [];
    const { rows } = partition;
    const plain = frame.frame.exclusion === "none";
    let state = aggregate.init();
    let from = 0;
    let to = 0;
    const add = (at: number): void => {
      const row = rows[at];
      if (row === undefined || (filter !== undefined && !filter(row, context))) return;
      state = aggregate.add(state, first(row, context), second(row, context), context);
    };
    for (let at = 0; at < rows.length; at++) {
      const [start, end] = frameOf(partition, frame, offsets, at, (a, b, sign) =>
        shift(a, b, sign, context),
      );
      if (plain && start === from && end >= to) {
        for (; to < end; to++) add(to);
      } else {
        state = aggregate.init();
        for (const row of framedRows(partition, frame, [start, end], at)) add(row);
        // A state with exclusions is no base for the next row.
        from = plain ? start : -1;
        to = end;
      }
      results.push(aggregate.result(state, context));
    }
    return results;
  };
}

class Window extends ProducingOperator {
  readonly #compiled: Compiled;
  readonly #child: Operator;
  #rows: { row: Row; keys: KeyValues }[] = [];

  constructor(run: Run, compiled: Compiled, child: Operator) {
    super(run);
    this.#compiled = compiled;
    this.#child = child;
  }

  close(): void {
    this.#child.close();
    this.#rows = [];
  }

  protected override produce(): MaybePromise<boolean> {
    const { evaluation, memory } = this.run;
    const { sort } = this.#compiled;
    const read = drain(this.run, this.#child, (rows) => {
      memory.takeRows(rows);
      for (const row of rows) this.#rows.push({ row, keys: sort.keysOf(row, evaluation) });
    });
    return isPromise(read) ? read.then(() => this.#compute()) : this.#compute();
  }

  #compute(): boolean {
    const { sort, partitionKey } = this.#compiled;
    const { evaluation } = this.run;
    const sorted = this.#rows.sort((a, b) => sort.compare(a.keys, b.keys));
    let from = 0;
    let key: MapKey | undefined;
    sorted.forEach(({ row }, at) => {
      const here = partitionKey(row, evaluation);
      if (at > 0 && here !== key) {
        this.#partition(sorted.slice(from, at).map((each) => each.row));
        from = at;
      }
      key = here;
    });
    if (sorted.length > from) this.#partition(sorted.slice(from).map((each) => each.row));
    this.#rows = [];
    return false;
  }

  #partition(rows: readonly Row[]): void {
    const { order, frame, calls } = this.#compiled;
    const { evaluation, context } = this.run;
    context.interrupts.check();
    const keys = rows.map((row) => order.keysOf(row, evaluation));
    const partition = makePartition(rows, keys, order);
    const offsets = frameOffsets(frame, evaluation);
    const columns = calls.map((call) => call(partition, offsets, evaluation));
    rows.forEach((row, at) => {
      this.emit([...row, ...columns.map((values) => values[at] ?? null)]);
    });
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
