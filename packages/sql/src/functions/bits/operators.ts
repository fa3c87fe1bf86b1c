/**
 * Operators and functions of bit and varbit. Values are texts of "0" and "1".
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { invalidParameter, outOfRange, tooLarge } from "../errors.ts";
import { BITS_MAX, fitBit, fitVarbit } from "../../values/bits.ts";

function negativeLength(): SqlError {
  return new SqlError("22011", "negative substring length not allowed");
}

function substring(bits: string, start: number, length?: number): string {
  if (length !== undefined && length < 0) throw negativeLength();
  const end = length === undefined ? bits.length + 1 : Math.min(start + length, bits.length + 1);
  const from = Math.max(start, 1);
  return end <= from ? "" : bits.slice(from - 1, end - 1);
}

function concat(a: string, b: string): string {
  if (a.length + b.length > BITS_MAX) {
    throw tooLarge(`bit string length exceeds the maximum allowed (${BITS_MAX})`);
  }
  return a + b;
}

function overlay(bits: string, other: string, start: number, length: number): string {
  if (start <= 0) throw negativeLength();
  if (start + length > 2147483647) throw outOfRange("integer");
  return concat(concat(substring(bits, 1, start - 1), other), substring(bits, start + length));
}

/** A negative distance shifts the other way. */
function shiftLeft(bits: string, distance: number): string {
  if (distance < 0) return shiftRight(bits, Math.min(-distance, BITS_MAX));
  if (distance >= bits.length) return "0".repeat(bits.length);
  return bits.slice(distance).padEnd(bits.length, "0");
}

function shiftRight(bits: string, distance: number): string {
  if (distance < 0) return shiftLeft(bits, Math.min(-distance, BITS_MAX));
  if (distance >= bits.length) return "0".repeat(bits.length);
  return bits.slice(0, bits.length - distance).padStart(bits.length, "0");
}

const ZERO = 0x30;

/** `rule` gives the digit for two digits, of which the lowest bit counts. */
export function combineBits(
  name: string,
  rule: (a: number, b: number) => number,
): (a: string, b: string) => string {
  return (a, b) => {
    if (a.length !== b.length) {
      throw new SqlError("22026", `cannot ${name} bit strings of different sizes`);
    }
    const digits = Buffer.from(a, "latin1");
    const others = Buffer.from(b, "latin1");
    for (let at = 0; at < digits.length; at++) {
      digits[at] = ZERO | (rule(digits[at] ?? 0, others[at] ?? 0) & 1);
    }
    return digits.toString("latin1");
  };
}

export const andBits: (a: string, b: string) => string = combineBits("AND", (a, b) => a & b);
export const orBits: (a: string, b: string) => string = combineBits("OR", (a, b) => a | b);
export const xorBits: (a: string, b: string) => string = combineBits("XOR", (a, b) => a ^ b);

function invert(bits: string): string {
  const digits = Buffer.from(bits, "latin1");
  for (let at = 0; at < digits.length; at++) digits[at] = (digits[at] ?? 0) ^ 1;
  return digits.toString("latin1");
}

/** The lowest bits of an integer, its sign filling what is longer. */
function fromInteger(value: bigint, typmod: number): string {
  const length = typmod <= 0 || typmod > BITS_MAX ? 1 : typmod;
  const low = BigInt.asUintN(Math.min(length, 64), value).toString(2);
  return low.padStart(Math.min(length, 64), "0").padStart(length, value < 0n ? "1" : "0");
}

function toInteger(bits: string, width: number, type: string): bigint {
  if (bits.length > width) throw outOfRange(type);
  return BigInt.asIntN(width, bits === "" ? 0n : BigInt(`0b${bits}`));
}

function position(bits: string, wanted: string): number {
  if (bits === "" || wanted.length > bits.length) return 0;
  return bits.indexOf(wanted) + 1;
}

function checkIndex(bits: string, index: number): void {
  if (index >= 0 && index < bits.length) return;
  throw new SqlError("2202E", `bit index ${index} out of valid range (0..${bits.length - 1})`);
}

function setBit(bits: string, index: number, bit: number): string {
  checkIndex(bits, index);
  if (bit !== 0 && bit !== 1) throw invalidParameter("new bit must be 0 or 1");
  return `${bits.slice(0, index)}${bit}${bits.slice(index + 1)}`;
}

function countOnes(bits: string): bigint {
  let count = 0;
  for (let i = 0; i < bits.length; i++) if (bits.charCodeAt(i) === 49) count++;
  return BigInt(count);
}

const comparisons: Record<string, Implementation> = {
  biteq: (_, a: string, b: string) => a === b,
  bitne: (_, a: string, b: string) => a !== b,
  bitlt: (_, a: string, b: string) => a < b,
  bitle: (_, a: string, b: string) => a <= b,
  bitgt: (_, a: string, b: string) => a > b,
  bitge: (_, a: string, b: string) => a >= b,
  bitcmp: (_, a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0),
};

const operators: Record<string, Implementation> = {
  bit_and: (_, a: string, b: string) => andBits(a, b),
  bit_or: (_, a: string, b: string) => orBits(a, b),
  bitxor: (_, a: string, b: string) => xorBits(a, b),
  bitnot: (_, a: string) => invert(a),
  bitshiftleft: (_, a: string, distance: number) => shiftLeft(a, distance),
  bitshiftright: (_, a: string, distance: number) => shiftRight(a, distance),
  bitcat: (_, a: string, b: string) => concat(a, b),
};

const functions: Record<string, Implementation> = {
  bitsubstr: (_, a: string, start: number, length: number) => substring(a, start, length),
  bitsubstr_no_len: (_, a: string, start: number) => substring(a, start),
  bitlength: (_, a: string) => a.length,
  "bit_length(bit)": (_, a: string) => a.length,
  bitoctetlength: (_, a: string) => (a.length + 7) >> 3,
  bitposition: (_, a: string, b: string) => position(a, b),
  bitoverlay: (_, a: string, b: string, start: number, length: number) =>
    overlay(a, b, start, length),
  bitoverlay_no_len: (_, a: string, b: string, start: number) => overlay(a, b, start, b.length),
  bitgetbit: (_, a: string, index: number) => {
    checkIndex(a, index);
    return a[index] === "1" ? 1 : 0;
  },
  bitsetbit: (_, a: string, index: number, bit: number) => setBit(a, index, bit),
  bit_bit_count: (_, a: string) => countOnes(a),
};

const casts: Record<string, Implementation> = {
  bit: (_, a: string, typmod: number, explicit: boolean) => fitBit(a, typmod, explicit),
  varbit: (_, a: string, typmod: number, explicit: boolean) => fitVarbit(a, typmod, explicit),
  bitfromint4: (_, a: number, typmod: number) => fromInteger(BigInt(a), typmod),
  bitfromint8: (_, a: bigint, typmod: number) => fromInteger(a, typmod),
  bittoint4: (_, a: string) => Number(toInteger(a, 32, "integer")),
  bittoint8: (_, a: string) => toInteger(a, 64, "bigint"),
};

export function registerBits(): void {
  registerFunctions(comparisons);
  registerFunctions(operators);
  registerFunctions(functions);
  registerFunctions(casts);
}
