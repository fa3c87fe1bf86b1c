/**
 * Aggregate calls of one group at a time: arguments, FILTER, DISTINCT and ORDER BY around package
 * sql's aggregate functions.
 */
import type {
  Aggregate,
  AggregateFunction,
  CompiledExpr,
  CompiledPredicate,
  Datum,
  EvaluationContext,
  Row,
  WindowCall,
} from "@firstlight/sql";
import {
  aggregateByProc,
  aggregateOf,
  compileExpr,
  compilePredicate,
  requireProc,
} from "@firstlight/sql";
import type { MapKey } from "./hash-key.ts";
import { groupKey } from "./hash-key.ts";
import { compileHypothetical } from "./hypothetical-set.ts";
import { rowBytes } from "./memory-account.ts";
import type { MemoryHolder } from "./memory-account.ts";
import type { KeyValues, RowOrder } from "./row-order.ts";
import { compileOrder, compareFunction } from "./row-order.ts";

interface Input {
  readonly first: Datum;
  readonly second: Datum;
  readonly keys: KeyValues;
}

/** What one group holds for one call. */
export interface CallState {
  state: unknown;
  /** Values seen, for DISTINCT. */
  seen: Set<MapKey> | undefined;
  /** Inputs kept until the end, for ORDER BY and sorted DISTINCT. */
  inputs: Input[] | undefined;
}

export interface CompiledAggregate {
  start(): CallState;
  add(state: CallState, row: Row, context: EvaluationContext, memory: MemoryHolder): void;
  result(state: CallState, context: EvaluationContext): Datum;
}

const nothing: CompiledExpr = () => null;
const NO_ROW: Row = [];

interface Parts {
  readonly aggregate: AggregateFunction;
  readonly first: CompiledExpr;
  readonly second: CompiledExpr;
  readonly filter: CompiledPredicate | undefined;
  readonly order: RowOrder | undefined;
  readonly distinctKey: ((row: Row, context: EvaluationContext) => MapKey) | undefined;
  readonly direct: readonly CompiledExpr[];
  readonly collects: boolean;
}

function orderOf(call: Aggregate): RowOrder | undefined {
  if (call.orderBy.length > 0) return compileOrder(call.orderBy);
  if (!call.distinct) return undefined;
  // PostgreSQL sorts to find duplicates, and the aggregate sees the values in that order.
  return distinctOrder(call);
}

function distinctOrder(call: Aggregate): RowOrder {
  const compares = call.args.map((arg) => compareFunction(arg.type));
  const values = call.args.map((arg) => compileExpr(arg));
  return {
    keysOf: (row, context) => values.map((value) => value(row, context)),
    compare(a, b) {
      for (let i = 0; i < compares.length; i++) {
        const left = a[i] ?? null;
        const right = b[i] ?? null;
        if (left === null || right === null) {
          if (left === right) continue;
          return left === null ? 1 : -1;
        }
        const order = compares[i]?.(left, right) ?? 0;
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

export function compileAggregate(call: Aggregate): CompiledAggregate {
  const kind = aggregateByProc(call.proc)?.kind;
  if (kind === "h") return compileHypothetical(call);
  const isOrderedSet = kind === "o";
  const args = isOrderedSet ? call.orderBy.map((key) => key.expr) : call.args;
  const parts: Parts = {
    aggregate: aggregateOf(call.proc, {
      argTypes: [...call.directArgs, ...args].map((arg) => arg.type),
      resultType: call.type,
    }),
    first: args[0] === undefined ? nothing : compileExpr(args[0]),
    second: args[1] === undefined ? nothing : compileExpr(args[1]),
    filter: call.filter === undefined ? undefined : compilePredicate(call.filter),
    order: orderOf(call),
    distinctKey: call.distinct ? groupKey(args) : undefined,
    direct: call.directArgs.map((arg) => compileExpr(arg)),
    collects: COLLECTING.test(requireProc(call.proc).name),
  };
  return parts.order === undefined ? direct(parts) : sorted(parts);
}

/** Aggregates that keep what they are given. */
const COLLECTING =
  /^(?:array_agg|string_agg|jsonb?_(?:object_)?agg(?:_strict|_unique|_unique_strict)?|range_agg|xmlagg)$/u;

function direct(parts: Parts): CompiledAggregate {
  const { aggregate, filter, first, second, collects } = parts;
  return {
    start: () => ({ state: aggregate.init(), seen: undefined, inputs: undefined }),
    add(state, row, context, memory) {
      if (filter !== undefined && !filter(row, context)) return;
      const a = first(row, context);
      const b = second(row, context);
      if (collects) memory.take(rowBytes([a, b]));
      state.state = aggregate.add(state.state, a, b, context);
    },
    result: (state, context) => finish(parts, state.state, context),
  };
}

function finish(parts: Parts, state: unknown, context: EvaluationContext): Datum {
  const { aggregate, direct: directArgs } = parts;
  if (directArgs.length === 0) return aggregate.result(state, context);
  return aggregate.result(
    state,
    context,
    directArgs.map((arg) => arg(NO_ROW, context)),
  );
}

function sorted(parts: Parts): CompiledAggregate {
  const { aggregate, filter, first, second, order, distinctKey } = parts;
  return {
    start: () => ({
      state: undefined,
      seen: distinctKey === undefined ? undefined : new Set(),
      inputs: [],
    }),
    add(state, row, context, memory) {
      if (filter !== undefined && !filter(row, context)) return;
      if (distinctKey !== undefined && state.seen !== undefined) {
        const key = distinctKey(row, context);
        if (state.seen.has(key)) return;
        state.seen.add(key);
      }
      const keys = order?.keysOf(row, context) ?? [];
      const input = { first: first(row, context), second: second(row, context), keys };
      memory.take(rowBytes(keys) + rowBytes([input.first, input.second]));
      state.inputs?.push(input);
    },
    result(state, context) {
      const inputs = state.inputs ?? [];
      if (order !== undefined) inputs.sort((a, b) => order.compare(a.keys, b.keys));
      let folded = aggregate.init();
      for (const input of inputs) {
        folded = aggregate.add(folded, input.first, input.second, context);
      }
      return finish(parts, folded, context);
    },
  };
}

/** An aggregate used as a window function. */
export function windowAggregate(call: WindowCall): {
  readonly aggregate: AggregateFunction;
  readonly first: CompiledExpr;
  readonly second: CompiledExpr;
  readonly filter: CompiledPredicate | undefined;
} {
  const [first, second] = call.args;
  return {
    aggregate: aggregateOf(call.proc, {
      argTypes: call.args.map((arg) => arg.type),
      resultType: call.type,
    }),
    first: first === undefined ? nothing : compileExpr(first),
    second: second === undefined ? nothing : compileExpr(second),
    filter: call.filter === undefined ? undefined : compilePredicate(call.filter),
  };
}
