/**
 * jsonb in keys, in the order of compareJsonb: a rank per kind of node, then sizes before contents.
 * A scalar at the top counts as an array of one element that is smaller than a real one.
 */
import type { Jsonb, JsonbNode } from "../values/datum.ts";
import { makeJsonbObject } from "../values/jsonb-order.ts";
import { makeJsonb } from "../values/jsonb.ts";
import type { KeyCursor } from "./key-cursor.ts";
import { decodeNumeric, encodeNumeric } from "./key-numeric.ts";
import { decodeText, encodeText, uint4 } from "./key-text.ts";

const NULL = 0x01;
const STRING = 0x02;
const NUMBER = 0x03;
const BOOLEAN = 0x04;
const ARRAY = 0x05;
const OBJECT = 0x06;
const SCALAR_AT_TOP = 0x00;
const ARRAY_AT_TOP = 0x01;

function nodeKey(node: JsonbNode): string {
  switch (node.kind) {
    case "null":
      return String.fromCharCode(NULL);
    case "string":
      return String.fromCharCode(STRING) + encodeText(node.value);
    case "number":
      return String.fromCharCode(NUMBER) + encodeNumeric(node.value);
    case "boolean":
      return String.fromCharCode(BOOLEAN, node.value ? 1 : 0);
    case "array":
      return (
        String.fromCharCode(ARRAY) + uint4(node.items.length) + node.items.map(nodeKey).join("")
      );
    case "object": {
      const members = node.entries.map(([key, item]) => encodeText(key) + nodeKey(item));
      return String.fromCharCode(OBJECT) + uint4(members.length) + members.join("");
    }
  }
}

function readNode(cursor: KeyCursor): JsonbNode {
  const rank = cursor.byte();
  switch (rank) {
    case NULL:
      return { kind: "null" };
    case STRING:
      return { kind: "string", value: decodeText(cursor) };
    case NUMBER:
      return { kind: "number", value: decodeNumeric(cursor) };
    case BOOLEAN:
      return { kind: "boolean", value: cursor.byte() === 1 };
    case ARRAY:
      return { kind: "array", items: readItems(cursor, cursor.unsigned(4)) };
    default: {
      const members: [string, JsonbNode][] = [];
      const count = cursor.unsigned(4);
      for (let i = 0; i < count; i++) members.push([decodeText(cursor), readNode(cursor)]);
      return makeJsonbObject(members);
    }
  }
}

function readItems(cursor: KeyCursor, count: number): readonly JsonbNode[] {
  const items: JsonbNode[] = [];
  for (let i = 0; i < count; i++) items.push(readNode(cursor));
  return items;
}

export function encodeJsonb(value: Jsonb): string {
  const { root } = value;
  if (root.kind === "object") return nodeKey(root);
  const items = root.kind === "array" ? root.items : [root];
  const flag = root.kind === "array" ? ARRAY_AT_TOP : SCALAR_AT_TOP;
  const head = String.fromCharCode(ARRAY) + uint4(items.length) + String.fromCharCode(flag);
  return head + items.map(nodeKey).join("");
}

export function decodeJsonb(cursor: KeyCursor): Jsonb {
  const at = cursor.at;
  if (cursor.byte() !== ARRAY) {
    cursor.at = at;
    return makeJsonb(readNode(cursor));
  }
  const count = cursor.unsigned(4);
  const isArray = cursor.byte() === ARRAY_AT_TOP;
  const items = readItems(cursor, count);
  return makeJsonb(isArray ? { kind: "array", items } : (items[0] ?? { kind: "null" }));
}
