/**
 * Composite values as text: record_out.
 */
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

export function recordToString(
  value: RecordValue,
  output: (type: number, field: Datum) => string,
): string {
  const parts = value.fields.map((field, i) => {
    if (field === null) return "";
    const text = output(value.types[i] ?? 0, field);
    return needsQuotes(text) ? `"${text.replace(/["\\]/g, "$&$&")}"` : text;
  });
  return `(${parts.join(",")})`;
}
