/** JSON_OBJECT, JSON_ARRAY and IS JSON of the SQL standard, as PostgreSQL evaluates them. */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { JSONB } from "../../types/oids.ts";
import type { Datum, Jsonb, JsonbNode } from "../../values/datum.ts";
import { checkJson } from "../../values/json-parser.ts";
import { makeJsonb, quoteJson } from "../../values/jsonb.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";
import { invalidParameter } from "../errors.ts";
import { type RawNode, readRaw } from "./raw.ts";
import { jsonWriter, keyWriter } from "./serialize.ts";
import { NULL_NODE, nodeMaker } from "./to-jsonb.ts";

export interface JsonConstruction {
  readonly construct: "object" | "array";
  readonly absentOnNull: boolean;
  readonly uniqueKeys: boolean;
  /** json or jsonb. */
  readonly type: number;
}

export type JsonMaker = (context: EvaluationContext, args: readonly Datum[]) => Datum;

type Write<T> = (context: EvaluationContext, value: Datum) => T;

function duplicateKey(key: string, isBinary: boolean): SqlError {
  const named = isBinary ? "" : `: ${quoteJson(key)}`;
  return new SqlError("22030", `duplicate JSON object key value${named}`);
}

function nullKey(index: number, isBinary: boolean): SqlError {
  if (isBinary) return invalidParameter(`argument ${index + 1}: key must not be null`);
  return new SqlError("22004", "null value not allowed for object key");
}

/** Keys of members that are left out count as well when they must be unique. */
function membersOf<T>(
  { absentOnNull, uniqueKeys, type }: JsonConstruction,
  keys: readonly (Write<string> | undefined)[],
  values: readonly (Write<T> | undefined)[],
): (context: EvaluationContext, args: readonly Datum[]) => (readonly [string, T])[] {
  const isBinary = type === JSONB;
  return (context, args) => {
    const members: (readonly [string, T])[] = [];
    const seen = new Set<string>();
    for (let i = 0; i + 1 < args.length; i += 2) {
      const [keyValue = null, value = null] = [args[i], args[i + 1]];
      if (keyValue === null) throw nullKey(i, isBinary);
      const key = keys[i]?.(context, keyValue) ?? "";
      if (uniqueKeys && seen.has(key)) throw duplicateKey(key, isBinary);
      seen.add(key);
      const written = values[i + 1];
      if (written === undefined || (absentOnNull && value === null)) continue;
      members.push([key, written(context, value)]);
    }
    return members;
  };
}

function objectMaker(construction: JsonConstruction, argTypes: readonly number[]): JsonMaker {
  const keys = argTypes.map((type, i) => (i % 2 === 0 ? keyWriter(type) : undefined));
  if (construction.type === JSONB) {
    const makers = argTypes.map((type, i) => (i % 2 === 1 ? nodeMaker(type) : undefined));
    const members = membersOf<JsonbNode>(construction, keys, makers);
    return (context, args) => makeJsonb(makeJsonbObject(members(context, args)));
  }
  const writers = argTypes.map((type, i) => (i % 2 === 1 ? jsonWriter(type) : undefined));
  const members = membersOf<string>(construction, keys, writers);
  return (context, args) => {
    const texts = members(context, args).map(([key, value]) => `${quoteJson(key)} : ${value}`);
    return `{${texts.join(", ")}}`;
  };
}

function arrayMaker(
  { absentOnNull, type }: JsonConstruction,
  argTypes: readonly number[],
): JsonMaker {
  function itemsOf<T>(
    context: EvaluationContext,
    args: readonly Datum[],
    by: readonly Write<T>[],
  ): T[] {
    return args.flatMap((arg, i) => {
      const write = by[i];
      return write === undefined || (absentOnNull && arg === null) ? [] : [write(context, arg)];
    });
  }
  if (type === JSONB) {
    const makers = argTypes.map((each) => nodeMaker(each));
    const orNull = makers.map(
      (make): Write<JsonbNode> =>
        (context, value) =>
          value === null ? NULL_NODE : make(context, value),
    );
    return (context, args) => makeJsonb({ kind: "array", items: itemsOf(context, args, orNull) });
  }
  const writers = argTypes.map((each): Write<string> => {
    const write = jsonWriter(each);
    return (context, value) => write(context, value);
  });
  return (context, args) => `[${itemsOf(context, args, writers).join(", ")}]`;
}

export function jsonMaker(construction: JsonConstruction, argTypes: readonly number[]): JsonMaker {
  return construction.construct === "object"
    ? objectMaker(construction, argTypes)
    : arrayMaker(construction, argTypes);
}

export type JsonItem = "any" | "object" | "array" | "scalar";

function isOfItem(kind: string, item: JsonItem): boolean {
  if (item === "any") return true;
  return item === "scalar" ? kind !== "object" && kind !== "array" : kind === item;
}

function hasUniqueKeys(node: RawNode): boolean {
  const keys = new Set(node.members.map(([key]) => key));
  if (keys.size !== node.members.length) return false;
  return [...node.members.map(([, value]) => value), ...node.items].every(hasUniqueKeys);
}

/** Null for what is no JSON. */
function rawOf(text: string): RawNode | null {
  try {
    return readRaw(checkJson(text));
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}

/** `value` is text, json or jsonb. */
export function isJson(
  type: number,
  value: Datum,
  { item, uniqueKeys }: { readonly item: JsonItem; readonly uniqueKeys: boolean },
): boolean {
  if (type === JSONB) return isOfItem((value as Jsonb).root.kind, item);
  const raw = rawOf(value as string);
  return raw !== null && isOfItem(raw.kind, item) && (!uniqueKeys || hasUniqueKeys(raw));
}
