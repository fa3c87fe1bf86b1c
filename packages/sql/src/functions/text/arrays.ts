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
import { characters } from "./characters.ts";

/** A null separator splits into characters, an empty one does not split. */
function split(text: string, separator: string | null, nullText: string | null): (string | null)[] {
  if (text === "") return [];
  const parts =
    separator === null ? characters(text) : separator === "" ? [text] : text.split(separator);
  return nullText === null ? parts : parts.map((part) => (part === nullText ? null : part));
}

function splitToArray(
  text: string | null,
  separator: string | null,
  nullText: string | null,
): ArrayValue | null {
  return text === null ? null : textArray(split(text, separator, nullText));
}

function join(
  context: EvaluationContext,
  output: OutputFunction,
  array: ArrayValue,
  separator: string,
  nullText: string | null,
): string {
  const parts: string[] = [];
  for (const element of array.elements) {
    if (element !== null) parts.push(output(context, element));
    else if (nullText !== null) parts.push(nullText);
  }
  return parts.join(separator);
}

export function registerTextArrays(): void {
  registerFunctions({
    text_to_array: (_, text: string | null, separator: string | null) =>
      splitToArray(text, separator, null),
    text_to_array_null: (_, text: string | null, separator: string | null, nil: string | null) =>
      splitToArray(text, separator, nil),
  });
  registerPolymorphic({
    array_to_text: ({ argTypes }) => {
      const output = outputFunction(baseElementTypeOid(argTypes[0] ?? 0));
      return (context, array: ArrayValue, separator: string) =>
        join(context, output, array, separator, null);
    },
    array_to_text_null: ({ argTypes }) => {
      const output = outputFunction(baseElementTypeOid(argTypes[0] ?? 0));
      return (context, array: ArrayValue | null, separator: string | null, nil: string | null) =>
        array === null || separator === null ? null : join(context, output, array, separator, nil);
    },
  });
  registerSetReturning({
    text_to_table: () => (_, text: string | null, separator: string | null) =>
      text === null ? [] : split(text, separator, null),
    text_to_table_null:
      () => (_, text: string | null, separator: string | null, nil: string | null) =>
        text === null ? [] : split(text, separator, nil),
  });
}
