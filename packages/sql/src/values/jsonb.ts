/**
 * jsonb values: from text, to text, and a key that equal values share.
 */
import type { LongCalls, Steps } from "../functions/long-call.ts";
import { LONG, NATIVE_STEP, mapPieces } from "../functions/long-call.ts";
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
  return longCalls.run(() => nodeTextSteps(root));
}

/** For what is large. */
export function jsonbTextSteps({ root }: Jsonb): Steps<string> {
  return nodeTextSteps(root);
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

function* nodeTextSteps(node: JsonbNode): Steps<string> {
  if (node.kind === "string" && node.value.length > LONG) {
    const inside = yield* mapPieces(node.value, NATIVE_STEP, (piece) =>
      quoteJson(piece).slice(1, -1),
    );
    return `"${inside}"`;
  }
  if ((node.kind !== "array" && node.kind !== "object") || !isLargeNode(node)) {
    return nodeText(node, numericToString);
  }
  const parts: string[] = [];
  const count = node.kind === "array" ? node.items.length : node.entries.length;
  for (let from = 0; from < count; from += ELEMENTS_PER_STEP) {
    parts.push(yield* pieceText(node, from));
    yield;
  }
  return node.kind === "array" ? `[${parts.join(", ")}]` : `{${parts.join(", ")}}`;
}

function* pieceText(
  node: Extract<JsonbNode, { kind: "array" | "object" }>,
  from: number,
): Steps<string> {
  const to = from + ELEMENTS_PER_STEP;
  const parts: string[] = [];
  if (node.kind === "array") {
    for (const item of node.items.slice(from, to)) parts.push(yield* nodeTextSteps(item));
  } else {
    for (const [key, item] of node.entries.slice(from, to)) {
      parts.push(`${quoteJson(key)}: ${yield* nodeTextSteps(item)}`);
    }
  }
  return parts.join(", ");
}

export function jsonbNodeToString(node: JsonbNode): string {
  return nodeText(node, numericToString);
}

/** Equal for equal values: numbers are written without trailing zeros. */
export function jsonbHashKey(value: Jsonb): string {
  return nodeText(value.root, numericHashKey);
}

function nodeText(node: JsonbNode, number: (value: Numeric) => string): string {
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
