/**
 * Character types, bytea, json and jsonb.
 */
import { SqlError } from "@firstlight/common";
import { byteaLongText, byteaToString, parseBytea } from "../values/bytea.ts";
import type { Datum, Jsonb } from "../values/datum.ts";
import { compareJsonb } from "../values/jsonb-order.ts";
import { checkJson } from "../values/json-parser.ts";
import {
  isLargeNode,
  jsonbHashKey,
  jsonbKeySteps,
  jsonbTextSteps,
  jsonbToString,
  parseJsonb,
} from "../values/jsonb.ts";
import {
  characterCount,
  compareBpchar,
  compareBytes,
  compareText,
  leadingCharacters,
  trimBlanks,
} from "../values/text-order.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { keepValue } from "./scalar-types.ts";
import { isLongText, longText } from "./long-text.ts";
import { noComparison, noEquality } from "./equality.ts";
import type { LongOutput, SqlType } from "./sql-type.ts";

/** Bytes of a name, without the terminator: NAMEDATALEN - 1. */
const NAME_BYTES_MAX = 63;

const LONG_STRINGS: LongOutput = {
  isLong: isLongText,
  *text(value) {
    // Makes it flat, if it was put together.
    (value as string).charCodeAt(0);
    yield;
    return longText(value as string);
  },
};

function textual(oid: number, name: string): SqlType {
  return {
    oid,
    name,
    input: (value) => value,
    output: (value) => value as string,
    long: LONG_STRINGS,
    receive: (bytes) => binary.readForeignText(bytes),
    send: (value) => binary.textBytes(value as string),
    compare: (a, b) => compareText(a as string, b as string),
    hashKey: (value) => value as string,
    applyTypmod: keepValue,
  };
}

/** Cuts to `length` characters; unless explicit, only blanks may be lost. */
function cutTo(value: string, length: number, explicit: boolean, typeName: string): string {
  const head = leadingCharacters(value, length);
  if (!explicit && trimBlanks(value.slice(head.length)) !== "") {
    throw new SqlError("22001", `value too long for type ${typeName}(${length})`);
  }
  return head;
}

export function applyVarcharTypmod(value: string, typmod: number, explicit: boolean): string {
  if (typmod < 4 || value.length <= typmod - 4) return value;
  return cutTo(value, typmod - 4, explicit, "character varying");
}

/** Pads to the declared length, or cuts to it. */
export function applyBpcharTypmod(value: string, typmod: number, explicit: boolean): string {
  if (typmod < 4) return value;
  const length = typmod - 4;
  const characters = characterCount(value);
  if (characters === length) return value;
  if (characters < length) return value + " ".repeat(length - characters);
  return cutTo(value, length, explicit, "character");
}

/** A name is cut to 63 bytes, at a character. */
export function truncateName(value: string): string {
  if (value.length * 3 <= NAME_BYTES_MAX) return value;
  if (value.length <= NAME_BYTES_MAX && Buffer.byteLength(value) <= NAME_BYTES_MAX) return value;
  const bytes = Buffer.from(value.slice(0, NAME_BYTES_MAX + 1), "utf8");
  let end = NAME_BYTES_MAX;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}

const varchar: SqlType = {
  ...textual(oids.VARCHAR, "varchar"),
  input: (text, typmod) => applyVarcharTypmod(text, typmod, false),
  receive: (bytes, typmod) => applyVarcharTypmod(binary.readForeignText(bytes), typmod, false),
  applyTypmod: (value, typmod, explicit) => applyVarcharTypmod(value as string, typmod, explicit),
};

const bpchar: SqlType = {
  ...textual(oids.BPCHAR, "bpchar"),
  input: (text, typmod) => applyBpcharTypmod(text, typmod, false),
  receive: (bytes, typmod) => applyBpcharTypmod(binary.readForeignText(bytes), typmod, false),
  compare: (a, b) => compareBpchar(a as string, b as string),
  hashKey: (value) => trimBlanks(value as string),
  applyTypmod: (value, typmod, explicit) => applyBpcharTypmod(value as string, typmod, explicit),
};

const name: SqlType = {
  ...textual(oids.NAME, "name"),
  input: truncateName,
  receive(bytes) {
    const name = binary.readForeignText(bytes);
    if (bytes.length <= NAME_BYTES_MAX) return name;
    throw new SqlError("42622", "identifier too long", {
      detail: "Identifier must be less than 64 characters.",
    });
  },
};

/** One byte as a character of code 0..255; the zero byte is the empty string. */
const char: SqlType = {
  ...textual(oids.CHAR, "char"),
  input(text) {
    if (/^\\[0-3][0-7][0-7]$/.test(text)) {
      const code = Number.parseInt(text.slice(1), 8);
      return code === 0 ? "" : String.fromCharCode(code);
    }
    const first = Buffer.from(text.slice(0, 2), "utf8")[0];
    return first === undefined ? "" : String.fromCharCode(first);
  },
  output(value) {
    const code = (value as string).charCodeAt(0);
    return code >= 128 ? "\\" + code.toString(8) : (value as string);
  },
  receive(bytes) {
    binary.expectBytes(bytes, 1);
    binary.expectLength(bytes, 1);
    return bytes[0] === 0 ? "" : String.fromCharCode(bytes[0] as number);
  },
  send: (value) => Buffer.of((value as string) === "" ? 0 : (value as string).charCodeAt(0)),
};

const bytea: SqlType = {
  oid: oids.BYTEA,
  name: "bytea",
  input: (text, _, { evaluation }) => parseBytea(text, evaluation?.longCalls),
  output: (value, format) => byteaToString(value as Uint8Array, format.byteaOutput),
  long: {
    isLong: isLongText,
    *text(value, format) {
      yield;
      return byteaLongText(value as Uint8Array, format.byteaOutput);
    },
  },
  receive: (bytes) => binary.copyBytes(bytes, 0, bytes.length),
  send: (value) => value as Uint8Array,
  compare: (a, b) => compareBytes(a as Uint8Array, b as Uint8Array),
  hashKey: (value) => binary.asBuffer(value as Uint8Array).toString("latin1"),
  applyTypmod: keepValue,
};

export function noOrder(typeName: string): (a: Datum, b: Datum) => never {
  return () => {
    throw noComparison(typeName);
  };
}

const json: SqlType = {
  ...textual(oids.JSON_TYPE, "json"),
  input: (text, _, { evaluation }) => checkJson(text, evaluation?.longCalls),
  receive: (bytes) => checkJson(binary.readForeignText(bytes)),
  compare: noOrder("json"),
  hashKey() {
    throw noEquality("json");
  },
};

const JSONB_VERSION = 1;

const jsonb: SqlType = {
  oid: oids.JSONB,
  name: "jsonb",
  input: (text, _, { evaluation }) => parseJsonb(text, evaluation?.longCalls),
  output: (value) => jsonbToString(value as Jsonb),
  long: {
    isLong: (value) => isLargeNode((value as Jsonb).root),
    text: (value) => jsonbTextSteps(value as Jsonb),
  },
  receive(bytes) {
    const version = bytes[0];
    if (version === undefined) throw binary.insufficientData();
    if (version !== JSONB_VERSION) {
      throw new SqlError("XX000", `unsupported jsonb version number ${version}`);
    }
    return parseJsonb(binary.readForeignText(bytes.subarray(1)));
  },
  send: (value) => Buffer.from("\u0001" + jsonbToString(value as Jsonb), "utf8"),
  compare: (a, b) => compareJsonb(a as Jsonb, b as Jsonb),
  hashKey: (value) => jsonbHashKey(value as Jsonb),
  longKey: {
    isLong: (value) => isLargeNode((value as Jsonb).root),
    key: (value) => jsonbKeySteps(value as Jsonb),
  },
  applyTypmod: keepValue,
};

export const TEXT_TYPES: readonly SqlType[] = [
  textual(oids.TEXT, "text"),
  textual(oids.UNKNOWN, "unknown"),
  textual(oids.CSTRING, "cstring"),
  textual(oids.REFCURSOR, "refcursor"),
  textual(oids.ACLITEM, "aclitem"),
  {
    ...textual(oids.PG_NODE_TREE, "pg_node_tree"),
    input() {
      throw new SqlError("0A000", "cannot accept a value of type pg_node_tree");
    },
  },
  varchar,
  bpchar,
  name,
  char,
  bytea,
  json,
  jsonb,
];
