/**
 * Operators of float4 and float8: overflow and underflow are errors as in PostgreSQL's
 * utils/float.h, NaN equals NaN and sorts after every other value. A float4 is always fround-ed.
 */
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import { compareFloat } from "../values/float.ts";
import { divisionByZero, outOfRange, overflow, underflow } from "./errors.ts";

type Round = (value: number) => number;
const double: Round = (value) => value;

const isInfinite = (value: number): boolean => value === Infinity || value === -Infinity;

export function checkedFloat(result: number, infinityAllowed: boolean): number {
  if (isInfinite(result) && !infinityAllowed) throw overflow();
  return result;
}

export function multiplyFloats(a: number, b: number, round: Round = double): number {
  const result = round(a * b);
  if (isInfinite(result) && !isInfinite(a) && !isInfinite(b)) throw overflow();
  if (result === 0 && a !== 0 && b !== 0) throw underflow();
  return result;
}

export function divideFloats(a: number, b: number, round: Round = double): number {
  if (b === 0 && a === a) throw divisionByZero();
  const result = round(a / b);
  if (isInfinite(result) && !isInfinite(a)) throw overflow();
  if (result === 0 && a !== 0 && !isInfinite(b)) throw underflow();
  return result;
}

function addFloats(a: number, b: number, round: Round): number {
  return checkedFloat(round(a + b), isInfinite(a) || isInfinite(b));
}

function arithmetic(prefix: string, round: Round): Record<string, Implementation> {
  return {
    [`${prefix}pl`]: (_, a: number, b: number) => addFloats(a, b, round),
    [`${prefix}mi`]: (_, a: number, b: number) => addFloats(a, -b, round),
    [`${prefix}mul`]: (_, a: number, b: number) => multiplyFloats(a, b, round),
    [`${prefix}div`]: (_, a: number, b: number) => divideFloats(a, b, round),
  };
}

function comparison(prefix: string): Record<string, Implementation> {
  return {
    [`${prefix}eq`]: (_, a: number, b: number) => a === b || (a !== a && b !== b),
    [`${prefix}ne`]: (_, a: number, b: number) => a !== b && (a === a || b === b),
    [`${prefix}lt`]: (_, a: number, b: number) => a < b || (b !== b && a === a),
    [`${prefix}le`]: (_, a: number, b: number) => a <= b || b !== b,
    [`${prefix}gt`]: (_, a: number, b: number) => a > b || (a !== a && b === b),
    [`${prefix}ge`]: (_, a: number, b: number) => a >= b || a !== a,
    [`bt${prefix}cmp`]: (_, a: number, b: number) => compareFloat(a, b),
  };
}

function unary(prefix: string): Record<string, Implementation> {
  return {
    [`${prefix}um`]: (_, a: number) => -a,
    [`${prefix}up`]: (_, a: number) => a,
    [`${prefix}abs`]: (_, a: number) => Math.abs(a),
    [`${prefix}larger`]: (_, a: number, b: number) => (compareFloat(a, b) > 0 ? a : b),
    [`${prefix}smaller`]: (_, a: number, b: number) => (compareFloat(a, b) < 0 ? a : b),
  };
}

/** Round half to even, as C's rint. */
export function roundHalfEven(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 4503599627370496) return value;
  const floor = Math.floor(value);
  const difference = value - floor;
  const up = difference > 0.5 || (difference === 0.5 && floor % 2 !== 0);
  const rounded = up ? floor + 1 : floor;
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? -0 : rounded;
}

/** `limit` is 2^(bits-1); the comparison also refuses NaN. */
function toInteger(value: number, limit: number, type: string): number {
  const rounded = roundHalfEven(value);
  if (!(rounded >= -limit && rounded < limit)) throw outOfRange(type);
  return rounded + 0;
}

function float4FromFloat8(value: number): number {
  const result = Math.fround(value);
  if (isInfinite(result) && !isInfinite(value)) throw overflow();
  if (result === 0 && value !== 0) throw underflow();
  return result;
}

const casts: Record<string, Implementation> = {
  ftod: (_, a: number) => a,
  dtof: (_, a: number) => float4FromFloat8(a),
};
for (const prefix of ["d", "f"]) {
  casts[`${prefix}toi2`] = (_, a: number) => toInteger(a, 32768, "smallint");
  casts[`${prefix}toi4`] = (_, a: number) => toInteger(a, 2147483648, "integer");
  casts[`${prefix}toi8`] = (_, a: number) => BigInt(toInteger(a, 9223372036854775808, "bigint"));
}

export function registerFloat(): void {
  registerFunctions(arithmetic("float4", Math.fround));
  for (const type of ["float8", "float48", "float84"]) registerFunctions(arithmetic(type, double));
  for (const type of ["float4", "float8", "float48", "float84"]) {
    registerFunctions(comparison(type));
  }
  registerFunctions(unary("float4"));
  registerFunctions(unary("float8"));
  registerFunctions(casts);
}
