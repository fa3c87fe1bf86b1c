/**
 * Access to parts of json values, which are returned as they were written.
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { registerFunctions, registerSetReturning } from "../registry.ts";
import type { Implementation, SetImplementation } from "../registry.ts";
import { JSON_TYPE, TEXT } from "../../types/oids.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import { JsonParser } from "../../values/json-parser.ts";
import { JoinedParts } from "../../values/joined-parts.ts";
import { makeRecord } from "../../values/record.ts";
import { LONG, flatten, longCall, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import {
  countItems,
  eachItem,
  eachMember,
  elementSteps,
  memberSteps,
  rawElement,
  rawMember,
  rawText,
  readRaw,
} from "./raw.ts";
import type { RawNode } from "./raw.ts";

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

const INTEGER = /^\s*[+-]?\d+\s*$/;

/** A step of a path: a key of an object, an integer in an array. */
function rawStep(node: RawNode | undefined, step: Datum): RawNode | undefined {
  if (node === undefined || typeof step !== "string") return undefined;
  if (node.kind === "object") return rawMember(node, step);
  if (node.kind !== "array" || !INTEGER.test(step)) return undefined;
  return rawElement(node, Number(step));
}

function* longStep(node: RawNode | undefined, step: Datum): Steps<RawNode | undefined> {
  if (node === undefined || typeof step !== "string") return undefined;
  if (node.kind === "object") return yield* memberSteps(node, step);
  if (node.kind !== "array" || !INTEGER.test(step)) return undefined;
  return yield* elementSteps(node, Number(step));
}

/** As text the escapes of all strings have to stand for characters, also of those not asked for. */
function readChecked(text: string): RawNode {
  if (text.includes("\\u")) new JsonParser(text, "build").parse();
  return readRaw(text);
}

function* longRead(text: string): Steps<RawNode> {
  yield* flatten(text);
  if (text.includes("\\u")) yield* new JsonParser(text, "build").steps();
  return readRaw(text);
}

const jsonOf = (node: RawNode | undefined): string | null => node?.text ?? null;
const textOf = (node: RawNode | undefined): string | null =>
  node === undefined ? null : rawText(node);

type Show = (node: RawNode | undefined) => string | null;

function member(show: Show): Implementation {
  return (context, text: string, key: string) =>
    text.length <= LONG
      ? show(rawMember(readChecked(text), key))
      : longCall(context, function* found() {
          return show(yield* memberSteps(yield* longRead(text), key));
        });
}

function element(show: Show): Implementation {
  return (context, text: string, index: number) =>
    text.length <= LONG
      ? show(rawElement(readChecked(text), index))
      : longCall(context, function* found() {
          return show(yield* elementSteps(yield* longRead(text), index));
        });
}

function path(show: Show): Implementation {
  return (context, text: string, { elements: steps }: ArrayValue) =>
    text.length <= LONG
      ? show(steps.reduce<RawNode | undefined>(rawStep, readChecked(text)))
      : longCall(context, function* found() {
          let node: RawNode | undefined = yield* longRead(text);
          for (const step of steps) node = yield* longStep(node, step);
          return show(node);
        });
}

const access: Record<string, Implementation> = {
  json_object_field: member(jsonOf),
  json_object_field_text: member(textOf),
  json_array_element: element(jsonOf),
  json_array_element_text: element(textOf),
  json_extract_path: path(jsonOf),
  json_extract_path_text: path(textOf),
  json_typeof: (_, a: string) => readRaw(a).kind,
  json_array_length: (context, a: string) => {
    const node = readRaw(a);
    if (node.kind === "array") {
      return a.length <= LONG ? node.items.length : longCall(context, () => countItems(node));
    }
    const what = node.kind === "object" ? "non-array" : "scalar";
    throw invalid(`cannot get array length of a ${what}`);
  },
  json_strip_nulls: (context, a: string) =>
    a.length <= LONG
      ? toEnd(stripNulls(readChecked(a)))
      : longCall(context, function* stripped() {
          return yield* stripNulls(yield* longRead(a));
        }),
};

/** Blanks go as well; nulls in arrays stay. */
function* stripNulls(node: RawNode): Steps<string> {
  if (node.kind === "array") return yield* strippedArray(node);
  return node.kind === "object" ? yield* strippedObject(node) : node.text;
}

function isNested({ kind }: RawNode): boolean {
  return kind === "array" || kind === "object";
}

function* strippedArray(node: RawNode): Steps<string> {
  const parts = new JoinedParts(",");
  for (const item of eachItem(node)) {
    if (parts.push(isNested(item) ? yield* stripNulls(item) : item.text)) yield;
  }
  return `[${parts.text()}]`;
}

function* strippedObject(node: RawNode): Steps<string> {
  const parts = new JoinedParts(",");
  for (const [key, value] of eachMember(node)) {
    if (value.kind === "null") continue;
    const text = isNested(value) ? yield* stripNulls(value) : value.text;
    if (parts.push(`${JSON.stringify(key)}:${text}`)) yield;
  }
  return `{${parts.text()}}`;
}

function readOf(context: EvaluationContext, text: string): RawNode {
  return text.length <= LONG ? readChecked(text) : longCall(context, () => longRead(text));
}

function requireObject(context: EvaluationContext, text: string): RawNode {
  const node = readOf(context, text);
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
  return (context, a: string) =>
    converted(eachMember(requireObject(context, a)), ([key, value]) =>
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

function keys(context: EvaluationContext, a: string): Iterable<Datum> {
  const node = readOf(context, a);
  if (node.kind === "object") return converted(eachMember(node), ([key]) => key);
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
    json_object_keys: () => (context, a: string) => keys(context, a),
  });
}
