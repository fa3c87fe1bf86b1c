/**
 * Ranges in keys: the empty one first; then the lower bound, infinite before finite, and the upper
 * bound, finite before infinite, each with a byte that orders inclusive and exclusive ones. A
 * multirange is its ranges with a terminator below them.
 */
import type { Datum, MultirangeValue, RangeValue } from "../values/datum.ts";
import { EMPTY_RANGE } from "../values/range.ts";
import type { KeyCursor } from "./key-cursor.ts";
import type { KeyCodec } from "./key-values.ts";

const EMPTY = "\x01";
const FILLED = "\x02";
const FILLED_CODE = 2;
const LOW_INFINITE = "\x01";
const LOW_FINITE = "\x02";
const HIGH_FINITE = "\x01";
const HIGH_INFINITE = "\x03";
const END = "\x01";

function encodeRange(range: RangeValue, element: KeyCodec): string {
  if (range.empty) return EMPTY;
  const lower =
    range.lower === null
      ? LOW_INFINITE
      : LOW_FINITE + element.encode(range.lower) + (range.lowerInclusive ? "\x01" : "\x02");
  const upper =
    range.upper === null
      ? HIGH_INFINITE
      : HIGH_FINITE + element.encode(range.upper) + (range.upperInclusive ? "\x02" : "\x01");
  return FILLED + lower + upper;
}

function decodeRange(cursor: KeyCursor, element: KeyCodec): RangeValue {
  if (cursor.byte() !== FILLED_CODE) return EMPTY_RANGE;
  let lower: Datum = null;
  let upper: Datum = null;
  let lowerInclusive = false;
  let upperInclusive = false;
  if (cursor.byte() === LOW_FINITE.charCodeAt(0)) {
    lower = element.decode(cursor);
    lowerInclusive = cursor.byte() === 1;
  }
  if (cursor.byte() === HIGH_FINITE.charCodeAt(0)) {
    upper = element.decode(cursor);
    upperInclusive = cursor.byte() === 2;
  }
  return { tag: "range", empty: false, lower, upper, lowerInclusive, upperInclusive };
}

export function rangeCodec(element: KeyCodec): KeyCodec {
  return {
    encode: (value) => encodeRange(value as RangeValue, element),
    decode: (cursor) => decodeRange(cursor, element),
    exact: element.exact,
  };
}

/** A range of a multirange is never empty, so its first byte is above END. */
export function multirangeCodec(element: KeyCodec): KeyCodec {
  return {
    encode(value) {
      const { ranges } = value as MultirangeValue;
      return ranges.map((range) => encodeRange(range, element)).join("") + END;
    },
    decode(cursor) {
      const ranges: RangeValue[] = [];
      for (;;) {
        const range = decodeRange(cursor, element);
        if (range.empty) return { tag: "multirange", ranges };
        ranges.push(range);
      }
    },
    exact: element.exact,
  };
}
