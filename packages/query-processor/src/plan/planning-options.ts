/** What a statement's plan depends on beside the statement and the catalog. */
import type { PlanningFacts } from "./selectivity/scope-estimation.ts";
import type { PlannerSettings } from "./planner-settings.ts";
import { PLANNER_DEFAULTS } from "./planner-settings.ts";

export interface PlanningOptions {
  readonly settings: PlannerSettings;
  readonly facts: PlanningFacts;
  /** Whether storage is another process, so that each request costs a message. */
  readonly remote: boolean;
}

export const PLANNING_DEFAULTS: PlanningOptions = {
  settings: PLANNER_DEFAULTS,
  facts: { evaluation: undefined, parameters: undefined },
  remote: false,
};
