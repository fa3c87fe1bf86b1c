/**
 * Operators of jsonb: order, containment, existence, concatenation, deletion; and jsonb_pretty.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { longCall } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import type { ArrayValue, Jsonb, JsonbNode } from "../../values/datum.ts";
import {
  isLargeNode,
  jsonbHashKey,
  jsonbNodeToString,
  makeJsonb,
  quoteJson,
} from "../../values/jsonb.ts";
import { compareJsonb, makeJsonbObject } from "../../values/jsonb-order.ts";

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

const isScalar = (node: JsonbNode): boolean => node.kind !== "array" && node.kind !== "object";

function equalNodes(a: JsonbNode, b: JsonbNode): boolean {
  return a.kind === b.kind && compareJsonb(makeJsonb(a), makeJsonb(b)) === 0;
}

/** An object contains the pairs, an array the elements in any order and number. */
function containsNode(whole: JsonbNode, part: JsonbNode): boolean {
  if (whole.kind === "object" && part.kind === "object") {
    const members = new Map(whole.entries);
    return part.entries.every(([key, value]) => {
      const found = members.get(key);
      return found !== undefined && containsNode(found, value);
    });
  }
  if (whole.kind === "array" && part.kind === "array") {
    return part.items.every((item) => whole.items.some((each) => containsNode(each, item)));
  }
  return isScalar(whole) && equalNodes(whole, part);
}

/** At the top an array also contains a scalar that is one of its elements. */
function contains(whole: JsonbNode, part: JsonbNode): boolean {
  if (whole.kind === "array" && isScalar(part)) {
    return whole.items.some((item) => equalNodes(item, part));
  }
  return containsNode(whole, part);
}

/** Items compared between two looks at the clock. */
const ITEMS_PER_STEP = 256;

/** `contains` for large values: scalars are looked up, and each nested item is a step. */
function* containsSteps(whole: JsonbNode, part: JsonbNode): Steps<boolean> {
  yield;
  if (whole.kind === "object" && part.kind === "object") {
    const members = new Map(whole.entries);
    for (const [key, value] of part.entries) {
      const found = members.get(key);
      if (found === undefined || !(yield* isIn(found, value))) return false;
    }
    return true;
  }
  if (whole.kind !== "array" || part.kind !== "array") return contains(whole, part);
  const scalars = yield* scalarKeys(whole.items);
  const nested = whole.items.filter((item) => !isScalar(item));
  let compared = 0;
  for (const item of part.items) {
    if (++compared % ITEMS_PER_STEP === 0) yield;
    if (isScalar(item) ? scalars.has(keyOf(item)) : yield* isInOne(nested, item)) continue;
    return false;
  }
  return true;
}

const keyOf = (node: JsonbNode): string => jsonbHashKey(makeJsonb(node));

function* scalarKeys(items: readonly JsonbNode[]): Steps<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const [at, item] of items.entries()) {
    if (isScalar(item)) keys.add(keyOf(item));
    if (at % ITEMS_PER_STEP === 0) yield;
  }
  return keys;
}

function* isIn(whole: JsonbNode, part: JsonbNode): Steps<boolean> {
  const large = isLargeNode(whole) || isLargeNode(part);
  return large ? yield* containsSteps(whole, part) : containsNode(whole, part);
}

function* isInOne(all: readonly JsonbNode[], part: JsonbNode): Steps<boolean> {
  for (const [at, each] of all.entries()) {
    if (yield* isIn(each, part)) return true;
    if (at % ITEMS_PER_STEP === 0) yield;
  }
  return false;
}

function contained(
  context: EvaluationContext,
  { root: whole }: Jsonb,
  { root: part }: Jsonb,
): boolean {
  const large = isLargeNode(whole) || isLargeNode(part);
  return large ? longCall(context, () => containsSteps(whole, part)) : contains(whole, part);
}

/** Keys from which on names are looked up. */
const MANY_KEYS = 8;

/** Whether there is a key, for as many of them as are asked for. */
function existence(node: JsonbNode, count: number): (key: string) => boolean {
  if (count < MANY_KEYS) return (key) => exists(node, key);
  const names =
    node.kind === "object"
      ? node.entries.map(([name]) => name)
      : node.kind === "array"
        ? node.items.flatMap((item) => (item.kind === "string" ? [item.value] : []))
        : node.kind === "string"
          ? [node.value]
          : [];
  const known = new Set(names);
  return (key) => known.has(key);
}

function exists(node: JsonbNode, key: string): boolean {
  switch (node.kind) {
    case "object":
      return node.entries.some(([name]) => name === key);
    case "array":
      return node.items.some((item) => item.kind === "string" && item.value === key);
    case "string":
      return node.value === key;
    case "null":
    case "boolean":
    case "number":
      return false;
  }
}

const stringsOf = (array: ArrayValue): string[] =>
  array.elements.filter((element) => typeof element === "string");

function concatenate(a: JsonbNode, b: JsonbNode): JsonbNode {
  if (a.kind === "object" && b.kind === "object") {
    return makeJsonbObject([...a.entries, ...b.entries]);
  }
  const itemsOf = (node: JsonbNode): readonly JsonbNode[] =>
    node.kind === "array" ? node.items : [node];
  return { kind: "array", items: [...itemsOf(a), ...itemsOf(b)] };
}

function deleteKeys(node: JsonbNode, keys: ReadonlySet<string>): JsonbNode {
  if (node.kind === "object") {
    return { kind: "object", entries: node.entries.filter(([key]) => !keys.has(key)) };
  }
  if (node.kind !== "array") throw invalid("cannot delete from scalar");
  const items = node.items.filter((item) => item.kind !== "string" || !keys.has(item.value));
  return { kind: "array", items };
}

function deleteIndex(node: JsonbNode, index: number): JsonbNode {
  if (node.kind === "object") throw invalid("cannot delete from object using integer index");
  if (node.kind !== "array") throw invalid("cannot delete from scalar");
  const at = index < 0 ? node.items.length + index : index;
  return { kind: "array", items: node.items.filter((_, position) => position !== at) };
}

function stripNulls(node: JsonbNode): JsonbNode {
  if (node.kind === "array") {
    return { kind: "array", items: node.items.map((item) => stripNulls(item)) };
  }
  if (node.kind !== "object") return node;
  const kept = node.entries.filter(([, value]) => value.kind !== "null");
  return { kind: "object", entries: kept.map(([key, value]) => [key, stripNulls(value)]) };
}

function pretty(node: JsonbNode, indent: string): string {
  const inner = `${indent}    `;
  if (node.kind === "array") {
    const lines = node.items.map((item) => inner + pretty(item, inner));
    return `[\n${lines.join(",\n")}${lines.length > 0 ? "\n" : ""}${indent}]`;
  }
  if (node.kind !== "object") return jsonbNodeToString(node);
  const lines = node.entries.map(
    ([key, value]) => `${inner}${quoteJson(key)}: ${pretty(value, inner)}`,
  );
  return `{\n${lines.join(",\n")}${lines.length > 0 ? "\n" : ""}${indent}}`;
}

const order: Record<string, Implementation> = {
  jsonb_eq: (_, a: Jsonb, b: Jsonb) => compareJsonb(a, b) === 0,
  jsonb_ne: (_, a: Jsonb, b: Jsonb) => compareJsonb(a, b) !== 0,
  jsonb_lt: (_, a: Jsonb, b: Jsonb) => compareJsonb(a, b) < 0,
  jsonb_le: (_, a: Jsonb, b: Jsonb) => compareJsonb(a, b) <= 0,
  jsonb_gt: (_, a: Jsonb, b: Jsonb) => compareJsonb(a, b) > 0,
  jsonb_ge: (_, a: Jsonb, b: Jsonb) => compareJsonb(a, b) >= 0,
  jsonb_cmp: (_, a: Jsonb, b: Jsonb) => Math.sign(compareJsonb(a, b)),
};

const operators: Record<string, Implementation> = {
  jsonb_contains: (context, a: Jsonb, b: Jsonb) => contained(context, a, b),
  jsonb_contained: (context, a: Jsonb, b: Jsonb) => contained(context, b, a),
  jsonb_exists: (_, a: Jsonb, key: string) => exists(a.root, key),
  jsonb_exists_any: (_, a: Jsonb, keys: ArrayValue) =>
    stringsOf(keys).some(existence(a.root, keys.elements.length)),
  jsonb_exists_all: (_, a: Jsonb, keys: ArrayValue) =>
    stringsOf(keys).every(existence(a.root, keys.elements.length)),
  jsonb_concat: (_, a: Jsonb, b: Jsonb) => makeJsonb(concatenate(a.root, b.root)),
  jsonb_delete: (_, a: Jsonb, key: string) => makeJsonb(deleteKeys(a.root, new Set([key]))),
  jsonb_delete_array: (_, a: Jsonb, keys: ArrayValue) =>
    makeJsonb(deleteKeys(a.root, new Set(stringsOf(keys)))),
  jsonb_delete_idx: (_, a: Jsonb, index: number) => makeJsonb(deleteIndex(a.root, index)),
  jsonb_strip_nulls: (_, a: Jsonb) => makeJsonb(stripNulls(a.root)),
  jsonb_pretty: (_, a: Jsonb) => pretty(a.root, ""),
};

export function registerJsonbOperators(): void {
  registerFunctions(order);
  registerFunctions(operators);
}
