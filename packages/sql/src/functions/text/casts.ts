/**
 * Conversions between text, varchar, bpchar, name and "char", and the length coercions that apply a
 * type modifier (typmod - 4 characters).
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG } from "../long-call.ts";
import { ANY_CHARACTERS, clipBytes, measured, sliceCharacters } from "./characters.ts";
import type { CharacterMeasure } from "./characters.ts";
import { characterCount, trimBlanks } from "../../values/text-order.ts";

const NAME_BYTES = 63;

const onlyBlanks = (text: string): boolean => /^ *$/.test(text);

function tooLong(type: string, limit: number): SqlError {
  return new SqlError("22001", `value too long for type ${type}(${limit})`);
}

/** An explicit cast truncates silently, an assignment only blanks. */
function cutVarchar(text: string, limit: number, explicit: boolean, by: CharacterMeasure): string {
  if (by.count(text) <= limit) return text;
  if (!explicit && !onlyBlanks(by.slice(text, limit, Infinity))) {
    throw tooLong("character varying", limit);
  }
  return by.slice(text, 0, limit);
}

function coerceVarchar(
  context: EvaluationContext,
  text: string,
  typmod: number,
  explicit: boolean,
): string {
  const limit = typmod - 4;
  if (typmod < 4 || text.length <= limit) return text;
  return text.length > LONG
    ? measured(context, text, (by) => cutVarchar(text, limit, explicit, by))
    : cutVarchar(text, limit, explicit, ANY_CHARACTERS);
}

function coerceBpchar(text: string, typmod: number, explicit: boolean): string {
  const limit = typmod - 4;
  if (typmod < 4) return text;
  const length = characterCount(text);
  if (length <= limit) return text + " ".repeat(limit - length);
  if (!explicit && !onlyBlanks(sliceCharacters(text, limit, Infinity))) {
    throw tooLong("character", limit);
  }
  return sliceCharacters(text, 0, limit);
}

/** "char" is one byte; bytes above 0x7f read as signed, as in C. */
function charToInt(value: string): number {
  const code = value === "" ? 0 : value.charCodeAt(0);
  if (value.startsWith("\\") && value.length === 4)
    return (parseInt(value.slice(1), 8) << 24) >> 24;
  return (code << 24) >> 24;
}

function charOfByte(byte: number): string {
  if (byte === 0) return "";
  return byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
}

function intToChar(value: number): string {
  if (value < -128 || value > 127) throw new SqlError("22003", '"char" out of range');
  return charOfByte(value & 0xff);
}

function textToChar(text: string): string {
  const octal = /^\\([0-3][0-7][0-7])$/.exec(text)?.[1];
  if (octal !== undefined) return charOfByte(parseInt(octal, 8));
  return text === "" ? "" : charOfByte(new TextEncoder().encode(text.slice(0, 2))[0] ?? 0);
}

const identity: Implementation = (_, a: string) => a;

const casts: Record<string, Implementation> = {
  varchar: coerceVarchar,
  bpchar: (_, a: string, typmod: number, explicit: boolean) => coerceBpchar(a, typmod, explicit),
  name_text: identity,
  name_bpchar: identity,
  text_name: (_, a: string) => clipBytes(a, NAME_BYTES),
  bpchar_name: (_, a: string) => trimBlanks(clipBytes(a, NAME_BYTES)),
  char_text: (_, a: string) => (a > "\x7f" ? `\\${a.charCodeAt(0).toString(8)}` : a),
  char_bpchar: (_, a: string) => (a === "" ? " " : a),
  text_char: (_, a: string) => textToChar(a),
  chartoi4: (_, a: string) => charToInt(a),
  i4tochar: (_, a: number) => intToChar(a),
  nameconcatoid: (_, name: string, oid: number) => {
    const suffix = `_${oid}`;
    return clipBytes(name, NAME_BYTES - suffix.length) + suffix;
  },
};

export function registerTextCasts(): void {
  registerFunctions(casts);
}
