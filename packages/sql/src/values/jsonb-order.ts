/**
 * The two orders of jsonb: that of keys inside an object, and the btree order of values
 * (compareJsonbContainers).
 */
import type { Jsonb, JsonbNode } from "./datum.ts";
import { compareNumeric } from "./numeric.ts";
import { compareText } from "./text-order.ts";

/** By UTF-8 length, then by bytes. */
export function compareJsonbKeys(a: string, b: string): number {
  const left = Buffer.byteLength(a);
  const right = Buffer.byteLength(b);
  return left === right ? compareText(a, b) : left - right;
}

function precedes(a: string, b: string): boolean {
  return compareJsonbKeys(a, b) < 0;
}

/** An object of these members; of equal keys the last one counts. */
export function makeJsonbObject(members: readonly (readonly [string, JsonbNode])[]): JsonbNode {
  if (members.every(([key], i) => i === 0 || precedes(members[i - 1]?.[0] ?? "", key))) {
    return { kind: "object", entries: members };
  }
  const entries = [...new Map(members)].sort(([a], [b]) => compareJsonbKeys(a, b));
  return { kind: "object", entries };
}

const RANK: Readonly<Record<JsonbNode["kind"], number>> = {
  null: 0,
  string: 1,
  number: 2,
  boolean: 3,
  array: 4,
  object: 5,
};

/** At the top a scalar counts as an array of one element, smaller than a real one. */
export function compareJsonb(a: Jsonb, b: Jsonb): number {
  const left = a.root;
  const right = b.root;
  const leftArray = left.kind === "array";
  const rightArray = right.kind === "array";
  if (leftArray === rightArray || left.kind === "object" || right.kind === "object") {
    return compareNodes(left, right);
  }
  const leftCount = leftArray ? left.items.length : 1;
  const rightCount = right.kind === "array" ? right.items.length : 1;
  if (leftCount !== rightCount) return leftCount - rightCount;
  return leftArray ? 1 : -1;
}

function compareNodes(a: JsonbNode, b: JsonbNode): number {
  if (a.kind === "string" && b.kind === "string") return compareText(a.value, b.value);
  if (a.kind === "number" && b.kind === "number") return compareNumeric(a.value, b.value);
  if (a.kind === "boolean" && b.kind === "boolean") return Number(a.value) - Number(b.value);
  if (a.kind === "array" && b.kind === "array") return compareItems(a.items, b.items);
  if (a.kind === "object" && b.kind === "object") return compareEntries(a.entries, b.entries);
  return RANK[a.kind] - RANK[b.kind];
}

function compareItems(a: readonly JsonbNode[], b: readonly JsonbNode[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    const result = compareNodes(a[i] as JsonbNode, b[i] as JsonbNode);
    if (result !== 0) return result;
  }
  return 0;
}

type Entry = readonly [string, JsonbNode];

function compareEntries(a: readonly Entry[], b: readonly Entry[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    const [leftKey, left] = a[i] as Entry;
    const [rightKey, right] = b[i] as Entry;
    const result = compareText(leftKey, rightKey) || compareNodes(left, right);
    if (result !== 0) return result;
  }
  return 0;
}
