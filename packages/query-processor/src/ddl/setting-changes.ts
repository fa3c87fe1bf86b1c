/**
 * Lists of name=value that are stored with an object and apply while it is at work: those of roles,
 * databases and functions. SET, SET ... FROM CURRENT and RESET change them (GUCArrayAdd and its kin).
 */
import { SETTING_TABLE, parseSetting } from "@firstlight/common";
import { list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { settingText } from "../parse/setting-text.ts";
import { isSuperuser } from "../privileges/memberships.ts";
import { CUSTOM_NAME, notAssignable } from "../session/session-settings.ts";
import { checkMayChange } from "../session/setting-permission.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf, ownerOf } from "./ddl-context.ts";

const DEFINITIONS = new Map(SETTING_TABLE.map((each) => [each.name.toLowerCase(), each]));

function canonicalName(written: string): string {
  const known = DEFINITIONS.get(written.toLowerCase());
  if (known !== undefined) return known.name;
  if (CUSTOM_NAME.test(written)) return written;
  throw notAssignable(written);
}

function valueOf(context: DdlContext, name: string, clause: ParseNode): string | undefined {
  switch (string(clause, "kind")) {
    case "VAR_SET_VALUE":
      return settingText(name, list(clause, "args"));
    case "VAR_SET_CURRENT":
      return context.evaluation().session?.getSetting(name);
    default:
      return undefined;
  }
}

export function settingEntries(config: readonly string[]): readonly (readonly [string, string])[] {
  return config.map((each) => {
    const at = each.indexOf("=");
    return [each.slice(0, at), each.slice(at + 1)];
  });
}

/** What the user could not set for itself it cannot store either. */
function check(context: DdlContext, name: string, value: string | undefined): void {
  const definition = DEFINITIONS.get(name.toLowerCase());
  if (definition === undefined) return;
  const superuser = isSuperuser(imageOf(context), ownerOf(context));
  checkMayChange(definition, { isSuperuser: superuser, atStart: false });
  if (value !== undefined) parseSetting(definition, value, definition.default);
}

/** The list after these clauses; undefined when nothing is set. */
export function changedSettings(
  context: DdlContext,
  before: readonly string[] | undefined,
  clauses: readonly ParseNode[],
): readonly string[] | undefined {
  const settings = new Map(settingEntries(before ?? []));
  for (const clause of clauses) {
    if (string(clause, "kind") === "VAR_RESET_ALL") {
      settings.clear();
      continue;
    }
    const name = canonicalName(string(clause, "name"));
    const value = valueOf(context, name, clause);
    check(context, name, value);
    if (value === undefined) settings.delete(name);
    else settings.set(name, value);
  }
  if (settings.size === 0) return undefined;
  return [...settings].map(([name, value]) => `${name}=${value}`);
}
