/**
 * What a session may set about plans, in PostgreSQL's names and units. The key distinguishes plans
 * that were made under different settings; it is empty where all have their defaults.
 */
export type PlanCacheMode = "auto" | "force_generic_plan" | "force_custom_plan";

export interface PlannerSettings {
  readonly key: string;
  /** Which plan is used, not how it is made: no part of the key. */
  readonly planCacheMode: PlanCacheMode;
  readonly hashAggregate: boolean;
  readonly hashJoin: boolean;
  readonly incrementalSort: boolean;
  readonly indexOnlyScan: boolean;
  readonly indexScan: boolean;
  readonly bitmapScan: boolean;
  readonly material: boolean;
  readonly memoize: boolean;
  readonly mergeJoin: boolean;
  readonly nestedLoop: boolean;
  readonly sequentialScan: boolean;
  readonly sort: boolean;
  readonly sequentialPageCost: number;
  readonly randomPageCost: number;
  readonly tupleCost: number;
  readonly indexTupleCost: number;
  readonly operatorCost: number;
  readonly joinCollapseLimit: number;
  readonly fromCollapseLimit: number;
  readonly cursorTupleFraction: number;
  /** Sums that commute are sent as deltas. */
  readonly commutativeWrites: boolean;
}

export const PLANNER_DEFAULTS: PlannerSettings = {
  key: "",
  planCacheMode: "auto",
  hashAggregate: true,
  hashJoin: true,
  incrementalSort: true,
  indexOnlyScan: true,
  indexScan: true,
  bitmapScan: true,
  material: true,
  memoize: true,
  mergeJoin: true,
  nestedLoop: true,
  sequentialScan: true,
  sort: true,
  sequentialPageCost: 1,
  randomPageCost: 4,
  tupleCost: 0.01,
  indexTupleCost: 0.005,
  operatorCost: 0.0025,
  joinCollapseLimit: 12,
  fromCollapseLimit: 12,
  cursorTupleFraction: 0.1,
  commutativeWrites: true,
};

type Field = Exclude<keyof PlannerSettings, "key" | "planCacheMode">;

const NAMES: readonly (readonly [Field, string])[] = [
  ["hashAggregate", "enable_hashagg"],
  ["hashJoin", "enable_hashjoin"],
  ["incrementalSort", "enable_incremental_sort"],
  ["indexOnlyScan", "enable_indexonlyscan"],
  ["indexScan", "enable_indexscan"],
  ["bitmapScan", "enable_bitmapscan"],
  ["material", "enable_material"],
  ["memoize", "enable_memoize"],
  ["mergeJoin", "enable_mergejoin"],
  ["nestedLoop", "enable_nestloop"],
  ["sequentialScan", "enable_seqscan"],
  ["sort", "enable_sort"],
  ["sequentialPageCost", "seq_page_cost"],
  ["randomPageCost", "random_page_cost"],
  ["tupleCost", "cpu_tuple_cost"],
  ["indexTupleCost", "cpu_index_tuple_cost"],
  ["operatorCost", "cpu_operator_cost"],
  ["joinCollapseLimit", "join_collapse_limit"],
  ["fromCollapseLimit", "from_collapse_limit"],
  ["cursorTupleFraction", "cursor_tuple_fraction"],
  ["commutativeWrites", "firstlight.commutative_writes"],
];

/** Settings that EXPLAIN (SETTINGS) shows when they have been changed. */
export const PLANNER_SETTING_NAMES: readonly string[] = NAMES.map(([, name]) => name);

function parsed(text: string, like: boolean | number): boolean | number {
  return typeof like === "boolean" ? text === "on" : Number(text);
}

export function plannerSettings(get: (name: string) => string | undefined): PlannerSettings {
  const changed: Partial<Record<Field, boolean | number>> = {};
  let key = "";
  for (const [field, name] of NAMES) {
    const text = get(name);
    if (text === undefined) continue;
    const value = parsed(text, PLANNER_DEFAULTS[field]);
    if (value === PLANNER_DEFAULTS[field]) continue;
    changed[field] = value;
    key += `${name}=${text};`;
  }
  const mode = (get("plan_cache_mode") ?? "auto") as PlanCacheMode;
  return key === "" && mode === "auto"
    ? PLANNER_DEFAULTS
    : ({ ...PLANNER_DEFAULTS, ...changed, key, planCacheMode: mode } as PlannerSettings);
}
