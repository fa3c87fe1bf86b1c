/**
 * Text forms of float4 and float8: shortest precise output as PostgreSQL's Ryu prints it, `%g` when
 * extra_float_digits is 0 or less, and input with PostgreSQL's range errors.
 */
import { SqlError } from "@firstlight/common";
import { compareNumeric, parseNumeric, trimSpaces } from "./numeric.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL =
  /^([+-]?)0[xX](?=\.?[0-9a-fA-F])([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))?$/;
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
  const [, , whole = "", fraction = "", exponent = "0"] = hexadecimal;
  const magnitude = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return hexadecimal[1] === "-" ? -magnitude : magnitude;
}

function parseFloating(
  text: string,
  typeName: string,
  round: (spelled: number, text: string) => number,
): number {
  const trimmed = trimSpaces(text);
  const spelled = spelledFloat(trimmed);
  if (spelled === undefined) {
    throw new SqlError("22P02", `invalid input syntax for type ${typeName}: "${text}"`);
  }
  const value = round(spelled, trimmed);
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
  return parseFloating(text, "double precision", (spelled) => spelled);
}

export function parseFloat4(text: string): number {
  return parseFloating(text, "real", roundToFloat4);
}

/** The nearest float4 to the text, not to the double that the text was rounded to before. */
function roundToFloat4(spelled: number, text: string): number {
  const rounded = Math.fround(spelled);
  const other = spelled + (spelled - rounded);
  const halfway = rounded !== spelled && Math.fround(other) === other;
  if (!halfway || !Number.isFinite(other) || !DECIMAL.test(text)) return rounded;
  const order = compareNumeric(parseNumeric(text), parseNumeric(spelled.toExponential(100)));
  if (order === 0) return rounded;
  return order > 0 ? Math.max(rounded, other) : Math.min(rounded, other);
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
  return fromExponential(shortestExponential(value), 15);
}

/** Halfway points between doubles with at most 17 digits lie between these. */
const HALFWAY_MIN = 2 ** 54;
const HALFWAY_MAX = 1e45;

/**
 * The shortest digits that are nearer to this double than to any other. JavaScript also takes
 * digits that lie exactly halfway and round to it (1e23), PostgreSQL does not.
 */
function shortestExponential(value: number): string {
  const text = value.toExponential();
  const magnitude = Math.abs(value);
  if (magnitude < HALFWAY_MIN || magnitude > HALFWAY_MAX || !isHalfway(text, value)) return text;
  for (let fraction = text.split("e", 1).join().length - 2; fraction < 17; fraction++) {
    const candidate = value.toExponential(Math.max(fraction, 0));
    if (Number(candidate) === value && !isHalfway(candidate, value)) return candidate;
  }
  return text;
}

/** Whether the digits lie exactly between the value and a neighbour; for |value| >= 2^53. */
function isHalfway(text: string, value: number): boolean {
  const [mantissa, exponent] = text.split("e") as [string, string];
  const point = mantissa.indexOf(".");
  const places = Number(exponent) - (point < 0 ? 0 : mantissa.length - point - 1);
  if (places < 0) return false;
  const distance = BigInt(mantissa.replace(".", "")) * 10n ** BigInt(places) - BigInt(value);
  const spacing = 2n ** BigInt(Math.floor(Math.log2(Math.abs(value))) - 52);
  return isHalf(Number(distance), Number(spacing), value);
}

/** A power of two has the neighbour towards zero at half the spacing. */
function isHalf(distance: number, spacing: number, value: number): boolean {
  if (Math.abs(distance) * 2 === spacing) return true;
  const inwards = value > 0 ? -distance : distance;
  return inwards * 4 === spacing && Number.isInteger(Math.log2(Math.abs(value)));
}

export function float4ToString(value: number, extraFloatDigits: number): string {
  if (extraFloatDigits <= 0) return formatGeneral(value, 6 + extraFloatDigits);
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  if (Number.isInteger(value) && value > -1_000_000 && value < 1_000_000) return String(value);
  const spacing = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23);
  for (let fraction = 0; fraction < 9; fraction++) {
    const candidate = roundedToEven(value, fraction);
    const number = Number(candidate);
    if (Math.fround(number) === value && !isHalf(number - value, spacing, value)) {
      return fromExponential(candidate, 6);
    }
  }
  return fromExponential(value.toExponential(8), 6);
}

/** toExponential, but a tie goes to the even digit instead of up. */
function roundedToEven(value: number, fraction: number): string {
  const candidate = value.toExponential(fraction);
  const longer = value.toExponential(fraction + 1);
  const [mantissa, exponent] = longer.split("e") as [string, string];
  if (!mantissa.endsWith("5") || Number(longer) !== value) return candidate;
  const down = mantissa.slice(0, -1).replace(/\.$/, "");
  return "02468".includes(down.slice(-1)) ? `${down}e${exponent}` : candidate;
}

/** PostgreSQL's order: NaN equals itself and is above all; -0 equals 0. */
export function compareFloat(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  const left = a !== a;
  return left === (b !== b) ? 0 : left ? 1 : -1;
}
