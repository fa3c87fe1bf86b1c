/** What a statement's plan depends on beside the statement and the catalog. */
import type { JoinSearches } from "./join/join-searches.ts";
import type { ParameterTests } from "./parameter-tests.ts";
import type { PlanningFacts } from "./selectivity/scope-estimation.ts";
import type { PlannerSettings } from "./planner-settings.ts";
import { PLANNER_DEFAULTS } from "./planner-settings.ts";

export interface PlanningOptions {
  readonly settings: PlannerSettings;
  readonly facts: PlanningFacts;
  /** Whether storage is another process, so that each request costs a message. */
  readonly remote: boolean;
  /** Told of what depends on parameters. */
  readonly tests?: ParameterTests;
  /** With it long searches for joins end planning: SearchUnfinished. */
  readonly searches?: JoinSearches;
}

export const PLANNING_DEFAULTS: PlanningOptions = {
  settings: PLANNER_DEFAULTS,
  facts: { evaluation: undefined, parameters: undefined },
  remote: false,
};
