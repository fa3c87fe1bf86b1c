/**
 * The rules by the date at which the service was seen to follow them. A new set begins as the newest
 * one with what has changed; old sets stay, for those whose cluster's Region is behind.
 */
import type { Limit } from "../limits.ts";
import { DSQL_LIMITS } from "./limits.ts";
import type { Rule } from "./rule.ts";
import { ALTER_TABLE_RULES } from "./rules/alter-table-rules.ts";
import { INDEX_RULES } from "./rules/index-rules.ts";
import { OBJECT_RULES } from "./rules/object-rules.ts";
import { QUERY_RULES } from "./rules/query-rules.ts";
import { SESSION_RULES } from "./rules/session-rules.ts";
import { STATEMENT_RULES } from "./rules/statement-rules.ts";
import { TABLE_RULES } from "./rules/table-rules.ts";
import { TRANSACTION_RULES } from "./rules/transaction-rules.ts";

export interface RuleSet {
  /** Year and month. */
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly limits: readonly Limit[];
}

/** In the order in which they are asked: what is refused as a whole first, types of columns last. */
const RULES: readonly Rule[] = [
  ...STATEMENT_RULES,
  ...TRANSACTION_RULES,
  ...ALTER_TABLE_RULES,
  ...TABLE_RULES,
  ...INDEX_RULES,
  ...OBJECT_RULES,
  ...QUERY_RULES,
  ...SESSION_RULES,
];

/** The newest first. */
export const RULE_SETS: readonly RuleSet[] = [
  { version: "2026.09", rules: RULES, limits: DSQL_LIMITS },
];
