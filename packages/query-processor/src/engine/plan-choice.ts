/**
 * Of one prepared statement of one session: how many of its executions had a plan for their values,
 * and how many one for any. In mode auto the first five count as the former, and after them those for
 * which another plan than the generic one is the cheaper one.
 */
import type { PlanCacheMode } from "../plan/planner-settings.ts";

const CUSTOM_FIRST = 5;

export class PlanChoice {
  genericPlans = 0;
  customPlans = 0;

  count(used: object, generic: object, mode: PlanCacheMode): void {
    const isCustom =
      mode === "force_custom_plan" ||
      (mode === "auto" && (this.customPlans < CUSTOM_FIRST || used !== generic));
    if (isCustom) this.customPlans++;
    else this.genericPlans++;
  }

  /** What was counted before the statement was analysed anew. */
  takeOver(earlier: PlanChoice): void {
    this.genericPlans = earlier.genericPlans;
    this.customPlans = earlier.customPlans;
  }
}
