/**
 * The cheapest order and methods of the joins of one problem: by dynamic programming over connected
 * sets of relations, bushy ones included, and from a number of tried joins on greedily, always the
 * pair next whose result is smallest.
 */
import type { Steps } from "@firstlight/sql";
import type { JoinProblem } from "./join-problem.ts";
import { legalJoin } from "./join-legality.ts";
import type { LegalJoin } from "./join-legality.ts";
import type { JoinSet } from "./path.ts";
import type { Relids } from "./relids.ts";
import { contains, countOf, overlaps } from "./relids.ts";

export interface Joiner {
  /** Whether a condition ties the two sets together, or one needs the other's rows. */
  connects(a: JoinSet, b: JoinSet): boolean;
  /** Whether neither needs rows that it would not get. */
  feasible(a: JoinSet, b: JoinSet): boolean;
  /** Adds the ways to join them to those known of the set. */
  join(known: JoinSet | undefined, a: JoinSet, b: JoinSet, legal: LegalJoin): JoinSet | undefined;
}

/** Pairs of sets that are costed before the search becomes greedy. */
const PAIRS_MAX = 4_000;

/** Pairs that are costed between two looks at the clock. */
const PAIRS_PER_STEP = 16;

/** What a search has found, and the sets that it is made of. */
export interface FoundJoins {
  readonly all: JoinSet;
  readonly sets: ReadonlyMap<Relids, JoinSet>;
}

/** Sets that were chosen before, without their paths: nothing else is tried. */
export type ChosenSets = ReadonlyMap<Relids, JoinSet>;

class Search {
  readonly #problem: JoinProblem;
  readonly #joiner: Joiner;
  readonly #chosen: ChosenSets | undefined;
  readonly #sets = new Map<Relids, JoinSet>();
  readonly #levels: JoinSet[][] = [];
  #pairs = 0;
  #pairsMax = PAIRS_MAX;

  constructor(
    problem: JoinProblem,
    joiner: Joiner,
    relations: readonly JoinSet[],
    chosen?: ChosenSets,
  ) {
    this.#problem = problem;
    this.#joiner = joiner;
    this.#chosen = chosen;
    this.#levels[1] = [...relations];
    for (const each of relations) this.#sets.set(each.rels, each);
  }

  /** Undefined when there is too much to try. */
  *complete(pairsMax: number, withProducts = false): Steps<FoundJoins | undefined> {
    const size = countOf(this.#problem.all);
    let isConnected = true;
    this.#pairsMax = pairsMax;
    for (let level = 2; level <= size; level++) {
      this.#levels[level] = [];
      yield* this.#joinLevel(level, true);
      if (this.#pairs > pairsMax) return undefined;
      // Nothing ties some relations to the rest: products have to do.
      if (this.#levels[level]?.length === 0) isConnected = false;
      else if (!withProducts && (isConnected || level < size)) continue;
      yield* this.#joinLevel(level, false);
    }
    return found(this.#sets.get(this.#problem.all), this.#sets);
  }

  *#joinLevel(level: number, connectedOnly: boolean): Steps<void> {
    for (let left = level - 1; left >= level - left; left--) {
      const right = level - left;
      for (const a of this.#levels[left] ?? []) {
        for (const b of this.#levels[right] ?? []) {
          if (overlaps(a.rels, b.rels) || (left === right && a.rels > b.rels)) continue;
          if (connectedOnly && !this.#wanted(a, b)) continue;
          if (this.#pairs > this.#pairsMax) return;
          const before = this.#pairs;
          this.#try(a, b, level);
          if (this.#pairs > before && this.#pairs % PAIRS_PER_STEP === 0) yield;
        }
      }
    }
  }

  /** A semi-join or outer join may have to be a product. */
  #wanted(a: JoinSet, b: JoinSet): boolean {
    return this.#joiner.connects(a, b) || this.#isForced(a.rels | b.rels);
  }

  #isForced(both: Relids): boolean {
    return this.#problem.special.some(
      (each) =>
        overlaps(both, each.minLeft) &&
        overlaps(both, each.minRight) &&
        contains(each.minLeft | each.minRight, both),
    );
  }

  #try(a: JoinSet, b: JoinSet, level: number): void {
    if (this.#chosen?.has(a.rels | b.rels) === false) return;
    const legal = legalJoin(this.#problem.special, a.rels, b.rels);
    if (legal === undefined || !this.#joiner.feasible(a, b)) return;
    this.#pairs++;
    const rels = a.rels | b.rels;
    const known = this.#sets.get(rels) ?? this.#asChosen(rels);
    const joined = this.#joiner.join(known, a, b, legal);
    if (joined === undefined || this.#sets.has(rels)) return;
    this.#sets.set(rels, joined);
    this.#levels[level]?.push(joined);
  }

  /** Its rows were estimated from the pair that was met first, which need not be the chosen one. */
  #asChosen(rels: Relids): JoinSet | undefined {
    const set = this.#chosen?.get(rels);
    return set === undefined ? undefined : { ...set, paths: [] };
  }
}

function found(
  all: JoinSet | undefined,
  sets: ReadonlyMap<Relids, JoinSet>,
): FoundJoins | undefined {
  return all === undefined ? undefined : { all, sets };
}

/** Joins the pair whose result is smallest, again and again. */
function* greedily(
  problem: JoinProblem,
  joiner: Joiner,
  relations: readonly JoinSet[],
): Steps<FoundJoins | undefined> {
  let sets = [...relations];
  const made = new Map<Relids, JoinSet>();
  while (sets.length > 1) {
    const best = yield* bestPair(problem, joiner, sets, made);
    if (best === undefined) return undefined;
    sets = sets.filter((each) => !overlaps(each.rels, best.rels));
    sets.push(best);
  }
  return found(sets[0], made);
}

function* bestPair(
  problem: JoinProblem,
  joiner: Joiner,
  sets: readonly JoinSet[],
  made: Map<Relids, JoinSet>,
): Steps<JoinSet | undefined> {
  let best: JoinSet | undefined;
  let bestRank = Infinity;
  for (const [at, a] of sets.entries()) {
    for (const b of sets.slice(at + 1)) {
      const legal = legalJoin(problem.special, a.rels, b.rels);
      if (legal === undefined || !joiner.feasible(a, b)) continue;
      const rels = a.rels | b.rels;
      const joined = made.get(rels) ?? joiner.join(undefined, a, b, legal);
      if (joined === undefined) continue;
      made.set(rels, joined);
      // Products come last.
      const rank = joiner.connects(a, b) ? joined.rows : joined.rows * 1e9 + 1e9;
      if (rank < bestRank) [best, bestRank] = [joined, rank];
    }
    yield;
  }
  return best;
}

/** Steps are some pairs each. `chosen`: what an earlier search of the same problem ended with. */
export function* searchJoins(
  problem: JoinProblem,
  joiner: Joiner,
  relations: readonly JoinSet[],
  chosen?: ChosenSets,
): Steps<FoundJoins> {
  const [only] = relations;
  if (only !== undefined && relations.length === 1) return { all: only, sets: new Map() };
  const search = (): Search => new Search(problem, joiner, relations, chosen);
  const joins =
    (yield* search().complete(PAIRS_MAX)) ??
    (yield* greedily(problem, joiner, relations)) ??
    (yield* search().complete(Infinity)) ??
    // A lateral reference may need a product that the joins made before it had no use for.
    (yield* search().complete(Infinity, true));
  if (joins === undefined) throw new Error("relations that cannot be joined");
  return joins;
}
