/** Which rule of a profile a refusal is of: by its text, and by what the rule finds in the tree. */
import type { ParsedStatement, Rule } from "@firstlight/query-processor";
import type { Refusal } from "./scratch-session.ts";

function says({ sqlstate, text }: Rule, refusal: Refusal): boolean {
  if (sqlstate !== refusal.sqlstate) return false;
  const [before = "", after] = text.split("{}");
  if (after === undefined) return refusal.message === text;
  return refusal.message.startsWith(before) && refusal.message.endsWith(after);
}

function finds({ statements, find }: Rule, statement: ParsedStatement | undefined): boolean {
  if (statement === undefined || !statements.includes(statement.tag)) return false;
  return find === undefined || find(statement.node, statement) !== undefined;
}

/** Undefined: the refusal is PostgreSQL's own. */
export function findRule(
  rules: readonly Rule[],
  refusal: Refusal,
  statement: ParsedStatement | undefined,
): Rule | undefined {
  const saying = rules.filter((rule) => says(rule, refusal));
  return saying.find((rule) => finds(rule, statement)) ?? saying[0];
}
