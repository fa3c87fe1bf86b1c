/**
 * Conditions on several columns of one table by what CREATE STATISTICS knows of them together: common
 * combinations first, then functional dependencies (statext_clauselist_selectivity of PostgreSQL).
 */
import type { Expr } from "@firstlight/sql";
import { operatorByOid } from "@firstlight/sql";
import type { Dependency, ExtendedStatistics } from "../../statistics/extended-statistics.ts";
import { combinationTest, knownNumber, numbersOf } from "./combination-test.ts";
import type { Estimation } from "./relation-facts.ts";
import { clampShare, rtesIn } from "./variable.ts";

/** The share of rows that all of these let through, as if columns were independent. */
export type IndependentShare = (quals: readonly Expr[]) => number;

export interface JointShare {
  readonly share: number;
  /** What is estimated otherwise. */
  readonly rest: readonly Expr[];
}

function onlyRelation(quals: readonly Expr[]): number | undefined {
  const rtes = new Set<number>();
  for (const qual of quals) {
    const own = rtesIn(qual);
    if (own.size !== 1) return undefined;
    for (const rte of own) rtes.add(rte);
  }
  const [only] = rtes;
  return rtes.size === 1 ? only : undefined;
}

interface Placed {
  readonly qual: Expr;
  /** Of the columns, where common combinations can be asked about them. */
  readonly numbers: ReadonlySet<number>;
}

interface Chosen {
  readonly statistics: ExtendedStatistics;
  readonly covered: readonly Placed[];
}

function covers({ columns }: ExtendedStatistics, { numbers }: Placed): boolean {
  return [...numbers].every((number) => columns.includes(number));
}

/** The narrowest of those that know most of the columns (choose_best_statistics). */
function bestOf(
  known: readonly ExtendedStatistics[],
  placed: readonly Placed[],
): Chosen | undefined {
  let best: Chosen | undefined;
  let bestMatched = 0;
  for (const statistics of known) {
    if (statistics.common.length === 0) continue;
    const covered = placed.filter((each) => covers(statistics, each));
    const matched = new Set(covered.flatMap(({ numbers }) => [...numbers])).size;
    const isNarrower = statistics.columns.length < (best?.statistics.columns.length ?? Infinity);
    if (matched < 2 || matched < bestMatched) continue;
    if (matched === bestMatched && !isNarrower) continue;
    best = { statistics, covered };
    bestMatched = matched;
  }
  return best;
}

/** Of the combinations that pass: their share, and what it would be of independent columns. */
interface CommonShares {
  readonly joint: number;
  readonly independent: number;
}

const NOTHING: CommonShares = { joint: 0, independent: 0 };

function sharesOf(statistics: ExtendedStatistics, passes: (at: number) => boolean): CommonShares {
  return statistics.common.reduce((sum, { share, independentShare }, at) => {
    if (!passes(at)) return sum;
    return { joint: sum.joint + share, independent: sum.independent + independentShare };
  }, NOTHING);
}

/** mcv_combine_selectivities: what the common combinations say, and a guess of all others. */
function withOthers(simple: number, { joint, independent }: CommonShares, total: number): number {
  const others = Math.min(clampShare(simple - independent), 1 - total);
  return clampShare(joint + others);
}

class CommonCombinations {
  readonly #estimation: Estimation;
  readonly #shareOf: IndependentShare;
  readonly #rte: number;

  constructor(estimation: Estimation, shareOf: IndependentShare, rte: number) {
    this.#estimation = estimation;
    this.#shareOf = shareOf;
    this.#rte = rte;
  }

  place(quals: readonly Expr[]): Placed[] {
    return quals.flatMap((qual): Placed[] => {
      const numbers = numbersOf(this.#estimation, qual, this.#rte);
      return numbers === undefined ? [] : [{ qual, numbers }];
    });
  }

  #passing(statistics: ExtendedStatistics, qual: Expr): readonly boolean[] {
    const test = combinationTest(this.#estimation, qual, statistics, this.#rte);
    return statistics.common.map(({ values }) => test(values));
  }

  all({ statistics, covered }: Chosen): number {
    const total = sharesOf(statistics, () => true).joint;
    const passing = covered.map(({ qual }) => this.#passing(statistics, qual));
    const common = sharesOf(statistics, (at) => passing.every((each) => each[at] === true));
    return withOthers(this.#shareOf(covered.map(({ qual }) => qual)), common, total);
  }

  any({ statistics, covered }: Chosen): number {
    const total = sharesOf(statistics, () => true).joint;
    const before = statistics.common.map(() => false);
    let simple = 0;
    let share = 0;
    for (const { qual } of covered) {
      const own = this.#shareOf([qual]);
      const overlap = simple * own;
      simple += own - overlap;
      const passing = this.#passing(statistics, qual);
      const common = sharesOf(statistics, (at) => passing[at] === true);
      const twice = sharesOf(statistics, (at) => passing[at] === true && before[at] === true);
      passing.forEach((passes, at) => {
        before[at] ||= passes;
      });
      const added = withOthers(own, common, total) - withOthers(overlap, twice, total);
      share = clampShare(share + added);
    }
    return share;
  }
}

function commonShare(
  { estimation, shareOf, rte, known }: Asked,
  quals: readonly Expr[],
  mode: "and" | "or",
): JointShare {
  const combinations = new CommonCombinations(estimation, shareOf, rte);
  let share = mode === "and" ? 1 : 0;
  let rest = quals;
  let placed = combinations.place(quals);
  for (let best = bestOf(known, placed); best !== undefined; best = bestOf(known, placed)) {
    const { covered } = best;
    const own = mode === "and" ? combinations.all(best) : combinations.any(best);
    share = mode === "and" ? share * own : share + own - share * own;
    placed = placed.filter((each) => !covered.includes(each));
    rest = rest.filter((qual) => !covered.some((each) => each.qual === qual));
  }
  return { share, rest };
}

/** The column that a condition holds at one value or some (dependency_is_compatible_clause). */
function determinedNumber(estimation: Estimation, expr: Expr, rte: number): number | undefined {
  const numberOf = (side: Expr, other: Expr): number | undefined =>
    rtesIn(other).size === 0 ? knownNumber(estimation, side, rte) : undefined;
  if (expr.kind === "relabel") return determinedNumber(estimation, expr.arg, rte);
  if (expr.kind === "var") return knownNumber(estimation, expr, rte);
  if (expr.kind === "not") return determinedNumber(estimation, expr.args[0] ?? expr, rte);
  if (expr.kind === "or") {
    const [first, ...others] = expr.args.map((arg) => determinedNumber(estimation, arg, rte));
    return others.every((each) => each === first) ? first : undefined;
  }
  if (expr.kind === "scalarArrayOp") {
    const isEquality = operatorByOid(expr.operator)?.restriction === "eqsel";
    return isEquality && expr.any ? numberOf(expr.scalar, expr.array) : undefined;
  }
  if (expr.kind !== "call" || expr.operator === 0) return undefined;
  const [a, b] = expr.args;
  if (a === undefined || b === undefined) return undefined;
  if (operatorByOid(expr.operator)?.restriction !== "eqsel") return undefined;
  return numberOf(a, b) ?? numberOf(b, a);
}

/** Of those over these columns the one over most, and of these the one that holds most. */
function strongest(
  dependencies: readonly Dependency[],
  columns: ReadonlySet<number>,
): Dependency | undefined {
  let best: Dependency | undefined;
  for (const each of dependencies) {
    const size = each.columns.length;
    if (size > columns.size || size < (best?.columns.length ?? 0)) continue;
    if (size === best?.columns.length && best.degree > each.degree) continue;
    if (each.columns.every((column) => columns.has(column))) best = each;
  }
  return best;
}

/** Each column is implied once at most. */
function chosenDependencies(
  known: readonly ExtendedStatistics[],
  columns: ReadonlySet<number>,
): readonly Dependency[] {
  const usable = known.filter(
    (each) => each.columns.filter((column) => columns.has(column)).length >= 2,
  );
  const all = usable.flatMap((each) => each.dependencies);
  const left = new Set(columns);
  const chosen: Dependency[] = [];
  for (let next = strongest(all, left); next !== undefined; next = strongest(all, left)) {
    chosen.push(next);
    left.delete(next.columns.at(-1) ?? 0);
  }
  return chosen;
}

/** clauselist_apply_dependencies: P(a, b) = f * min(P(a), P(b)) + (1 - f) * P(a) * P(b). */
function applied(dependencies: readonly Dependency[], shares: Map<number, number>): number {
  for (const { columns, degree } of dependencies.toReversed()) {
    const implied = columns.at(-1) ?? 0;
    const own = shares.get(implied) ?? 1;
    const determining = columns
      .slice(0, -1)
      .reduce((product, column) => product * (shares.get(column) ?? 1), 1);
    const dependent = determining <= own ? degree : (degree * own) / determining;
    shares.set(implied, dependent + (1 - degree) * own);
  }
  return clampShare([...shares.values()].reduce((product, share) => product * share, 1));
}

function dependencyShare(
  { estimation, shareOf, rte, known }: Asked,
  quals: readonly Expr[],
): JointShare {
  const byColumn = new Map<number, Expr[]>();
  for (const qual of quals) {
    const number = determinedNumber(estimation, qual, rte);
    if (number === undefined) continue;
    byColumn.set(number, [...(byColumn.get(number) ?? []), qual]);
  }
  const dependencies = byColumn.size < 2 ? [] : chosenDependencies(known, new Set(byColumn.keys()));
  const columns = new Set(dependencies.flatMap((each) => each.columns));
  const shares = new Map(
    [...columns].map((column) => [column, shareOf(byColumn.get(column) ?? [])] as const),
  );
  const used = new Set([...columns].flatMap((column) => byColumn.get(column) ?? []));
  return { share: applied(dependencies, shares), rest: quals.filter((qual) => !used.has(qual)) };
}

interface Asked {
  readonly estimation: Estimation;
  readonly shareOf: IndependentShare;
  readonly rte: number;
  readonly known: readonly ExtendedStatistics[];
}

/** Of conditions of which all are to hold, or any. */
export function jointShare(
  estimation: Estimation,
  quals: readonly Expr[],
  mode: "and" | "or",
  shareOf: IndependentShare,
): JointShare {
  const none = { share: mode === "and" ? 1 : 0, rest: quals };
  const { joint } = estimation;
  if (joint === undefined || quals.length < 2) return none;
  const rte = onlyRelation(quals);
  const known = rte === undefined ? [] : joint.of(rte);
  if (rte === undefined || known.length === 0) return none;
  const asked = { estimation, shareOf, rte, known };
  const common = commonShare(asked, quals, mode);
  if (mode === "or") return common;
  const dependent = dependencyShare(asked, common.rest);
  return { share: common.share * dependent.share, rest: dependent.rest };
}
