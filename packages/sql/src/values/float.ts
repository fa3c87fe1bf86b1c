/**
 * Text forms of float4 and float8: shortest precise output as PostgreSQL's Ryu prints it, `%g` when
 * extra_float_digits is 0 or less, and input with PostgreSQL's range errors.
 */
import { SqlError } from "@firstlight/common";
import { trimSpaces } from "./numeric.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]+)(?:[pP]([+-]?\d+))?$/;
const SPECIAL = /^([+-]?)(nan|inf|infinity)$/i;

/** The double that the text spells; undefined when it spells none. */
function spelledFloat(trimmed: string): number | undefined {
  if (DECIMAL.test(trimmed)) return Number(trimmed);
  const special = SPECIAL.exec(trimmed);
  if (special !== null) {
    if ((special[2] as string).toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? -Infinity : Infinity;
  }
  const hexadecimal = HEXADECIMAL.exec(trimmed);
  if (hexadecimal === null) return undefined;
  const magnitude = Number("0x" + hexadecimal[2]) * 2 ** Number(hexadecimal[3] ?? 0);
  return hexadecimal[1] === "-" ? -magnitude : magnitude;
}

function parseFloating(text: string, typeName: string, round: (x: number) => number): number {
  const trimmed = trimSpaces(text);
  const spelled = spelledFloat(trimmed);
  if (spelled === undefined) {
    throw new SqlError("22P02", `invalid input syntax for type ${typeName}: "${text}"`);
  }
  const value = round(spelled);
  const lost = !Number.isFinite(value) || value === 0;
  if (lost && DECIMAL.test(trimmed) && (value !== 0 || /[1-9]/.test(mantissaOf(trimmed)))) {
    throw new SqlError("22003", `"${trimmed}" is out of range for type ${typeName}`);
  }
  return value;
}

function mantissaOf(text: string): string {
  return text.split(/[eE]/, 1)[0] as string;
}

export function parseFloat8(text: string): number {
  return parseFloating(text, "double precision", Number);
}

export function parseFloat4(text: string): number {
  return parseFloating(text, "real", Math.fround);
}

function specialText(value: number): string | undefined {
  if (value !== value) return "NaN";
  if (value === Infinity) return "Infinity";
  return value === -Infinity ? "-Infinity" : undefined;
}

/** Digits "ddd" with the decimal exponent of the first one, laid out as C's %g does. */
function layOut(digits: string, exponent: number, fixedBelow: number): string {
  if (exponent < -4 || exponent >= fixedBelow) {
    const fraction = digits.length > 1 ? "." + digits.slice(1) : "";
    const magnitude = Math.abs(exponent).toString().padStart(2, "0");
    return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${magnitude}`;
  }
  if (exponent < 0) return "0." + "0".repeat(-exponent - 1) + digits;
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, "0");
  return digits.slice(0, exponent + 1) + "." + digits.slice(exponent + 1);
}

function fromExponential(text: string, fixedBelow: number): string {
  const negative = text.startsWith("-");
  const [mantissa, exponent] = (negative ? text.slice(1) : text).split("e");
  const digits = (mantissa as string).replace(".", "").replace(/(?<=.)0+$/, "");
  const body = layOut(digits, Number(exponent), fixedBelow);
  return negative ? "-" + body : body;
}

/** C's `%.{precision}g`. */
export function formatGeneral(value: number, precision: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const digits = Math.max(precision, 1);
  return fromExponential(value.toExponential(digits - 1), digits);
}

export function float8ToString(value: number, extraFloatDigits: number): string {
  if (extraFloatDigits <= 0) return formatGeneral(value, 15 + extraFloatDigits);
  const magnitude = Math.abs(value);
  // JavaScript prints the same shortest digits; only its layout of extremes differs.
  if (magnitude < 1e15 && magnitude >= 1e-4) return String(value);
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  return fromExponential(value.toExponential(), 15);
}

export function float4ToString(value: number, extraFloatDigits: number): string {
  if (extraFloatDigits <= 0) return formatGeneral(value, 6 + extraFloatDigits);
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isInteger(value) && value > -1_000_000 && value < 1_000_000) return String(value);
  for (let fraction = 0; fraction < 9; fraction++) {
    const candidate = value.toExponential(fraction);
    if (Math.fround(Number(candidate)) === value) return fromExponential(candidate, 6);
  }
  return fromExponential(value.toExponential(8), 6);
}

/** PostgreSQL's order: NaN equals itself and is above all; -0 equals 0. */
export function compareFloat(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  const left = a !== a;
  return left === (b !== b) ? 0 : left ? 1 : -1;
}
