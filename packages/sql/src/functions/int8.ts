/**
 * Operators of int8 and of int8 with smaller integers. int8 is a bigint, the others are numbers:
 * comparisons mix them without conversion, arithmetic converts. Results are range checked.
 */
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import { divisionByZero, outOfRange } from "./errors.ts";
import { int2Of } from "./int.ts";

type Context = EvaluationContext;
type Integer = number | bigint;

const MAX = 9223372036854775807n;
const MIN = -9223372036854775808n;

export function int8Of(value: bigint): bigint {
  if (value > MAX || value < MIN) throw outOfRange("bigint");
  return value;
}

function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw divisionByZero();
  return int8Of(a / b);
}

export function gcdBigint(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

const arithmetic: Record<string, Implementation> = {
  int8pl: (_: Context, a: bigint, b: bigint) => int8Of(a + b),
  int8mi: (_: Context, a: bigint, b: bigint) => int8Of(a - b),
  int8mul: (_: Context, a: bigint, b: bigint) => int8Of(a * b),
  int8div: (_: Context, a: bigint, b: bigint) => divide(a, b),
  int8mod: (_: Context, a: bigint, b: bigint) => {
    if (b === 0n) throw divisionByZero();
    return a % b;
  },
  int8um: (_, a: bigint) => int8Of(-a),
  int8up: (_, a: bigint) => a,
  int8abs: (_, a: bigint) => int8Of(a < 0n ? -a : a),
  int8inc: (_, a: bigint) => int8Of(a + 1n),
  int8dec: (_, a: bigint) => int8Of(a - 1n),
  int8gcd: (_, a: bigint, b: bigint) => int8Of(gcdBigint(a, b)),
  int8lcm: (_, a: bigint, b: bigint) => {
    if (a === 0n || b === 0n) return 0n;
    const product = (a / gcdBigint(a, b)) * b;
    return int8Of(product < 0n ? -product : product);
  },
};
for (const type of ["84", "82", "48", "28"]) {
  arithmetic[`int${type}pl`] = (_, a: Integer, b: Integer) => int8Of(BigInt(a) + BigInt(b));
  arithmetic[`int${type}mi`] = (_, a: Integer, b: Integer) => int8Of(BigInt(a) - BigInt(b));
  arithmetic[`int${type}mul`] = (_, a: Integer, b: Integer) => int8Of(BigInt(a) * BigInt(b));
  arithmetic[`int${type}div`] = (_, a: Integer, b: Integer) => divide(BigInt(a), BigInt(b));
}

const comparison: Record<string, Implementation> = {
  int8eq: (_, a: bigint, b: bigint) => a === b,
  int8ne: (_, a: bigint, b: bigint) => a !== b,
  int8lt: (_, a: bigint, b: bigint) => a < b,
  int8le: (_, a: bigint, b: bigint) => a <= b,
  int8gt: (_, a: bigint, b: bigint) => a > b,
  int8ge: (_, a: bigint, b: bigint) => a >= b,
  int8larger: (_, a: bigint, b: bigint) => (a > b ? a : b),
  int8smaller: (_, a: bigint, b: bigint) => (a < b ? a : b),
  btint8cmp: (_, a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
};
// Number() of a bigint rounds beyond 2^53, but no value that rounds there equals an int4.
for (const type of ["84", "82", "48", "28"]) {
  comparison[`int${type}eq`] = (_, a: Integer, b: Integer) => Number(a) === Number(b);
  comparison[`int${type}ne`] = (_, a: Integer, b: Integer) => Number(a) !== Number(b);
  comparison[`int${type}lt`] = (_, a: Integer, b: Integer) => a < b;
  comparison[`int${type}le`] = (_, a: Integer, b: Integer) => a <= b;
  comparison[`int${type}gt`] = (_, a: Integer, b: Integer) => a > b;
  comparison[`int${type}ge`] = (_, a: Integer, b: Integer) => a >= b;
  comparison[`btint${type}cmp`] = (_, a: Integer, b: Integer) => (a < b ? -1 : a > b ? 1 : 0);
}

const bits: Record<string, Implementation> = {
  int8and: (_, a: bigint, b: bigint) => a & b,
  int8or: (_, a: bigint, b: bigint) => a | b,
  int8xor: (_, a: bigint, b: bigint) => a ^ b,
  int8not: (_, a: bigint) => ~a,
  int8shl: (_, a: bigint, b: number) => BigInt.asIntN(64, a << BigInt(b & 63)),
  int8shr: (_, a: bigint, b: number) => a >> BigInt(b & 63),
};

function int4FromInt8(_: Context, a: bigint): number {
  if (a > 2147483647n || a < -2147483648n) throw outOfRange("integer");
  return Number(a);
}

function oidFromInt8(_: Context, a: bigint): number {
  if (a < 0n || a > 4294967295n) throw outOfRange("OID");
  return Number(a);
}

/** Straight to single precision: through double it would be rounded twice. */
function float4FromInt8(_: Context, a: bigint): number {
  const magnitude = a < 0n ? -a : a;
  if (magnitude < 9007199254740992n) return Math.fround(Number(a));
  // The highest 47 bits and one sticky bit for the rest round once, as the whole would.
  const high = (magnitude >> 16n) | ((magnitude & 0xffffn) === 0n ? 0n : 1n);
  const rounded = Math.fround(Number(high)) * 65536;
  return a < 0n ? -rounded : rounded;
}

const casts: Record<string, Implementation> = {
  int84: int4FromInt8,
  int82: (_, a: bigint) => int2Of(Number(a)),
  int48: (_, a: number) => BigInt(a),
  int28: (_, a: number) => BigInt(a),
  i8tod: (_, a: bigint) => Number(a),
  i8tof: float4FromInt8,
  i8tooid: oidFromInt8,
  oidtoi8: (_, a: number) => BigInt(a),
};

export function registerInt8(): void {
  registerFunctions(arithmetic);
  registerFunctions(comparison);
  registerFunctions(bits);
  registerFunctions(casts);
}
