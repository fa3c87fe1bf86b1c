/**
 * j[a][b] = value: jsonb_set_element. What is missing on the path is made: lists for integer steps,
 * objects for others, with nulls where a list has a gap.
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../evaluation-context.ts";
import type { Datum, Jsonb, JsonbNode } from "../../values/datum.ts";
import { longIfMore } from "../../functions/long-call.ts";
import type { Steps } from "../../functions/long-call.ts";
import { makeJsonb } from "../../values/jsonb.ts";
import { memberAt, placeOfKey, spliced } from "../../values/jsonb-members.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";

const NULL_NODE: JsonbNode = { kind: "null" };

function stepOf(step: Datum): string {
  if (step !== null) return `${step as string | number}`;
  throw new SqlError("22004", "jsonb subscript in assignment must not be null");
}

const INTEGER = /^\s*[+-]?\d+\s*$/;

/** push_path: the rest of a path below something that was not there; its steps decide the kinds. */
function newValue(steps: readonly string[], value: JsonbNode): JsonbNode {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const inner = newValue(rest, value);
  if (!INTEGER.test(step)) return makeJsonbObject([[step, inner]]);
  const gap = Array.from({ length: Math.max(Number(step), 0) }, () => NULL_NODE);
  return { kind: "array", items: [...gap, inner] };
}

type Members = readonly (readonly [string, JsonbNode])[];

function* intoObject(
  entries: Members,
  steps: readonly string[],
  value: JsonbNode,
  level: number,
): Steps<Members> {
  const [key = "", ...rest] = steps;
  const at = memberAt(entries, key);
  const before = entries[at]?.[1];
  if (before === undefined) {
    const place = placeOfKey(entries, key);
    return yield* spliced(entries, place, 0, [[key, newValue(rest, value)]]);
  }
  return yield* spliced(entries, at, 1, [[key, yield* into(before, rest, value, level + 1)]]);
}

function listIndex(step: string, level: number): number {
  const index = INTEGER.test(step) ? Number(step) : NaN;
  if (Number.isInteger(index) && Math.abs(index) <= 2147483648) return index;
  throw new SqlError("22P02", `path element at position ${level + 1} is not an integer: "${step}"`);
}

function* intoList(
  items: readonly JsonbNode[],
  steps: readonly string[],
  value: JsonbNode,
  level: number,
): Steps<readonly JsonbNode[]> {
  const [step = "", ...rest] = steps;
  const index = listIndex(step, level);
  if (-index > items.length) {
    throw new SqlError("22023", `path element at position ${level + 1} is out of range: ${index}`);
  }
  const at = index < 0 ? items.length + index : index;
  const before = items[at];
  if (before === undefined) {
    const gap = Array.from({ length: Math.max(at - items.length, 0) }, () => NULL_NODE);
    return yield* spliced(items, items.length, 0, [...gap, newValue(rest, value)]);
  }
  return yield* spliced(items, at, 1, [yield* into(before, rest, value, level + 1)]);
}

function* into(
  node: JsonbNode,
  steps: readonly string[],
  value: JsonbNode,
  level: number,
): Steps<JsonbNode> {
  if (steps.length === 0) return value;
  if (node.kind === "object") {
    return { kind: "object", entries: yield* intoObject(node.entries, steps, value, level) };
  }
  if (node.kind === "array") {
    return { kind: "array", items: yield* intoList(node.items, steps, value, level) };
  }
  throw new SqlError("22023", "cannot replace existing key", {
    detail: "The path assumes key is a composite object, but it is a scalar value.",
  });
}

/** A document that is NULL begins as what the first step is a step into. */
export function jsonbWithElement(
  context: EvaluationContext,
  target: Jsonb | null,
  path: readonly Datum[],
  value: Jsonb | null,
  beginsAsList: boolean,
): Jsonb {
  const steps = path.map(stepOf);
  const empty: JsonbNode = beginsAsList
    ? { kind: "array", items: [] }
    : { kind: "object", entries: [] };
  const root = target?.root ?? empty;
  return makeJsonb(longIfMore(context, () => into(root, steps, value?.root ?? NULL_NODE, 0)));
}
