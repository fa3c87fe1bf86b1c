/**
 * From the binary form of a field, as a client sends it, to a column of a stored row: the same bytes,
 * once it is seen that they are what the type's receive function would give back. Where that takes
 * more than a look they go through it.
 */
import { isAscii, isUtf8 } from "node:buffer";
import { DATE_END, DATE_MIN } from "../values/calendar.ts";
import { numericTypmodPrecision, numericTypmodScale } from "../values/numeric.ts";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import type { ColumnFromField, FieldWriter } from "./column-from-field.ts";
import { UNUSUAL, characterLimit, fixed, writeFieldBytes } from "./column-from-field.ts";

function ofLength(
  length: number,
  isPlain: (source: Uint8Array, start: number) => boolean = () => true,
): ColumnFromField {
  return fixed((source, start, end, target, at) => {
    if (end - start !== length || !isPlain(source, start)) return UNUSUAL;
    target[at] = length + 1;
    for (let i = 0; i < length; i++) target[at + 1 + i] = source[start + i] as number;
    return at + 1 + length;
  });
}

/** All bits of the exponent are set in NaN and infinities: of NaN there are many, stored is one. */
const FLOAT8_EXPONENT = 0x7ff0;
const FLOAT4_EXPONENT = 0x7f80;

function isDate(source: Uint8Array, start: number): boolean {
  const day = binary.readInt4(source, start);
  return day >= DATE_MIN && day < DATE_END;
}

/** Within the range of timestamps, by the first four of eight bytes; infinities are not. */
const MOMENT_HIGH_MAX = 0x0200_0000;

function isMoment(source: Uint8Array, start: number): boolean {
  const high = binary.readInt4(source, start);
  return high < MOMENT_HIGH_MAX && high > -MOMENT_HIGH_MAX;
}

const MICROS_PER_DAY = 86_400_000_000;

function isTime(source: Uint8Array, start: number): boolean {
  const micros = binary.readInt8AsNumber(source, start);
  return micros >= 0 && micros <= MICROS_PER_DAY;
}

const NUMERIC_HEADER = 8;
const NUMERIC_NEGATIVE = 0x4000;
const GROUP_DIGITS = 4;

function uint2(source: Uint8Array, at: number): number {
  return binary.readInt2(source, at) & 0xffff;
}

/**
 * Whether the bytes are the one form that a numeric is stored in: no zeros at either end of the digits,
 * and none behind the scale.
 */
function isStoredNumeric(source: Uint8Array, start: number, end: number): boolean {
  const groups = uint2(source, start);
  if (groups === 0 || end - start !== NUMERIC_HEADER + 2 * groups) return false;
  const sign = uint2(source, start + 4);
  if (sign !== 0 && sign !== NUMERIC_NEGATIVE) return false;
  for (let at = start + NUMERIC_HEADER; at < end; at += 2) {
    if (uint2(source, at) >= 10_000) return false;
  }
  const last = uint2(source, end - 2);
  if (uint2(source, start + NUMERIC_HEADER) === 0 || last === 0) return false;
  const behind = GROUP_DIGITS * (groups - 1 - binary.readInt2(source, start + 2));
  const excess = behind - uint2(source, start + 6);
  if (excess >= GROUP_DIGITS) return false;
  return excess <= 0 || last % 10 ** excess === 0;
}

/** Digits before the point, at most. */
function wholeDigits(source: Uint8Array, start: number): number {
  const first = uint2(source, start + NUMERIC_HEADER);
  const inFirst = first >= 1_000 ? 4 : first >= 100 ? 3 : first >= 10 ? 2 : 1;
  return binary.readInt2(source, start + 2) * GROUP_DIGITS + inFirst;
}

const SCALE_MAX = 0x3fff;

function numeric(typmod: number): ColumnFromField | undefined {
  const isDeclared = typmod >= 4;
  const scale = isDeclared ? numericTypmodScale(typmod) : 0;
  const whole = numericTypmodPrecision(typmod) - scale;
  if (scale < 0) return undefined;
  const write: FieldWriter = (source, start, end, target, at) => {
    if (end - start < NUMERIC_HEADER || uint2(source, start + 6) > SCALE_MAX) return UNUSUAL;
    if (!isStoredNumeric(source, start, end)) return UNUSUAL;
    if (isDeclared) {
      if (uint2(source, start + 6) !== scale || wholeDigits(source, start) > whole) return UNUSUAL;
    }
    return writeFieldBytes(source, start, end, target, at);
  };
  return { room: 0, write };
}

const LOOKED_AT_MAX = 64;

/** Text as it may be stored: valid, and without zeros. */
function isText(source: Uint8Array, start: number, end: number): boolean {
  if (end - start <= LOOKED_AT_MAX) {
    let at = start;
    for (; at < end; at++) {
      const byte = source[at] as number;
      if (byte === 0) return false;
      if (byte >= 0x80) break;
    }
    if (at === end) return true;
  }
  const bytes = source.subarray(start, end);
  return (isAscii(bytes) || isUtf8(bytes)) && !bytes.includes(0);
}

function text(column: ColumnFromField | undefined): ColumnFromField | undefined {
  if (column === undefined) return undefined;
  const { room, write } = column;
  return {
    room,
    write: (source, start, end, target, at) =>
      isText(source, start, end) ? write(source, start, end, target, at) : UNUSUAL,
  };
}

const bool = fixed((source, start, end, target, at) => {
  if (end - start !== 1) return UNUSUAL;
  target[at] = 2;
  target[at + 1] = source[start] === 0 ? 0 : 1;
  return at + 2;
});

const FIXED: ReadonlyMap<number, ColumnFromField> = new Map([
  [oids.BOOL, bool],
  [oids.INT2, ofLength(2)],
  [oids.INT4, ofLength(4)],
  [oids.INT8, ofLength(8)],
  [oids.OID, ofLength(4)],
  [oids.FLOAT4, ofLength(4, isFinite4)],
  [oids.FLOAT8, ofLength(8, isFinite8)],
  [oids.DATE, ofLength(4, isDate)],
  [oids.UUID, ofLength(16)],
  [oids.BYTEA, { room: 0, write: writeFieldBytes }],
]);

function isFinite4(source: Uint8Array, start: number): boolean {
  return (uint2(source, start) & FLOAT4_EXPONENT) !== FLOAT4_EXPONENT;
}

function isFinite8(source: Uint8Array, start: number): boolean {
  return (uint2(source, start) & FLOAT8_EXPONENT) !== FLOAT8_EXPONENT;
}

const MICROS_PLACES = 6;

/** Undefined where every field is the receive function's. */
export function columnFromBinary(type: number, typmod: number): ColumnFromField | undefined {
  const isWhole = typmod < 0 || typmod >= MICROS_PLACES;
  switch (type) {
    case oids.NUMERIC:
      return numeric(typmod);
    case oids.TIME:
      return isWhole ? ofLength(8, isTime) : undefined;
    case oids.TIMESTAMP:
    case oids.TIMESTAMPTZ:
      return isWhole ? ofLength(8, isMoment) : undefined;
    case oids.TEXT:
      return text({ room: 0, write: writeFieldBytes });
    case oids.VARCHAR:
    case oids.BPCHAR:
    case oids.NAME:
      return text(characterLimit(type, typmod));
    default:
      return FIXED.get(type);
  }
}
