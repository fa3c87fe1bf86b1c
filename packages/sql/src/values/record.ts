/**
 * Composite values as text: record_out.
 */
import type { Steps } from "../functions/long-call.ts";
import { TextPieces, matchesPiece } from "../types/long-text.ts";
import type { LongText, PartPrinter } from "../types/long-text.ts";
import type { Datum, RecordValue } from "./datum.ts";
import { isSpaceCode } from "./numeric.ts";

export function makeRecord(types: readonly number[], fields: readonly Datum[]): RecordValue {
  return { tag: "record", types, fields };
}

function needsQuotes(text: string): boolean {
  if (text === "") return true;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34 || code === 92 || code === 40 || code === 41 || code === 44) return true;
    if (isSpaceCode(code)) return true;
  }
  return false;
}

const ESCAPED = /["\\]/g;
const QUOTED = /["(),\\ \t\n\v\f\r]/;

/** A field with its type. */
export interface TypedField {
  readonly type: number;
  readonly value: Datum;
}

function fieldText(field: TypedField, output: (field: TypedField) => string): string {
  if (field.value === null) return "";
  const text = output(field);
  return needsQuotes(text) ? `"${text.replace(ESCAPED, "$&$&")}"` : text;
}

function fieldAt({ types, fields }: RecordValue, at: number): TypedField {
  return { type: types[at] ?? 0, value: fields[at] ?? null };
}

export function recordToString(value: RecordValue, output: (field: TypedField) => string): string {
  const parts = value.fields.map((_field, at) => fieldText(fieldAt(value, at), output));
  return `(${parts.join(",")})`;
}

/** A field that is long has to be looked through before it is written. */
function* longField(pieces: TextPieces, text: LongText): Steps<void> {
  const isQuoted = yield* matchesPiece(text, QUOTED);
  if (isQuoted) pieces.add('"');
  yield* pieces.addLong(text, (piece) => (isQuoted ? piece.replace(ESCAPED, "$&$&") : piece));
  if (isQuoted) pieces.add('"');
}

/** The same in steps. */
export function* recordTextSteps(
  value: RecordValue,
  printer: PartPrinter<TypedField>,
): Steps<LongText> {
  const pieces = new TextPieces();
  pieces.add("(");
  for (let at = 0; at < value.fields.length; at++) {
    if (at > 0) pieces.add(",");
    const field = fieldAt(value, at);
    const long = field.value === null ? undefined : printer.long(field);
    if (long === undefined) pieces.add(fieldText(field, printer.text));
    else yield* longField(pieces, yield* long);
  }
  pieces.add(")");
  return pieces.text();
}
