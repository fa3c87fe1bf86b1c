/**
 * How expressions read vectors in generated code: `i` is the row, `c3` the values of the fourth
 * column and `n3` its nulls. Arithmetic and comparison of scaled numerics is done in numbers. Where a
 * result would not be exact the code throws INEXACT, and the caller takes the block row by row.
 */
import { procOf } from "../catalog/proc-of.ts";
import type {
  CodeBuilder,
  Emitter,
  NodeEmitter,
  Operand,
} from "../expression/compile/code-builder.ts";
import { anyNull } from "../expression/compile/emit-call.ts";
import type { Call, Expr } from "../expression/tree.ts";
import type { Numeric } from "../values/datum.ts";
import { isNumericValue, isSafeCoefficient, makeSmallNumeric } from "../values/numeric.ts";
import type { VectorShape } from "./column-vector.ts";

export const INEXACT: unique symbol = Symbol("inexact");

/** A numeric as an integer number times 10^-scale. */
export interface ScaledOperand extends Operand {
  readonly scale: number;
}

const ARITHMETIC: ReadonlyMap<string, string> = new Map([
  ["numeric_mul", "*"],
  ["numeric_add", "+"],
  ["numeric_sub", "-"],
]);
const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["numeric_eq", "==="],
  ["numeric_ne", "!=="],
  ["numeric_lt", "<"],
  ["numeric_le", "<="],
  ["numeric_gt", ">"],
  ["numeric_ge", ">="],
]);
const INTEGER_CASTS: ReadonlySet<string> = new Set(["int4_numeric", "int2_numeric"]);
/** 10^n is exact, and so is a product that is checked afterwards. */
const SHIFT_MAX = 15;
const SCALE_MAX = 100;

function throwInexact(): never {
  // oxlint-disable-next-line typescript/only-throw-error -- no error: its one catcher compares it
  throw INEXACT;
}

function sourceOf(expr: Expr): string {
  return expr.kind === "call" ? procOf(expr).source : "";
}

function constantOf(expr: Expr): Numeric | undefined {
  if (expr.kind !== "const" || !isNumericValue(expr.value)) return undefined;
  return expr.value.small === undefined ? undefined : expr.value;
}

export class VectorEmitter implements NodeEmitter {
  readonly #shapes: readonly VectorShape[];

  constructor(shapes: readonly VectorShape[]) {
    this.#shapes = shapes;
  }

  /** Undefined: the node is emitted as everywhere. */
  emit(emitter: Emitter, expr: Expr): Operand | undefined {
    if (expr.kind === "slot") return this.#load(emitter.builder, expr.index);
    if (expr.kind !== "call") return undefined;
    const source = sourceOf(expr);
    const comparison = COMPARISONS.get(source);
    if (comparison !== undefined) return this.#compare(emitter, expr, comparison);
    if (!ARITHMETIC.has(source)) return undefined;
    const scaled = this.scaled(emitter, expr);
    return scaled === undefined ? undefined : boxed(emitter.builder, scaled);
  }

  /** The value as a scaled integer, where that can be told from the expression. */
  scaled(emitter: Emitter, expr: Expr): ScaledOperand | undefined {
    const scale = this.#scaleOf(expr);
    return scale === undefined || scale > SCALE_MAX ? undefined : this.#emitScaled(emitter, expr);
  }

  /** Undefined for what has no scaled form. */
  #scaleOf(expr: Expr): number | undefined {
    if (expr.kind === "relabel") return this.#scaleOf(expr.arg);
    if (expr.kind === "const") return constantOf(expr)?.scale;
    if (expr.kind === "slot") {
      const shape = this.#shapes[expr.index];
      return shape?.kind === "scaled" ? shape.scale : undefined;
    }
    if (expr.kind !== "call") return undefined;
    const source = sourceOf(expr);
    if (INTEGER_CASTS.has(source)) return 0;
    if (!ARITHMETIC.has(source)) return undefined;
    const [left, right] = expr.args.map((arg) => this.#scaleOf(arg));
    if (left === undefined || right === undefined) return undefined;
    if (source === "numeric_mul") return left + right;
    return Math.abs(left - right) > SHIFT_MAX ? undefined : Math.max(left, right);
  }

  #emitScaled(emitter: Emitter, expr: Expr): ScaledOperand {
    const { builder } = emitter;
    const constant = constantOf(expr);
    if (constant !== undefined) {
      const js = builder.constant(constant.small);
      return { js, nullable: false, scale: constant.scale };
    }
    if (expr.kind === "relabel") return this.#emitScaled(emitter, expr.arg);
    if (expr.kind === "slot") {
      const scale = this.#shapes[expr.index]?.scale ?? 0;
      return { ...this.#rawLoad(builder, expr.index), scale };
    }
    const call = expr as Call;
    const [first, second] = call.args as [Expr, Expr];
    if (INTEGER_CASTS.has(sourceOf(call))) return { ...emitter.emit(first), scale: 0 };
    const left = this.#emitScaled(emitter, first);
    const right = this.#emitScaled(emitter, second);
    return arithmetic(builder, ARITHMETIC.get(sourceOf(call)) ?? "", left, right);
  }

  #compare(emitter: Emitter, call: Call, operator: string): Operand | undefined {
    const scales = call.args.map((arg) => this.#scaleOf(arg));
    const [left, right] = scales;
    if (left === undefined || right === undefined) return undefined;
    if (Math.abs(left - right) > SHIFT_MAX || Math.max(left, right) > SCALE_MAX) return undefined;
    const { builder } = emitter;
    const operands = call.args.map((arg) => this.#emitScaled(emitter, arg));
    const scale = Math.max(left, right);
    const [a, b] = operands.map((operand) => atScale(builder, operand, scale));
    const nullTest = anyNull(operands);
    const text = `${a?.js} ${operator} ${b?.js}`;
    return builder.assign(
      nullTest === undefined ? text : `${nullTest} ? null : ${text}`,
      nullTest !== undefined,
    );
  }

  #rawLoad(builder: CodeBuilder, column: number): Operand {
    const shape = this.#shapes[column];
    const nullable = shape?.nullable === true;
    const value = `c${column}[i]`;
    const text =
      nullable && shape.kind !== "datum" ? `n${column}[i] === 1 ? null : ${value}` : value;
    return builder.assign(text, nullable);
  }

  #load(builder: CodeBuilder, column: number): Operand {
    const raw = this.#rawLoad(builder, column);
    const shape = this.#shapes[column];
    return shape?.kind === "scaled" ? boxed(builder, { ...raw, scale: shape.scale }) : raw;
  }
}

function arithmetic(
  builder: CodeBuilder,
  operator: string,
  left: ScaledOperand,
  right: ScaledOperand,
): ScaledOperand {
  const scale = operator === "*" ? left.scale + right.scale : Math.max(left.scale, right.scale);
  const a = operator === "*" ? left : atScale(builder, left, scale);
  const b = operator === "*" ? right : atScale(builder, right, scale);
  const nullTest = anyNull([left, right]);
  // `+ 0`: a negative zero becomes zero.
  const text = `${a.js} ${operator} ${b.js} + 0`;
  const result = builder.assign(
    nullTest === undefined ? text : `${nullTest} ? null : ${text}`,
    nullTest !== undefined,
  );
  return { ...exactOrThrow(builder, result), scale };
}

/** A constant is shifted beforehand. */
function atScale(builder: CodeBuilder, operand: ScaledOperand, scale: number): Operand {
  if (operand.scale === scale) return operand;
  const power = 10 ** (scale - operand.scale);
  const text = operand.nullable
    ? `${operand.js} === null ? null : ${operand.js} * ${power}`
    : `${operand.js} * ${power}`;
  return exactOrThrow(builder, builder.assign(text, operand.nullable));
}

function exactOrThrow(builder: CodeBuilder, operand: Operand): Operand {
  const max = Number.MAX_SAFE_INTEGER;
  const fail = builder.constant(throwInexact);
  builder.line(`if (${operand.js} > ${max} || ${operand.js} < -${max}) ${fail}();`);
  return operand;
}

function box(value: number | null, scale: number): Numeric | null {
  return value === null ? null : makeSmallNumeric(value, scale);
}

export function boxed(builder: CodeBuilder, operand: ScaledOperand): Operand {
  const make = builder.constant(box);
  return builder.assign(`${make}(${operand.js}, ${operand.scale})`, operand.nullable);
}

/** Throws INEXACT for a sum that is no safe integer. */
export function checkedSum(sum: number): number {
  return isSafeCoefficient(sum) ? sum : throwInexact();
}
