/**
 * to_char() of integers, numeric and floats.
 */
import { SqlError } from "@firstlight/common";
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
import { numericPower } from "../../values/numeric-transcendental.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { exactParts, exactExponential } from "./float-digits.ts";
import { longCall } from "../long-call.ts";
import { longNumberFormat, parseNumberFormat } from "./number-format.ts";
import type { NumberFormat } from "./number-format.ts";
import { romanNumeral } from "./ordinal.ts";
import { writeNumber, writeNumberSteps } from "./number-writer.ts";
import type { NumberParts } from "./number-writer.ts";
import { LONG_TEMPLATE } from "./template-nodes.ts";

const CACHE_SIZE = 20;
const INT4_MAX = 2147483647;
/** Of powers of ten that are an int8. */
const INT8_DIGITS_MAX = 18;
const TEN = numericFromInt(10);
/** Powers of ten with more digits need a look at whether numeric has so many. */
const POWERS_MADE = 2048;
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

/** What is laid out by the template, or the text where that does not follow the template. */
type Prepared = NumberParts | string;

function written(
  context: EvaluationContext,
  template: string,
  prepare: (format: NumberFormat) => Prepared,
): string {
  if (template.length < LONG_TEMPLATE) {
    const format = formatOf(template);
    const parts = prepare(format);
    return typeof parts === "string" ? parts : writeNumber(format, parts);
  }
  return longCall(context, function* steps() {
    const format = yield* longNumberFormat(template);
    const parts = prepare(format);
    return typeof parts === "string" ? parts : yield* writeNumberSteps(format, parts);
  });
}

/** `text` is the rounded value; digits that the template has no place for become "#". */
function layOut(text: string, pre: number, post: number): NumberParts {
  const negative = text.startsWith("-");
  const magnitude = negative ? text.slice(1) : text;
  const point = magnitude.indexOf(".");
  const length = point < 0 ? magnitude.length : point;
  const digits = length > pre ? `${"#".repeat(pre)}.${"#".repeat(post)}` : magnitude;
  return { digits, sign: negative ? "-" : "+", preSpaces: Math.max(pre - length, 0), pre };
}

function roman(format: NumberFormat, value: number): NumberParts {
  return { digits: romanNumeral(value), sign: "+", preSpaces: 0, pre: format.pre };
}

function overflowExponent(format: NumberFormat): string {
  return ` ${"#".repeat(format.pre)}.${"#".repeat(format.post + 4)}`;
}

/** Scientific notation with at least two digits of exponent; a blank stands for plus. */
function scientific(value: Numeric, format: NumberFormat): string {
  if (value.kind !== "finite") return overflowExponent(format);
  // As in PostgreSQL a mantissa that rounds up to ten stays ten: 99999 by 9.9EEEE is 10.0e+04.
  const exponent = decimalExponent(value);
  const known = Math.min(format.post, Math.max(value.scale + exponent, 0));
  const mantissa = mantissaAt(value, exponent, known);
  const text = withZeros(numericToString(makeNumeric(mantissa, known)), known, format.post);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa < 0n ? "" : " "}${text}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** Of so many digits after the point only the first are known; the others are zeros. */
function withZeros(text: string, known: number, digits: number): string {
  if (known === digits) return text;
  return `${text}${known === 0 ? "." : ""}${"0".repeat(digits - known)}`;
}

function mantissaAt(value: Numeric, exponent: number, digits: number): bigint {
  const scale = digits - exponent;
  const rounded = roundNumeric(value, scale);
  return scale >= 0
    ? rounded.coefficient * pow10(scale - rounded.scale)
    : rounded.coefficient / pow10(rounded.scale - scale);
}

function numericParts(value: Numeric, format: NumberFormat): Prepared {
  if (format.flags.has("roman")) return roman(format, numericToInt4(roundNumeric(value, 0)));
  if (format.flags.has("exponent")) return scientific(value, format);
  const scaled = format.multi > 0 ? numericMultiply(value, powerOfTen(format.multi)) : value;
  const text = numericToString(roundNumeric(scaled, format.post));
  return layOut(text, format.pre + format.multi, format.post);
}

/** What is too large is refused before its digits are made. */
function powerOfTen(exponent: number): Numeric {
  return exponent < POWERS_MADE
    ? makeNumeric(pow10(exponent), 0)
    : numericPower(TEN, numericFromInt(exponent));
}

/** As C's printf, and with the sign of zero. */
function fixed(value: number, digits: number): string {
  const text = numericToString(makeNumeric(roundedCoefficient(Math.abs(value), digits), digits));
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** The exact value of the double at a scale, rounded half to even. */
function roundedCoefficient(value: number, digits: number): bigint {
  const [mantissa, exponent] = exactParts(value);
  const scale = Math.max(-exponent, 0);
  const coefficient = exponent > 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(scale);
  if (digits >= scale) return coefficient * pow10(digits - scale);
  const divisor = pow10(scale - digits);
  const quotient = coefficient / divisor;
  const twice = (coefficient - quotient * divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return up ? quotient + 1n : quotient;
}

/** A float shows no more digits than its type is precise to. */
function floatParts(value: number, format: NumberFormat, precision: number): Prepared {
  if (format.flags.has("roman")) return roman(format, Number(fixedOrName(value, 0)));
  if (format.flags.has("exponent")) return exponentOfFloat(value, format);
  const scaled = format.multi > 0 ? value * 10 ** format.multi : value;
  const length = fixedOrName(Math.abs(scaled), 0).length;
  const post = length >= precision ? 0 : Math.max(Math.min(format.post, precision - length), 0);
  return layOut(fixedOrName(scaled, post), format.pre + format.multi, post);
}

function fixedOrName(value: number, digits: number): string {
  if (Number.isFinite(value)) return fixed(value, digits);
  return value !== value ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

function exponentOfFloat(value: number, format: NumberFormat): string {
  if (!Number.isFinite(value)) return overflowExponent(format);
  const [mantissa = "0", exponent = "+0"] = exactExponential(value, format.post).split("e");
  const power = exponent.slice(1).padStart(2, "0");
  return `${mantissa.startsWith("-") ? "" : " "}${mantissa}e${exponent.charAt(0)}${power}`;
}

function isShifted({ flags, multi }: NumberFormat): boolean {
  return multi > 0 && !flags.has("roman");
}

function shifted(text: string, { pre, multi }: NumberFormat): NumberParts {
  return layOut(text, pre + multi, 0);
}

/** As C's integers: the product wraps, and a power that is no int4 becomes the least one. */
function int4Shifted(value: number, places: number): number {
  const power = 10 ** places;
  return Math.imul(value, power > INT4_MAX ? -INT4_MAX - 1 : power);
}

function int8Shifted(value: bigint, places: number): bigint {
  const product = places > INT8_DIGITS_MAX ? undefined : value * pow10(places);
  if (product !== undefined && BigInt.asIntN(64, product) === product) return product;
  throw new SqlError("22003", "bigint out of range");
}

function numericToChar(context: EvaluationContext, value: Numeric, template: string): string {
  return written(context, template, (format) => numericParts(value, format));
}

function floatToChar(precision: number): Implementation {
  return (context, value: number, template: string) =>
    written(context, template, (format) => floatParts(value, format, precision));
}

const functions: Record<string, Implementation> = {
  numeric_to_char: numericToChar,
  int4_to_char: (context, a: number, template: string) =>
    written(context, template, (format) =>
      isShifted(format)
        ? shifted(String(int4Shifted(a, format.multi)), format)
        : numericParts(numericFromInt(a), format),
    ),
  int8_to_char: (context, a: bigint, template: string) =>
    written(context, template, (format) =>
      isShifted(format)
        ? shifted(String(int8Shifted(a, format.multi)), format)
        : numericParts(numericFromBigint(a), format),
    ),
  float4_to_char: floatToChar(6),
  float8_to_char: floatToChar(15),
};

export function registerNumberTemplates(): void {
  registerFunctions(functions);
}
