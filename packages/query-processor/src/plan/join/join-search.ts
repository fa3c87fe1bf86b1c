/**
 * The cheapest order and methods of the joins of one problem: by dynamic programming over connected
 * sets of relations, bushy ones included, and from a number of tried joins on greedily, always the
 * pair next whose result is smallest.
 */
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

class Search {
  readonly #problem: JoinProblem;
  readonly #joiner: Joiner;
  readonly #sets = new Map<Relids, JoinSet>();
  readonly #levels: JoinSet[][] = [];
  #pairs = 0;
  #pairsMax = PAIRS_MAX;

  constructor(problem: JoinProblem, joiner: Joiner, relations: readonly JoinSet[]) {
    this.#problem = problem;
    this.#joiner = joiner;
    this.#levels[1] = [...relations];
    for (const each of relations) this.#sets.set(each.rels, each);
  }

  /** Undefined when there is too much to try. */
  complete(pairsMax: number, withProducts = false): JoinSet | undefined {
    const size = countOf(this.#problem.all);
    let isConnected = true;
    this.#pairsMax = pairsMax;
    for (let level = 2; level <= size; level++) {
      this.#levels[level] = [];
      this.#joinLevel(level, true);
      if (this.#pairs > pairsMax) return undefined;
      // Nothing ties some relations to the rest: products have to do.
      if (this.#levels[level]?.length === 0) isConnected = false;
      else if (!withProducts && (isConnected || level < size)) continue;
      this.#joinLevel(level, false);
    }
    return this.#sets.get(this.#problem.all);
  }

  #joinLevel(level: number, connectedOnly: boolean): void {
    for (let left = level - 1; left >= level - left; left--) {
      const right = level - left;
      for (const a of this.#levels[left] ?? []) {
        for (const b of this.#levels[right] ?? []) {
          if (overlaps(a.rels, b.rels) || (left === right && a.rels > b.rels)) continue;
          if (connectedOnly && !this.#wanted(a, b)) continue;
          if (this.#pairs > this.#pairsMax) return;
          this.#try(a, b, level);
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
    const legal = legalJoin(this.#problem.special, a.rels, b.rels);
    if (legal === undefined || !this.#joiner.feasible(a, b)) return;
    this.#pairs++;
    const rels = a.rels | b.rels;
    const known = this.#sets.get(rels);
    const joined = this.#joiner.join(known, a, b, legal);
    if (joined === undefined || known !== undefined) return;
    this.#sets.set(rels, joined);
    this.#levels[level]?.push(joined);
  }
}

/** Joins the pair whose result is smallest, again and again. */
function greedily(
  problem: JoinProblem,
  joiner: Joiner,
  relations: readonly JoinSet[],
): JoinSet | undefined {
  let sets = [...relations];
  const made = new Map<Relids, JoinSet>();
  while (sets.length > 1) {
    const best = bestPair(problem, joiner, sets, made);
    if (best === undefined) return undefined;
    sets = sets.filter((each) => !overlaps(each.rels, best.rels));
    sets.push(best);
  }
  return sets[0];
}

function bestPair(
  problem: JoinProblem,
  joiner: Joiner,
  sets: readonly JoinSet[],
  made: Map<Relids, JoinSet>,
): JoinSet | undefined {
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
  }
  return best;
}

export function searchJoins(
  problem: JoinProblem,
  joiner: Joiner,
  relations: readonly JoinSet[],
): JoinSet {
  const [only] = relations;
  if (only !== undefined && relations.length === 1) return only;
  const found =
    new Search(problem, joiner, relations).complete(PAIRS_MAX) ??
    greedily(problem, joiner, relations) ??
    new Search(problem, joiner, relations).complete(Infinity) ??
    // A lateral reference may need a product that the joins made before it had no use for.
    new Search(problem, joiner, relations).complete(Infinity, true);
  if (found === undefined) throw new Error("relations that cannot be joined");
  return found;
}
