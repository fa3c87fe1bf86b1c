/** Options in parentheses, as of VACUUM and REINDEX. */
import { asTag, child, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

const OFF = new Set(["false", "off", "0"]);

/** Whether a boolean option is on: alone, or with a value that says so. */
export function isOn(option: ParseNode): boolean {
  const arg = child(option, "arg");
  const text = stringValue(arg) ?? "";
  const integer = asTag(arg, "Integer");
  if (integer !== undefined) return integer["ival"] !== undefined && integer["ival"] !== 0;
  return !OFF.has(text.toLowerCase());
}
