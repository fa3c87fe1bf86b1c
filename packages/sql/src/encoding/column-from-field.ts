/** What spellings of fields have in common that become columns of stored rows as they are. */
import * as oids from "../types/oids.ts";

/** The field is to take the way through a value. */
export const UNUSUAL = -1;

/**
 * Writes source[start, end) as a column, its length before it, where there is room for it; returns
 * the column's end, or UNUSUAL and what was written there has no meaning.
 */
export type FieldWriter = (
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
) => number;

export interface ColumnFromField {
  /** Bytes that the column may have beyond those of the field and LENGTH_BYTES_MAX. */
  readonly room: number;
  readonly write: FieldWriter;
}

/** Of what is written before a column. */
export const LENGTH_BYTES_MAX = 5;
const FIXED_ROOM = 17;
/** Up to here a loop is faster than a call. */
const LOOP_MAX = 64;

/** Of a type without a length of its own. */
export function fixed(write: FieldWriter): ColumnFromField {
  return { room: FIXED_ROOM, write };
}

export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest >= 0x80) {
    target[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[next++] = rest;
  return next;
}

/** Returns the end in the target. */
export function copyInto(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  const length = end - start;
  if (length > LOOP_MAX) target.set(source.subarray(start, end), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[start + i] as number;
  return at + length;
}

/** The field's bytes are the value's. */
export const writeFieldBytes: FieldWriter = (source, start, end, target, at) =>
  copyInto(source, start, end, target, writeVarint(target, at, end - start + 1));

const NAME_BYTES_MAX = 63;
/** Longer padding is left to the value: it would be reserved for every row. */
const PADDED_MAX = 1_024;
const BLANK = 0x20;

/** Of valid UTF-8. */
function charactersIn(source: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (((source[at] as number) & 0xc0) !== 0x80) count++;
  return count;
}

/** varchar(n), char(n) and name: fields that are no longer than that. */
export function characterLimit(type: number, typmod: number): ColumnFromField | undefined {
  if (type === oids.NAME) return { room: 0, write: atMostBytes(NAME_BYTES_MAX) };
  if (typmod < 4) return { room: 0, write: writeFieldBytes };
  const limit = typmod - 4;
  if (type === oids.VARCHAR) return { room: 0, write: atMostCharacters(limit) };
  return limit > PADDED_MAX ? undefined : { room: limit, write: padded(limit) };
}

function atMostBytes(limit: number): FieldWriter {
  return (source, start, end, target, at) =>
    end - start > limit ? UNUSUAL : writeFieldBytes(source, start, end, target, at);
}

function atMostCharacters(limit: number): FieldWriter {
  return (source, start, end, target, at) => {
    const isShort = end - start <= limit || charactersIn(source, start, end) <= limit;
    return isShort ? writeFieldBytes(source, start, end, target, at) : UNUSUAL;
  };
}

function padded(limit: number): FieldWriter {
  return (source, start, end, target, at) => {
    const missing = limit - charactersIn(source, start, end);
    if (missing < 0) return UNUSUAL;
    const from = writeVarint(target, at, end - start + missing + 1);
    const blanks = copyInto(source, start, end, target, from);
    for (let i = 0; i < missing; i++) target[blanks + i] = BLANK;
    return blanks + missing;
  };
}
