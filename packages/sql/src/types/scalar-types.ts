/**
 * Booleans, numbers, object identifiers and uuid.
 */
import { quoting } from "../expression/quote-identifier.ts";
import type { FormatSettings } from "../expression/evaluation-context.ts";
import type { LongCalls } from "../functions/long-call.ts";
import type { Datum, Numeric } from "../values/datum.ts";
import { parseBoolean } from "../values/boolean.ts";
import {
  compareFloat,
  float4ToString,
  float8ToString,
  parseFloat4,
  parseFloat8,
} from "../values/float.ts";
import { parseInt2, parseInt4, parseInt8, parseOid, parseUnsigned8 } from "../values/integer.ts";
import {
  applyNumericTypmod,
  compareNumeric,
  isLongNumeric,
  numericHashKey,
  numericTextSteps,
  numericToString,
  parseNumeric,
  parseNumericSteps,
} from "../values/numeric.ts";
import { LONG_DIGITS } from "../values/long-digits.ts";
import { parseUuid, uuidFromBytes, uuidToBytes } from "../values/uuid.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { registeredName, registeredNameError, registeredOid } from "../catalog/registered-names.ts";
import { madeText } from "./long-text.ts";
import type { InputSettings, SqlType } from "./sql-type.ts";

export function keepValue(value: Datum): Datum {
  return value;
}

export function compareNumbers(a: Datum, b: Datum): number {
  return (a as number) - (b as number);
}

export function compareBigints(a: Datum, b: Datum): number {
  const left = a as bigint;
  const right = b as bigint;
  return left < right ? -1 : left > right ? 1 : 0;
}

function outputPlain(value: Datum): string {
  return String(value as number | bigint);
}

const bool: SqlType = {
  oid: oids.BOOL,
  name: "bool",
  input: parseBoolean,
  output: (value) => (value === true ? "t" : "f"),
  receive(bytes) {
    binary.expectBytes(bytes, 1);
    binary.expectLength(bytes, 1);
    return bytes[0] !== 0;
  },
  send: (value) => Buffer.of(value === true ? 1 : 0),
  compare: (a, b) => Number(a) - Number(b),
  hashKey: (value) => value as boolean,
  applyTypmod: keepValue,
};

const int2: SqlType = {
  oid: oids.INT2,
  name: "int2",
  input: parseInt2,
  output: outputPlain,
  receive(bytes) {
    binary.expectLength(bytes, 2);
    return binary.readInt2(bytes, 0);
  },
  send: (value) => binary.int2Bytes(value as number),
  compare: compareNumbers,
  hashKey: (value) => value as number,
  applyTypmod: keepValue,
};

const int4: SqlType = {
  oid: oids.INT4,
  name: "int4",
  input: parseInt4,
  output: outputPlain,
  receive(bytes) {
    binary.expectLength(bytes, 4);
    return binary.readInt4(bytes, 0);
  },
  send: (value) => binary.int4Bytes(value as number),
  compare: compareNumbers,
  hashKey: (value) => value as number,
  applyTypmod: keepValue,
};

const int8: SqlType = {
  oid: oids.INT8,
  name: "int8",
  input: parseInt8,
  output: outputPlain,
  receive(bytes) {
    binary.expectLength(bytes, 8);
    return binary.readInt8(bytes, 0);
  },
  send: (value) => binary.int8Bytes(value as bigint),
  compare: compareBigints,
  hashKey: (value) => value as bigint,
  applyTypmod: keepValue,
};

/** 0 and -0 are equal, and so is NaN to itself: keys are compared by ===. */
function floatKey(value: Datum): number | string {
  return Number.isNaN(value) ? "NaN" : (value as number) + 0;
}

const float4: SqlType = {
  oid: oids.FLOAT4,
  name: "float4",
  input: parseFloat4,
  output: (value, format) => float4ToString(value as number, format.extraFloatDigits),
  receive(bytes) {
    binary.expectLength(bytes, 4);
    return binary.readFloat4(bytes, 0);
  },
  send: (value) => binary.float4Bytes(value as number),
  compare: (a, b) => compareFloat(a as number, b as number),
  hashKey: floatKey,
  applyTypmod: keepValue,
};

const float8: SqlType = {
  oid: oids.FLOAT8,
  name: "float8",
  input: parseFloat8,
  output: (value, format) => float8ToString(value as number, format.extraFloatDigits),
  receive(bytes) {
    binary.expectLength(bytes, 8);
    return binary.readFloat8(bytes, 0);
  },
  send: (value) => binary.float8Bytes(value as number),
  compare: (a, b) => compareFloat(a as number, b as number),
  hashKey: floatKey,
  applyTypmod: keepValue,
};

function readNumeric(text: string, longCalls: LongCalls | undefined): Numeric {
  if (longCalls === undefined || text.length <= LONG_DIGITS) return parseNumeric(text);
  return longCalls.run(() => parseNumericSteps(text));
}

const numeric: SqlType = {
  oid: oids.NUMERIC,
  name: "numeric",
  input: (text, typmod, { evaluation }) =>
    applyNumericTypmod(readNumeric(text, evaluation?.longCalls), typmod),
  output: (value) => numericToString(value as Numeric),
  long: {
    isLong: (value) => isLongNumeric(value as Numeric),
    text: (value) => madeText(numericTextSteps(value as Numeric)),
  },
  receive: (bytes, typmod) => applyNumericTypmod(binary.receiveNumeric(bytes), typmod),
  send: (value) => binary.numericBytes(value as Numeric),
  compare: (a, b) => compareNumeric(a as Numeric, b as Numeric),
  hashKey: (value) => numericHashKey(value as Numeric),
  applyTypmod: (value, typmod) => applyNumericTypmod(value as Numeric, typmod),
};

const uuid: SqlType = {
  oid: oids.UUID,
  name: "uuid",
  input: parseUuid,
  output: (value) => value as string,
  receive(bytes) {
    binary.expectLength(bytes, 16);
    return uuidFromBytes(bytes, 0);
  },
  send: (value) => uuidToBytes(value as string),
  compare: (a, b) => ((a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0),
  hashKey: (value) => value as string,
  applyTypmod: keepValue,
};

/** oid, xid and cid: unsigned 32-bit numbers. */
function unsigned(oid: number, name: string, input: (text: string) => number): SqlType {
  return {
    oid,
    name,
    input,
    output: outputPlain,
    receive(bytes) {
      binary.expectLength(bytes, 4);
      return binary.readUint4(bytes, 0);
    },
    send: (value) => binary.int4Bytes(value as number),
    compare: compareNumbers,
    hashKey: (value) => value as number,
    applyTypmod: keepValue,
  };
}

/** What stands for OID 0: the types of operators have a zero. */
export function noObject(type: number): string {
  return type === oids.REGOPER || type === oids.REGOPERATOR ? "0" : "-";
}

/** Names of built-in objects are known here, those of tables and roles to the session. */
function registered(oid: number, name: string): SqlType {
  const read = (text: string, settings?: InputSettings): number => {
    if (text === "-" && noObject(oid) === "-") return 0;
    if (/^\d+$/u.test(text)) return parseOid(text, "oid");
    const found = registeredOid(oid, text);
    if (found !== undefined) return found;
    const known = settings?.objectOid?.(oid, text);
    if (known !== undefined) return known;
    const failure = registeredNameError(oid, text);
    if (failure !== undefined) throw failure;
    return parseOid(text, "oid");
  };
  const named = (value: number, format: FormatSettings): string =>
    registeredName(oid, value) ?? format.objectName?.(oid, value) ?? String(value);
  const print = (value: number, format: FormatSettings): string => {
    if (value === 0) return noObject(oid);
    return format.quotesAll === true
      ? quoting(true, () => named(value, format))
      : named(value, format);
  };
  return {
    ...unsigned(oid, name, read),
    input: (text, _typmod, settings) => read(text, settings),
    output: (value, format) => print(value as number, format),
  };
}

const xid8: SqlType = {
  ...int8,
  oid: oids.XID8,
  name: "xid8",
  input(text) {
    return parseUnsigned8(text, "xid8");
  },
  receive(bytes) {
    binary.expectLength(bytes, 8);
    return BigInt.asUintN(64, binary.readInt8(bytes, 0));
  },
  send: (value) => binary.int8Bytes(BigInt.asIntN(64, value as bigint)),
};

export const SCALAR_TYPES: readonly SqlType[] = [
  bool,
  int2,
  int4,
  int8,
  float4,
  float8,
  numeric,
  uuid,
  xid8,
  unsigned(oids.OID, "oid", (text) => parseOid(text, "oid")),
  unsigned(oids.XID, "xid", (text) => parseOid(text, "xid")),
  unsigned(oids.CID, "cid", (text) => parseOid(text, "cid")),
  registered(oids.REGPROC, "regproc"),
  registered(oids.REGPROCEDURE, "regprocedure"),
  registered(oids.REGOPER, "regoper"),
  registered(oids.REGOPERATOR, "regoperator"),
  registered(oids.REGCLASS, "regclass"),
  registered(oids.REGTYPE, "regtype"),
  registered(oids.REGROLE, "regrole"),
  registered(oids.REGNAMESPACE, "regnamespace"),
  registered(oids.REGCOLLATION, "regcollation"),
  registered(oids.REGCONFIG, "regconfig"),
  registered(oids.REGDICTIONARY, "regdictionary"),
];
