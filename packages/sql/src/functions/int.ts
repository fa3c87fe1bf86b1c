/**
 * Operators of int2, int4 and their mixtures, and what is shared by both: results are checked
 * against the result type's range, 22003 otherwise. int8 lives in int8.ts.
 */
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { divisionByZero, outOfRange } from "./errors.ts";

type Context = EvaluationContext;

export function int4Of(value: number): number {
  if (value > 2147483647 || value < -2147483648) throw outOfRange("integer");
  return value;
}

export function int2Of(value: number): number {
  if (value > 32767 || value < -32768) throw outOfRange("smallint");
  return value;
}

/** Exact: the product of two int4 can pass 2^53 only when it is out of range anyhow. */
const int4pl = (_: Context, a: number, b: number): number => int4Of(a + b);
const int4mi = (_: Context, a: number, b: number): number => int4Of(a - b);
const int4mul = (_: Context, a: number, b: number): number => int4Of(a * b) + 0;

function int4div(_: Context, a: number, b: number): number {
  if (b === 0) throw divisionByZero();
  return int4Of(Math.trunc(a / b)) + 0;
}

function intmod(_: Context, a: number, b: number): number {
  if (b === 0) throw divisionByZero();
  return (a % b) + 0;
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

const arithmetic: Record<string, Implementation> = {
  int4pl,
  int24pl: int4pl,
  int42pl: int4pl,
  int4mi,
  int24mi: int4mi,
  int42mi: int4mi,
  int4mul,
  int24mul: int4mul,
  int42mul: int4mul,
  int4div,
  int24div: int4div,
  int42div: int4div,
  int4mod: intmod,
  int2mod: intmod,
  int2pl: (_, a: number, b: number) => int2Of(a + b),
  int2mi: (_, a: number, b: number) => int2Of(a - b),
  int2mul: (_, a: number, b: number) => int2Of(a * b) + 0,
  int2div: (context, a: number, b: number) => int2Of(int4div(context, a, b)),
  int4um: (_, a: number) => int4Of(0 - a),
  int2um: (_, a: number) => int2Of(0 - a),
  int4up: (_, a: number) => a,
  int2up: (_, a: number) => a,
  int4inc: (_, a: number) => int4Of(a + 1),
  int4abs: (_, a: number) => int4Of(Math.abs(a)),
  int2abs: (_, a: number) => int2Of(Math.abs(a)),
  int4gcd: (_, a: number, b: number) => int4Of(gcd(a, b)),
  int4lcm: (_, a: number, b: number) =>
    a === 0 || b === 0 ? 0 : int4Of(Math.abs((a / gcd(a, b)) * b)),
};

const comparison: Record<string, Implementation> = {
  btint4cmp: (_, a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0),
  int4larger: (_, a: number, b: number) => (a > b ? a : b),
  int4smaller: (_, a: number, b: number) => (a < b ? a : b),
};
for (const type of ["4", "2", "24", "42"]) {
  comparison[`int${type}eq`] = (_, a: number, b: number) => a === b;
  comparison[`int${type}ne`] = (_, a: number, b: number) => a !== b;
  comparison[`int${type}lt`] = (_, a: number, b: number) => a < b;
  comparison[`int${type}le`] = (_, a: number, b: number) => a <= b;
  comparison[`int${type}gt`] = (_, a: number, b: number) => a > b;
  comparison[`int${type}ge`] = (_, a: number, b: number) => a >= b;
  comparison[`btint${type}cmp`] = (_, a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0);
}
comparison["int2larger"] = (_, a: number, b: number) => (a > b ? a : b);
comparison["int2smaller"] = (_, a: number, b: number) => (a < b ? a : b);
// PostgreSQL's own sign convention for these: the difference, of which only the sign counts.
comparison["btint2cmp"] = (_, a: number, b: number) => a - b;

const toInt2 = (value: number): number => (value << 16) >> 16;

const bits: Record<string, Implementation> = {
  int4and: (_, a: number, b: number) => a & b,
  int4or: (_, a: number, b: number) => a | b,
  int4xor: (_, a: number, b: number) => a ^ b,
  int4not: (_, a: number) => ~a,
  int4shl: (_, a: number, b: number) => a << b,
  int4shr: (_, a: number, b: number) => a >> b,
  int2and: (_, a: number, b: number) => a & b,
  int2or: (_, a: number, b: number) => a | b,
  int2xor: (_, a: number, b: number) => a ^ b,
  int2not: (_, a: number) => ~a,
  int2shl: (_, a: number, b: number) => toInt2(a << b),
  int2shr: (_, a: number, b: number) => toInt2(a >> b),
};

const casts: Record<string, Implementation> = {
  i2toi4: (_, a: number) => a,
  i4toi2: (_, a: number) => int2Of(a),
  i2tod: (_, a: number) => a,
  i2tof: (_, a: number) => a,
  i4tod: (_, a: number) => a,
  i4tof: (_, a: number) => Math.fround(a),
  int4_bool: (_, a: number) => a !== 0,
  bool_int4: (_, a: boolean) => (a ? 1 : 0),
};

export function registerInt(): void {
  registerFunctions(arithmetic);
  registerFunctions(comparison);
  registerFunctions(bits);
  registerFunctions(casts);
}
