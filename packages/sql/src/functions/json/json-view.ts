/** json and jsonb seen alike: what filling a record's columns needs of either. */
import type { Jsonb, JsonbNode } from "../../values/datum.ts";
import { jsonbNodeToString } from "../../values/jsonb.ts";
import { memberOf } from "../../values/jsonb-members.ts";
import { type RawNode, eachItem, rawMember, rawText, readRaw } from "./raw.ts";

export interface JsonView {
  readonly kind: JsonbNode["kind"];
  /** What an input function reads: a string without its quotes, anything else as JSON. */
  readonly text: () => string;
  readonly json: () => string;
  readonly items: () => readonly JsonView[];
  /** The same as they are asked for. */
  readonly eachItem: () => Iterable<JsonView>;
  readonly member: (key: string) => JsonView | undefined;
  /** No member and no element. */
  readonly isEmpty: () => boolean;
}

function* viewed<T>(items: Iterable<T>, view: (item: T) => JsonView): Generator<JsonView> {
  for (const item of items) yield view(item);
}

function ofRaw(node: RawNode): JsonView {
  return {
    kind: node.kind,
    text: () => rawText(node) ?? "null",
    json: () => node.text,
    items: () => node.items.map(ofRaw),
    eachItem: () => viewed(eachItem(node), ofRaw),
    isEmpty: () => node.items.length === 0 && node.members.length === 0,
    member: (key) => {
      const found = rawMember(node, key);
      return found === undefined ? undefined : ofRaw(found);
    },
  };
}

function ofNode(node: JsonbNode): JsonView {
  return {
    kind: node.kind,
    text: () => (node.kind === "string" ? node.value : jsonbNodeToString(node)),
    json: () => jsonbNodeToString(node),
    isEmpty: () =>
      node.kind === "object"
        ? node.entries.length === 0
        : node.kind === "array" && node.items.length === 0,
    items: () => (node.kind === "array" ? node.items.map(ofNode) : []),
    eachItem: () => viewed(node.kind === "array" ? node.items : [], ofNode),
    member: (key) => {
      const found = node.kind === "object" ? memberOf(node.entries, key) : undefined;
      return found === undefined ? undefined : ofNode(found);
    },
  };
}

export function jsonView(value: string | Jsonb): JsonView {
  return typeof value === "string" ? ofRaw(readRaw(value)) : ofNode(value.root);
}
