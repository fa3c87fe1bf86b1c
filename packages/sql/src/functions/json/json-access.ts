/**
 * Access to parts of json values, which are returned as they were written.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerSetReturning } from "../registry.ts";
import type { Implementation, SetImplementation } from "../registry.ts";
import { JSON_TYPE, TEXT } from "../../types/oids.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import { JsonParser } from "../../values/json-parser.ts";
import { makeRecord } from "../../values/record.ts";
import { ELEMENTS_PER_STEP, LONG, longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { eachItem, eachMember, rawMember, rawText, readRaw } from "./raw.ts";
import type { RawNode } from "./raw.ts";

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

function rawElement(node: RawNode, index: number): RawNode | undefined {
  return node.items[index < 0 ? node.items.length + index : index];
}

/** A step of a path: a key of an object, an integer in an array. */
function rawStep(node: RawNode | undefined, step: Datum): RawNode | undefined {
  if (node === undefined || typeof step !== "string") return undefined;
  if (node.kind === "object") return rawMember(node, step);
  if (node.kind !== "array" || !/^\s*[+-]?\d+\s*$/.test(step)) return undefined;
  return rawElement(node, Number(step));
}

function rawPath(text: string, path: ArrayValue): RawNode | undefined {
  let node: RawNode | undefined = readChecked(text);
  for (const step of path.elements) node = rawStep(node, step);
  return node;
}

/** As text the escapes of all strings have to stand for characters, also of those not asked for. */
function readChecked(text: string): RawNode {
  if (text.includes("\\u")) new JsonParser(text, "build").parse();
  return readRaw(text);
}

const jsonOf = (node: RawNode | undefined): string | null => node?.text ?? null;
const textOf = (node: RawNode | undefined): string | null =>
  node === undefined ? null : rawText(node);

const access: Record<string, Implementation> = {
  json_object_field: (_, a: string, key: string) => jsonOf(rawMember(readChecked(a), key)),
  json_object_field_text: (_, a: string, key: string) => textOf(rawMember(readChecked(a), key)),
  json_array_element: (_, a: string, index: number) => jsonOf(rawElement(readChecked(a), index)),
  json_array_element_text: (_, a: string, index: number) =>
    textOf(rawElement(readChecked(a), index)),
  json_extract_path: (_, a: string, path: ArrayValue) => jsonOf(rawPath(a, path)),
  json_extract_path_text: (_, a: string, path: ArrayValue) => textOf(rawPath(a, path)),
  json_typeof: (_, a: string) => readRaw(a).kind,
  json_array_length: (context, a: string) => {
    const node = readRaw(a);
    if (node.kind === "array") {
      return a.length <= LONG ? node.items.length : longCall(context, () => itemCount(node));
    }
    const what = node.kind === "object" ? "non-array" : "scalar";
    throw invalid(`cannot get array length of a ${what}`);
  },
  json_strip_nulls: (_, a: string) => stripNulls(readChecked(a)),
};

function* itemCount(node: RawNode): Steps<number> {
  let count = 0;
  for (const _item of eachItem(node)) if (++count % ELEMENTS_PER_STEP === 0) yield;
  return count;
}

/** Blanks go as well; nulls in arrays stay. */
function stripNulls(node: RawNode): string {
  if (node.kind === "array") return `[${node.items.map((item) => stripNulls(item)).join(",")}]`;
  if (node.kind !== "object") return node.text;
  const members = node.members
    .filter(([, value]) => value.kind !== "null")
    .map(([key, value]) => `${JSON.stringify(key)}:${stripNulls(value)}`);
  return `{${members.join(",")}}`;
}

function requireObject(text: string): RawNode {
  const node = readChecked(text);
  if (node.kind === "object") return node;
  throw invalid(
    node.kind === "array"
      ? "cannot deconstruct an array as an object"
      : "cannot deconstruct a scalar",
  );
}

function requireArray(name: string, text: string): RawNode {
  const node = readRaw(text);
  if (node.kind === "array") return node;
  const what = node.kind === "object" ? "non-array" : "scalar";
  throw invalid(`cannot call ${name} on a ${what}`);
}

function each(valueType: number, convert: (node: RawNode) => Datum): SetImplementation {
  return (_, a: string) =>
    converted(eachMember(requireObject(a)), ([key, value]) =>
      makeRecord([TEXT, valueType], [key, convert(value)]),
    );
}

function elements(name: string, convert: (node: RawNode) => Datum): SetImplementation {
  return (_, a: string) => converted(eachItem(requireArray(name, a)), convert);
}

/** As they are asked for. */
function* converted<T>(parts: Iterable<T>, convert: (part: T) => Datum): Generator<Datum> {
  for (const part of parts) yield convert(part);
}

function keys(a: string): string[] {
  const node = readChecked(a);
  if (node.kind === "object") return node.members.map(([key]) => key);
  const what = node.kind === "array" ? "an array" : "a scalar";
  throw invalid(`cannot call json_object_keys on ${what}`);
}

export function registerJsonAccess(): void {
  registerFunctions(access);
  registerSetReturning({
    json_each: () => each(JSON_TYPE, (node) => node.text),
    json_each_text: () => each(TEXT, rawText),
    json_array_elements: () => elements("json_array_elements", (node) => node.text),
    json_array_elements_text: () => elements("json_array_elements_text", rawText),
    json_object_keys: () => (_, a: string) => keys(a),
  });
}
