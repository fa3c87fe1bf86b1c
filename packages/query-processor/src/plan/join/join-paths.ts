/**
 * The ways to join two sets of relations: which conditions apply, how many rows come out, and each
 * method's cost. Plans are made by join-method when a path is chosen.
 */
import type { Expr } from "@firstlight/sql";
import type { ScanRequestOf } from "../scan-path.ts";
import type { Scope } from "../scope.ts";
import type { JoinInput, JoinMethod, Merging } from "./join-request.ts";
import { mergeWays } from "./merge-ways.ts";
import {
  buildJoin,
  lookupKeysOf,
  parameterizedScan,
  parameterizedVirtual,
} from "../join-method.ts";
import type { Cost, CostModel } from "../cost-model.ts";
import type { Estimate, JoinType } from "../plan-node.ts";
import { needsSubplan } from "../subplans.ts";
import { exprKey } from "../expression-map.ts";
import { distinctOuterRows } from "../lateral-memo.ts";
import type { Distribution } from "./distribute.ts";
import { unlabelled } from "../selectivity/variable.ts";
import type { InputCost, JoinShape, Restricted } from "./join-cost.ts";
import {
  hashJoinCost,
  lookupJoinCost,
  mergeJoinCost,
  nestedLoopCost,
  repeatedLoopCost,
  sortCost,
} from "./join-cost.ts";
import type { LegalJoin } from "./join-legality.ts";
import type { Equality, JoinProblem, JoinQual, SpecialJoin } from "./join-problem.ts";
import { joinRows, matchingPairs } from "./join-rows.ts";
import type { KeyOf, Order } from "../ordering.ts";
import { UNORDERED } from "../ordering.ts";
import type { JoinSet, Path } from "./path.ts";
import { addWay, cheapest, isDominated } from "./path.ts";
import type { Relids } from "./relids.ts";
import { contains, overlaps } from "./relids.ts";
import { uniqueSet } from "./unique-rows.ts";
import { virtualKeyShare } from "../virtual-path.ts";

/** One relation of the problem. */
export interface Relation {
  readonly input: JoinInput;
  /** What its plan takes from rows of others. */
  readonly lateral: Relids;
}

/** The conditions of one join. */
export interface JoinConditions {
  /** That make a pair match. */
  readonly join: readonly Expr[];
  /** That are asked afterwards. */
  readonly filter: readonly Expr[];
  readonly equalities: readonly Equality[];
}

export interface JoinCandidate {
  readonly type: JoinType;
  readonly left: JoinSet;
  readonly right: JoinSet;
  readonly conditions: JoinConditions;
}

const MEMORY_DEFAULT = 64 << 20;

export class JoinPaths {
  readonly #scope: Scope;
  readonly #problem: JoinProblem;
  readonly #distribution: Distribution;
  readonly #relations: readonly Relation[];
  readonly #keyOf: KeyOf;
  readonly #scans = new Map<string, Estimate | undefined>();

  constructor(
    scope: Scope,
    problem: JoinProblem,
    distribution: Distribution,
    relations: readonly Relation[],
    keyOf: KeyOf,
  ) {
    this.#keyOf = keyOf;
    this.#scope = scope;
    this.#problem = problem;
    this.#distribution = distribution;
    this.#relations = relations;
  }

  #pending(set: JoinSet): Relids {
    let needed = 0;
    for (const [bit, { lateral }] of this.#relations.entries()) {
      if (overlaps(set.rels, 1 << bit)) needed |= lateral;
    }
    return needed & ~set.rels;
  }

  connects(a: JoinSet, b: JoinSet): boolean {
    if (overlaps(this.#pending(a), b.rels) || overlaps(this.#pending(b), a.rels)) return true;
    const both = a.rels | b.rels;
    const tied = this.#problem.quals.some(
      ({ required }) =>
        contains(both, required) && !contains(a.rels, required) && !contains(b.rels, required),
    );
    return tied || this.#distribution.classes.connects(a.visible, b.visible);
  }

  /** Rows cannot be taken from each other at once, nor from a set that lacks some of them. */
  feasible(a: JoinSet, b: JoinSet): boolean {
    const fromB = overlaps(this.#pending(a), b.rels);
    const fromA = overlaps(this.#pending(b), a.rels);
    return !(fromA && fromB);
  }

  join(known: JoinSet | undefined, a: JoinSet, b: JoinSet, legal: LegalJoin): JoinSet | undefined {
    const [left, right] = legal.reversed ? [b, a] : [a, b];
    const { special } = legal;
    const takes = overlaps(this.#pending(right), left.rels);
    if (special !== undefined && overlaps(this.#pending(left), right.rels)) return undefined;
    const conditions = this.#conditions(left, right, special);
    const set = known ?? this.#newSet(left, right, special, conditions);
    if (special === undefined) {
      const mirrored = this.#conditions(right, left, undefined);
      if (!overlaps(this.#pending(left), right.rels)) {
        this.#addPaths(set, { type: "inner", left, right, conditions });
      }
      if (!takes) {
        this.#addPaths(set, { type: "inner", left: right, right: left, conditions: mirrored });
      }
    } else this.#addSpecial(set, special, left, right, conditions);
    return set.paths.length === 0 ? undefined : set;
  }

  #addSpecial(
    set: JoinSet,
    special: SpecialJoin,
    left: JoinSet,
    right: JoinSet,
    conditions: JoinConditions,
  ): void {
    this.#addPaths(set, { type: special.type, left, right, conditions });
    const takes = overlaps(this.#pending(right), left.rels);
    if (takes || conditions.join.some((qual) => needsSubplan(qual))) return;
    if (special.type === "left") {
      const mirrored = { ...this.#conditions(right, left, special) };
      this.#addPaths(set, { type: "right", left: right, right: left, conditions: mirrored });
    }
    if (special.type !== "semi") return;
    const unique = uniqueSet(this.#scope, right, conditions);
    if (unique === undefined) return;
    this.#addPaths(set, { type: "inner", left, right: unique, conditions });
    const mirrored = this.#conditions(right, left, special);
    this.#addPaths(set, { type: "inner", left: unique, right: left, conditions: mirrored });
  }

  #applies(qual: JoinQual, left: JoinSet, right: JoinSet): boolean {
    const { required } = qual;
    return (
      contains(left.rels | right.rels, required) &&
      !contains(left.rels, required) &&
      !contains(right.rels, required)
    );
  }

  #conditions(left: JoinSet, right: JoinSet, special: SpecialJoin | undefined): JoinConditions {
    const join: Expr[] = [];
    const filter: Expr[] = [];
    const equalities: Equality[] = [];
    const isSemi = special?.type === "semi";
    const take = (expr: Expr, tied: Equality | undefined, isOwn: boolean, late: boolean): void => {
      const matches = special === undefined ? !late : isOwn || (isSemi && !late);
      if (!matches) {
        filter.push(expr);
        return;
      }
      join.push(expr);
      const turned = tied && turn(tied, left.rels, right.rels);
      if (turned !== undefined) equalities.push(turned);
    };
    for (const qual of this.#problem.quals) {
      if (!this.#applies(qual, left, right)) continue;
      take(qual.expr, qual.equality, qual.of !== undefined && qual.of === special, qual.late);
    }
    for (const expr of this.#distribution.classes.joining(left.visible, right.visible)) {
      take(expr, this.#distribution.equalityOf(expr), false, false);
    }
    return { join, filter, equalities };
  }

  #newSet(
    left: JoinSet,
    right: JoinSet,
    special: SpecialJoin | undefined,
    { join, filter, equalities }: JoinConditions,
  ): JoinSet {
    const { estimation } = this.#scope;
    const leftRtes = this.#rtesOf(left.rels);
    const rows = joinRows(estimation, {
      special,
      left,
      right,
      leftRtes,
      join,
      filter,
      keyShare: Math.max(
        this.#keyShare(left, equalities, "left", join.length),
        this.#keyShare(right, equalities, "right", join.length),
      ),
    });
    const hidden = special?.type === "semi" || special?.type === "anti";
    return {
      rels: left.rels | right.rels,
      rows,
      width: hidden ? left.width : left.width + right.width,
      visible: hidden ? left.visible : left.visible | right.visible,
      paths: [],
    };
  }

  /** Columns of a key that are compared together are those of one row, not independent ones. */
  #keyShare(
    set: JoinSet,
    equalities: readonly Equality[],
    side: "left" | "right",
    conditions: number,
  ): number {
    if (equalities.length < 2 || conditions !== equalities.length) return 0;
    const other = side === "left" ? "right" : "left";
    const own = equalities.map((each) => each[side]);
    const virtual = this.#single(set)?.input.virtual;
    if (virtual !== undefined) return virtualKeyShare(virtual, own);
    const leaf = this.#leafOf(set);
    if (leaf === undefined) return 0;
    const others = equalities.map((each) => each[other]);
    const index = lookupKeysOf(leaf, own, others);
    return index === undefined || index.columns.length < 2
      ? 0
      : 1 / Math.max(1, leaf.context.size.rows);
  }

  #rtesOf(rels: Relids): ReadonlySet<number> {
    const rtes = new Set<number>();
    for (const [bit, { input }] of this.#relations.entries()) {
      if (overlaps(rels, 1 << bit)) for (const rte of input.rtes) rtes.add(rte);
    }
    return rtes;
  }

  /** A relation that is a table's scan and nothing more. */
  #leafOf(set: JoinSet): ScanRequestOf | undefined {
    return this.#single(set)?.input.leaf;
  }

  #single(set: JoinSet): Relation | undefined {
    const bit = 31 - Math.clz32(set.rels);
    return set.rels === 1 << bit ? this.#relations[bit] : undefined;
  }

  #addPaths(set: JoinSet, candidate: JoinCandidate): void {
    const { left, right, conditions, type } = candidate;
    const takes = overlaps(this.#pending(right), left.rels);
    const hasSubplans = conditions.join.some((qual) => needsSubplan(qual));
    const inner = cheapest(right.paths);
    for (const outer of left.paths) {
      const cost = this.#costs(set, candidate, outer, inner);
      const isOneSided = type !== "right" && type !== "full";
      if (takes) {
        this.#add(
          set,
          candidate,
          outer,
          inner,
          "any",
          cost.repeated(costOf(inner, right), this.#runsFor(left, right)),
          outer.order,
        );
        continue;
      }
      if (hasSubplans) {
        this.#add(set, candidate, outer, inner, "any", cost.loop(), UNORDERED);
        continue;
      }
      this.#add(
        set,
        candidate,
        outer,
        inner,
        "loop",
        cost.loop(),
        isOneSided ? outer.order : UNORDERED,
      );
      if (isOneSided) this.#addIndexed(set, candidate, outer, inner, cost);
      if (conditions.equalities.length === 0) continue;
      this.#add(set, candidate, outer, inner, "hash", cost.hash(), UNORDERED);
    }
    if (!takes && !hasSubplans && conditions.equalities.length > 0) this.#addMerge(set, candidate);
  }

  /** How often the right side, which takes values of the left one, runs. */
  #runsFor(left: JoinSet, right: JoinSet): number {
    const relation = this.#single(right)?.input;
    if (relation?.repeated === undefined) return left.rows;
    const exprs = relation.lateral.map(({ expr }) => expr);
    return distinctOuterRows(this.#scope, exprs, left.rows);
  }

  #addIndexed(
    set: JoinSet,
    candidate: JoinCandidate,
    outer: Path,
    inner: Path,
    cost: JoinCosts,
  ): void {
    const { right, conditions, left } = candidate;
    if (conditions.join.length === 0) return;
    this.#addVirtual(set, candidate, outer, inner, cost);
    const leaf = this.#leafOf(right);
    if (leaf === undefined) return;
    const index = lookupKeysOf(
      leaf,
      conditions.equalities.map((each) => each.right),
      conditions.equalities.map((each) => each.left),
    );
    if (index !== undefined) {
      const reads = index.number === 0 ? 1 : 2;
      this.#add(set, candidate, outer, inner, "lookup", cost.lookup(reads), outer.order);
    }
    const scan = this.#scanFor(leaf, right.rels, conditions.join, this.#rtesOf(left.rels));
    if (scan === undefined) return;
    this.#add(set, candidate, outer, inner, "index", cost.repeated(scan), outer.order);
  }

  #addVirtual(
    set: JoinSet,
    candidate: JoinCandidate,
    outer: Path,
    inner: Path,
    cost: JoinCosts,
  ): void {
    const { right, conditions, left } = candidate;
    const virtual = this.#single(right)?.input.virtual;
    if (virtual === undefined) return;
    const leftRtes = this.#rtesOf(left.rels);
    const key = `${right.rels}:${conditions.join.map(exprKey).toSorted().join()}`;
    if (!this.#scans.has(key)) {
      const scan = parameterizedVirtual(this.#scope, virtual, conditions.join, leftRtes);
      this.#scans.set(key, scan);
    }
    const scan = this.#scans.get(key);
    if (scan === undefined) return;
    this.#add(set, candidate, outer, inner, "index", cost.repeated(scan), outer.order);
  }

  #scanFor(
    leaf: ScanRequestOf,
    rels: Relids,
    quals: readonly Expr[],
    left: ReadonlySet<number>,
  ): Estimate | undefined {
    const key = `${rels}:${quals.map(exprKey).toSorted().join()}`;
    if (!this.#scans.has(key)) this.#scans.set(key, parameterizedScan(leaf, quals, left));
    return this.#scans.get(key);
  }

  #addMerge(set: JoinSet, candidate: JoinCandidate): void {
    const { type, left, right } = candidate;
    if (type === "right") return;
    const ways = mergeWays(this.#keyOf, left.paths, right.paths, candidate.conditions.equalities);
    const { cost } = this.#scope;
    const input = (path: Path, of: JoinSet, isSorted: boolean): InputCost =>
      isSorted ? costOf(path, of) : sortedCost(cost, path, of);
    for (const { outer, inner, merging, order } of ways) {
      const shape = shapeOf(set, candidate, merging.keys.length);
      const a = input(outer, left, merging.leftSorted);
      const b = input(inner, right, merging.rightSorted);
      const total = mergeJoinCost(cost, a, b, shape);
      // What a FULL JOIN adds of the right side has no left columns.
      const sorted = type === "full" ? UNORDERED : order;
      this.#add(set, candidate, outer, inner, "merge", total, sorted, merging);
    }
  }

  /** A scan of a whole table skips rows whose integer key the other side, read first, has not. */
  #restricted(
    { type, left, right, conditions }: JoinCandidate,
    outer: Path,
    inner: Path,
  ): Restricted {
    const canDropLeft = type === "inner" || type === "semi" || type === "right";
    const canDropRight = type !== "right" && type !== "full";
    const [first] = conditions.equalities;
    if (first === undefined || !isIntegerKey(first.left) || !isIntegerKey(first.right))
      return NO_ROWS;
    const leftFirst = canDropRight && left.rows * MUCH_SMALLER < right.rows;
    const target = leftFirst ? right : left;
    const path = leftFirst ? inner : outer;
    if (
      (!leftFirst && !canDropLeft) ||
      this.#leafOf(target) === undefined ||
      path.startup > this.#scope.cost.wholeScan.startup
    ) {
      return NO_ROWS;
    }
    const pairs = matchingPairs(this.#scope.estimation, left, right, conditions.join);
    const dropped = Math.max(0, target.rows - pairs);
    return leftFirst ? { outer: 0, inner: dropped } : { outer: dropped, inner: 0 };
  }

  #costs(set: JoinSet, candidate: JoinCandidate, outer: Path, inner: Path): JoinCosts {
    const { left, right, conditions } = candidate;
    const shape = shapeOf(set, candidate, conditions.equalities.length);
    const a = costOf(outer, left);
    const b = costOf(inner, right);
    const { cost } = this.#scope;
    return {
      loop: () => nestedLoopCost(cost, a, b, shape),
      hash: () =>
        hashJoinCost(cost, a, b, shape, MEMORY_DEFAULT, this.#restricted(candidate, outer, inner)),
      lookup: (reads) => lookupJoinCost(cost, a, reads, shape),
      repeated: (scan, runs) => repeatedLoopCost(cost, a, scan, shape, runs),
    };
  }

  #add(
    set: JoinSet,
    candidate: JoinCandidate,
    outer: Path,
    inner: Path,
    method: JoinMethod,
    cost: Cost,
    order: Order,
    merging?: Merging,
  ): void {
    if (isDominated(set, cost, order)) return;
    const { type, conditions } = candidate;
    const estimate: Estimate = {
      rows: Math.max(1, Math.round(set.rows)),
      startup: cost.startup,
      total: cost.total,
      width: Math.round(set.width),
    };
    addWay(set, {
      startup: cost.startup,
      total: cost.total,
      order,
      rels: set.rels,
      parts: [outer, inner],
      build: () =>
        buildJoin(this.#scope, {
          type,
          method,
          left: outer.build(),
          right: inner.build(),
          quals: conditions.join,
          filters: conditions.filter,
          estimate,
          merging,
        }),
    });
  }
}

const NO_ROWS: Restricted = { outer: 0, inner: 0 };
const MUCH_SMALLER = 4;
const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);

function isIntegerKey(expr: Expr): boolean {
  return INTEGERS.has(expr.type) && unlabelled(expr).kind === "var";
}

interface JoinCosts {
  loop(): Cost;
  hash(): Cost;
  lookup(reads: number): Cost;
  repeated(scan: InputCost, runs?: number): Cost;
}

function costOf(path: Path, set: JoinSet): InputCost {
  return { startup: path.startup, total: path.total, rows: set.rows, width: set.width };
}

function sortedCost(cost: CostModel, path: Path, set: JoinSet): InputCost {
  const { startup, total } = sortCost(cost, costOf(path, set), MEMORY_DEFAULT);
  return { startup, total, rows: set.rows, width: set.width };
}

function shapeOf(set: JoinSet, { type, conditions }: JoinCandidate, keys: number): JoinShape {
  return {
    rows: set.rows,
    keys,
    others: conditions.join.length - keys + conditions.filter.length,
    onlyExists: type === "semi" || type === "anti",
  };
}

function turn(equality: Equality, left: Relids, right: Relids): Equality | undefined {
  if (contains(left, equality.leftRels) && contains(right, equality.rightRels)) return equality;
  if (!contains(left, equality.rightRels) || !contains(right, equality.leftRels)) return undefined;
  return {
    left: equality.right,
    right: equality.left,
    leftRels: equality.rightRels,
    rightRels: equality.leftRels,
  };
}
