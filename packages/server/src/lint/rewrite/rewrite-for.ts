/** The rewrite of a refused statement, by the rule that refuses it. */
import type { ParsedStatement } from "@firstlight/query-processor";
import type { Refusal } from "../scratch-session.ts";
import { ALTER_REWRITES } from "./alter-rewrites.ts";
import { INDEX_REWRITES } from "./index-rewrites.ts";
import type { Rewrite, Rewriter } from "./rewrite.ts";
import { edited } from "./rewrite.ts";
import { STATEMENT_REWRITES } from "./statement-rewrites.ts";
import { TABLE_REWRITES } from "./table-rewrites.ts";

const BY_RULE: Readonly<Record<string, Rewriter>> = {
  ...ALTER_REWRITES,
  ...INDEX_REWRITES,
  ...STATEMENT_REWRITES,
  ...TABLE_REWRITES,
};

/** Rules that have an equivalent for some statement at least. */
export const REWRITTEN_RULES: readonly string[] = Object.keys(BY_RULE);

/** Functions of extensions that the server has under another name. */
const randomUuid = edited((edits) => {
  for (const { at } of edits.places("uuid_generate_v4")) {
    edits.replace(at, at + 1, "gen_random_uuid");
  }
});

export function rewriteFor(
  rule: string | undefined,
  refusal: Refusal,
  statement: ParsedStatement,
): Rewrite | undefined {
  if (rule !== undefined) return BY_RULE[rule]?.(statement);
  return refusal.message.includes("uuid_generate_v4") ? randomUuid(statement) : undefined;
}
