/**
 * Access to parts of jsonb values, and casts of jsonb scalars.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerSetReturning } from "../registry.ts";
import type { Implementation, SetImplementation } from "../registry.ts";
import { JSONB, TEXT } from "../../types/oids.ts";
import type { ArrayValue, Datum, Jsonb, JsonbNode, Numeric } from "../../values/datum.ts";
import { jsonbNodeToString, makeJsonb } from "../../values/jsonb.ts";
import { memberOf } from "../../values/jsonb-members.ts";
import {
  numericToFloat4,
  numericToFloat8,
  numericToInt2,
  numericToInt4,
  numericToInt8,
} from "../../values/numeric.ts";
import { makeRecord } from "../../values/record.ts";

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

function member(node: JsonbNode, key: string): JsonbNode | undefined {
  if (node.kind !== "object") return undefined;
  return memberOf(node.entries, key);
}

function element(node: JsonbNode, index: number): JsonbNode | undefined {
  if (node.kind !== "array") return undefined;
  return node.items[index < 0 ? node.items.length + index : index];
}

function step(node: JsonbNode | undefined, key: Datum): JsonbNode | undefined {
  if (node === undefined || typeof key !== "string") return undefined;
  if (node.kind === "object") return member(node, key);
  return /^\s*[+-]?\d+\s*$/.test(key) ? element(node, Number(key)) : undefined;
}

function extractPath({ root }: Jsonb, path: ArrayValue): JsonbNode | undefined {
  let node: JsonbNode | undefined = root;
  for (const key of path.elements) node = step(node, key);
  return node;
}

const jsonbOf = (node: JsonbNode | undefined): Jsonb | null =>
  node === undefined ? null : makeJsonb(node);

/** What ->> gives: null for JSON's null, strings as they are. */
export function textOf(node: JsonbNode | undefined): string | null {
  if (node === undefined || node.kind === "null") return null;
  return node.kind === "string" ? node.value : jsonbNodeToString(node);
}

function length({ root }: Jsonb): number {
  if (root.kind === "array") return root.items.length;
  const what = root.kind === "object" ? "non-array" : "scalar";
  throw invalid(`cannot get array length of a ${what}`);
}

/** A scalar is stored as an array of one, and -> shows it. */
function elementOrScalar(root: JsonbNode, index: number): JsonbNode | undefined {
  const isScalar = root.kind !== "array" && root.kind !== "object";
  return isScalar && (index === 0 || index === -1) ? root : element(root, index);
}

const access: Record<string, Implementation> = {
  jsonb_object_field: (_, a: Jsonb, key: string) => jsonbOf(member(a.root, key)),
  jsonb_object_field_text: (_, a: Jsonb, key: string) => textOf(member(a.root, key)),
  jsonb_array_element: (_, a: Jsonb, index: number) => jsonbOf(elementOrScalar(a.root, index)),
  jsonb_array_element_text: (_, a: Jsonb, index: number) => textOf(elementOrScalar(a.root, index)),
  jsonb_extract_path: (_, a: Jsonb, path: ArrayValue) => jsonbOf(extractPath(a, path)),
  jsonb_extract_path_text: (_, a: Jsonb, path: ArrayValue) => textOf(extractPath(a, path)),
  jsonb_typeof: (_, a: Jsonb) => a.root.kind,
  jsonb_array_length: (_, a: Jsonb) => length(a),
};

function entriesOf(name: string, { root }: Jsonb): readonly (readonly [string, JsonbNode])[] {
  if (root.kind === "object") return root.entries;
  throw invalid(`cannot call ${name} on a non-object`);
}

/** Parts of a document that are a set at once; of more each is made when it is asked for. */
const FEW_PARTS = 64;

function madeOf<T>(parts: readonly T[], make: (part: T) => Datum): Iterable<Datum> {
  return parts.length <= FEW_PARTS ? parts.map(make) : madeLater(parts, make);
}

function* madeLater<T>(parts: readonly T[], make: (part: T) => Datum): Generator<Datum> {
  for (const part of parts) yield make(part);
}

function each(
  name: string,
  valueType: number,
  convert: (node: JsonbNode) => Datum,
): SetImplementation {
  const types = [TEXT, valueType];
  return (_, a: Jsonb) =>
    madeOf(entriesOf(name, a), ([key, value]) => makeRecord(types, [key, convert(value)]));
}

function elements(convert: (node: JsonbNode) => Datum): SetImplementation {
  return (_, { root }: Jsonb) => {
    if (root.kind === "array") return madeOf(root.items, convert);
    const what = root.kind === "object" ? "an object" : "a scalar";
    throw invalid(`cannot extract elements from ${what}`);
  };
}

function keys({ root }: Jsonb): Iterable<Datum> {
  if (root.kind === "object") return madeOf(root.entries, ([key]) => key);
  const what = root.kind === "array" ? "an array" : "a scalar";
  throw invalid(`cannot call jsonb_object_keys on ${what}`);
}

function cannotCast(node: JsonbNode, type: string): SqlError {
  const kind = node.kind === "number" ? "numeric" : node.kind;
  return invalid(`cannot cast jsonb ${kind} to type ${type}`);
}

function casting(type: string, convert: (value: Numeric) => Datum): Implementation {
  return (_, { root }: Jsonb) => {
    if (root.kind === "number") return convert(root.value);
    throw cannotCast(root, type);
  };
}

const casts: Record<string, Implementation> = {
  jsonb_bool: (_, { root }: Jsonb) => {
    if (root.kind === "boolean") return root.value;
    throw cannotCast(root, "boolean");
  },
  jsonb_numeric: casting("numeric", (value) => value),
  jsonb_int2: casting("smallint", numericToInt2),
  jsonb_int4: casting("integer", numericToInt4),
  jsonb_int8: casting("bigint", numericToInt8),
  jsonb_float4: casting("real", numericToFloat4),
  jsonb_float8: casting("double precision", numericToFloat8),
};

export function registerJsonbAccess(): void {
  registerFunctions(access);
  registerFunctions(casts);
  registerSetReturning({
    jsonb_each: () => each("jsonb_each", JSONB, makeJsonb),
    jsonb_each_text: () => each("jsonb_each_text", TEXT, textOf),
    jsonb_array_elements: () => elements(makeJsonb),
    jsonb_array_elements_text: () => elements(textOf),
    jsonb_object_keys: () => (_, a: Jsonb) => keys(a),
  });
}
