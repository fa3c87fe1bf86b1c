/**
 * to_char() of integers, numeric and floats.
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { Numeric } from "../../values/datum.ts";
import {
  decimalExponent,
  makeNumeric,
  numericFromBigint,
  numericFromInt,
  numericToInt4,
  numericToString,
  pow10,
  roundNumeric,
} from "../../values/numeric.ts";
import { numericMultiply } from "../../values/numeric-arithmetic.ts";
import { parseNumberFormat } from "./number-format.ts";
import type { NumberFormat } from "./number-format.ts";
import { romanNumeral } from "./ordinal.ts";
import { writeNumber } from "./number-writer.ts";

const CACHE_SIZE = 20;
const formats = new Map<string, NumberFormat>();

function formatOf(template: string): NumberFormat {
  let format = formats.get(template);
  if (format === undefined) {
    format = parseNumberFormat(template);
    if (formats.size >= CACHE_SIZE) formats.clear();
    formats.set(template, format);
  }
  return format;
}

/** `text` is the rounded value; digits that the template has no place for become "#". */
function layOut(format: NumberFormat, text: string, pre: number, post: number): string {
  const negative = text.startsWith("-");
  const magnitude = negative ? text.slice(1) : text;
  const point = magnitude.indexOf(".");
  const length = point < 0 ? magnitude.length : point;
  const digits = length > pre ? `${"#".repeat(pre)}.${"#".repeat(post)}` : magnitude;
  return writeNumber(format, {
    digits,
    sign: negative ? "-" : "+",
    preSpaces: Math.max(pre - length, 0),
    pre,
  });
}

function roman(format: NumberFormat, value: number): string {
  const digits = romanNumeral(value);
  return writeNumber(format, { digits, sign: "+", preSpaces: 0, pre: format.pre });
}

function overflowExponent(format: NumberFormat): string {
  return ` ${"#".repeat(format.pre)}.${"#".repeat(format.post + 4)}`;
}

/** Scientific notation with at least two digits of exponent; a blank stands for plus. */
function scientific(value: Numeric, format: NumberFormat): string {
  if (value.kind !== "finite") return overflowExponent(format);
  // As in PostgreSQL a mantissa that rounds up to ten stays ten: 99999 by 9.9EEEE is 10.0e+04.
  const exponent = decimalExponent(value);
  const mantissa = mantissaAt(value, exponent, format.post);
  const text = numericToString(makeNumeric(mantissa, format.post));
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa < 0n ? "" : " "}${text}e${exponent < 0 ? "-" : "+"}${power}`;
}

function mantissaAt(value: Numeric, exponent: number, digits: number): bigint {
  const scale = digits - exponent;
  const rounded = roundNumeric(value, scale);
  return scale >= 0
    ? rounded.coefficient * pow10(scale - rounded.scale)
    : rounded.coefficient / pow10(rounded.scale - scale);
}

function numericToChar(value: Numeric, template: string): string {
  const format = formatOf(template);
  if (format.flags.has("roman")) return roman(format, numericToInt4(roundNumeric(value, 0)));
  if (format.flags.has("exponent")) return scientific(value, format);
  const scaled =
    format.multi > 0 ? numericMultiply(value, makeNumeric(pow10(format.multi), 0)) : value;
  const text = numericToString(roundNumeric(scaled, format.post));
  return layOut(format, text, format.pre + format.multi, format.post);
}

/** The shortest path to C's printf: the exact value of the double, rounded half to even. */
function fixed(value: number, digits: number): string {
  const [mantissa, exponent] = exactParts(value);
  const scale = Math.max(-exponent, 0);
  const coefficient = exponent > 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(scale);
  if (digits >= scale)
    return numericToString(makeNumeric(coefficient * pow10(digits - scale), digits));
  const divisor = pow10(scale - digits);
  let quotient = coefficient / divisor;
  const twice = (coefficient - quotient * divisor) * 2n;
  const magnitude = twice < 0n ? -twice : twice;
  if (magnitude > divisor || (magnitude === divisor && quotient % 2n !== 0n)) {
    quotient += value < 0 ? -1n : 1n;
  }
  const text = numericToString(makeNumeric(quotient, digits));
  return value < 0 && quotient === 0n ? `-${text}` : text;
}

/** value = mantissa * 2^exponent. */
function exactParts(value: number): [bigint, number] {
  let mantissa = value;
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return [BigInt(mantissa), exponent];
}

/** A float shows no more digits than its type is precise to. */
function floatToChar(value: number, template: string, precision: number): string {
  const format = formatOf(template);
  if (format.flags.has("roman")) return roman(format, Number(fixedOrName(value, 0)));
  if (format.flags.has("exponent")) return exponentOfFloat(value, format);
  const scaled = format.multi > 0 ? value * 10 ** format.multi : value;
  const length = fixedOrName(Math.abs(scaled), 0).length;
  const post = length >= precision ? 0 : Math.max(Math.min(format.post, precision - length), 0);
  return layOut(format, fixedOrName(scaled, post), format.pre + format.multi, post);
}

function fixedOrName(value: number, digits: number): string {
  if (Number.isFinite(value)) return fixed(value, digits);
  return value !== value ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

function exponentOfFloat(value: number, format: NumberFormat): string {
  if (!Number.isFinite(value)) return overflowExponent(format);
  const [mantissa = "0", exponent = "+0"] = value.toExponential(format.post).split("e");
  const power = exponent.slice(1).padStart(2, "0");
  return `${value < 0 ? "" : " "}${mantissa}e${exponent.charAt(0)}${power}`;
}

const functions: Record<string, Implementation> = {
  numeric_to_char: (_, a: Numeric, template: string) => numericToChar(a, template),
  int4_to_char: (_, a: number, template: string) => numericToChar(numericFromInt(a), template),
  int8_to_char: (_, a: bigint, template: string) => numericToChar(numericFromBigint(a), template),
  float4_to_char: (_, a: number, template: string) => floatToChar(a, template, 6),
  float8_to_char: (_, a: number, template: string) => floatToChar(a, template, 15),
};

export function registerNumberTemplates(): void {
  registerFunctions(functions);
}
