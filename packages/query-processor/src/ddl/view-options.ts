/** WITH (...) of views: security_barrier, security_invoker, check_option. */
import { SqlError } from "@firstlight/common";
import { asTag, child, flag, int, optionalString, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

export type ViewOptions = Readonly<Record<string, string>>;

/** The value of a DefElem as it is written; "true" where there is none. */
export function optionText(option: ParseNode): string {
  const arg = child(option, "arg");
  if (arg === undefined) return "true";
  const integer = asTag(arg, "Integer");
  if (integer !== undefined) return String(int(integer, "ival"));
  const float = asTag(arg, "Float");
  if (float !== undefined) return string(float, "fval");
  const boolean = asTag(arg, "Boolean");
  if (boolean !== undefined) return String(flag(boolean, "boolval"));
  const names = asTag(arg, "TypeName")?.["names"];
  const parts = Array.isArray(names) ? (names as ParseNode[]).map(stringValue) : [];
  return stringValue(arg) ?? parts.at(-1) ?? "";
}

const BOOLEANS: ReadonlySet<string> = new Set(["security_barrier", "security_invoker"]);
const TRUE = /^(t|tr|tru|true|y|ye|yes|on|1)$/iu;
const FALSE = /^(f|fa|fal|fals|false|n|no|of|off|0)$/iu;

function refuseUnknown(name: string, namespace: string | undefined): void {
  if (namespace !== undefined) {
    throw new SqlError("22023", `unrecognized parameter namespace "${namespace}"`);
  }
  if (BOOLEANS.has(name) || name === "check_option") return;
  throw new SqlError("22023", `unrecognized parameter "${name}"`);
}

function checkValue(name: string, value: string): void {
  if (BOOLEANS.has(name)) {
    if (TRUE.test(value) || FALSE.test(value)) return;
    throw new SqlError("22023", `invalid value for boolean option "${name}": ${value}`);
  }
  if (/^(local|cascaded)$/iu.test(value)) return;
  throw new SqlError("22023", `invalid value for enum option "check_option": ${value}`, {
    detail: 'Valid values are "local" and "cascaded".',
  });
}

/** 22023 for a parameter of WITH (...) that is given again. */
export function noteOnce(seen: Set<string>, name: string): void {
  if (seen.has(name)) throw new SqlError("22023", `parameter "${name}" specified more than once`);
  seen.add(name);
}

/** Options over those that were there before. */
export function readViewOptions(
  nodes: readonly ParseNode[],
  before: ViewOptions = {},
): Record<string, string> {
  const options: Record<string, string> = { ...before };
  const seen = new Set<string>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem") ?? {};
    const name = string(option, "defname");
    const value = optionText(option);
    refuseUnknown(name, optionalString(option, "defnamespace"));
    noteOnce(seen, name);
    checkValue(name, value);
    options[name] = value;
  }
  return options;
}

export function isOn(options: ViewOptions | undefined, name: string): boolean {
  const value = options?.[name];
  return value !== undefined && TRUE.test(value);
}

export function checkOptionOf(options: ViewOptions | undefined): "local" | "cascaded" | undefined {
  const value = options?.["check_option"]?.toLowerCase();
  return value === "local" || value === "cascaded" ? value : undefined;
}
