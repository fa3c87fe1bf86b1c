/**
 * Text forms of int2, int4, int8 and oid as PostgreSQL 16 reads them: decimal, 0x, 0o and 0b, with
 * underscores between digits. Plain decimal digits take a path without allocation.
 */
import { SqlError } from "@firstlight/common";
import { trimSpaces } from "./numeric.ts";

const INTEGER =
  /^([+-]?)(\d+(?:_\d+)*|0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/;

function invalidSyntax(text: string, typeName: string): SqlError {
  return new SqlError("22P02", `invalid input syntax for type ${typeName}: "${text}"`);
}

function outOfRange(text: string, typeName: string): SqlError {
  return new SqlError("22003", `value "${text}" is out of range for type ${typeName}`);
}

/** More of them are out of every range, in any base: what they are exactly takes their square. */
const DIGITS_MAX = 80;
const BEYOND = 1n << 80n;

/** Digits of a base, with its prefix and with underscores. */
function magnitudeOf(spelled: string): bigint {
  const digits = spelled.replaceAll("_", "");
  const prefix = /^0[xob]/i.test(digits) ? 2 : 0;
  let first = prefix;
  while (first < digits.length - 1 && digits.charCodeAt(first) === 48) first++;
  if (digits.length - first > DIGITS_MAX) return BEYOND;
  return BigInt(digits.slice(0, prefix) + digits.slice(first));
}

/** The integer that the text spells; undefined when it spells none. */
function spelledInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(trimSpaces(text));
  if (match === null) return undefined;
  const magnitude = magnitudeOf(match[2] as string);
  return match[1] === "-" ? -magnitude : magnitude;
}

/** Up to nine plain digits with an optional minus; NaN when the text is anything else. */
function plainInteger(text: string): number {
  const length = text.length;
  const negative = text.charCodeAt(0) === 45;
  let i = negative ? 1 : 0;
  if (i === length || length - i > 9) return Number.NaN;
  let value = 0;
  for (; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative && value !== 0 ? -value : value;
}

const PREFIX = /^[+-]?(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|\d+(?:_\d+)*)/;
const BASES: Readonly<Record<string, bigint>> = { x: 16n, o: 8n, b: 2n };

/**
 * PostgreSQL looks at digits first: too many of them are out of range whatever comes after. The last
 * one is added without a look, so it is in the next ten (or what the base is) that they are found.
 */
function notAnInteger(text: string, most: bigint, typeName: string): SqlError {
  const digits = PREFIX.exec(trimSpaces(text))?.[1];
  if (digits === undefined) return invalidSyntax(text, typeName);
  const base = BASES[digits.charAt(1).toLowerCase()] ?? 10n;
  const isOver = magnitudeOf(digits.toLowerCase()) / base > (most + 1n) / base;
  return isOver ? outOfRange(text, typeName) : invalidSyntax(text, typeName);
}

function parseBounded(text: string, min: number, max: number, typeName: string): number {
  const plain = plainInteger(text);
  if (plain >= min && plain <= max) return plain;
  const value = spelledInteger(text);
  if (value === undefined) throw notAnInteger(text, BigInt(max), typeName);
  if (value < min || value > max) throw outOfRange(text, typeName);
  return Number(value);
}

export function parseInt2(text: string): number {
  return parseBounded(text, -32768, 32767, "smallint");
}

export function parseInt4(text: string): number {
  return parseBounded(text, -2147483648, 2147483647, "integer");
}

export function parseInt8(text: string): bigint {
  const plain = plainInteger(text);
  if (plain === plain) return BigInt(plain);
  const value = spelledInteger(text);
  if (value === undefined) throw notAnInteger(text, 2n ** 63n - 1n, "bigint");
  if (BigInt.asIntN(64, value) !== value) throw outOfRange(text, "bigint");
  return value;
}

/** strtoul with base 0: decimal, 0x hexadecimal, and octal after a zero. */
const UNSIGNED = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/;

const UINT8_MAX = 0xffffffffffffffffn;

/** strtoull: a negative number wraps around. */
export function parseUnsigned8(text: string, typeName: string): bigint {
  const match = UNSIGNED.exec(trimSpaces(text));
  if (match === null) throw invalidSyntax(text, typeName);
  const value = magnitudeOf((match[2] as string).replace(/^0(?=[0-7])/, "0o"));
  if (value > UINT8_MAX) throw outOfRange(text, typeName);
  return BigInt.asUintN(64, match[1] === "-" ? -value : value);
}

/** oid, xid and cid: a negative int4 wraps around. */
export function parseOid(text: string, typeName: string): number {
  const plain = text.charCodeAt(0) === 48 ? -1 : plainInteger(text);
  if (plain >= 0) return plain;
  const match = UNSIGNED.exec(trimSpaces(text));
  if (match === null) throw invalidSyntax(text, typeName);
  const digits = (match[2] as string).replace(/^0(?=[0-7])/, "0o");
  const value = match[1] === "-" ? -magnitudeOf(digits) : magnitudeOf(digits);
  if (value > 4294967295n || value < -2147483648n) throw outOfRange(text, typeName);
  return Number(BigInt.asUintN(32, value));
}
