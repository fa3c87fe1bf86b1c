/**
 * The searches for joins of one statement. A search that takes long cannot be left in the middle of
 * planning: so planning is given up, the search goes on in turns, and the statement is planned again
 * from its start, where the same search then tries nothing but what was chosen.
 */
import type { Steps } from "@firstlight/sql";
import { atOneGo, toEnd } from "@firstlight/sql";
import type { ChosenSets, FoundJoins } from "./join-search.ts";
import type { JoinSet, Path } from "./path.ts";
import type { Relids } from "./relids.ts";

/** Thrown out of planning: the search is to be ended first. */
export class SearchUnfinished extends Error {
  readonly steps: Steps<void>;

  constructor(steps: Steps<void>) {
    super("a search for joins is not finished yet");
    this.steps = steps;
  }
}

/** Steps that planning takes without asking: less than planning anew costs. */
const STEPS_AT_ONCE = 4;

export interface JoinSearch {
  steps(chosen?: ChosenSets): Steps<FoundJoins>;
  /** Of the paths that were found. */
  best(all: JoinSet): Path;
}

export class JoinSearches {
  /** By their order in planning, which is the same each time. */
  readonly #chosen = new Map<number, ChosenSets>();
  #at = 0;

  /** How many this planning has met. */
  get met(): number {
    return this.#at;
  }

  /** As if so many had been met. */
  goOn(met: number): void {
    this.#at = met;
  }

  /** Planning begins. */
  begin(): void {
    this.#at = 0;
  }

  /** Anew it meets other lists than before. */
  best(search: JoinSearch): Path {
    return atOneGo(() => this.#best(search));
  }

  #best(search: JoinSearch): Path {
    const number = this.#at++;
    const chosen = this.#chosen.get(number);
    if (chosen !== undefined) return search.best(toEnd(search.steps(chosen)).all);
    const steps = search.steps();
    for (let step = 0; step < STEPS_AT_ONCE; step++) {
      const result = steps.next();
      if (result.done === true) return search.best(result.value.all);
    }
    throw new SearchUnfinished(this.#rest(number, search, steps));
  }

  *#rest(number: number, search: JoinSearch, steps: Steps<FoundJoins>): Steps<void> {
    const { all, sets } = yield* steps;
    this.#chosen.set(number, chosenSets(search.best(all), sets));
  }
}

function chosenSets(best: Path, sets: ReadonlyMap<Relids, JoinSet>): ChosenSets {
  const chosen = new Map<Relids, JoinSet>();
  const walk = (path: Path): void => {
    const { rels, parts = [] } = path;
    const set = rels === undefined ? undefined : sets.get(rels);
    if (set !== undefined) chosen.set(set.rels, { ...set, paths: [], chosen: path });
    parts.forEach(walk);
  };
  walk(best);
  return chosen;
}
