/**
 * record, void, tid and the pseudo-types that appear in signatures only.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { compareNullable } from "../values/array.ts";
import type { Datum, RecordValue } from "../values/datum.ts";
import { recordTextSteps, recordToString } from "../values/record.ts";
import type { TypedField } from "../values/record.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { checkedEquality, checkedOrder } from "./equality.ts";
import { keepValue } from "./scalar-types.ts";
import type { FormatSettings } from "../expression/evaluation-context.ts";
import type { PartPrinter } from "./long-text.ts";
import type { LongOutput, SqlType } from "./sql-type.ts";
import { noOrder } from "./text-types.ts";
import { typeOid } from "./user/type-ids.ts";

export function makeRecordType(find: (oid: number) => SqlType): SqlType {
  return {
    oid: oids.RECORD,
    name: "record",
    input() {
      throw new SqlError("0A000", "input of anonymous composite types is not implemented");
    },
    output: recordOutput(find),
    long: longRecords(find),
    receive() {
      throw new SqlError("0A000", "input of anonymous composite types is not implemented");
    },
    send: (value) => sendRecord(value as RecordValue, find),
    compare: (a, b) => compareRecords(a as RecordValue, b as RecordValue, find),
    equals: (a, b) => equalRecords(a as RecordValue, b as RecordValue, find),
    hashKey: (value) => recordHashKey(value as RecordValue, find),
    applyTypmod: keepValue,
  };
}

type FindType = (oid: number) => SqlType;

export function recordOutput(find: FindType): SqlType["output"] {
  return (value, format) =>
    recordToString(value as RecordValue, (field) => find(field.type).output(field.value, format));
}

/** Numbers, which most fields are, are not even looked up. */
function longOutputOf(find: FindType, type: number, value: Datum): LongOutput | undefined {
  if (value === null || (typeof value !== "object" && typeof value !== "string")) return undefined;
  const { long } = find(type);
  return long?.isLong(value) === true ? long : undefined;
}

function fieldPrinter(find: FindType, format: FormatSettings): PartPrinter<TypedField> {
  return {
    text: ({ type, value }) => find(type).output(value, format),
    long: ({ type, value }) => longOutputOf(find, type, value)?.text(value, format),
  };
}

export function longRecords(find: FindType): LongOutput {
  return {
    isLong(value) {
      const { types, fields } = value as RecordValue;
      return fields.some((field, at) => longOutputOf(find, types[at] ?? 0, field) !== undefined);
    },
    text: (value, format) => recordTextSteps(value as RecordValue, fieldPrinter(find, format)),
  };
}

export function sendRecord(value: RecordValue, find: (oid: number) => SqlType): Buffer {
  const chunks: Uint8Array[] = [binary.int4Bytes(value.fields.length)];
  for (const [i, field] of value.fields.entries()) {
    const type = value.types[i] ?? oids.UNKNOWN;
    const bytes = field === null ? undefined : find(type).send(field);
    chunks.push(binary.int4Bytes(typeOid(type) | 0), binary.int4Bytes(bytes?.length ?? -1));
    if (bytes !== undefined) chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export function compareRecords(a: RecordValue, b: RecordValue, find: FindType): number {
  const shared = Math.min(a.fields.length, b.fields.length);
  for (let i = 0; i < shared; i++) {
    const compare = checkedOrder(find(commonFieldType(a, b, i)));
    const result = compareNullable(a.fields[i] ?? null, b.fields[i] ?? null, compare);
    if (result !== 0) return result;
  }
  checkSameLength(a, b);
  return 0;
}

export function equalRecords(a: RecordValue, b: RecordValue, find: FindType): boolean {
  const shared = Math.min(a.fields.length, b.fields.length);
  for (let i = 0; i < shared; i++) {
    const equal = checkedEquality(find(commonFieldType(a, b, i)));
    const left = a.fields[i] ?? null;
    const right = b.fields[i] ?? null;
    if (left === null && right === null) continue;
    if (left === null || right === null || !equal(left, right)) return false;
  }
  checkSameLength(a, b);
  return true;
}

function commonFieldType(a: RecordValue, b: RecordValue, at: number): number {
  const type = a.types[at] ?? oids.UNKNOWN;
  if (type === b.types[at]) return type;
  throw new SqlError(
    "42804",
    `cannot compare dissimilar column types ${formatType(type)} and ${formatType(b.types[at] ?? 0)} at record column ${at + 1}`,
  );
}

function checkSameLength(a: RecordValue, b: RecordValue): void {
  if (a.fields.length === b.fields.length) return;
  throw new SqlError("42804", "cannot compare record types with different numbers of columns");
}

export function recordHashKey(value: RecordValue, find: (oid: number) => SqlType): string {
  return value.fields
    .map((field, i) => {
      if (field === null) return "n";
      const key = String(find(value.types[i] ?? oids.UNKNOWN).hashKey(field));
      return `${key.length}:${key}`;
    })
    .join("");
}

const TID = /^\((\d+),(\d+)\)$/;

/** Positions of rows here are their keys, which are shown in hexadecimal digits. */
const ROW_KEY = /^\(x((?:[0-9a-f]{2})+),0\)$/;

/**
 * A tid is kept as its text "(block,offset)", that of a stored row as the row's key, one byte a
 * character. Keys begin with bytes that no such text has.
 */
const tid: SqlType = {
  oid: oids.TID,
  name: "tid",
  input(text) {
    const match = TID.exec(text);
    const key = ROW_KEY.exec(text)?.[1];
    if (key !== undefined) return Buffer.from(key, "hex").toString("latin1");
    if (match === null || Number(match[1]) > 4294967295 || Number(match[2]) > 65535) {
      throw new SqlError("22P02", `invalid input syntax for type tid: "${text}"`);
    }
    return `(${Number(match[1])},${Number(match[2])})`;
  },
  output: (value) => {
    const text = value as string;
    return TID.test(text) ? text : `(x${Buffer.from(text, "latin1").toString("hex")},0)`;
  },
  receive(bytes) {
    binary.expectLength(bytes, 6);
    return `(${binary.readUint4(bytes, 0)},${binary.readInt2(bytes, 4) & 0xffff})`;
  },
  send(value) {
    if (!TID.test(value as string)) throw featureNotSupported("ctid in binary format");
    const [block, offset] = tidParts(value as string);
    return Buffer.concat([binary.int4Bytes(block), binary.int2Bytes(offset)]);
  },
  compare(a, b) {
    if (!TID.test(a as string) || !TID.test(b as string)) {
      return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
    }
    const [leftBlock, leftOffset] = tidParts(a as string);
    const [rightBlock, rightOffset] = tidParts(b as string);
    return leftBlock - rightBlock || leftOffset - rightOffset;
  },
  hashKey: (value) => value as string,
  applyTypmod: keepValue,
};

function tidParts(text: string): readonly [number, number] {
  const match = TID.exec(text);
  return [Number(match?.[1]), Number(match?.[2])];
}

/** The only value of void prints as nothing. */
const voidType: SqlType = {
  oid: oids.VOID,
  name: "void",
  input: () => "",
  output: () => "",
  receive: () => "",
  send: () => Buffer.alloc(0),
  compare: noOrder("void"),
  hashKey: () => "",
  applyTypmod: keepValue,
};

function pseudo(oid: number, name: string): SqlType {
  const refuse = (what: string) => () => {
    throw new SqlError("0A000", `cannot ${what} a value of type ${name}`);
  };
  return {
    oid,
    name,
    input: refuse("accept"),
    output: refuse("display"),
    receive: refuse("accept"),
    send: refuse("display"),
    compare: noOrder(name),
    hashKey: refuse("display"),
    applyTypmod: keepValue,
  };
}

export const COMPOSITE_TYPES: readonly SqlType[] = [
  tid,
  voidType,
  pseudo(oids.ANY, '"any"'),
  pseudo(oids.ANYELEMENT, "anyelement"),
  pseudo(oids.ANYNONARRAY, "anynonarray"),
  pseudo(oids.ANYENUM, "anyenum"),
  pseudo(oids.ANYRANGE, "anyrange"),
  pseudo(oids.ANYMULTIRANGE, "anymultirange"),
  pseudo(oids.ANYCOMPATIBLERANGE, "anycompatiblerange"),
  pseudo(oids.ANYCOMPATIBLEMULTIRANGE, "anycompatiblemultirange"),
  pseudo(oids.ANYCOMPATIBLE, "anycompatible"),
  pseudo(oids.ANYCOMPATIBLEARRAY, "anycompatiblearray"),
  pseudo(oids.ANYCOMPATIBLENONARRAY, "anycompatiblenonarray"),
  pseudo(oids.INTERNAL, "internal"),
  pseudo(oids.TRIGGER, "trigger"),
];
