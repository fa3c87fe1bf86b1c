/** Counters of tables, indexes and functions: nothing is counted here, so they are unknown. */
import type { Implementation } from "./registry.ts";
import { registerFunctions } from "./registry.ts";

const COUNTERS: readonly string[] = [
  "analyze_count",
  "autoanalyze_count",
  "autovacuum_count",
  "dead_tuples",
  "function_calls",
  "function_self_time",
  "function_total_time",
  "ins_since_vacuum",
  "last_analyze_time",
  "last_autoanalyze_time",
  "last_autovacuum_time",
  "last_vacuum_time",
  "lastscan",
  "live_tuples",
  "mod_since_analyze",
  "numscans",
  "tuples_deleted",
  "tuples_fetched",
  "tuples_hot_updated",
  "tuples_inserted",
  "tuples_newpage_updated",
  "tuples_returned",
  "tuples_updated",
  "vacuum_count",
  "xact_function_calls",
  "xact_function_self_time",
  "xact_function_total_time",
  "xact_numscans",
  "xact_tuples_deleted",
  "xact_tuples_fetched",
  "xact_tuples_hot_updated",
  "xact_tuples_inserted",
  "xact_tuples_newpage_updated",
  "xact_tuples_returned",
  "xact_tuples_updated",
];

/** Rows are in no blocks. */
const NONE: readonly string[] = ["blocks_fetched", "blocks_hit"];

const unknown: Implementation = () => null;

export function registerStatistics(): void {
  for (const counter of COUNTERS) registerFunctions({ [`pg_stat_get_${counter}`]: unknown });
  for (const counter of NONE) registerFunctions({ [`pg_stat_get_${counter}`]: () => 0n });
}
