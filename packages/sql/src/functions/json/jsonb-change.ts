/**
 * jsonb_set, jsonb_set_lax, jsonb_insert and #-: changes at a path (jsonfuncs.c: setPath).
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import { invalidParameter } from "../errors.ts";
import type { ArrayValue, Datum, Jsonb, JsonbNode } from "../../values/datum.ts";
import { makeJsonb } from "../../values/jsonb.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";

type Change =
  | { readonly kind: "set"; readonly value: JsonbNode; readonly create: boolean }
  | { readonly kind: "insert"; readonly value: JsonbNode; readonly after: boolean }
  | { readonly kind: "delete" };

function pathStep(path: readonly Datum[], level: number): string {
  const step = path[level];
  if (typeof step === "string") return step;
  throw new SqlError("22004", `path element at position ${level + 1} is null`);
}

function change(node: JsonbNode, path: readonly Datum[], level: number, action: Change): JsonbNode {
  const step = pathStep(path, level);
  if (node.kind === "object") return changeObject(node.entries, path, level, step, action);
  if (node.kind === "array") return changeArray(node.items, path, level, step, action);
  return node;
}

function changeObject(
  entries: readonly (readonly [string, JsonbNode])[],
  path: readonly Datum[],
  level: number,
  key: string,
  action: Change,
): JsonbNode {
  const last = level === path.length - 1;
  const found = entries.some(([name]) => name === key);
  if (!last) {
    return {
      kind: "object",
      entries: entries.map(([name, value]) =>
        name === key ? [name, change(value, path, level + 1, action)] : [name, value],
      ),
    };
  }
  if (action.kind === "delete") {
    return { kind: "object", entries: entries.filter(([name]) => name !== key) };
  }
  if (found && action.kind === "insert") {
    throw invalidParameter(
      "cannot replace existing key",
      "Try using the function jsonb_set to replace key value.",
    );
  }
  const creates = found || action.kind === "insert" || action.create;
  return creates ? makeJsonbObject([...entries, [key, action.value]]) : { kind: "object", entries };
}

function arrayIndex(step: string, level: number): number {
  const index = /^\s*[+-]?\d+\s*$/.test(step) ? Number(step) : NaN;
  if (Number.isInteger(index) && Math.abs(index) <= 2147483648) return index;
  throw new SqlError("22P02", `path element at position ${level + 1} is not an integer: "${step}"`);
}

function changeArray(
  items: readonly JsonbNode[],
  path: readonly Datum[],
  level: number,
  step: string,
  action: Change,
): JsonbNode {
  const index = arrayIndex(step, level);
  const at = index < 0 ? items.length + index : index;
  const existing = items[at];
  const copy = [...items];
  if (level < path.length - 1) {
    if (existing !== undefined) copy[at] = change(existing, path, level + 1, action);
    return { kind: "array", items: copy };
  }
  if (existing === undefined) return { kind: "array", items: beyond(copy, at, action) };
  if (action.kind === "delete") copy.splice(at, 1);
  else if (action.kind === "set") copy[at] = action.value;
  else copy.splice(action.after ? at + 1 : at, 0, action.value);
  return { kind: "array", items: copy };
}

/** A position that the array does not have is its start or its end. */
function beyond(items: JsonbNode[], at: number, action: Change): JsonbNode[] {
  if (action.kind === "delete" || (action.kind === "set" && !action.create)) return items;
  return at < 0 ? [action.value, ...items] : [...items, action.value];
}

function apply(target: Jsonb, path: ArrayValue, verb: string, action: Change): Jsonb {
  if (path.dims.length > 1) throw new SqlError("2202E", "wrong number of array subscripts");
  const { root } = target;
  if (root.kind !== "object" && root.kind !== "array") {
    throw invalidParameter(`cannot ${verb} path in scalar`);
  }
  const isEmpty = (root.kind === "array" ? root.items : root.entries).length === 0;
  // What is not there need not be named rightly to be deleted.
  if (path.elements.length === 0 || (isEmpty && verb === "delete")) return target;
  return makeJsonb(change(root, path.elements, 0, action));
}

function set(target: Jsonb, path: ArrayValue, value: Jsonb, create: boolean): Jsonb {
  return apply(target, path, "set", { kind: "set", value: value.root, create });
}

function nullTreatment(target: Jsonb, path: ArrayValue, create: boolean, treatment: string): Jsonb {
  switch (treatment) {
    case "raise_exception":
      throw new SqlError("22004", "JSON value must not be null", {
        detail: 'Exception was raised because null_value_treatment is "raise_exception".',
        hint: "To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.",
      });
    case "use_json_null":
      return set(target, path, makeJsonb({ kind: "null" }), create);
    case "delete_key":
      return apply(target, path, "delete", { kind: "delete" });
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
    jsonb_set: (_, target: Jsonb, path: ArrayValue, value: Jsonb, create: boolean) =>
      set(target, path, value, create),
    jsonb_insert: (_, target: Jsonb, path: ArrayValue, value: Jsonb, after: boolean) =>
      apply(target, path, "set", { kind: "insert", value: value.root, after }),
    jsonb_delete_path: (_, target: Jsonb, path: ArrayValue) =>
      apply(target, path, "delete", { kind: "delete" }),
    jsonb_set_lax: (
      _,
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
      if (value !== null) return set(target, path, value, create);
      return nullTreatment(target, path, create, treatment);
    },
  });
}
