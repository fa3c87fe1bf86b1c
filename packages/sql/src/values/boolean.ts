/**
 * Text forms of boolean: any unambiguous prefix of true, false, yes, no, on, off, and 1 and 0.
 */
import { SqlError } from "@firstlight/common";
import { trimSpaces } from "./numeric.ts";

export function parseBoolean(text: string): boolean {
  if (text === "t" || text === "true") return true;
  if (text === "f" || text === "false") return false;
  const value = booleanFromWord(trimSpaces(text).toLowerCase());
  if (value === undefined) {
    throw new SqlError("22P02", `invalid input syntax for type boolean: "${text}"`);
  }
  return value;
}

/** parse_bool: undefined for what is no boolean. `word` is lower case. */
export function booleanFromWord(word: string): boolean | undefined {
  if (word === "") return undefined;
  if ("true".startsWith(word) || "yes".startsWith(word) || word === "on" || word === "1") {
    return true;
  }
  const no = "false".startsWith(word) || "no".startsWith(word) || word === "0";
  return no || word === "of" || word === "off" ? false : undefined;
}
