/**
 * Filter, grouping and aggregation of a block as one loop, compiled per shape of its vectors. Groups
 * are numbered as they first come; counts, sums and extremes are arrays of numbers by group, all
 * other aggregates keep their states. Nothing here outlives a page.
 */
import { averageOfNumerics, sumOfNumerics } from "../aggregates/decimal-sum.ts";
import type { AggregateFunction } from "../aggregates/aggregate-function.ts";
import { averageOfIntegers, sumToInt8 } from "../aggregates/integer-sum.ts";
import { requireProc } from "../catalog/proc-catalog.ts";
import { TreeEmitter, instantiateFunction } from "../expression/compile/compile-tree.ts";
import type { Operand } from "../expression/compile/code-builder.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { requireSqlType } from "../expression/type-io.ts";
import type { Expr } from "../expression/tree.ts";
import { pushedAggregate, type PushedAggregate } from "../pushdown/scan-program.ts";
import * as oids from "../types/oids.ts";
import type { Datum } from "../values/datum.ts";
import { makeSmallNumeric } from "../values/numeric.ts";
import type { ColumnVector, VectorShape } from "./column-vector.ts";
import type { WantedKeys } from "./block-rows.ts";
import { emitFilter, vectorLocals, wantedLocals, wantedTests } from "./block-rows.ts";
import { VectorEmitter, checkedSum } from "./vector-emitter.ts";

export interface GroupingPlan {
  readonly conditions: readonly Expr[];
  readonly groupBy: readonly Expr[];
  readonly aggregates: readonly PushedAggregate[];
}

/** What one aggregate holds: by group. */
interface Accumulator {
  readonly counts: number[];
  /** Sums, or least and greatest values; unused by count. */
  readonly numbers: number[];
  readonly states: unknown[];
}

/** The groups of one page. */
export class BlockGroups {
  /** The values of each group's columns, as they first came. */
  readonly values: Datum[][] = [];
  readonly accumulators: readonly Accumulator[];
  /** Numbers of values per group column, then of pairs of such numbers; the last is the group's. */
  readonly numbers: readonly Map<unknown, number>[];
  readonly #inits: readonly (() => unknown)[];

  constructor(plan: GroupingPlan) {
    const maps = Math.max(0, 2 * plan.groupBy.length - 1);
    this.numbers = Array.from({ length: maps }, () => new Map<unknown, number>());
    const functions = plan.aggregates.map(pushedAggregate);
    this.#inits = functions.map((each) => () => each.init());
    this.accumulators = functions.map(() => ({ counts: [], numbers: [], states: [] }));
    if (plan.groupBy.length === 0) this.add([]);
  }

  add(values: Datum[]): number {
    this.values.push(values);
    for (const [at, { counts, numbers, states }] of this.accumulators.entries()) {
      counts.push(0);
      numbers.push(0);
      states.push(this.#inits[at]?.());
    }
    return this.values.length - 1;
  }
}

export type BlockAggregation = (
  vectors: readonly ColumnVector[],
  count: number,
  context: EvaluationContext,
  groups: BlockGroups,
  wanted: readonly WantedKeys[],
) => void;

/** How the partial state of one group is made from what was accumulated. */
type Partial = (accumulator: Accumulator, group: number) => readonly Datum[];

export interface CompiledGroups {
  readonly run: BlockAggregation;
  readonly partials: readonly Partial[];
}

/** Types whose values are their own keys. */
const OWN_KEYS: ReadonlySet<number> = new Set([
  oids.INT2,
  oids.INT4,
  oids.DATE,
  oids.TEXT,
  oids.VARCHAR,
  oids.BOOL,
]);
const EXTREME_TYPES: ReadonlySet<number> = new Set([oids.INT2, oids.INT4, oids.DATE]);
const PAIR_BASE = 2 ** 26;

function keyText(emitter: TreeEmitter, operand: Operand, type: number): string {
  if (OWN_KEYS.has(type)) return operand.js;
  const sqlType = requireSqlType(type);
  const hash = (value: Datum): unknown => (value === null ? null : sqlType.hashKey(value));
  return emitter.builder.assign(`${emitter.builder.constant(hash)}(${operand.js})`, true).js;
}

/** Lines that set `g` to the row's group. */
function emitGroup(emitter: TreeEmitter, groupBy: readonly Expr[]): void {
  const { builder } = emitter;
  if (groupBy.length === 0) {
    builder.line("const g = 0;");
    return;
  }
  const operands = groupBy.map((expr) => emitter.emit(expr));
  const keys = operands.map((operand, at) => keyText(emitter, operand, groupBy[at]?.type ?? 0));
  const values = `[${operands.map((each) => each.js).join(", ")}]`;
  const newGroup = `groups.add(${values})`;
  if (keys.length === 1) {
    // Neighbours are often in one group.
    builder.line(`if (${keys[0]} !== lastKey || lastGroup < 0) {`);
    builder.line(`let found = m0.get(${keys[0]});`);
    builder.line(`if (found === undefined) m0.set(${keys[0]}, found = ${newGroup});`);
    builder.line(`lastKey = ${keys[0]}; lastGroup = found; }`);
    builder.line("const g = lastGroup;");
    return;
  }
  builder.line("let g = 0;");
  for (const [at, key] of keys.entries()) {
    builder.line(`let d${at} = m${at}.get(${key});`);
    builder.line(`if (d${at} === undefined) m${at}.set(${key}, d${at} = m${at}.size);`);
    if (at === 0) {
      builder.line("g = d0;");
      continue;
    }
    const map = `m${groupBy.length + at - 1}`;
    const isLast = at === keys.length - 1;
    const add = isLast ? newGroup : `${map}.size`;
    builder.line(`const p${at} = g * ${PAIR_BASE} + d${at};`);
    builder.line(`let f${at} = ${map}.get(p${at});`);
    builder.line(`if (f${at} === undefined) ${map}.set(p${at}, f${at} = ${add});`);
    builder.line(`g = f${at};`);
  }
}

function emitSum(emitter: TreeEmitter, at: number, value: Operand): void {
  const { builder } = emitter;
  const check = builder.constant(checkedSum);
  const test = value.nullable ? `if (${value.js} !== null) ` : "";
  builder.line(`${test}{ a${at}[g]++; s${at}[g] = ${check}(s${at}[g] + ${value.js}); }`);
}

function sumPartial(scale: number): Partial {
  return ({ counts, numbers }, group) => {
    const count = counts[group] ?? 0;
    const sum = count === 0 ? null : makeSmallNumeric(numbers[group] ?? 0, scale);
    return [BigInt(count), sum];
  };
}

/** As sumPartial, but a sum of integers has a zero where there was no value. */
function integerPartial({ counts, numbers }: Accumulator, group: number): readonly Datum[] {
  return [BigInt(counts[group] ?? 0), makeSmallNumeric(numbers[group] ?? 0, 0)];
}

function countPartial({ counts }: Accumulator, group: number): readonly Datum[] {
  return [BigInt(counts[group] ?? 0)];
}

interface Parts {
  readonly emitter: TreeEmitter;
  readonly vectors: VectorEmitter;
  readonly at: number;
}

/** Aggregates of numbers; undefined for all others. */
function emitNumbers(parts: Parts, pushed: PushedAggregate): Partial | undefined {
  const { emitter, vectors, at } = parts;
  const [argument] = pushed.args;
  const aggregate: AggregateFunction = pushedAggregate(pushed);
  const { name } = requireProc(pushed.proc);
  if (name === "count" && pushed.args.length === 0) {
    emitter.builder.line(`a${at}[g]++;`);
    return countPartial;
  }
  if (argument === undefined) return undefined;
  if (name === "count") {
    const operand = emitter.emit(argument);
    emitter.builder.line(`if (${operand.js} !== null) a${at}[g]++;`);
    return countPartial;
  }
  if (aggregate === sumOfNumerics || aggregate === averageOfNumerics) {
    const scaled = vectors.scaled(emitter, argument);
    if (scaled === undefined) return undefined;
    emitSum(emitter, at, scaled);
    return sumPartial(scaled.scale);
  }
  const isSmall = argument.type === oids.INT4 || argument.type === oids.INT2;
  if (isSmall && (aggregate === sumToInt8 || aggregate === averageOfIntegers)) {
    emitSum(emitter, at, emitter.emit(argument));
    return integerPartial;
  }
  if (name === "min" || name === "max") return emitExtreme(parts, argument, name);
  return undefined;
}

function emitExtreme(
  { emitter, vectors, at }: Parts,
  argument: Expr,
  name: "min" | "max",
): Partial | undefined {
  const scaled = argument.type === oids.NUMERIC ? vectors.scaled(emitter, argument) : undefined;
  if (scaled === undefined && !EXTREME_TYPES.has(argument.type)) return undefined;
  const value = scaled ?? emitter.emit(argument);
  const better = `a${at}[g] === 0 || ${value.js} ${name === "min" ? "<" : ">"} s${at}[g]`;
  const test = value.nullable ? `${value.js} !== null && (${better})` : better;
  emitter.builder.line(`if (${test}) { a${at}[g] = 1; s${at}[g] = ${value.js}; }`);
  return ({ counts, numbers }, group) => {
    if (counts[group] === 0) return [null];
    const best = numbers[group] ?? 0;
    return [scaled === undefined ? best : makeSmallNumeric(best, scaled.scale)];
  };
}

function emitStates({ emitter, at }: Parts, pushed: PushedAggregate): Partial {
  const aggregate = pushedAggregate(pushed);
  const { builder } = emitter;
  const [argument] = pushed.args;
  const value = argument === undefined ? "null" : emitter.emit(argument).js;
  const add = (state: unknown, first: Datum, context: EvaluationContext): unknown =>
    aggregate.add(state, first, null, context);
  builder.line(`t${at}s[g] = ${builder.constant(add)}(t${at}s[g], ${value}, ctx);`);
  return ({ states }, group) => aggregate.toPartial?.(states[group]) ?? [];
}

function emitAggregate(parts: Parts, pushed: PushedAggregate): Partial {
  const { emitter } = parts;
  // Each in a block of its own: what it needs of a filtered row is not there for others.
  emitter.builder.line("{");
  if (pushed.filter !== undefined) {
    const passes = emitter.emit(pushed.filter);
    emitter.builder.line(`if (${passes.js} === true) {`);
  }
  const partial = emitNumbers(parts, pushed) ?? emitStates(parts, pushed);
  if (pushed.filter !== undefined) emitter.builder.line("}");
  emitter.builder.line("}");
  return partial;
}

function groupLocals(plan: GroupingPlan): string {
  const accumulators = plan.aggregates.map((_, at) => {
    const from = `groups.accumulators[${at}]`;
    return `const a${at} = ${from}.counts, s${at} = ${from}.numbers, t${at}s = ${from}.states;`;
  });
  const maps = Math.max(0, 2 * plan.groupBy.length - 1);
  const numbers = Array.from({ length: maps }, (_, at) => `const m${at} = groups.numbers[${at}];`);
  return [...accumulators, ...numbers, "let lastKey, lastGroup = -1;"].join("\n");
}

export function compileBlockGroups(
  shapes: readonly VectorShape[],
  plan: GroupingPlan,
): CompiledGroups {
  const vectors = new VectorEmitter(shapes);
  const emitter = new TreeEmitter(vectors);
  emitFilter(emitter, plan.conditions);
  emitGroup(emitter, plan.groupBy);
  const partials = plan.aggregates.map((pushed, at) =>
    emitAggregate({ emitter, vectors, at }, pushed),
  );
  const body = `${vectorLocals(shapes)}
${groupLocals(plan)}
${wantedLocals()}
for (let i = 0; i < count; i++) {
${wantedTests()}
${emitter.builder.source()}
}`;
  const parameters = "cols, count, ctx, groups, wanted";
  const run = instantiateFunction(parameters, body, emitter.builder.constants) as BlockAggregation;
  return { run, partials };
}
