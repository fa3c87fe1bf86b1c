/**
 * jsonb values: from text, to text, and a key that equal values share.
 */
import type { Jsonb, JsonbNode } from "./datum.ts";
import { JsonParser } from "./json-parser.ts";
import { numericHashKey, numericToString } from "./numeric.ts";
import type { Numeric } from "./datum.ts";

export function makeJsonb(root: JsonbNode): Jsonb {
  return { tag: "jsonb", root };
}

export function parseJsonb(text: string): Jsonb {
  return makeJsonb(new JsonParser(text, "build").parse());
}

/** A JSON string literal with PostgreSQL's escapes (escape_json). */
export function quoteJson(text: string): string {
  return JSON.stringify(text);
}

export function jsonbToString(value: Jsonb): string {
  return nodeText(value.root, numericToString);
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
