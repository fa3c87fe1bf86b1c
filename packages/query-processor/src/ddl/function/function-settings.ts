/** SET and RESET clauses of a function: its proconfig (update_proconfig_value). */
import { SETTING_TABLE, SqlError } from "@firstlight/common";
import { asTag, child, int, list, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";

function quotedPart(text: string): string {
  return /^[a-z_][a-z0-9_$]*$/u.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

function constantText(node: ParseNode): string {
  const cast = asTag(node, "TypeCast");
  const constant = asTag(cast === undefined ? node : child(cast, "arg"), "A_Const") ?? {};
  const text = child(constant, "sval");
  if (text !== undefined) return string(text, "sval");
  const whole = child(constant, "ival");
  if (whole !== undefined) return String(int(whole, "ival"));
  const decimal = child(constant, "fval");
  if (decimal !== undefined) return string(decimal, "fval");
  const flag = child(constant, "boolval");
  return flag?.["boolval"] === true ? "true" : "false";
}

const LISTS: ReadonlySet<string> = new Set(["search_path", "datestyle"]);

function valueOf(context: DdlContext, name: string, statement: ParseNode): string | undefined {
  switch (string(statement, "kind")) {
    case "VAR_SET_VALUE": {
      const parts = list(statement, "args").map(constantText);
      return LISTS.has(name) ? parts.map(quotedPart).join(", ") : parts.join(", ");
    }
    case "VAR_SET_CURRENT":
      return context.evaluation().session?.getSetting(name);
    default:
      return undefined;
  }
}

const KNOWN: ReadonlySet<string> = new Set(SETTING_TABLE.map(({ name }) => name.toLowerCase()));

function canonicalName(written: string): string {
  const name = written.toLowerCase();
  if (name.includes(".")) return name;
  if (!KNOWN.has(name)) {
    throw new SqlError("42704", `unrecognized configuration parameter "${written}"`);
  }
  return name;
}

/** The list after these clauses; undefined when nothing is set. */
export function changedSettings(
  context: DdlContext,
  before: readonly string[] | undefined,
  clauses: readonly ParseNode[],
): readonly string[] | undefined {
  const settings = new Map(
    (before ?? []).map((each) => {
      const at = each.indexOf("=");
      return [each.slice(0, at), each.slice(at + 1)];
    }),
  );
  for (const clause of clauses) {
    if (string(clause, "kind") === "VAR_RESET_ALL") {
      settings.clear();
      continue;
    }
    const name = canonicalName(string(clause, "name"));
    const value = valueOf(context, name, clause);
    if (value === undefined) settings.delete(name);
    else settings.set(name, value);
  }
  if (settings.size === 0) return undefined;
  return [...settings].map(([name, value]) => `${name}=${value}`);
}
