/**
 * jsonb_set, jsonb_set_lax, jsonb_insert and #-: changes at a path (jsonfuncs.c: setPath).
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { registerFunctions } from "../registry.ts";
import { longIfMore } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { invalidParameter } from "../errors.ts";
import type { ArrayValue, Datum, Jsonb, JsonbNode } from "../../values/datum.ts";
import { makeJsonb } from "../../values/jsonb.ts";
import { memberAt, placeOfKey, spliced } from "../../values/jsonb-members.ts";

type Change =
  | { readonly kind: "set"; readonly value: JsonbNode; readonly create: boolean }
  | { readonly kind: "insert"; readonly value: JsonbNode; readonly after: boolean }
  | { readonly kind: "delete" };

type Members = readonly (readonly [string, JsonbNode])[];

function pathStep(path: readonly Datum[], level: number): string {
  const step = path[level];
  if (typeof step === "string") return step;
  throw new SqlError("22004", `path element at position ${level + 1} is null`);
}

function* change(
  node: JsonbNode,
  path: readonly Datum[],
  level: number,
  action: Change,
): Steps<JsonbNode> {
  const step = pathStep(path, level);
  if (node.kind === "object") {
    return {
      kind: "object",
      entries: yield* changeObject(node.entries, path, level, step, action),
    };
  }
  if (node.kind === "array") {
    return { kind: "array", items: yield* changeArray(node.items, path, level, step, action) };
  }
  return node;
}

function* changeObject(
  entries: Members,
  path: readonly Datum[],
  level: number,
  key: string,
  action: Change,
): Steps<Members> {
  const at = memberAt(entries, key);
  const existing = entries[at]?.[1];
  if (level < path.length - 1) {
    if (existing === undefined) return entries;
    return yield* spliced(entries, at, 1, [
      [key, yield* change(existing, path, level + 1, action)],
    ]);
  }
  if (action.kind === "delete") return at < 0 ? entries : yield* spliced(entries, at, 1, []);
  if (existing !== undefined) {
    if (action.kind === "set") return yield* spliced(entries, at, 1, [[key, action.value]]);
    throw invalidParameter(
      "cannot replace existing key",
      "Try using the function jsonb_set to replace key value.",
    );
  }
  if (action.kind === "set" && !action.create) return entries;
  return yield* spliced(entries, placeOfKey(entries, key), 0, [[key, action.value]]);
}

function arrayIndex(step: string, level: number): number {
  const index = /^\s*[+-]?\d+\s*$/.test(step) ? Number(step) : NaN;
  if (Number.isInteger(index) && Math.abs(index) <= 2147483648) return index;
  throw new SqlError("22P02", `path element at position ${level + 1} is not an integer: "${step}"`);
}

function* changeArray(
  items: readonly JsonbNode[],
  path: readonly Datum[],
  level: number,
  step: string,
  action: Change,
): Steps<readonly JsonbNode[]> {
  const index = arrayIndex(step, level);
  const at = index < 0 ? items.length + index : index;
  const existing = items[at];
  if (level < path.length - 1) {
    if (existing === undefined) return items;
    return yield* spliced(items, at, 1, [yield* change(existing, path, level + 1, action)]);
  }
  if (existing === undefined) return yield* beyond(items, at, action);
  if (action.kind === "delete") return yield* spliced(items, at, 1, []);
  if (action.kind === "set") return yield* spliced(items, at, 1, [action.value]);
  return yield* spliced(items, action.after ? at + 1 : at, 0, [action.value]);
}

/** A position that the array does not have is its start or its end. */
function* beyond(
  items: readonly JsonbNode[],
  at: number,
  action: Change,
): Steps<readonly JsonbNode[]> {
  if (action.kind === "delete" || (action.kind === "set" && !action.create)) return items;
  return yield* spliced(items, at < 0 ? 0 : items.length, 0, [action.value]);
}

function apply(
  context: EvaluationContext,
  target: Jsonb,
  path: ArrayValue,
  verb: string,
  action: Change,
): Jsonb {
  if (path.dims.length > 1) throw new SqlError("2202E", "wrong number of array subscripts");
  const { root } = target;
  if (root.kind !== "object" && root.kind !== "array") {
    throw invalidParameter(`cannot ${verb} path in scalar`);
  }
  const isEmpty = (root.kind === "array" ? root.items : root.entries).length === 0;
  // What is not there need not be named rightly to be deleted.
  if (path.elements.length === 0 || (isEmpty && verb === "delete")) return target;
  return makeJsonb(longIfMore(context, () => change(root, path.elements, 0, action)));
}

function set(
  context: EvaluationContext,
  target: Jsonb,
  path: ArrayValue,
  value: Jsonb,
  create: boolean,
): Jsonb {
  return apply(context, target, path, "set", { kind: "set", value: value.root, create });
}

function nullTreatment(
  context: EvaluationContext,
  target: Jsonb,
  path: ArrayValue,
  create: boolean,
  treatment: string,
): Jsonb {
  switch (treatment) {
    case "raise_exception":
      throw new SqlError("22004", "JSON value must not be null", {
        detail: 'Exception was raised because null_value_treatment is "raise_exception".',
        hint: "To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.",
      });
    case "use_json_null":
      return set(context, target, path, makeJsonb({ kind: "null" }), create);
    case "delete_key":
      return apply(context, target, path, "delete", { kind: "delete" });
    case "return_target":
      return target;
    default:
      throw invalidParameter(
        'null_value_treatment must be "delete_key", "return_target", "use_json_null", or "raise_exception"',
      );
  }
}

export function registerJsonbChanges(): void {
  registerFunctions({
    jsonb_set: (context, target: Jsonb, path: ArrayValue, value: Jsonb, create: boolean) =>
      set(context, target, path, value, create),
    jsonb_insert: (context, target: Jsonb, path: ArrayValue, value: Jsonb, after: boolean) =>
      apply(context, target, path, "set", { kind: "insert", value: value.root, after }),
    jsonb_delete_path: (context, target: Jsonb, path: ArrayValue) =>
      apply(context, target, path, "delete", { kind: "delete" }),
    jsonb_set_lax: (
      context,
      target: Jsonb | null,
      path: ArrayValue | null,
      value: Jsonb | null,
      create: boolean | null,
      treatment: string | null,
    ) => {
      if (target === null || path === null || create === null) return null;
      if (treatment === null) {
        throw invalidParameter(
          'null_value_treatment must be "delete_key", "return_target", "use_json_null", or "raise_exception"',
        );
      }
      if (value !== null) return set(context, target, path, value, create);
      return nullTreatment(context, target, path, create, treatment);
    },
  });
}
