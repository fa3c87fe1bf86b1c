/**
 * From the bytes of a field, as COPY's text formats and clients spell values, to a column of a
 * stored row without a value in between. Each type knows the spellings that nearly all fields have;
 * whatever else there is, and whatever is wrong, is left to the type's input function.
 */
import { daysInMonth, dateFromCalendar } from "../values/calendar.ts";
import { numericTypmodPrecision, numericTypmodScale } from "../values/numeric.ts";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import type { ColumnFromField } from "./column-from-field.ts";
import { UNUSUAL, characterLimit, fixed, writeFieldBytes } from "./column-from-field.ts";

const ZERO = 0x30;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const COLON = 0x3a;
const BLANK = 0x20;
const UPPER_T = 0x54;
/** Always less than 2^53. */
const DIGITS_SAFE = 15;
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Of at most 15 digits and nothing else; -1 for any other bytes. */
function digits(source: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > DIGITS_SAFE) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (source[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Two digits; far below zero for anything else. */
function pair(source: Uint8Array, at: number): number {
  const high = (source[at] as number) - ZERO;
  const low = (source[at + 1] as number) - ZERO;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : -1_000_000;
}

function integer(max: number, size: 2 | 4): ColumnFromField {
  return fixed((source, start, end, target, at) => {
    const isNegative = source[start] === MINUS;
    const value = digits(source, isNegative ? start + 1 : start, end);
    if (value < 0 || value > (isNegative ? max + 1 : max)) return UNUSUAL;
    target[at] = size + 1;
    const signed = isNegative ? 0 - value : value;
    if (size === 2) binary.writeInt2(target, at + 1, signed);
    else binary.writeInt4(target, at + 1, signed);
    return at + 1 + size;
  });
}

const int8 = fixed((source, start, end, target, at) => {
  const isNegative = source[start] === MINUS;
  const value = digits(source, isNegative ? start + 1 : start, end);
  if (value < 0) return UNUSUAL;
  target[at] = 9;
  binary.writeSafeInt8(target, at + 1, isNegative ? 0 - value : value);
  return at + 9;
});

/** A zero before other digits makes them octal. */
const oid = fixed((source, start, end, target, at) => {
  if (source[start] === ZERO) return UNUSUAL;
  const value = digits(source, start, end);
  if (value < 0 || value > 0xffff_ffff) return UNUSUAL;
  target[at] = 5;
  binary.writeInt4(target, at + 1, value);
  return at + 5;
});

const LOWER_T = 0x74;
const LOWER_F = 0x66;

const bool = fixed((source, start, end, target, at) => {
  if (end - start !== 1) return UNUSUAL;
  const letter = source[start];
  if (letter !== LOWER_T && letter !== LOWER_F) return UNUSUAL;
  target[at] = 2;
  target[at + 1] = letter === LOWER_T ? 1 : 0;
  return at + 2;
});

/**
 * Digits with a point between them: their number, as if there was no point, and how many are behind
 * it. The number is -1 for any other bytes.
 */
const decimal = { number: 0, scale: 0 };

function readDecimal(source: Uint8Array, start: number, end: number): void {
  let point = start;
  while (point < end && source[point] !== POINT) point++;
  decimal.scale = 0;
  decimal.number = digits(source, start, point);
  if (decimal.number < 0 || point === end) return;
  const scale = end - point - 1;
  const fraction = digits(source, point + 1, end);
  const isSafe = fraction >= 0 && point - start + scale <= DIGITS_SAFE;
  decimal.scale = scale;
  decimal.number = isSafe ? decimal.number * (POWERS[scale] as number) + fraction : -1;
}

const FLOAT4_NUMBER_MAX = 2 ** 24;
const FLOAT4_SCALE_MAX = 10;

/** Both are exact, so that rounding their quotient rounds once. */
const float8 = fixed((source, start, end, target, at) => {
  const isNegative = source[start] === MINUS;
  readDecimal(source, isNegative ? start + 1 : start, end);
  if (decimal.number < 0) return UNUSUAL;
  const value = decimal.number / (POWERS[decimal.scale] as number);
  target[at] = 9;
  binary.writeFloat8(target, at + 1, isNegative ? -value : value);
  return at + 9;
});

/** Twice the precision and two bits more are enough for rounding twice to be rounding once. */
const float4 = fixed((source, start, end, target, at) => {
  const isNegative = source[start] === MINUS;
  readDecimal(source, isNegative ? start + 1 : start, end);
  const { number, scale } = decimal;
  if (number < 0 || number > FLOAT4_NUMBER_MAX || scale > FLOAT4_SCALE_MAX) return UNUSUAL;
  const value = number / (POWERS[scale] as number);
  target[at] = 5;
  binary.writeFloat4(target, at + 1, isNegative ? -value : value);
  return at + 5;
});

/** Eight bytes of header and four groups. */
const NUMERIC_ROOM = 17;

function numeric(typmod: number): ColumnFromField | undefined {
  const isDeclared = typmod >= 4;
  const declared = isDeclared ? numericTypmodScale(typmod) : 0;
  if (declared < 0 || declared > DIGITS_SAFE) return undefined;
  const limit = isDeclared ? (POWERS[numericTypmodPrecision(typmod)] ?? Infinity) : Infinity;
  return {
    room: NUMERIC_ROOM,
    write: (source, start, end, target, at) => {
      const isNegative = source[start] === MINUS;
      readDecimal(source, isNegative ? start + 1 : start, end);
      let { number } = decimal;
      const { scale } = decimal;
      if (number < 0 || (isDeclared && scale > declared)) return UNUSUAL;
      if (isDeclared) number *= POWERS[declared - scale] as number;
      if (number >= limit) return UNUSUAL;
      const signed = isNegative ? 0 - number : number;
      const places = isDeclared ? declared : scale;
      const length = binary.writeSmallDecimal(target, at + 1, signed, places);
      if (length < 0) return UNUSUAL;
      target[at] = length + 1;
      return at + 1 + length;
    },
  };
}

const NO_DAY = -10_000_000;
const DATE_LENGTH = 10;

/** Days of YYYY-MM-DD, whatever the date style is; NO_DAY for anything else. */
function isoDay(source: Uint8Array, start: number): number {
  if (source[start + 4] !== MINUS || source[start + 7] !== MINUS) return NO_DAY;
  const year = pair(source, start) * 100 + pair(source, start + 2);
  const month = pair(source, start + 5);
  const day = pair(source, start + 8);
  if (year < 1 || month < 1 || month > 12 || day < 1) return NO_DAY;
  return day <= 28 || day <= daysInMonth(year, month) ? dateFromCalendar(year, month, day) : NO_DAY;
}

const TIME_LENGTH = 8;
const FRACTION_MAX = 6;

/** Microseconds of HH:MM:SS[.ffffff]; -1 for anything else, and for more places than that. */
function isoTime(source: Uint8Array, start: number, end: number, places: number): number {
  if (end - start < TIME_LENGTH) return -1;
  if (source[start + 2] !== COLON || source[start + 5] !== COLON) return -1;
  const hour = pair(source, start);
  const minute = pair(source, start + 3);
  const second = pair(source, start + 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  const micros = (hour * 3_600 + minute * 60 + second) * 1_000_000;
  if (end - start === TIME_LENGTH) return micros;
  const length = end - start - TIME_LENGTH - 1;
  if (source[start + TIME_LENGTH] !== POINT || length > places) return -1;
  const fraction = digits(source, start + TIME_LENGTH + 1, end);
  return fraction < 0 ? -1 : micros + fraction * (POWERS[FRACTION_MAX - length] as number);
}

function placesOf(typmod: number): number {
  return typmod < 0 || typmod > FRACTION_MAX ? FRACTION_MAX : typmod;
}

const date = fixed((source, start, end, target, at) => {
  if (end - start !== DATE_LENGTH) return UNUSUAL;
  const day = isoDay(source, start);
  if (day === NO_DAY) return UNUSUAL;
  target[at] = 5;
  binary.writeInt4(target, at + 1, day);
  return at + 5;
});

function time(typmod: number): ColumnFromField {
  const places = placesOf(typmod);
  return fixed((source, start, end, target, at) => {
    const micros = isoTime(source, start, end, places);
    if (micros < 0) return UNUSUAL;
    target[at] = 9;
    binary.writeSafeInt8(target, at + 1, micros);
    return at + 9;
  });
}

const MICROS_PER_DAY = 86_400_000_000;
/** Some 270 years around 2000, whose microseconds are safe integers with any zone. */
const DAYS_SAFE = 100_000;

/** The moment that source[start, end) spells in a zone so many seconds east. */
function writeMoment(
  source: Uint8Array,
  start: number,
  end: number,
  places: number,
  east: number,
  target: Uint8Array,
  at: number,
): number {
  const separator = source[start + DATE_LENGTH];
  if (separator !== BLANK && separator !== UPPER_T) return UNUSUAL;
  const day = isoDay(source, start);
  if (day < -DAYS_SAFE || day > DAYS_SAFE) return UNUSUAL;
  const micros = isoTime(source, start + DATE_LENGTH + 1, end, places);
  if (micros < 0) return UNUSUAL;
  target[at] = 9;
  binary.writeSafeInt8(target, at + 1, day * MICROS_PER_DAY + micros - east * 1_000_000);
  return at + 9;
}

const MOMENT_LENGTH = DATE_LENGTH + 1 + TIME_LENGTH;

function timestamp(typmod: number): ColumnFromField {
  const places = placesOf(typmod);
  return fixed((source, start, end, target, at) =>
    end - start < MOMENT_LENGTH ? UNUSUAL : writeMoment(source, start, end, places, 0, target, at),
  );
}

/** With a zone of +HH or +HH:MM, as it is printed; without one it is the session's to say. */
function timestampTz(typmod: number): ColumnFromField {
  const places = placesOf(typmod);
  return fixed((source, start, end, target, at) => {
    if (end - start < MOMENT_LENGTH + 3) return UNUSUAL;
    const hasMinutes = source[end - 3] === COLON;
    const zone = hasMinutes ? end - 6 : end - 3;
    const sign = source[zone];
    if (sign !== PLUS && sign !== MINUS) return UNUSUAL;
    const hours = pair(source, zone + 1);
    const minutes = hasMinutes ? pair(source, zone + 4) : 0;
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return UNUSUAL;
    const east = (hours * 60 + minutes) * (sign === MINUS ? -60 : 60);
    return writeMoment(source, start, zone, places, east, target, at);
  });
}

const UUID_LENGTH = 36;
const HEX = new Int8Array(256).fill(-1);
for (const [value, letter] of Array.from("0123456789abcdef").entries()) {
  HEX[letter.charCodeAt(0)] = value;
  HEX[letter.toUpperCase().charCodeAt(0)] = value;
}

/** Where the digits of each byte are, and the hyphens between them. */
const UUID_BYTES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const UUID_HYPHENS = [8, 13, 18, 23] as const;

const uuid = fixed((source, start, end, target, at) => {
  if (end - start !== UUID_LENGTH) return UNUSUAL;
  for (const place of UUID_HYPHENS) if (source[start + place] !== MINUS) return UNUSUAL;
  target[at] = 17;
  let next = at + 1;
  let seen = 0;
  for (const place of UUID_BYTES) {
    const high = HEX[source[start + place] as number] as number;
    const low = HEX[source[start + place + 1] as number] as number;
    seen |= high | low;
    target[next++] = (high << 4) | low;
  }
  return seen < 0 ? UNUSUAL : next;
});

const FIXED: ReadonlyMap<number, ColumnFromField> = new Map([
  [oids.BOOL, bool],
  [oids.INT2, integer(32_767, 2)],
  [oids.INT4, integer(2_147_483_647, 4)],
  [oids.INT8, int8],
  [oids.OID, oid],
  [oids.FLOAT4, float4],
  [oids.FLOAT8, float8],
  [oids.DATE, date],
  [oids.UUID, uuid],
  [oids.TEXT, { room: 0, write: writeFieldBytes }],
]);

/** Undefined where every field is the input function's; the text is valid UTF-8 without zeros. */
export function columnFromText(type: number, typmod: number): ColumnFromField | undefined {
  switch (type) {
    case oids.NUMERIC:
      return numeric(typmod);
    case oids.TIME:
      return time(typmod);
    case oids.TIMESTAMP:
      return timestamp(typmod);
    case oids.TIMESTAMPTZ:
      return timestampTz(typmod);
    case oids.VARCHAR:
    case oids.BPCHAR:
    case oids.NAME:
      return characterLimit(type, typmod);
    default:
      return FIXED.get(type);
  }
}
