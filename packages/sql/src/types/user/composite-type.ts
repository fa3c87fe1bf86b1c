/**
 * Named composite types: record_in, record_out, record_recv and record_send over their attributes.
 * A value has its live attributes in order, however it is stored.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import type { Datum, RecordValue } from "../../values/datum.ts";
import {
  compareRecords,
  equalRecords,
  longRecords,
  recordHashKey,
  recordOutput,
  sendRecord,
} from "../composite-types.ts";
import * as binary from "../binary.ts";
import { keepValue } from "../scalar-types.ts";
import type { InputSettings, SqlType } from "../sql-type.ts";
import { splitRecord } from "./record-input.ts";
import type { CompositeDefinition } from "./type-definition.ts";
import { typeOid } from "./type-ids.ts";
import { isDomainType } from "./domain-type.ts";

export interface CompositeType extends SqlType {
  readonly attributes: CompositeDefinition["attributes"];
  make(fields: readonly Datum[]): RecordValue;
}

export function isCompositeType(type: SqlType): type is CompositeType {
  return "attributes" in type;
}

export function makeCompositeType(
  id: number,
  definition: CompositeDefinition,
  find: (oid: number) => SqlType,
): CompositeType {
  const { attributes } = definition;
  const types = attributes.map(({ type }) => type);
  const names = attributes.map(({ name }) => name);
  const fieldTypes = lazyTypes(types, find);
  const make = (fields: readonly Datum[]): RecordValue => ({
    tag: "record",
    types,
    fields,
    names,
    type: id,
  });
  return {
    oid: id,
    name: definition.name,
    attributes,
    make,
    input: (text, _typmod, settings) => make(readFields(text, definition, fieldTypes(), settings)),
    output: recordOutput(find),
    long: longRecords(find),
    receive: (bytes) => make(receiveFields(bytes, definition, fieldTypes())),
    send: (value) => sendRecord(value as RecordValue, find),
    compare: (a, b) => compareRecords(a as RecordValue, b as RecordValue, find),
    equals: (a, b) => equalRecords(a as RecordValue, b as RecordValue, find),
    hashKey: (value) => recordHashKey(value as RecordValue, find),
    applyTypmod: keepValue,
  };
}

/** A composite may be made before the types of its attributes are all used. */
function lazyTypes(
  types: readonly number[],
  find: (oid: number) => SqlType,
): () => readonly SqlType[] {
  let found: readonly SqlType[] | undefined;
  return () => (found ??= types.map(find));
}

function malformed(text: string, detail: string): SqlError {
  return new SqlError("22P02", `malformed record literal: "${text}"`, { detail });
}

function readFields(
  text: string,
  { attributes }: CompositeDefinition,
  types: readonly SqlType[],
  settings: InputSettings,
): Datum[] {
  const parts = splitRecord(text, attributes.length, (detail) => malformed(text, detail));
  return parts.map((part, i) => {
    const type = types[i] as SqlType;
    if (part !== null) return type.input(part, attributes[i]?.typmod ?? -1, settings);
    if (isDomainType(type)) type.check(null, settings);
    return null;
  });
}

function receiveFields(
  bytes: Uint8Array,
  { attributes }: CompositeDefinition,
  types: readonly SqlType[],
): Datum[] {
  if (bytes.length < 4) throw binary.insufficientData();
  const count = binary.readInt4(bytes, 0);
  if (count !== attributes.length) {
    throw new SqlError("42804", `wrong number of columns: ${count}, expected ${attributes.length}`);
  }
  let at = 4;
  const fields = attributes.map(({ type, typmod }, i): Datum => {
    if (bytes.length - at < 8) throw binary.insufficientData();
    refuseOtherType(binary.readUint4(bytes, at), type, i + 1);
    const length = binary.readInt4(bytes, at + 4);
    at += 8;
    if (length === -1) return null;
    if (length < 0 || length > bytes.length - at) throw binary.insufficientData();
    at += length;
    return (types[i] as SqlType).receive(bytes.subarray(at - length, at), typmod);
  });
  if (at !== bytes.length) throw binary.incorrectBinary();
  return fields;
}

function refuseOtherType(given: number, type: number, column: number): void {
  const expected = typeOid(type);
  if (given === expected) return;
  throw new SqlError(
    "42804",
    `binary data has type ${given} (${formatType(given)}) instead of expected ${expected} (${formatType(type)}) in record column ${column}`,
  );
}
