/**
 * Aggregate calls of one group at a time: arguments, FILTER, DISTINCT and ORDER BY around package
 * sql's aggregate functions.
 */
import { SegmentedSet } from "@firstlight/common";
import type {
  Aggregate,
  AggregateFunction,
  CompiledExpr,
  CompiledPredicate,
  Datum,
  EvaluationContext,
  Expr,
  Row,
  WindowCall,
} from "@firstlight/sql";
import {
  aggregateByProc,
  aggregateOf,
  compileExpr,
  compilePredicate,
  oids,
  procOf,
} from "@firstlight/sql";
import { compileFlat } from "./flat-values.ts";
import type { MapKey } from "./hash-key.ts";
import { groupKey, keyBytes } from "./hash-key.ts";
import { compileHypothetical } from "./hypothetical-set.ts";
import { valueBytes } from "./memory-account.ts";
import { modeCall, percentileCall } from "./ordered-set.ts";
import { keepInput, sortedInputs } from "./ordered-call.ts";
import type { CompiledAggregate, OrderedCall } from "./ordered-call.ts";
import type { CompareRows } from "./row-merge.ts";
import { compareBy, positionKey } from "./row-order.ts";

const nothing: CompiledExpr = () => null;
const NO_ROW: Row = [];

interface OrderedKeys {
  /** Which of them is the argument, where that is the only one and its values are compared. */
  readonly distinctAt?: number | undefined;
  readonly values: readonly CompiledExpr[];
  readonly compare: (shift: number) => CompareRows;
}

interface Parts {
  readonly aggregate: AggregateFunction;
  readonly first: CompiledExpr;
  readonly second: CompiledExpr;
  readonly filter: CompiledPredicate | undefined;
  readonly keys: OrderedKeys | undefined;
  readonly distinctKey: ((row: Row, context: EvaluationContext) => MapKey) | undefined;
  readonly direct: readonly CompiledExpr[];
  /** What the state grows by, where it grows. */
  readonly held: HeldBytes | undefined;
}

/** As PostgreSQL has it: what DISTINCT compares is sorted behind what ORDER BY names. */
function keysOf(call: Aggregate): OrderedKeys | undefined {
  const { orderBy } = call;
  const distinct = call.distinct ? call.args : [];
  const exprs = [...orderBy.map((key) => key.expr), ...distinct];
  if (exprs.length === 0) return undefined;
  const compare = (shift: number): CompareRows =>
    compareBy(exprs.map((expr, at) => positionKey(at + shift, expr.type, orderBy[at])));
  const distinctAt = distinct.length === 1 ? orderBy.length : undefined;
  return { distinctAt, values: exprs.map((expr) => compileFlat(expr)), compare };
}

/** What is compared as it comes is made flat before. */
function comparesOf(call: Aggregate): (expr: Expr) => CompiledExpr {
  const { name } = procOf(call);
  return name === "min" || name === "max" || call.distinct ? compileFlat : compileExpr;
}

/** Two values; more of them come as one record. */
function inputsOf(
  args: readonly Expr[],
  compile: (expr: Expr) => CompiledExpr = compileExpr,
): {
  readonly first: CompiledExpr;
  readonly second: CompiledExpr;
} {
  const [first, second, third] = args;
  if (first === undefined) return { first: nothing, second: nothing };
  if (third === undefined) {
    return {
      first: compile(first),
      second: second === undefined ? nothing : compileExpr(second),
    };
  }
  const record: Expr = {
    kind: "row",
    type: oids.RECORD,
    typmod: -1,
    position: -1,
    fields: args,
    names: [],
  };
  return { first: compileExpr(record), second: nothing };
}

export function compileAggregate(call: Aggregate): CompiledAggregate {
  const kind = aggregateByProc(call.proc)?.kind;
  if (kind === "h") return compileHypothetical(call);
  const isOrderedSet = kind === "o";
  const args = isOrderedSet ? call.orderBy.map((key) => key.expr) : call.args;
  const parts: Parts = {
    aggregate:
      call.routine?.compile(call.type) ??
      aggregateOf(call.proc, {
        argTypes: [...call.directArgs, ...args].map((arg) => arg.type),
        resultType: call.type,
      }),
    ...inputsOf(args, comparesOf(call)),
    filter: call.filter === undefined ? undefined : compilePredicate(call.filter),
    keys: keysOf(call),
    distinctKey: call.distinct ? groupKey(args) : undefined,
    direct: call.directArgs.map((arg) => compileExpr(arg)),
    held: isOrderedSet ? keptBytes : heldBytes(call),
  };
  if (parts.keys === undefined) return direct(parts);
  if (!isOrderedSet || call.routine !== undefined) return sorted(parts, parts.keys);
  return sortedInputs(orderedSetCall(parts, parts.keys, call));
}

/** Aggregates that keep what they are given. */
const COLLECTING =
  /^(?:array_agg|jsonb?_(?:object_)?agg(?:_strict|_unique|_unique_strict)?|range_agg|xmlagg)$/u;

type HeldBytes = (first: Datum, second: Datum) => number;

function heldBytes(call: Aggregate | WindowCall): HeldBytes | undefined {
  const { name } = procOf(call);
  if (name === "string_agg") return joinedBytes;
  return COLLECTING.test(name) ? keptBytes : undefined;
}

/** Whether its result grows with what it is given. */
export function isGathering(call: Aggregate): boolean {
  return heldBytes(call) !== undefined;
}

/** What a kept value takes beyond itself. */
const KEPT_BYTES = 16;

function keptBytes(first: Datum, second: Datum): number {
  return KEPT_BYTES + valueBytes(first) + valueBytes(second);
}

/** Values are joined as they come. */
function joinedBytes(first: Datum, second: Datum): number {
  return first === null ? 0 : lengthOf(first) + lengthOf(second);
}

function lengthOf(value: Datum): number {
  return typeof value === "string" || value instanceof Uint8Array ? value.length : 0;
}

function direct(parts: Parts): CompiledAggregate {
  const { aggregate, filter, first, second, held } = parts;
  return {
    start: () => ({ state: aggregate.init(), seen: undefined, inputs: undefined }),
    add(state, row, context, memory) {
      if (filter !== undefined && !filter(row, context)) return;
      const a = first(row, context);
      const b = second(row, context);
      if (held !== undefined) memory.pin(held(a, b));
      state.state = aggregate.add(state.state, a, b, context);
    },
    result: (state, context, groups) => finish(parts, state.state, context, groups),
    ordered: undefined,
    late: held === undefined ? undefined : lateCall(parts),
  };
}

/** Inputs of the groups in the order in which they came. */
function lateCall(parts: Parts): OrderedCall {
  const late = orderedCall(parts, { values: [], compare: () => () => 0 });
  return { ...late, isLate: true };
}

function finish(
  parts: Parts,
  state: unknown,
  context: EvaluationContext,
  groups: Row = NO_ROW,
): Datum {
  const { aggregate, direct: directArgs } = parts;
  if (directArgs.length === 0) return aggregate.result(state, context);
  return aggregate.result(
    state,
    context,
    directArgs.map((arg) => arg(groups, context)),
  );
}

/** Ordered-set aggregates pick from the sorted inputs. */
function orderedSetCall(parts: Parts, keys: OrderedKeys, call: Aggregate): OrderedCall {
  const base = orderedCall({ ...parts, held: undefined }, keys);
  const valueAt = keys.values.length;
  if (procOf(call).name === "mode") return modeCall(base, valueAt, call.orderBy[0]?.expr.type ?? 0);
  const { aggregate, direct } = parts;
  return percentileCall(base, { aggregate, direct, valueAt });
}

function orderedCall(parts: Parts, keys: OrderedKeys): OrderedCall {
  const { aggregate, filter, first, second, held, distinctKey } = parts;
  const { values } = keys;
  const width = values.length;
  const { distinctAt } = keys;
  return {
    input(row, context) {
      if (filter !== undefined && !filter(row, context)) return undefined;
      const keyValues = values.map((value) => value(row, context));
      const only = distinctAt === undefined ? first(row, context) : (keyValues[distinctAt] ?? null);
      return keyValues.concat([only, second(row, context)]);
    },
    compare: keys.compare,
    isDistinct: distinctKey !== undefined,
    startFold: () => aggregate.init(),
    fold(state, input, shift, context, memory) {
      const a = input[shift + width] ?? null;
      const b = input[shift + width + 1] ?? null;
      if (held !== undefined) memory.pin(held(a, b));
      return aggregate.add(state, a, b, context);
    },
    endFold: (state, context, groups) => finish(parts, state, context, groups),
  };
}

function sorted(parts: Parts, keys: OrderedKeys): CompiledAggregate {
  const { distinctKey } = parts;
  const ordered = orderedCall(parts, keys);
  if (distinctKey === undefined) return sortedInputs(ordered);
  const all = sortedInputs(ordered);
  return {
    ...all,
    start: () => ({ ...all.start(), seen: new SegmentedSet() }),
    add(state, row, context, memory) {
      if (state.seen !== undefined) {
        if (parts.filter !== undefined && !parts.filter(row, context)) return;
        const key = distinctKey(row, context);
        if (state.seen.has(key)) return;
        // Nothing is taken before all of it was computed.
        const input = ordered.input(row, context);
        state.seen.add(key);
        memory.take(keyBytes(key));
        if (input !== undefined) keepInput(state, input, memory);
        return;
      }
      all.add(state, row, context, memory);
    },
  };
}

/** An aggregate used as a window function. */
export function windowAggregate(call: WindowCall): {
  readonly aggregate: AggregateFunction;
  readonly first: CompiledExpr;
  readonly second: CompiledExpr;
  readonly filter: CompiledPredicate | undefined;
  readonly held: HeldBytes | undefined;
} {
  return {
    held: heldBytes(call),
    aggregate:
      call.routine?.compile(call.type) ??
      aggregateOf(call.proc, {
        argTypes: call.args.map((arg) => arg.type),
        resultType: call.type,
      }),
    ...inputsOf(call.args),
    filter: call.filter === undefined ? undefined : compilePredicate(call.filter),
  };
}
