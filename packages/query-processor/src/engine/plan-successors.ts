/**
 * What a plan on an older image was replaced by last: sessions keep what they have prepared. Plans
 * without a name are those of several sessions: theirs are told apart by the settings under which
 * literals may have been read anew, which are one object until they change.
 */
import type { FormatSettings } from "@firstlight/sql";
import type { PreparedPlan } from "./prepared.ts";

export class PlanSuccessors {
  readonly #ofNamed = new WeakMap<PreparedPlan, PreparedPlan>();
  readonly #bySettings = new WeakMap<FormatSettings, WeakMap<PreparedPlan, PreparedPlan>>();

  of({ choice }: PreparedPlan, format: FormatSettings): WeakMap<PreparedPlan, PreparedPlan> {
    if (choice !== undefined) return this.#ofNamed;
    let successors = this.#bySettings.get(format);
    if (successors === undefined) {
      successors = new WeakMap();
      this.#bySettings.set(format, successors);
    }
    return successors;
  }
}
