/**
 * The rules by the date at which the service was seen to follow them. A new set begins as the newest
 * one with what has changed; old sets stay, for those whose cluster's Region is behind.
 */
import type { Limit } from "../limits.ts";
import { DSQL_LIMITS } from "./limits.ts";
import type { Rule } from "./rule.ts";
import { TRANSACTION_RULES } from "./rules/transaction-rules.ts";

export interface RuleSet {
  /** Year and month. */
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly limits: readonly Limit[];
}

/** The newest first. */
export const RULE_SETS: readonly RuleSet[] = [
  { version: "2026.09", rules: TRANSACTION_RULES, limits: DSQL_LIMITS },
];
