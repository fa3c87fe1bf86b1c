/** Lists that come with PostgreSQL's grammar and settings: key words, flags of settings. */
import { formatType } from "../catalog/format-type.ts";
import { KEYWORDS } from "../catalog-data/keywords.ts";
import { BOOL, CHAR, TEXT } from "../types/oids.ts";
import { makeArray } from "../values/array.ts";
import type { Datum } from "../values/datum.ts";
import { makeRecord } from "../values/record.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";
import { sessionOf } from "./system.ts";

const CATEGORIES: Readonly<Record<string, string>> = {
  U: "unreserved",
  C: "unreserved (cannot be function or type name)",
  T: "reserved (can be function or type name)",
  R: "reserved",
};
const KEYWORD_TYPES = [TEXT, CHAR, BOOL, TEXT, TEXT];

function keywords(): readonly Datum[] {
  const rows = KEYWORDS.flatMap(({ category, bareLabel, words }) =>
    words.split(" ").map((word) => {
      const use = bareLabel ? "can be bare label" : "requires AS";
      return [word, category, bareLabel, CATEGORIES[category] ?? null, use] as const;
    }),
  );
  return rows
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map((fields) => makeRecord(KEYWORD_TYPES, fields));
}

/** Those that EXPLAIN (SETTINGS) lists. */
const EXPLAINED =
  /^(constraint_exclusion|cpu_|cursor_tuple|debug_parallel_query|effective_|enable_|from_collapse|geqo|hash_mem|jit(_above_cost|$)|join_collapse|maintenance_io|max_parallel_workers|min_parallel|parallel_|plan_cache_mode|random_page|recursive_work|search_path|seq_page|temp_buffers|work_mem)/u;
const FIXED_IN_TRANSACTION = /^transaction_(deferrable|isolation|read_only)$/u;
const NOT_IN_SAMPLE =
  /^(application_name|allow_|backtrace|block_size|data_|debug_(assert|discard|io|logical|parallel)|ignore_|in_hot|integer_datetimes|jit_(debug|dump|expr|prof|tuple)|max_(function_args|identifier|index_keys)|segment_size|server_|shared_memory|ssl_library|trace_|transaction_|wal_(block|cons|segment)|zero_damaged)/u;

function settingFlags(name: string): readonly string[] {
  return [
    ...(EXPLAINED.test(name) ? ["EXPLAIN"] : []),
    ...(FIXED_IN_TRANSACTION.test(name) ? ["NO_RESET", "NO_RESET_ALL"] : []),
    ...(NOT_IN_SAMPLE.test(name) ? ["NOT_IN_SAMPLE"] : []),
  ];
}

export function registerCatalogLists(): void {
  registerSetReturning({ pg_get_keywords: () => keywords });
  registerFunctions({
    pg_settings_get_flags: (context, name: string) =>
      sessionOf(context).getSetting(name) === undefined
        ? null
        : makeArray(TEXT, settingFlags(name.toLowerCase())),
    pg_get_statisticsobjdef_expressions: () => null,
    gin_compare_jsonb: (_, a: string, b: string) =>
      Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))),
    oidvectortypes: (_, { elements }: { readonly elements: readonly Datum[] }) =>
      elements.map((oid) => formatType(Number(oid))).join(", "),
    system_user: () => null,
  });
}
