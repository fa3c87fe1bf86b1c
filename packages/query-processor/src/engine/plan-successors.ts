/**
 * What a plan on an older image was replaced by last: sessions keep what they have prepared. By the
 * settings under which literals were read, which are one object until they change.
 */
import type { FormatSettings } from "@firstlight/sql";
import type { PreparedPlan } from "./prepared.ts";

export class PlanSuccessors {
  readonly #bySettings = new WeakMap<FormatSettings, WeakMap<PreparedPlan, PreparedPlan>>();

  of(format: FormatSettings): WeakMap<PreparedPlan, PreparedPlan> {
    let successors = this.#bySettings.get(format);
    if (successors === undefined) {
      successors = new WeakMap();
      this.#bySettings.set(format, successors);
    }
    return successors;
  }
}
