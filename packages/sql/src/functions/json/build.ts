/**
 * Functions that make JSON: to_json, row_to_json, json_build_array, json_build_object, json_object
 * and their jsonb twins.
 */
import { SqlError } from "@firstlight/common";
import { registerFunctions, registerPolymorphic } from "../registry.ts";
import type { CallTypes, Implementation } from "../registry.ts";
import { invalidParameter } from "../errors.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { longIfMore } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { RECORD } from "../../types/oids.ts";
import type { ArrayValue, Datum, JsonbNode } from "../../values/datum.ts";
import { makeJsonb, quoteJson } from "../../values/jsonb.ts";
import { objectSteps } from "../../values/jsonb-object-steps.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";
import { jsonWriter, keyWriter, quotedJson } from "./serialize.ts";
import { NULL_NODE, nodeMaker } from "./to-jsonb.ts";

function toJson({ argTypes }: CallTypes): Implementation {
  const write = jsonWriter(argTypes[0] ?? 0);
  return (context, value: Datum, pretty?: boolean) => write(context, value, pretty);
}

function recordToJson({ argTypes }: CallTypes): Implementation {
  const write = jsonWriter(argTypes[0] ?? RECORD);
  return (context, value: Datum, pretty?: boolean) => write(context, value, pretty);
}

function oddArguments(name: string): SqlError {
  return invalidParameter(
    "argument list must have even number of elements",
    `The arguments of ${name}() must consist of alternating keys and values.`,
  );
}

function nullKey(): SqlError {
  return new SqlError("22004", "null value not allowed for object key");
}

type Pair<T> = readonly [key: string, value: T];

/** Pairs of alternating arguments, values written by `write`. */
function pairs<T>(
  name: string,
  types: readonly number[],
  writer: (type: number) => (context: EvaluationContext, value: Datum) => T,
  missingKey: (index: number) => SqlError,
): (context: EvaluationContext, args: readonly Datum[]) => Pair<T>[] {
  const keys = types.map((type) => keyWriter(type));
  const values = types.map((type) => writer(type));
  return (context, args) => {
    if (args.length % 2 !== 0) throw oddArguments(name);
    const result: Pair<T>[] = [];
    for (let index = 0; index < args.length; index += 2) {
      const key = args[index] ?? null;
      if (key === null) throw missingKey(index);
      const write = values[index + 1];
      const name = keys[index];
      if (write === undefined || name === undefined) break;
      result.push([name(context, key), write(context, args[index + 1] ?? null)]);
    }
    return result;
  };
}

function jsonText(members: readonly Pair<string>[]): string {
  return `{${members.map(([key, value]) => `${quoteJson(key)} : ${value}`).join(", ")}}`;
}

function jsonBuildObject({ argTypes }: CallTypes): Implementation {
  const build = pairs("json_build_object", argTypes, jsonWriter, nullKey);
  return (context, ...args: Datum[]) => jsonText(build(context, args));
}

function jsonbBuildObject({ argTypes }: CallTypes): Implementation {
  const missing = (index: number): SqlError =>
    invalidParameter(`argument ${index + 1}: key must not be null`);
  const build = pairs("jsonb_build_object", argTypes, nodeMaker, missing);
  return (context, ...args: Datum[]) => makeJsonb(makeJsonbObject(build(context, args)));
}

function jsonBuildArray({ argTypes }: CallTypes): Implementation {
  const writers = argTypes.map((type) => jsonWriter(type));
  return (context, ...args: Datum[]) =>
    `[${args.map((arg, index) => writers[index]?.(context, arg) ?? "null").join(", ")}]`;
}

function jsonbBuildArray({ argTypes }: CallTypes): Implementation {
  const makers = argTypes.map((type) => nodeMaker(type));
  return (context, ...args: Datum[]) =>
    makeJsonb({
      kind: "array",
      items: args.map((arg, index) => makers[index]?.(context, arg) ?? NULL_NODE),
    });
}

/** Members made between two looks at the clock. */
const MEMBERS_PER_STEP = 1024;

/** Keys and values of a text array that alternates them or has two columns. */
function* alternating(array: ArrayValue): Steps<Pair<string | null>[]> {
  const [rows = 0, columns] = array.dims;
  if (array.dims.length === 1 && rows % 2 !== 0) {
    throw new SqlError("2202E", "array must have even number of elements");
  }
  if (array.dims.length === 2 && columns !== 2) {
    throw new SqlError("2202E", "array must have two columns");
  }
  if (array.dims.length > 2) throw new SqlError("2202E", "wrong number of array subscripts");
  const { elements } = array;
  return yield* textPairs(elements.length / 2, (at) => [elements[at * 2], elements[at * 2 + 1]]);
}

type MaybeDatum = Datum | undefined;

function* textPairs(
  count: number,
  pairAt: (at: number) => readonly [MaybeDatum, MaybeDatum],
): Steps<Pair<string | null>[]> {
  const pairs: Pair<string | null>[] = [];
  for (let at = 0; at < count; at++) {
    const [key, value] = pairAt(at);
    if (typeof key !== "string") throw nullKey();
    pairs.push([key, typeof value === "string" ? value : null]);
    if (at % MEMBERS_PER_STEP === MEMBERS_PER_STEP - 1) yield;
  }
  return pairs;
}

function* zipped(keys: ArrayValue, values: ArrayValue): Steps<Pair<string | null>[]> {
  if (keys.dims.length > 1 || keys.dims.length !== values.dims.length) {
    throw new SqlError("2202E", "wrong number of array subscripts");
  }
  if (keys.elements.length !== values.elements.length) {
    throw new SqlError("2202E", "mismatched array dimensions");
  }
  return yield* textPairs(keys.elements.length, (at) => [keys.elements[at], values.elements[at]]);
}

function textMembers(context: EvaluationContext, members: Steps<Pair<string | null>[]>): string {
  const quoted = (text: string | null): string =>
    text === null ? "null" : quotedJson(context, text);
  return longIfMore(context, function* () {
    const texts: string[] = [];
    let parts: string[] = [];
    for (const [at, [key, value]] of (yield* members).entries()) {
      parts.push(`${at > 0 ? ", " : ""}${quoteJson(key)} : ${quoted(value)}`);
      if (parts.length < MEMBERS_PER_STEP) continue;
      texts.push(parts.join(""));
      parts = [];
      yield;
    }
    return `{${texts.join("")}${parts.join("")}}`;
  });
}

function nodeMembers(context: EvaluationContext, members: Steps<Pair<string | null>[]>): Datum {
  const object = longIfMore(context, function* () {
    const nodes: Pair<JsonbNode>[] = [];
    for (const [key, value] of yield* members) {
      nodes.push([key, value === null ? NULL_NODE : { kind: "string", value }]);
      if (nodes.length % MEMBERS_PER_STEP === 0) yield;
    }
    return yield* objectSteps(nodes);
  });
  return makeJsonb(object);
}

export function registerJsonBuilding(): void {
  registerPolymorphic({
    to_json: toJson,
    array_to_json: toJson,
    array_to_json_pretty: toJson,
    row_to_json: recordToJson,
    row_to_json_pretty: recordToJson,
    json_build_object: jsonBuildObject,
    jsonb_build_object: jsonbBuildObject,
    json_build_array: jsonBuildArray,
    jsonb_build_array: jsonbBuildArray,
    to_jsonb: ({ argTypes }) => {
      const make = nodeMaker(argTypes[0] ?? 0);
      return (context, value: Datum) => makeJsonb(make(context, value));
    },
  });
  registerFunctions({
    json_build_object_noargs: () => "{}",
    json_build_array_noargs: () => "[]",
    jsonb_build_object_noargs: () => makeJsonb(makeJsonbObject([])),
    jsonb_build_array_noargs: () => makeJsonb({ kind: "array", items: [] }),
    json_object: (context, array: ArrayValue) => textMembers(context, alternating(array)),
    json_object_two_arg: (context, keys: ArrayValue, values: ArrayValue) =>
      textMembers(context, zipped(keys, values)),
    jsonb_object: (context, array: ArrayValue) => nodeMembers(context, alternating(array)),
    jsonb_object_two_arg: (context, keys: ArrayValue, values: ArrayValue) =>
      nodeMembers(context, zipped(keys, values)),
  });
}
