/**
 * jsonb values: from text, to text, and a key that equal values share.
 */
import type { LongCalls, Steps } from "../functions/long-call.ts";
import { LONG, flatten } from "../functions/long-call.ts";
import { TextPieces, joinedPieces, longText, wholeText } from "../types/long-text.ts";
import type { LongText } from "../types/long-text.ts";
import type { Jsonb, JsonbNode } from "./datum.ts";
import { JsonParser } from "./json-parser.ts";
import { numericHashKey, numericToString } from "./numeric.ts";
import type { Numeric } from "./datum.ts";

export function makeJsonb(root: JsonbNode): Jsonb {
  return { tag: "jsonb", root };
}

export function parseJsonb(text: string, longCalls?: LongCalls): Jsonb {
  if (text.length <= LONG || longCalls === undefined) {
    return makeJsonb(new JsonParser(text, "build").parse());
  }
  return makeJsonb(longCalls.run(() => new JsonParser(text, "build").steps()));
}

/** A JSON string literal with PostgreSQL's escapes (escape_json). */
export function quoteJson(text: string): string {
  return JSON.stringify(text);
}

export function jsonbToString(value: Jsonb, longCalls?: LongCalls): string {
  const { root } = value;
  if (longCalls === undefined || !isLargeNode(root)) return nodeText(root, numericToString);
  return longCalls.run(() => wholeText(jsonbTextSteps(value)));
}

/** For what is large. */
export function* jsonbTextSteps({ root }: Jsonb): Steps<LongText> {
  const pieces = new TextPieces();
  yield* nodeTextSteps(root, pieces, numericToString);
  return pieces.text();
}

/** Nodes from which on a value is worked on in steps. */
const LARGE_NODES = 8192;
/** Characters of a string that count as much as a node. */
const CHARACTERS_PER_NODE = 64;

/** Whether it has very many nodes; looks at no more than that many. */
export function isLargeNode(root: JsonbNode): boolean {
  return leftAfter(root, LARGE_NODES) < 0;
}

/** What is left of so many nodes behind this one; negative: it has more. */
function leftAfter(node: JsonbNode, nodes: number): number {
  let left = nodes;
  if (node.kind === "string") return left - Math.floor(node.value.length / CHARACTERS_PER_NODE);
  if (node.kind === "array") {
    const { items } = node;
    left -= items.length;
    for (let at = 0; at < items.length && left >= 0; at++) {
      left = leftAfter(items[at] as JsonbNode, left);
    }
  } else if (node.kind === "object") {
    const { entries } = node;
    left -= entries.length;
    for (let at = 0; at < entries.length && left >= 0; at++) {
      left = leftAfter((entries[at] as readonly [string, JsonbNode])[1], left);
    }
  }
  return left;
}

/** Elements of a container that are printed between two looks at the clock, if they are small. */
const ELEMENTS_PER_STEP = 1024;

/** A JSON string literal, in pieces where it is long. */
function* stringSteps(text: string, pieces: TextPieces): Steps<void> {
  yield* flatten(text);
  pieces.add('"');
  yield* pieces.addLong(longText(text), (piece) => quoteJson(piece).slice(1, -1));
  pieces.add('"');
}

/** As quoteJson. */
export function* quoteJsonSteps(text: string): Steps<string> {
  const pieces = new TextPieces();
  yield* stringSteps(text, pieces);
  return yield* joinedPieces(pieces.text());
}

type WriteNumber = (value: Numeric) => string;

function* nodeTextSteps(node: JsonbNode, pieces: TextPieces, number: WriteNumber): Steps<void> {
  if (node.kind === "string" && node.value.length > LONG) {
    yield* stringSteps(node.value, pieces);
  } else if (node.kind === "array" && isLargeNode(node)) {
    yield* itemSteps(node.items, pieces, number);
  } else if (node.kind === "object" && isLargeNode(node)) {
    yield* memberSteps(node.entries, pieces, number);
  } else pieces.add(nodeText(node, number));
}

function* itemSteps(
  items: readonly JsonbNode[],
  pieces: TextPieces,
  number: WriteNumber,
): Steps<void> {
  pieces.add("[");
  for (const [at, item] of items.entries()) {
    if (at > 0) pieces.add(", ");
    if (isSmall(item)) pieces.add(nodeText(item, number));
    else yield* nodeTextSteps(item, pieces, number);
    if (at % ELEMENTS_PER_STEP === 0) yield;
  }
  pieces.add("]");
}

function* memberSteps(
  entries: readonly (readonly [string, JsonbNode])[],
  pieces: TextPieces,
  number: WriteNumber,
): Steps<void> {
  pieces.add("{");
  for (const [at, [key, value]] of entries.entries()) {
    pieces.add(`${at > 0 ? ", " : ""}${quoteJson(key)}: `);
    if (isSmall(value)) pieces.add(nodeText(value, number));
    else yield* nodeTextSteps(value, pieces, number);
    if (at % ELEMENTS_PER_STEP === 0) yield;
  }
  pieces.add("}");
}

function isSmall(node: JsonbNode): boolean {
  if (node.kind === "string") return node.value.length <= LONG;
  return node.kind !== "array" && node.kind !== "object";
}

export function jsonbNodeToString(node: JsonbNode): string {
  return nodeText(node, numericToString);
}

/** Equal for equal values: numbers are written without trailing zeros. */
export function jsonbHashKey(value: Jsonb): string {
  return nodeText(value.root, numericHashKey);
}

/** As jsonbHashKey. */
export function* jsonbKeySteps({ root }: Jsonb): Steps<string> {
  const pieces = new TextPieces();
  yield* nodeTextSteps(root, pieces, numericHashKey);
  return yield* joinedPieces(pieces.text());
}

function nodeText(node: JsonbNode, number: WriteNumber): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "boolean":
      return node.value ? "true" : "false";
    case "number":
      return number(node.value);
    case "string":
      return quoteJson(node.value);
    case "array":
      return `[${node.items.map((item) => nodeText(item, number)).join(", ")}]`;
    case "object":
      return `{${node.entries.map(([key, item]) => `${quoteJson(key)}: ${nodeText(item, number)}`).join(", ")}}`;
  }
}
