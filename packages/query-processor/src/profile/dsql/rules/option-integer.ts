/** The number of an option, which the grammar gives as Integer, Float or constant. */
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { constantText } from "../../../session/parse-fields.ts";

export function integerOf(node: ParseNode): number | undefined {
  const text = constantText(node);
  return text === undefined || !/^[+-]?\d+$/u.test(text) ? undefined : Number(text);
}
