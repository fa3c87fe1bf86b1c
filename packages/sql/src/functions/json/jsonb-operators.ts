/**
 * Operators of jsonb: order, containment, existence, concatenation, deletion; and jsonb_pretty.
 */
import { SegmentedSet, SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { longCall, longIfMore, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import type { ArrayValue, Datum, Jsonb, JsonbNode } from "../../values/datum.ts";
import {
  isLargeNode,
  jsonbHashKey,
  jsonbNodeToString,
  makeJsonb,
  quoteJson,
} from "../../values/jsonb.ts";
import { compareJsonb } from "../../values/jsonb-order.ts";
import { compareSteps } from "../../values/jsonb-compare-steps.ts";
import {
  memberAt,
  memberOf,
  mergedMembers,
  placeOfKey,
  spliced,
} from "../../values/jsonb-members.ts";
import { TextPieces, joinedPieces } from "../../types/long-text.ts";

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

type Members = readonly (readonly [string, JsonbNode])[];

const isScalar = (node: JsonbNode): boolean => node.kind !== "array" && node.kind !== "object";

function equalNodes(a: JsonbNode, b: JsonbNode): boolean {
  return a.kind === b.kind && compareJsonb(makeJsonb(a), makeJsonb(b)) === 0;
}

/** An object contains the pairs, an array the elements in any order and number. */
function containsNode(whole: JsonbNode, part: JsonbNode): boolean {
  if (whole.kind === "object" && part.kind === "object") {
    return part.entries.every(([key, value]) => {
      const found = memberOf(whole.entries, key);
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
    return yield* hasMembers(whole.entries, part.entries);
  }
  if (whole.kind === "array" && isScalar(part)) return yield* hasScalar(whole.items, part);
  if (whole.kind !== "array" || part.kind !== "array") return contains(whole, part);
  const scalars = yield* scalarKeys(whole.items);
  const nested = yield* filtered(whole.items, (item) => !isScalar(item));
  let compared = 0;
  for (const item of part.items) {
    if (++compared % ITEMS_PER_STEP === 0) yield;
    if (isScalar(item) ? scalars.has(keyOf(item)) : yield* isInOne(nested, item)) continue;
    return false;
  }
  return true;
}

function* hasScalar(items: readonly JsonbNode[], scalar: JsonbNode): Steps<boolean> {
  for (const [at, item] of items.entries()) {
    if (equalNodes(item, scalar)) return true;
    if (at % ITEMS_PER_STEP === 0) yield;
  }
  return false;
}

function* hasMembers(whole: Members, part: Members): Steps<boolean> {
  let place = 0;
  for (const [at, [key, value]] of part.entries()) {
    place = placeOfKey(whole, key, place);
    const found = whole[place];
    if (found?.[0] !== key || !(yield* isIn(found[1], value))) return false;
    if (at % ITEMS_PER_STEP === 0) yield;
  }
  return true;
}

const keyOf = (node: JsonbNode): string => jsonbHashKey(makeJsonb(node));

function* scalarKeys(items: readonly JsonbNode[]): Steps<SegmentedSet<string>> {
  const keys = new SegmentedSet<string>();
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
/** Names between two looks at the clock. */
const NAMES_PER_STEP = 4096;

/** What of a node is a key, by position; undefined for other elements. */
function nameAt(node: JsonbNode, at: number): string | undefined {
  if (node.kind === "object") return node.entries[at]?.[0];
  if (node.kind === "string") return node.value;
  if (node.kind !== "array") return undefined;
  const item = node.items[at];
  return item?.kind === "string" ? item.value : undefined;
}

function sizeOf(node: JsonbNode): number {
  if (node.kind === "object") return node.entries.length;
  return node.kind === "array" ? node.items.length : 1;
}

function* namesOf(node: JsonbNode): Steps<SegmentedSet<string>> {
  const names = new SegmentedSet<string>();
  for (let at = 0; at < sizeOf(node); at++) {
    const name = nameAt(node, at);
    if (name !== undefined) names.add(name);
    if (at % NAMES_PER_STEP === 0) yield;
  }
  return names;
}

/** Whether one of the keys is there, or all of them are: `wanted` is the answer that ends it. */
function* existSteps(node: JsonbNode, keys: readonly Datum[], wanted: boolean): Steps<boolean> {
  const names = yield* namesOf(node);
  for (const [at, key] of keys.entries()) {
    if (typeof key === "string" && names.has(key) === wanted) return wanted;
    if (at % NAMES_PER_STEP === 0) yield;
  }
  return !wanted;
}

function existKeys(
  context: EvaluationContext,
  { root }: Jsonb,
  { elements }: ArrayValue,
  wanted: boolean,
): boolean {
  if (elements.length >= MANY_KEYS) {
    return inSteps(context, sizeOf(root) + elements.length, () =>
      existSteps(root, elements, wanted),
    );
  }
  for (const key of elements) {
    if (typeof key === "string" && exists(root, key) === wanted) return wanted;
  }
  return !wanted;
}

/** With turns for others in between where there are that many of something. */
function inSteps<T>(context: EvaluationContext, count: number, steps: () => Steps<T>): T {
  return count > NAMES_PER_STEP ? longCall(context, steps) : toEnd(steps());
}

function exists(node: JsonbNode, key: string): boolean {
  switch (node.kind) {
    case "object":
      return memberAt(node.entries, key) >= 0;
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

function* isAmong(items: readonly JsonbNode[], key: string): Steps<boolean> {
  for (const [at, item] of items.entries()) {
    if (item.kind === "string" && item.value === key) return true;
    if (at % NAMES_PER_STEP === 0) yield;
  }
  return false;
}

function concatenated(context: EvaluationContext, { root: a }: Jsonb, { root: b }: Jsonb): Jsonb {
  if (a.kind === "object" && b.kind === "object") {
    const entries = longIfMore(context, () => mergedMembers(a.entries, b.entries));
    return makeJsonb({ kind: "object", entries });
  }
  const itemsOf = (node: JsonbNode): readonly JsonbNode[] =>
    node.kind === "array" ? node.items : [node];
  const items = longIfMore(context, () => joinedItems(itemsOf(a), itemsOf(b)));
  return makeJsonb({ kind: "array", items });
}

function* joinedItems(
  a: readonly JsonbNode[],
  b: readonly JsonbNode[],
): Steps<readonly JsonbNode[]> {
  return yield* spliced(a, a.length, 0, b);
}

function* withoutKey(node: JsonbNode, key: string): Steps<JsonbNode> {
  if (node.kind !== "object") return yield* withoutKeys(node, [key]);
  const at = memberAt(node.entries, key);
  return at < 0 ? node : { kind: "object", entries: yield* spliced(node.entries, at, 1, []) };
}

function* withoutKeys(node: JsonbNode, keys: readonly Datum[]): Steps<JsonbNode> {
  if (node.kind !== "object" && node.kind !== "array") throw invalid("cannot delete from scalar");
  const deleted = new SegmentedSet<string>();
  for (const [at, key] of keys.entries()) {
    if (typeof key === "string") deleted.add(key);
    if (at % NAMES_PER_STEP === 0) yield;
  }
  const isKept = (_: unknown, at: number): boolean => {
    const name = nameAt(node, at);
    return name === undefined || !deleted.has(name);
  };
  return node.kind === "object"
    ? { kind: "object", entries: yield* filtered(node.entries, isKept) }
    : { kind: "array", items: yield* filtered(node.items, isKept) };
}

function* filtered<T>(
  all: readonly T[],
  isKept: (each: T, at: number) => boolean,
): Steps<readonly T[]> {
  const kept: T[] = [];
  for (const [at, each] of all.entries()) {
    if (isKept(each, at)) kept.push(each);
    if (at % NAMES_PER_STEP === 0) yield;
  }
  return kept;
}

function deleteKeys(context: EvaluationContext, { root }: Jsonb, keys: readonly Datum[]): Jsonb {
  const count = sizeOf(root) + keys.length;
  return makeJsonb(inSteps(context, count, () => withoutKeys(root, keys)));
}

function* withoutIndex(node: JsonbNode, index: number): Steps<JsonbNode> {
  if (node.kind === "object") throw invalid("cannot delete from object using integer index");
  if (node.kind !== "array") throw invalid("cannot delete from scalar");
  const at = index < 0 ? node.items.length + index : index;
  const isThere = node.items[at] !== undefined;
  return isThere ? { kind: "array", items: yield* spliced(node.items, at, 1, []) } : node;
}

/** A node with small ones in it is treated at one go. */
function* stripNulls(node: JsonbNode): Steps<JsonbNode> {
  let treated = 0;
  if (node.kind === "array") {
    const items: JsonbNode[] = [];
    for (const item of node.items) {
      items.push(isScalar(item) ? item : yield* stripNulls(item));
      if (++treated % ITEMS_PER_STEP === 0) yield;
    }
    return { kind: "array", items };
  }
  if (node.kind !== "object") return node;
  const entries: (readonly [string, JsonbNode])[] = [];
  for (const [key, value] of node.entries) {
    if (value.kind !== "null")
      entries.push([key, isScalar(value) ? value : yield* stripNulls(value)]);
    if (++treated % ITEMS_PER_STEP === 0) yield;
  }
  return { kind: "object", entries };
}

function* pretty(node: JsonbNode, indent: string, pieces: TextPieces): Steps<void> {
  if (node.kind === "array") {
    yield* prettyParts(
      "[]",
      node.items.map((item) => ["", item] as const),
      indent,
      pieces,
    );
  } else if (node.kind === "object") {
    yield* prettyParts("{}", node.entries, indent, pieces);
  } else pieces.add(jsonbNodeToString(node));
}

function* prettyParts(
  brackets: string,
  parts: readonly (readonly [string, JsonbNode])[],
  indent: string,
  pieces: TextPieces,
): Steps<void> {
  const inner = `${indent}    `;
  const isObject = brackets === "{}";
  pieces.add(`${brackets.charAt(0)}\n`);
  for (const [at, [key, value]] of parts.entries()) {
    pieces.add(`${at > 0 ? ",\n" : ""}${inner}${isObject ? `${quoteJson(key)}: ` : ""}`);
    yield* pretty(value, inner, pieces);
    if (at % ITEMS_PER_STEP === 0) yield;
  }
  pieces.add(`${parts.length > 0 ? "\n" : ""}${indent}${brackets.charAt(1)}`);
}

function* prettyText(node: JsonbNode): Steps<string> {
  const pieces = new TextPieces();
  yield* pretty(node, "", pieces);
  return yield* joinedPieces(pieces.text());
}

/** In steps what is large. */
function ofNode<T>(context: EvaluationContext, node: JsonbNode, steps: () => Steps<T>): T {
  return isLargeNode(node) ? longCall(context, steps) : toEnd(steps());
}

function compared(context: EvaluationContext, a: Jsonb, b: Jsonb): number {
  if (!isLargeNode(a.root) || !isLargeNode(b.root)) return compareJsonb(a, b);
  return longCall(context, () => compareSteps(a.root, b.root));
}

const order: Record<string, Implementation> = {
  jsonb_eq: (context, a: Jsonb, b: Jsonb) => compared(context, a, b) === 0,
  jsonb_ne: (context, a: Jsonb, b: Jsonb) => compared(context, a, b) !== 0,
  jsonb_lt: (context, a: Jsonb, b: Jsonb) => compared(context, a, b) < 0,
  jsonb_le: (context, a: Jsonb, b: Jsonb) => compared(context, a, b) <= 0,
  jsonb_gt: (context, a: Jsonb, b: Jsonb) => compared(context, a, b) > 0,
  jsonb_ge: (context, a: Jsonb, b: Jsonb) => compared(context, a, b) >= 0,
  jsonb_cmp: (context, a: Jsonb, b: Jsonb) => Math.sign(compared(context, a, b)),
};

const operators: Record<string, Implementation> = {
  jsonb_contains: (context, a: Jsonb, b: Jsonb) => contained(context, a, b),
  jsonb_contained: (context, a: Jsonb, b: Jsonb) => contained(context, b, a),
  jsonb_exists: (context, { root }: Jsonb, key: string) =>
    root.kind === "array" && root.items.length > NAMES_PER_STEP
      ? longCall(context, () => isAmong(root.items, key))
      : exists(root, key),
  jsonb_exists_any: (context, a: Jsonb, keys: ArrayValue) => existKeys(context, a, keys, true),
  jsonb_exists_all: (context, a: Jsonb, keys: ArrayValue) => existKeys(context, a, keys, false),
  jsonb_concat: (context, a: Jsonb, b: Jsonb) => concatenated(context, a, b),
  jsonb_delete: (context, a: Jsonb, key: string) =>
    makeJsonb(longIfMore(context, () => withoutKey(a.root, key))),
  jsonb_delete_array: (context, a: Jsonb, keys: ArrayValue) =>
    deleteKeys(context, a, keys.elements),
  jsonb_delete_idx: (context, a: Jsonb, index: number) =>
    makeJsonb(longIfMore(context, () => withoutIndex(a.root, index))),
  jsonb_strip_nulls: (context, a: Jsonb) =>
    makeJsonb(ofNode(context, a.root, () => stripNulls(a.root))),
  jsonb_pretty: (context, a: Jsonb) => ofNode(context, a.root, () => prettyText(a.root)),
};

export function registerJsonbOperators(): void {
  registerFunctions(order);
  registerFunctions(operators);
}
