/** Hashes of large arrays, rows, documents, multiranges and texts in steps: as hashOfType. */
import { elementTypeOid, rangeOf } from "../../catalog/type-catalog.ts";
import * as oids from "../../types/oids.ts";
import type { Datum, JsonbNode, MultirangeValue } from "../../values/datum.ts";
import { isLargeNode } from "../../values/jsonb.ts";
import { trimBlanks } from "../../values/text-order.ts";
import { LONG } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { addJsonb, addJsonbKey, jsonbStart, openedJsonb } from "./hash-values.ts";
import { foldHash, rotateHash } from "./hasher.ts";
import type { Hasher, HashValue } from "./hasher.ts";
import { hashTextSteps } from "./jenkins.ts";

/** Parts hashed between two looks at the clock. */
const RUN = 512;
/** Parts from which on a value is hashed in steps. */
const MANY_PARTS = 2048;

export function isLongToHash(value: Datum): boolean {
  if (typeof value === "string") return value.length > LONG;
  if (value === null || typeof value !== "object" || !("tag" in value)) return false;
  if (value.tag === "array") return value.elements.length > MANY_PARTS || hasLong(value.elements);
  if (value.tag === "record") return hasLong(value.fields);
  if (value.tag === "multirange") return value.ranges.length > MANY_PARTS;
  return value.tag === "jsonb" && isLargeNode(value.root);
}

function hasLong(values: readonly Datum[]): boolean {
  return values.some(isLongToHash);
}

/** How the hashes of values of a type are computed. */
type Hashes = (type: number) => HashValue;

export function* hashSteps(
  hasher: Hasher,
  type: number,
  value: Datum,
  hashOf: Hashes,
): Steps<bigint> {
  if (!isLongToHash(value)) return hashOf(type)(hasher, value);
  if (typeof value === "string") {
    return yield* textSteps(hasher, type === oids.BPCHAR ? trimBlanks(value) : value);
  }
  if (value !== null && typeof value === "object" && "tag" in value) {
    if (value.tag === "jsonb")
      return yield* jsonbSteps(hasher, jsonbStart(hasher, value), value.root);
    if (value.tag === "multirange") return yield* multirangeSteps(hasher, type, value, hashOf);
    if (value.tag === "array") {
      const element = elementTypeOid(type);
      return yield* partSteps(hasher, 1n, value.elements, () => element, hashOf);
    }
    if (value.tag === "record") {
      return yield* partSteps(hasher, 0n, value.fields, (at) => value.types[at] ?? 0, hashOf);
    }
  }
  return hashOf(type)(hasher, value);
}

function* partSteps(
  hasher: Hasher,
  start: bigint,
  parts: readonly Datum[],
  typeAt: (at: number) => number,
  hashOf: Hashes,
): Steps<bigint> {
  let sum = start;
  let known = { type: -1, hash: undefined as HashValue | undefined };
  for (const [at, part] of parts.entries()) {
    const type = typeAt(at);
    if (known.type !== type) known = { type, hash: hashOf(type) };
    let next = 0n;
    if (part !== null && isLongToHash(part)) next = yield* hashSteps(hasher, type, part, hashOf);
    else if (part !== null) next = known.hash?.(hasher, part) ?? 0n;
    sum = foldHash(sum, next, hasher.bits);
    if (at % RUN === RUN - 1) yield;
  }
  return sum;
}

function* textSteps(hasher: Hasher, text: string): Steps<bigint> {
  return BigInt.asUintN(hasher.bits, yield* hashTextSteps(text, hasher.seed));
}

function* multirangeSteps(
  hasher: Hasher,
  type: number,
  { ranges }: MultirangeValue,
  hashOf: Hashes,
): Steps<bigint> {
  const hash = hashOf(rangeOf(type)?.range ?? 0);
  let sum = 1n;
  for (const [at, range] of ranges.entries()) {
    sum = foldHash(sum, hash(hasher, range), hasher.bits);
    if (at % RUN === RUN - 1) yield;
  }
  return sum;
}

function* jsonbSteps(hasher: Hasher, before: bigint, node: JsonbNode): Steps<bigint> {
  if (!isLargeNode(node)) return addJsonb(hasher, before, node);
  if (node.kind === "string") {
    return rotateHash(before, hasher.bits) ^ (yield* textSteps(hasher, node.value));
  }
  if (node.kind !== "array" && node.kind !== "object") return addJsonb(hasher, before, node);
  let sum = openedJsonb(hasher, before, node.kind);
  const count = node.kind === "array" ? node.items.length : node.entries.length;
  for (let at = 0; at < count; at++) {
    const [key, part] =
      node.kind === "array" ? [undefined, node.items[at]] : (node.entries[at] ?? []);
    if (key !== undefined) sum = addJsonbKey(hasher, sum, key);
    if (part !== undefined) {
      sum = isLargeNode(part) ? yield* jsonbSteps(hasher, sum, part) : addJsonb(hasher, sum, part);
    }
    if (at % RUN === RUN - 1) yield;
  }
  return sum;
}
