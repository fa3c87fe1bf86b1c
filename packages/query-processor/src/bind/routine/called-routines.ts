/**
 * The functions of users that one statement calls, those in their bodies included. Calls of a
 * function with the same types share one body: so recursion ends.
 */
import type { Scope } from "../scope.ts";
import { CalledRoutine, type CallSite } from "./called-routine.ts";
import type { UserRoutine } from "./user-routine.ts";

export class CalledRoutines {
  readonly #known = new Map<string, CalledRoutine>();

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** Those that are added meanwhile included. */
  all(): Iterable<CalledRoutine> {
    return this.#known.values();
  }

  /** `path`: the body is bound with the search path of the text that calls it. */
  at(
    routine: UserRoutine,
    site: CallSite,
    path: readonly string[],
    scope: () => Scope,
  ): CalledRoutine {
    const collation = site.collation?.oid ?? 0;
    const types = `${site.argTypes.join()})${site.resultType} ${collation}`;
    const key = `${routine.oid}(${types} ${path.join()}`;
    let called = this.#known.get(key);
    if (called === undefined) {
      called = new CalledRoutine(routine, site, scope);
      this.#known.set(key, called);
    }
    return called;
  }
}
