/**
 * Array types over any element type, and the two vector types that print without braces.
 */
import { SqlError } from "@firstlight/common";
import {
  ARRAY_DIMENSIONS_MAX,
  arrayTooLarge,
  arrayTextSteps,
  arrayToString,
  checkArraySize,
  compareArrays,
  equalArrays,
  emptyArray,
  makeArrayWithDims,
} from "../values/array.ts";
import { ELEMENTS_PER_STEP, LONG } from "../functions/long-call.ts";
import { ArrayParser } from "../values/array-input.ts";
import type { ArrayValue, Datum } from "../values/datum.ts";
import { parseInt2, parseOid } from "../values/integer.ts";
import { trimSpaces } from "../values/numeric.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import type { FormatSettings } from "../expression/evaluation-context.ts";
import { checkedEquality } from "./equality.ts";
import type { PartPrinter } from "./long-text.ts";
import type { HashKey, SqlType } from "./sql-type.ts";
import { JoinedParts } from "../values/joined-parts.ts";
import type { Steps } from "../functions/long-call.ts";
import { formatType } from "../catalog/format-type.ts";
import { typeOid } from "./user/type-ids.ts";

export function makeArrayType(oid: number, element: SqlType): SqlType {
  return {
    oid,
    name: `_${element.name}`,
    input(text, typmod, settings) {
      const input = (part: string): Datum => element.input(part, typmod, settings);
      const parser = new ArrayParser(text, element.oid, input);
      const longCalls = text.length > LONG ? settings.evaluation?.longCalls : undefined;
      return longCalls === undefined ? parser.parse() : longCalls.run(() => parser.steps());
    },
    output: (value, format) =>
      arrayToString(value as ArrayValue, (part) => element.output(part, format)),
    long: {
      isLong: (value) => isLongArray(value as ArrayValue, element),
      text: (value, format) => arrayTextSteps(value as ArrayValue, partPrinter(element, format)),
    },
    receive: (bytes, typmod) => receiveArray(bytes, typmod, element),
    send: (value) => sendArray(value as ArrayValue, element),
    compare: (a, b) =>
      compareArrays(a as ArrayValue, b as ArrayValue, (left, right) =>
        element.compare(left, right),
      ),
    equals: (a, b) => equalArrays(a as ArrayValue, b as ArrayValue, () => checkedEquality(element)),
    hashKey: (value) => arrayHashKey(value as ArrayValue, element),
    longKey: {
      isLong: (value) => hasLongKey(value as ArrayValue, element),
      key: (value) => arrayKeySteps(value as ArrayValue, element),
    },
    applyTypmod(value, typmod, explicit) {
      if (typmod < 0) return value;
      const array = value as ArrayValue;
      const elements = array.elements.map((part) =>
        part === null ? null : element.applyTypmod(part, typmod, explicit),
      );
      return { ...array, elements };
    },
  };
}

function isLongArray({ elements }: ArrayValue, { long }: SqlType): boolean {
  if (elements.length > ELEMENTS_PER_STEP) return true;
  return long !== undefined && elements.some((part) => part !== null && long.isLong(part));
}

function partPrinter(type: SqlType, format: FormatSettings): PartPrinter<Datum> {
  const { long } = type;
  return {
    text: (part) => type.output(part, format),
    long: (part) => (long?.isLong(part) === true ? long.text(part, format) : undefined),
  };
}

/** anyarray: pg_statistic holds arrays of whatever type the column has. Nothing reads it from text. */
export function makeAnyArrayType(typeByOid: (oid: number) => SqlType): SqlType {
  const elementOf = (value: Datum): SqlType => typeByOid((value as ArrayValue).elementType);
  const refuse = (): never => {
    throw new SqlError("0A000", "cannot accept a value of type anyarray");
  };
  return {
    oid: oids.ANYARRAY,
    name: "anyarray",
    input: refuse,
    output: (value, format) =>
      arrayToString(value as ArrayValue, (part) => elementOf(value).output(part, format)),
    receive: refuse,
    send: (value) => sendArray(value as ArrayValue, elementOf(value)),
    compare: (a, b) =>
      compareArrays(a as ArrayValue, b as ArrayValue, (left, right) =>
        elementOf(a).compare(left, right),
      ),
    hashKey: (value) => arrayHashKey(value as ArrayValue, elementOf(value)),
    applyTypmod: (value) => value,
  };
}

function arrayHashKey(value: ArrayValue, element: SqlType): string {
  const parts = value.elements.map((part) =>
    part === null ? "n" : measuredKey(element.hashKey(part)),
  );
  return `${shapeKey(value)}${parts.join("")}`;
}

function measuredKey(key: HashKey): string {
  const text = String(key);
  return `${text.length}:${text}`;
}

function shapeKey({ dims, lowerBounds }: ArrayValue): string {
  return `${dims.join("x")}@${lowerBounds.join(",")}=`;
}

function hasLongKey({ elements }: ArrayValue, { longKey }: SqlType): boolean {
  if (elements.length > ELEMENTS_PER_STEP) return true;
  return longKey !== undefined && elements.some((part) => part !== null && longKey.isLong(part));
}

/** Elements made keys of between two looks at the clock. */
const KEYS_PER_STEP = 512;

function* arrayKeySteps(value: ArrayValue, element: SqlType): Steps<string> {
  const { longKey } = element;
  const parts = new JoinedParts("");
  for (const [at, part] of value.elements.entries()) {
    if (part === null) parts.push("n");
    else if (longKey?.isLong(part) === true) parts.push(measuredKey(yield* longKey.key(part)));
    else parts.push(measuredKey(element.hashKey(part)));
    if (at % KEYS_PER_STEP === 0) yield;
  }
  return shapeKey(value) + parts.text();
}

function sendArray(value: ArrayValue, element: SqlType): Buffer {
  const { dims, lowerBounds, elements } = value;
  const header = Buffer.allocUnsafe(12 + dims.length * 8);
  binary.writeInt4(header, 0, dims.length);
  binary.writeInt4(header, 4, elements.includes(null) ? 1 : 0);
  binary.writeInt4(header, 8, typeOid(element.oid) | 0);
  for (const [i, size] of dims.entries()) {
    binary.writeInt4(header, 12 + i * 8, size);
    binary.writeInt4(header, 16 + i * 8, lowerBounds[i] ?? 1);
  }
  const chunks: Uint8Array[] = [header];
  for (const part of elements) {
    const bytes = part === null ? undefined : element.send(part);
    chunks.push(binary.int4Bytes(bytes === undefined ? -1 : bytes.length));
    if (bytes !== undefined) chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function receiveArray(bytes: Uint8Array, typmod: number, element: SqlType): ArrayValue {
  if (bytes.length < 12) throw binary.insufficientData();
  const dimensions = binary.readInt4(bytes, 0);
  const flags = binary.readInt4(bytes, 4);
  const elementOid = binary.readUint4(bytes, 8);
  if (dimensions < 0) {
    throw new SqlError("22P03", `invalid number of dimensions: ${dimensions}`);
  }
  if (dimensions > ARRAY_DIMENSIONS_MAX) {
    throw new SqlError(
      "54000",
      `number of array dimensions (${dimensions}) exceeds the maximum allowed (${ARRAY_DIMENSIONS_MAX})`,
    );
  }
  if (flags !== 0 && flags !== 1) throw new SqlError("22P03", "invalid array flags");
  const expected = typeOid(element.oid);
  if (elementOid !== expected) {
    throw new SqlError(
      "42804",
      `binary data has array element type ${elementOid} (${typeText(elementOid)}) instead of expected ${expected} (${formatType(element.oid)})`,
    );
  }
  if (bytes.length < 12 + dimensions * 8) throw binary.insufficientData();
  const dims: number[] = [];
  const lowerBounds: number[] = [];
  for (let i = 0; i < dimensions; i++) {
    const size = binary.readInt4(bytes, 12 + i * 8);
    if (size < 0) throw arrayTooLarge();
    dims.push(size);
    lowerBounds.push(binary.readInt4(bytes, 16 + i * 8));
  }
  const count = dimensions === 0 ? 0 : checkArraySize(dims);
  for (const [i, size] of dims.entries()) checkLowerBound(lowerBounds[i] ?? 1, size);
  if (count === 0) {
    binary.expectLength(bytes, 12 + dimensions * 8);
    return emptyArray(element.oid);
  }
  const elements = receiveElements(bytes, 12 + dimensions * 8, count, typmod, element);
  return makeArrayWithDims(element.oid, dims, lowerBounds, elements);
}

const LEFT_OVER: string = binary.incorrectBinary().message;

/** Bytes that the element leaves over are the array's mistake. */
function receiveElement(
  bytes: Uint8Array,
  typmod: number,
  element: SqlType,
  number: number,
): Datum {
  try {
    return element.receive(bytes, typmod);
  } catch (error) {
    if (!(error instanceof SqlError) || error.message !== LEFT_OVER) throw error;
    throw new SqlError("22P03", `improper binary format in array element ${number}`);
  }
}

const INT4_MAX = 2147483647;

/** ArrayCheckBounds: the upper bound plus one is an integer, too. */
function checkLowerBound(lower: number, size: number): void {
  if (lower + size <= INT4_MAX) return;
  throw new SqlError("54000", `array lower bound is too large: ${lower}`);
}

function typeText(oid: number): string {
  return oid === 0 ? "-" : formatType(oid);
}

function receiveElements(
  bytes: Uint8Array,
  from: number,
  count: number,
  typmod: number,
  element: SqlType,
): Datum[] {
  // Every element takes at least its length word: a lying count is refused before allocation.
  if (bytes.length - from < count * 4) throw binary.insufficientData();
  const elements: Datum[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    if (bytes.length - at < 4) throw binary.insufficientData();
    const length = binary.readInt4(bytes, at);
    at += 4;
    if (length === -1) {
      elements.push(null);
      continue;
    }
    if (length < 0 || length > bytes.length - at) {
      throw new SqlError("22P03", "insufficient data left in message");
    }
    elements.push(receiveElement(bytes.subarray(at, at + length), typmod, element, i + 1));
    at += length;
  }
  if (at !== bytes.length) throw binary.incorrectBinary();
  return elements;
}

/** int2vector and oidvector: one dimension from 0, printed with blanks between. */
function vectorType(
  oid: number,
  name: string,
  element: SqlType,
  parse: (text: string) => number,
): SqlType {
  const array = makeArrayType(oid, element);
  const make = (elements: readonly Datum[]): ArrayValue => ({
    tag: "array",
    elementType: element.oid,
    dims: [elements.length],
    lowerBounds: [0],
    elements,
  });
  return {
    ...array,
    name,
    input(text) {
      const trimmed = trimSpaces(text);
      return make(trimmed === "" ? [] : trimmed.split(/\s+/).map(parse));
    },
    output: (value) => ((value as ArrayValue).elements as readonly number[]).join(" "),
    long: undefined,
    receive: (bytes, typmod) => make(receiveArray(bytes, typmod, element).elements),
  };
}

export function vectorTypes(find: (oid: number) => SqlType): readonly SqlType[] {
  return [
    vectorType(oids.INT2VECTOR, "int2vector", find(oids.INT2), parseInt2),
    vectorType(oids.OIDVECTOR, "oidvector", find(oids.OID), (text) => parseOid(text, "oid")),
  ];
}
