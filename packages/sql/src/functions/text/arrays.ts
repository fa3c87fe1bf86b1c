/**
 * string_to_array(), string_to_table() and array_to_string().
 */
import { registerFunctions, registerPolymorphic, registerSetReturning } from "../registry.ts";
import { outputFunction } from "../output.ts";
import type { OutputFunction } from "../output.ts";
import { textArray } from "../array/build.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { baseElementTypeOid } from "../../catalog/type-catalog.ts";
import type { ArrayValue } from "../../values/datum.ts";
import { LONG, PLAIN_STEP, flatten, longCall, piecesOf, toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { characters } from "./characters.ts";
import { placesOf } from "./long-search.ts";

/** A null separator splits into characters, an empty one does not split. */
function split(text: string, separator: string | null, nullText: string | null): (string | null)[] {
  if (text === "") return [];
  const parts =
    separator === null ? characters(text) : separator === "" ? [text] : text.split(separator);
  return nullText === null ? parts : parts.map((part) => (part === nullText ? null : part));
}

function splitToArray(
  context: EvaluationContext,
  text: string | null,
  separator: string | null,
  nullText: string | null,
): ArrayValue | null {
  return text === null ? null : textArray(splitParts(context, text, separator, nullText));
}

function splitParts(
  context: EvaluationContext,
  text: string,
  separator: string | null,
  nullText: string | null,
): readonly (string | null)[] {
  if (text.length <= LONG || separator === "") return split(text, separator, nullText);
  return longCall(context, () =>
    separator === null ? splitCharacters(text, nullText) : splitLong(text, separator, nullText),
  );
}

type Parts = readonly (string | null)[];

function* splitCharacters(text: string, nullText: string | null): Steps<Parts> {
  yield* flatten(text);
  const parts: (string | null)[] = [];
  for (const piece of piecesOf(text, PLAIN_STEP)) {
    for (const part of characters(piece)) parts.push(part === nullText ? null : part);
    yield;
  }
  return parts;
}

function* splitLong(text: string, separator: string, nullText: string | null): Steps<Parts> {
  yield* flatten(text);
  const parts: (string | null)[] = [];
  let from = 0;
  const add = (part: string): number => parts.push(part === nullText ? null : part);
  for (const at of placesOf(text, separator)) {
    if (at !== undefined) {
      add(text.slice(from, at));
      from = at + separator.length;
    }
    if (at === undefined || parts.length % PLAIN_STEP === 0) yield;
  }
  add(text.slice(from));
  return parts;
}

const JOINED_PER_STEP = 8_192;

function join(
  context: EvaluationContext,
  output: OutputFunction,
  array: ArrayValue,
  separator: string,
  nullText: string | null,
): string {
  const { elements } = array;
  const some = function* joined(): Steps<string> {
    const parts: string[] = [];
    for (const [at, element] of elements.entries()) {
      if (at % JOINED_PER_STEP === JOINED_PER_STEP - 1) yield;
      if (element !== null) parts.push(output(context, element));
      else if (nullText !== null) parts.push(nullText);
    }
    return parts.join(separator);
  };
  return elements.length > JOINED_PER_STEP ? longCall(context, some) : toEnd(some());
}

const ANYARRAY = 2277;

/** Columns of anyarray, as in pg_stats, say with each value what it is an array of. */
function elementOutput(type: number): (array: ArrayValue) => OutputFunction {
  if (type === ANYARRAY) return ({ elementType }) => outputFunction(elementType);
  const output = outputFunction(baseElementTypeOid(type));
  return () => output;
}

export function registerTextArrays(): void {
  registerFunctions({
    text_to_array: (context, text: string | null, separator: string | null) =>
      splitToArray(context, text, separator, null),
    text_to_array_null: (
      context,
      text: string | null,
      separator: string | null,
      nil: string | null,
    ) => splitToArray(context, text, separator, nil),
  });
  registerPolymorphic({
    array_to_text: ({ argTypes }) => {
      const output = elementOutput(argTypes[0] ?? 0);
      return (context, array: ArrayValue, separator: string) =>
        join(context, output(array), array, separator, null);
    },
    array_to_text_null: ({ argTypes }) => {
      const output = elementOutput(argTypes[0] ?? 0);
      return (context, array: ArrayValue | null, separator: string | null, nil: string | null) =>
        array === null || separator === null
          ? null
          : join(context, output(array), array, separator, nil);
    },
  });
  registerSetReturning({
    text_to_table: () => (context, text: string | null, separator: string | null) =>
      text === null ? [] : splitParts(context, text, separator, null),
    text_to_table_null:
      () => (context, text: string | null, separator: string | null, nil: string | null) =>
        text === null ? [] : splitParts(context, text, separator, nil),
  });
}
