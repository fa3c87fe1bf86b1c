/** json_agg, json_object_agg and their jsonb and _strict and _unique kin. */
import { SqlError } from "@firstlight/common";
import { implementationOf } from "../expression/implementations.ts";
import { textWriter } from "../expression/type-io.ts";
import { baseElementTypeOid, baseTypeOid, typeCategory, typeRow } from "../catalog/type-catalog.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Datum, Jsonb, JsonbNode } from "../values/datum.ts";
import { JoinedParts } from "../values/joined-parts.ts";
import { makeJsonb } from "../values/jsonb.ts";
import { MANY_MEMBERS, objectSteps } from "../values/jsonb-object-steps.ts";
import type { Steps } from "../functions/long-call.ts";
import { longCall, toEnd } from "../functions/long-call.ts";
import type { AggregateFunction } from "./aggregate-function.ts";

const TO_JSON = 3176;
const TO_JSONB = 3787;
const JSON_TYPE = 114;
const JSONB = 3802;

export interface JsonOptions {
  /** _strict: null values are left out. */
  readonly skipNulls: boolean;
  /** _unique: a key that comes twice is an error. */
  readonly uniqueKeys: boolean;
}

type ToJson = (context: EvaluationContext, value: Datum) => string;
type ToNode = (context: EvaluationContext, value: Datum) => JsonbNode;

function jsonOf(type: number): ToJson {
  const convert = implementationOf(TO_JSON, { argTypes: [type], resultType: JSON_TYPE });
  return (context, value) => (value === null ? "null" : (convert(context, value) as string));
}

function nodeOf(type: number): ToNode {
  const convert = implementationOf(TO_JSONB, { argTypes: [type], resultType: JSONB });
  return (context, value) =>
    value === null ? { kind: "null" } : (convert(context, value) as Jsonb).root;
}

function isComposite(type: number): boolean {
  const base = baseTypeOid(type);
  return baseElementTypeOid(type) !== 0 || base === 2249 || typeRow(base)?.kind === "c";
}

interface Texts {
  readonly parts: JoinedParts;
  readonly keys: Set<string>;
  started: boolean;
}

const noTexts = (): Texts => ({ parts: new JoinedParts(""), keys: new Set(), started: false });

function mergeTexts(state: Texts, other: Texts, separator: string): Texts {
  if (!state.parts.isEmpty && !other.parts.isEmpty) state.parts.push(separator);
  state.parts.append(other.parts);
  for (const key of other.keys) state.keys.add(key);
  state.started ||= other.started;
  return state;
}

/** Arrays and rows as elements start on a line of their own, as PostgreSQL prints them. */
export function jsonAgg(type: number, { skipNulls }: JsonOptions): AggregateFunction<Texts> {
  const toJson = jsonOf(type);
  const separator = isComposite(type) ? ", \n " : ", ";
  const append = ({ parts }: Texts, context: EvaluationContext, value: Datum): void => {
    if (!parts.isEmpty) parts.push(value === null ? ", " : separator);
    parts.push(toJson(context, value));
  };
  return {
    init: noTexts,
    add: (state, value, _, context) => {
      state.started = true;
      if (value !== null || !skipNulls) append(state, context, value);
      return state;
    },
    merge: (state, other) => mergeTexts(state, other, separator),
    result: (state) => (state.started ? `[${state.parts.text()}]` : null),
  };
}

function keyReader(
  type: number,
  nullKey: () => SqlError,
): (context: EvaluationContext, key: Datum) => string {
  const write = typeCategory(type) === "S" || type === 705 ? undefined : textWriter(type);
  return (context, key) => {
    if (key === null) throw nullKey();
    return write === undefined ? (key as string) : write(context, key);
  };
}

const nullJsonKey = (): SqlError => new SqlError("22004", "null value not allowed for object key");
const nullJsonbKey = (): SqlError => new SqlError("22023", "field name must not be null");

function duplicateKey(key: string): SqlError {
  return new SqlError("22030", `duplicate JSON object key value: ${JSON.stringify(key)}`);
}

export function jsonObjectAgg(
  [keyType = 0, valueType = 0]: readonly number[],
  { skipNulls, uniqueKeys }: JsonOptions,
): AggregateFunction<Texts> {
  const toJson = jsonOf(valueType);
  const readKey = keyReader(keyType, nullJsonKey);
  return {
    init: noTexts,
    add: (state, keyValue, value, context) => {
      state.started = true;
      const key = readKey(context, keyValue);
      if (uniqueKeys) {
        if (state.keys.has(key)) throw duplicateKey(key);
        state.keys.add(key);
      }
      if (value === null && skipNulls) return state;
      if (!state.parts.isEmpty) state.parts.push(", ");
      state.parts.push(`${JSON.stringify(key)} : ${toJson(context, value)}`);
      return state;
    },
    merge: (state, other) => mergeTexts(state, other, ", "),
    result: (state) => (state.started ? `{ ${state.parts.text()} }` : null),
  };
}

interface Nodes {
  readonly items: JsonbNode[];
  started: boolean;
}

export function jsonbAgg(type: number, { skipNulls }: JsonOptions): AggregateFunction<Nodes> {
  const toNode = nodeOf(type);
  return {
    init: () => ({ items: [], started: false }),
    add: (state, value, _, context) => {
      state.started = true;
      if (value !== null || !skipNulls) state.items.push(toNode(context, value));
      return state;
    },
    merge: (state, other) => {
      for (const item of other.items) state.items.push(item);
      state.started ||= other.started;
      return state;
    },
    result: (state) =>
      state.started ? { tag: "jsonb", root: { kind: "array", items: state.items.slice() } } : null,
  };
}

interface Entries {
  /** Of equal keys the last one counts: a map of very many would be moved as it grows. */
  readonly entries: (readonly [string, JsonbNode])[];
  /** All keys, when they must be unique: left out ones count. */
  readonly seen: Set<string>;
  started: boolean;
}

export function jsonbObjectAgg(
  [keyType = 0, valueType = 0]: readonly number[],
  { skipNulls, uniqueKeys }: JsonOptions,
): AggregateFunction<Entries> {
  const toNode = nodeOf(valueType);
  const readKey = keyReader(keyType, nullJsonbKey);
  const see = (state: Entries, key: string): void => {
    if (uniqueKeys && state.seen.has(key)) {
      throw new SqlError("22030", "duplicate JSON object key value");
    }
    if (uniqueKeys) state.seen.add(key);
  };
  return {
    init: () => ({ entries: [], seen: new Set(), started: false }),
    add: (state, keyValue, value, context) => {
      state.started = true;
      const key = readKey(context, keyValue);
      see(state, key);
      if (value !== null || !skipNulls) state.entries.push([key, toNode(context, value)]);
      return state;
    },
    merge: (state, other) => {
      for (const key of other.seen) see(state, key);
      for (const entry of other.entries) state.entries.push(entry);
      state.started ||= other.started;
      return state;
    },
    hasLongResult: true,
    result: (state, context) => {
      if (!state.started) return null;
      const entries = state.entries.slice();
      const steps = (): Steps<JsonbNode> => objectSteps(entries);
      const isLong = entries.length > MANY_MEMBERS;
      return makeJsonb(isLong ? longCall(context, steps) : toEnd(steps()));
    },
  };
}
