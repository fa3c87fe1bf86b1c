/**
 * Order-preserving forms of single non-NULL values, ascending. Every form is prefix-free, so that
 * columns can be put one after the other.
 */
import { SqlError } from "@firstlight/common";
import type {
  ArrayValue,
  Datum,
  Interval,
  Jsonb,
  NetworkAddress,
  Numeric,
  RecordValue,
  TimeTz,
} from "../values/datum.ts";
import { baseTypeOid, isComposite, type RangeRow, rangeOf } from "../catalog/type-catalog.ts";
import { makeArrayWithDims } from "../values/array.ts";
import { intervalSpan, makeInterval } from "../values/interval.ts";
import { trimBlanks } from "../values/text-order.ts";
import { asBuffer } from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import { typeByOid } from "../types/type-registry.ts";
import { isCompositeType } from "../types/user/composite-type.ts";
import type { KeyCursor } from "./key-cursor.ts";
import { physicalType } from "./stored-form.ts";
import { decodeJsonb, encodeJsonb } from "./key-jsonb.ts";
import { decodeMac, decodeNetwork, encodeMac, encodeNetwork } from "./key-network.ts";
import { decodeNumeric, encodeNumeric } from "./key-numeric.ts";
import { multirangeCodec, rangeCodec } from "./key-range.ts";
import { decodeText, encodeText, escapeBytes, uint4 } from "./key-text.ts";

export interface KeyCodec {
  encode(value: Datum): string;
  decode(cursor: KeyCursor): Datum;
  /** Whether decode gives back exactly the value, not just an equal one. */
  readonly exact: boolean;
}

const INT4_BIAS = 2147483648;

/** A safe integer as int8. */
function safeInt8(value: number): string {
  const high = Math.floor(value / 4294967296);
  return uint4((high + INT4_BIAS) >>> 0) + uint4(value - high * 4294967296);
}

function encodeInt8(value: bigint): string {
  if (value > -9007199254740992n && value < 9007199254740992n) return safeInt8(Number(value));
  const high = Number(value >> 32n);
  return uint4((high + INT4_BIAS) >>> 0) + uint4(Number(value & 0xffffffffn));
}

function decodeInt8(cursor: KeyCursor): bigint {
  const high = cursor.unsigned(4) - INT4_BIAS;
  return (BigInt(high) << 32n) | BigInt(cursor.unsigned(4));
}

const int4: KeyCodec = {
  encode: (value) => uint4(((value as number) + INT4_BIAS) >>> 0),
  decode: (cursor) => cursor.unsigned(4) - INT4_BIAS,
  exact: true,
};

const int2: KeyCodec = {
  encode(value) {
    const shifted = (value as number) + 32768;
    return String.fromCharCode(shifted >>> 8, shifted & 0xff);
  },
  decode: (cursor) => cursor.unsigned(2) - 32768,
  exact: true,
};

const unsigned4: KeyCodec = {
  encode: (value) => uint4(value as number),
  decode: (cursor) => cursor.unsigned(4),
  exact: true,
};

const int8: KeyCodec = {
  encode: (value) => encodeInt8(value as bigint),
  decode: decodeInt8,
  exact: true,
};

const bool: KeyCodec = {
  encode: (value) => (value === true ? "\x01" : "\x00"),
  decode: (cursor) => cursor.byte() === 1,
  exact: true,
};

const floatView = new DataView(new ArrayBuffer(8));

/** IEEE order: negative values complemented, others with the sign bit set; NaN above infinity. */
const float8: KeyCodec = {
  encode(value) {
    // Adding 0 turns -0 into 0.
    floatView.setFloat64(0, (value as number) + 0);
    const high = floatView.getUint32(0);
    const low = floatView.getUint32(4);
    if (value !== value) return uint4(0xfff80000) + uint4(0);
    return high >= 0x80000000
      ? uint4(~high >>> 0) + uint4(~low >>> 0)
      : uint4((high | 0x80000000) >>> 0) + uint4(low);
  },
  decode(cursor) {
    const high = cursor.unsigned(4);
    const low = cursor.unsigned(4);
    const positive = high >= 0x80000000;
    floatView.setUint32(0, positive ? high & 0x7fffffff : ~high >>> 0);
    floatView.setUint32(4, positive ? low : ~low >>> 0);
    return floatView.getFloat64(0);
  },
  exact: false,
};

/** -Infinity and Infinity take the ends of int4, which no date reaches. */
const date: KeyCodec = {
  encode(value) {
    if (value === Infinity) return "\xff\xff\xff\xff";
    if (value === -Infinity) return "\x00\x00\x00\x00";
    return uint4(((value as number) + INT4_BIAS) >>> 0);
  },
  decode(cursor) {
    const value = cursor.unsigned(4);
    if (value === 0xffffffff) return Infinity;
    return value === 0 ? -Infinity : value - INT4_BIAS;
  },
  exact: true,
};

const time: KeyCodec = {
  encode: (value) => safeInt8(value as number),
  decode: (cursor) => Number(decodeInt8(cursor)),
  exact: true,
};

const timetz: KeyCodec = {
  encode(value) {
    const { micros, zone } = value as TimeTz;
    return safeInt8(micros + zone * 1e6) + uint4((zone + INT4_BIAS) >>> 0);
  },
  decode(cursor) {
    const moment = Number(decodeInt8(cursor));
    const zone = cursor.unsigned(4) - INT4_BIAS;
    return { tag: "timetz", micros: moment - zone * 1e6, zone };
  },
  exact: true,
};

const MICROS_PER_MONTH = 2_592_000_000_000n;
const MICROS_PER_DAY = 86_400_000_000n;

function clampInt4(value: bigint): number {
  return Math.min(Math.max(Number(value), -2147483648), 2147483647);
}

/** The span in 12 bytes: it can pass 64 bits. */
const interval: KeyCodec = {
  encode(value) {
    const span = intervalSpan(value as Interval);
    const high = Number(span >> 64n) + INT4_BIAS;
    const low = BigInt.asUintN(64, span);
    return uint4(high >>> 0) + uint4(Number(low >> 32n)) + uint4(Number(low & 0xffffffffn));
  },
  decode(cursor) {
    const high = BigInt(cursor.unsigned(4) - INT4_BIAS);
    const low = (BigInt(cursor.unsigned(4)) << 32n) | BigInt(cursor.unsigned(4));
    const span = (high << 64n) | low;
    const months = clampInt4(span / MICROS_PER_MONTH);
    const afterMonths = span - BigInt(months) * MICROS_PER_MONTH;
    const days = clampInt4(afterMonths / MICROS_PER_DAY);
    return makeInterval(months, days, afterMonths - BigInt(days) * MICROS_PER_DAY);
  },
  exact: false,
};

const text: KeyCodec = {
  encode: (value) => encodeText(value as string),
  decode: decodeText,
  exact: true,
};

const bpchar: KeyCodec = {
  encode: (value) => encodeText(trimBlanks(value as string)),
  decode: decodeText,
  exact: false,
};

const bytea: KeyCodec = {
  encode: (value) => escapeBytes(asBuffer(value as Uint8Array).toString("latin1")),
  decode: (cursor) => Uint8Array.from(Buffer.from(cursor.escaped(), "latin1")),
  exact: true,
};

const uuid: KeyCodec = {
  encode: (value) => Buffer.from((value as string).replaceAll("-", ""), "hex").toString("latin1"),
  decode(cursor) {
    const hex = Buffer.from(cursor.take(16), "latin1").toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  },
  exact: true,
};

const numeric: KeyCodec = {
  encode: (value) => encodeNumeric(value as Numeric),
  decode: decodeNumeric,
  exact: false,
};

const jsonb: KeyCodec = {
  encode: (value) => encodeJsonb(value as Jsonb),
  decode: decodeJsonb,
  exact: false,
};

const network: KeyCodec = {
  encode: (value) => encodeNetwork(value as NetworkAddress),
  decode: decodeNetwork,
  exact: true,
};

function macCodec(length: 6 | 8): KeyCodec {
  return {
    encode: (value) => encodeMac(value as string),
    decode: (cursor) => decodeMac(cursor, length),
    exact: true,
  };
}

const FIELD_VALUE = "\x02";
const FIELD_NULL = "\x03";
const ARRAY_END = "\x01";
const ARRAY_VALUE = 0x02;
const ARRAY_NULL = 0x03;

/** Elements first, each behind a marker, then what distinguishes arrays of equal elements. */
function arrayCodec(elementType: number, element: KeyCodec): KeyCodec {
  return {
    encode(value) {
      const { elements, dims, lowerBounds } = value as ArrayValue;
      let key = "";
      for (const part of elements) {
        key += part === null ? "\x03" : "\x02" + element.encode(part);
      }
      key += ARRAY_END + String.fromCharCode(dims.length);
      for (const size of dims) key += uint4(size);
      for (const bound of lowerBounds) key += uint4((bound + INT4_BIAS) >>> 0);
      return key;
    },
    decode(cursor) {
      const elements: Datum[] = [];
      for (;;) {
        const marker = cursor.byte();
        if (marker !== ARRAY_VALUE && marker !== ARRAY_NULL) break;
        elements.push(marker === ARRAY_NULL ? null : element.decode(cursor));
      }
      const count = cursor.byte();
      const dims = Array.from({ length: count }, () => cursor.unsigned(4));
      const lower = Array.from({ length: count }, () => cursor.unsigned(4) - INT4_BIAS);
      return makeArrayWithDims(elementType, dims, lower, elements);
    },
    exact: element.exact,
  };
}

/** Unsigned numbers of 64 bits. */
const unsigned8: KeyCodec = {
  encode: (value) =>
    uint4(Number((value as bigint) >> 32n)) + uint4(Number((value as bigint) & 0xffffffffn)),
  decode: (cursor) => (BigInt(cursor.unsigned(4)) << 32n) | BigInt(cursor.unsigned(4)),
  exact: true,
};

const CODECS: ReadonlyMap<number, KeyCodec> = new Map<number, KeyCodec>([
  [oids.BOOL, bool],
  [oids.INT2, int2],
  [oids.INT4, int4],
  [oids.INT8, int8],
  [oids.FLOAT4, float8],
  [oids.FLOAT8, float8],
  [oids.NUMERIC, numeric],
  [oids.TEXT, text],
  [oids.VARCHAR, text],
  [oids.NAME, text],
  [oids.CHAR, text],
  [oids.BPCHAR, bpchar],
  [oids.BYTEA, bytea],
  [oids.BIT, text],
  [oids.VARBIT, text],
  [oids.INET, network],
  [oids.CIDR, network],
  [oids.MACADDR, macCodec(6)],
  [oids.MACADDR8, macCodec(8)],
  [oids.UUID, uuid],
  [oids.JSONB, jsonb],
  [oids.DATE, date],
  [oids.TIME, time],
  [oids.TIMETZ, timetz],
  [oids.TIMESTAMP, int8],
  [oids.TIMESTAMPTZ, int8],
  [oids.INTERVAL, interval],
  [oids.OID, unsigned4],
  [oids.XID, unsigned4],
  [oids.XID8, unsigned8],
  [oids.PG_LSN, unsigned8],
  [oids.REGPROC, unsigned4],
  [oids.REGPROCEDURE, unsigned4],
  [oids.REGCLASS, unsigned4],
  [oids.REGTYPE, unsigned4],
  [oids.REGROLE, unsigned4],
  [oids.REGNAMESPACE, unsigned4],
]);

export function findKeyCodec(type: number): KeyCodec | undefined {
  const codec = CODECS.get(physicalType(type));
  if (codec !== undefined) return codec;
  if (isComposite(type)) return compositeCodec(type);
  const base = baseTypeOid(type);
  if (base !== type) return findKeyCodec(base);
  const range = rangeOf(type);
  if (range !== undefined) return findRangeCodec(range, type);
  const elementType = oids.elementTypeOf(type);
  const element = elementType === 0 ? undefined : findKeyCodec(elementType);
  return element === undefined ? undefined : arrayCodec(elementType, element);
}

/** Fields one after the other as record_ops orders them: NULL above every value. */
function compositeCodec(type: number): KeyCodec | undefined {
  const composite = typeByOid(type);
  if (!isCompositeType(composite)) return undefined;
  const fields = composite.attributes.map((attribute) => findKeyCodec(attribute.type));
  if (!fields.every((field) => field !== undefined)) return undefined;
  return {
    encode(value) {
      const record = value as RecordValue;
      return fields.reduce((key, field, i) => {
        const datum = record.fields[i] ?? null;
        return key + (datum === null ? FIELD_NULL : FIELD_VALUE + field.encode(datum));
      }, "");
    },
    decode: (cursor) =>
      composite.make(
        fields.map((field) =>
          cursor.byte() === FIELD_VALUE.charCodeAt(0) ? field.decode(cursor) : null,
        ),
      ),
    exact: fields.every(({ exact }) => exact),
  };
}

function findRangeCodec(range: RangeRow, type: number): KeyCodec | undefined {
  const bound = findKeyCodec(range.subtype);
  if (bound === undefined) return undefined;
  return range.range === type ? rangeCodec(bound) : multirangeCodec(bound);
}

/** The codec of a type; 0A000 for types that cannot be in a key. */
export function keyCodecOf(type: number): KeyCodec {
  const codec = findKeyCodec(type);
  if (codec === undefined) {
    throw new SqlError("0A000", `type with OID ${type} in a key is not supported`);
  }
  return codec;
}
