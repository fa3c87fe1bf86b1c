/**
 * The six built-in range types and their multiranges, over element types that are registered
 * already.
 */
import { SqlError } from "@firstlight/common";
import { dateOutOfRange } from "../functions/datetime/bounds.ts";
import { DATE_END } from "../values/calendar.ts";
import type { Datum, MultirangeValue, RangeValue } from "../values/datum.ts";
import { compareMultiranges, makeMultirange, multirangeSteps } from "../values/multirange.ts";
import {
  compareRanges,
  EMPTY_RANGE,
  lowerOf,
  makeRange,
  type RangeKind,
  upperOf,
} from "../values/range.ts";
import { readRange, readMultirange, writeRange } from "../values/range-text.ts";
import { LONG, toEnd } from "../functions/long-call.ts";
import type { Steps } from "../functions/long-call.ts";
import { TextPieces } from "./long-text.ts";
import type { LongText } from "./long-text.ts";
import { JoinedParts } from "../values/joined-parts.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { keepValue } from "./scalar-types.ts";
import type { InputSettings, SqlType } from "./sql-type.ts";
import type { FormatSettings } from "../expression/evaluation-context.ts";

/** Bits of the flags byte of the wire form. */
export const RANGE_EMPTY = 0x01;
export const RANGE_LOWER_INCLUSIVE = 0x02;
export const RANGE_UPPER_INCLUSIVE = 0x04;
export const RANGE_LOWER_INFINITE = 0x08;
export const RANGE_UPPER_INFINITE = 0x10;

function nextInt4(value: Datum): Datum {
  if (value === 2147483647) throw new SqlError("22003", "integer out of range");
  return (value as number) + 1;
}

function nextInt8(value: Datum): Datum {
  if (value === 9223372036854775807n) throw new SqlError("22003", "bigint out of range");
  return (value as bigint) + 1n;
}

function nextDate(value: Datum): Datum | undefined {
  const next = (value as number) + 1;
  if (!Number.isFinite(next)) return undefined;
  if (next >= DATE_END) throw dateOutOfRange();
  return next;
}

export function rangeFlags(range: RangeValue): number {
  if (range.empty) return RANGE_EMPTY;
  return (
    (range.lowerInclusive ? RANGE_LOWER_INCLUSIVE : 0) |
    (range.upperInclusive ? RANGE_UPPER_INCLUSIVE : 0) |
    (range.lower === null ? RANGE_LOWER_INFINITE : 0) |
    (range.upper === null ? RANGE_UPPER_INFINITE : 0)
  );
}

function sendRange(range: RangeValue, element: SqlType): Buffer {
  const chunks: Uint8Array[] = [Buffer.of(rangeFlags(range))];
  for (const bound of [range.lower, range.upper]) {
    if (bound === null) continue;
    const bytes = element.send(bound);
    chunks.push(binary.int4Bytes(bytes.length), bytes);
  }
  return Buffer.concat(chunks);
}

class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw binary.insufficientData();
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  sized(): Uint8Array {
    return this.take(binary.readInt4(this.take(4), 0));
  }

  count(): number {
    return binary.readInt4(this.take(4), 0);
  }

  finish(): void {
    if (this.#at === this.#bytes.length) return;
    throw new SqlError("08P01", "invalid message format");
  }
}

function receiveRange(
  bytes: Uint8Array,
  typmod: number,
  element: SqlType,
  kind: RangeKind,
): RangeValue {
  const reader = new WireReader(bytes);
  binary.expectBytes(bytes, 1);
  const flags = reader.take(1)[0] ?? 0;
  const bound = (infinite: number): Datum =>
    (flags & (RANGE_EMPTY | infinite)) === 0 ? element.receive(reader.sized(), typmod) : null;
  const lower = bound(RANGE_LOWER_INFINITE);
  const upper = bound(RANGE_UPPER_INFINITE);
  reader.finish();
  if ((flags & RANGE_EMPTY) !== 0) return EMPTY_RANGE;
  return makeRange(
    kind,
    { value: lower, inclusive: (flags & RANGE_LOWER_INCLUSIVE) !== 0, lower: true },
    { value: upper, inclusive: (flags & RANGE_UPPER_INCLUSIVE) !== 0, lower: false },
  );
}

function parseRange(
  text: string,
  typmod: number,
  settings: InputSettings,
  element: SqlType,
  kind: RangeKind,
): RangeValue {
  const read = readRange(text);
  if (read.empty) return EMPTY_RANGE;
  const bound = (part: string | undefined): Datum =>
    part === undefined ? null : element.input(part, typmod, settings);
  return makeRange(
    kind,
    { value: bound(read.lower), inclusive: read.lowerInclusive, lower: true },
    { value: bound(read.upper), inclusive: read.upperInclusive, lower: false },
  );
}

function printRange(range: RangeValue, format: FormatSettings, element: SqlType): string {
  const bound = (value: Datum): string | undefined =>
    value === null ? undefined : element.output(value, format);
  return writeRange({ ...range, lower: bound(range.lower), upper: bound(range.upper) });
}

function rangeHashKey(range: RangeValue, element: SqlType): string {
  const parts = [lowerOf(range), upperOf(range)].map(({ value }) => {
    const key = value === null ? "" : String(element.hashKey(value));
    return `${key.length}:${key}`;
  });
  return `${rangeFlags(range)};${parts.join("")}`;
}

const kinds = new Map<number, RangeKind>();

/** How the values of a range type or of a multirange type behave. */
export function rangeKindOf(type: number): RangeKind | undefined {
  return kinds.get(type);
}

function rangeType(oid: number, name: string, element: SqlType, kind: RangeKind): SqlType {
  return {
    oid,
    name,
    input: (text, typmod, settings) => parseRange(text, typmod, settings, element, kind),
    output: (value, format) => printRange(value as RangeValue, format, element),
    receive: (bytes, typmod) => receiveRange(bytes, typmod, element, kind),
    send: (value) => sendRange(value as RangeValue, element),
    compare: (a, b) => compareRanges(kind, a as RangeValue, b as RangeValue),
    hashKey: (value) => rangeHashKey(value as RangeValue, element),
    applyTypmod: keepValue,
  };
}

function receiveRanges(bytes: Uint8Array, typmod: number, range: SqlType): readonly RangeValue[] {
  const reader = new WireReader(bytes);
  const count = reader.count();
  // Every range takes at least its length word: a lying count is refused before allocation.
  if (count < 0 || count * 4 > bytes.length) throw binary.insufficientData();
  const ranges: RangeValue[] = [];
  for (let i = 0; i < count; i++) {
    ranges.push(range.receive(reader.sized(), typmod) as RangeValue);
  }
  reader.finish();
  return ranges;
}

function sendMultirange({ ranges }: MultirangeValue, range: SqlType): Buffer {
  const chunks: Uint8Array[] = [binary.int4Bytes(ranges.length)];
  for (const each of ranges) {
    const bytes = range.send(each);
    chunks.push(binary.int4Bytes(bytes.length), bytes);
  }
  return Buffer.concat(chunks);
}

/** Ranges printed between two looks at the clock. */
const RANGES_PER_STEP = 1024;

function* printRanges(
  { ranges }: MultirangeValue,
  range: SqlType,
  format: FormatSettings,
): Steps<LongText> {
  const pieces = new TextPieces();
  pieces.add("{");
  for (const [at, each] of ranges.entries()) {
    pieces.add(`${at > 0 ? "," : ""}${range.output(each, format)}`);
    if (at % RANGES_PER_STEP === 0) yield;
  }
  pieces.add("}");
  return pieces.text();
}

function* multirangeKeySteps({ ranges }: MultirangeValue, range: SqlType): Steps<string> {
  const parts = new JoinedParts("|");
  for (const [at, each] of ranges.entries()) {
    parts.push(String(range.hashKey(each)));
    if (at % RANGES_PER_STEP === 0) yield;
  }
  return parts.text();
}

function multirangeType(oid: number, name: string, range: SqlType, kind: RangeKind): SqlType {
  return {
    oid,
    name,
    input(text, typmod, settings) {
      const read = (part: string): RangeValue => range.input(part, typmod, settings) as RangeValue;
      const steps = function* made(): Steps<MultirangeValue> {
        return yield* multirangeSteps(kind, yield* readMultirange(text, read));
      };
      const longCalls = text.length > LONG ? settings.evaluation?.longCalls : undefined;
      return longCalls === undefined ? toEnd(steps()) : longCalls.run(steps);
    },
    output(value, format) {
      const { ranges } = value as MultirangeValue;
      return `{${ranges.map((each) => range.output(each, format)).join(",")}}`;
    },
    long: {
      isLong: (value) => (value as MultirangeValue).ranges.length > RANGES_PER_STEP,
      text: (value, format) => printRanges(value as MultirangeValue, range, format),
    },
    receive: (bytes, typmod) => makeMultirange(kind, receiveRanges(bytes, typmod, range)),
    send: (value) => sendMultirange(value as MultirangeValue, range),
    compare: (a, b) => compareMultiranges(kind, a as MultirangeValue, b as MultirangeValue),
    hashKey: (value) =>
      (value as MultirangeValue).ranges.map((each) => String(range.hashKey(each))).join("|"),
    longKey: {
      isLong: (value) => (value as MultirangeValue).ranges.length > RANGES_PER_STEP,
      key: (value) => multirangeKeySteps(value as MultirangeValue, range),
    },
    applyTypmod: keepValue,
  };
}

interface Family {
  readonly name: string;
  readonly range: number;
  readonly multirange: number;
  readonly element: number;
  readonly next?: RangeKind["next"];
}

const FAMILIES: readonly Family[] = [
  {
    name: "int4",
    range: oids.INT4RANGE,
    multirange: oids.INT4MULTIRANGE,
    element: oids.INT4,
    next: nextInt4,
  },
  {
    name: "int8",
    range: oids.INT8RANGE,
    multirange: oids.INT8MULTIRANGE,
    element: oids.INT8,
    next: nextInt8,
  },
  { name: "num", range: oids.NUMRANGE, multirange: oids.NUMMULTIRANGE, element: oids.NUMERIC },
  { name: "ts", range: oids.TSRANGE, multirange: oids.TSMULTIRANGE, element: oids.TIMESTAMP },
  {
    name: "tstz",
    range: oids.TSTZRANGE,
    multirange: oids.TSTZMULTIRANGE,
    element: oids.TIMESTAMPTZ,
  },
  {
    name: "date",
    range: oids.DATERANGE,
    multirange: oids.DATEMULTIRANGE,
    element: oids.DATE,
    next: nextDate,
  },
];

export interface RangeFamily {
  readonly range: number;
  readonly multirange: number;
  readonly element: SqlType;
  readonly rangeName: string;
  readonly multirangeName: string;
  readonly next?: RangeKind["next"];
}

/** A range type and its multirange type over one element type. */
export function makeRangeTypes(family: RangeFamily): readonly [SqlType, SqlType] {
  const { range, multirange, element, next } = family;
  const compare = (a: Datum, b: Datum): number => element.compare(a, b);
  const kind: RangeKind = next === undefined ? { compare } : { compare, next };
  kinds.set(range, kind);
  kinds.set(multirange, kind);
  const single = rangeType(range, family.rangeName, element, kind);
  return [single, multirangeType(multirange, family.multirangeName, single, kind)];
}

export function rangeTypes(find: (oid: number) => SqlType): readonly SqlType[] {
  return FAMILIES.flatMap(({ name, range, multirange, element, next }) =>
    makeRangeTypes({
      range,
      multirange,
      element: find(element),
      rangeName: `${name}range`,
      multirangeName: `${name}multirange`,
      ...(next === undefined ? {} : { next }),
    }),
  );
}
