/**
 * Rows of a table by several indexes at once: the arms of an OR each by an index of their own,
 * conditions that no single index answers by the intersection of what several find. Only keys are
 * collected at first, so that no row comes twice; then the rows are read in the order of their keys
 * and all conditions are asked of them. indxpath.c of PostgreSQL makes its bitmap paths alike.
 */
import type { Expr } from "@firstlight/sql";
import { allInSteps, mapInSteps } from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { derivedColumns } from "../bind/index-expressions.ts";
import { DISABLED_COST, estimateOf } from "./cost-model.ts";
import { conjunction, conjuncts } from "./expression-map.ts";
import type { ColumnCondition, DerivedPositions, IndexMatch } from "./index-match.ts";
import { columnConditions, matchIndex } from "./index-match.ts";
import type { Layout } from "./layout.ts";
import { toSlots } from "./layout.ts";
import type { Access, BitmapTree, Estimate } from "./plan-node.ts";
import { impliedPredicate } from "./predicate-implication.ts";
import type { ScanContext } from "./scan-cost.ts";
import { combinations, keptRows, reachedRows } from "./scan-cost.ts";

interface Finding {
  /** Keys that are found, and what finding them costs. */
  readonly rows: number;
  readonly cost: number;
  /** Whether the keys of no other rows are found than those that `quals` are true of. */
  readonly exact: boolean;
}

type Bitmap = Finding &
  (
    | {
        readonly kind: "index";
        readonly match: IndexMatch;
        readonly quals: readonly Expr[];
        /** Those of them that the keys say all of. */
        readonly said: readonly Expr[];
      }
    | {
        readonly kind: "or" | "and";
        readonly args: readonly Bitmap[];
        /** The conditions that the keys are found by. */
        readonly quals: readonly Expr[];
      }
  );

export interface BitmapPath {
  readonly bitmap: Bitmap;
  readonly estimate: Estimate;
}

export interface BitmapRequest {
  readonly context: ScanContext;
  readonly rte: number;
  readonly table: TableDescriptor;
  readonly columns: readonly number[];
  readonly quals: readonly Expr[];
}

const BOOL = 16;
/** A key that is put into a set, in cpu_operator_cost; one for each of the rows found. */
const COLLECTED = 0.4;
/** More indexes than this are not combined. */
const CANDIDATES_MAX = 8;

class BitmapSearch {
  readonly #request: BitmapRequest;
  readonly #derived: DerivedPositions;
  readonly #conditions = new Map<Expr, readonly ColumnCondition[]>();

  constructor(request: BitmapRequest, derived: DerivedPositions) {
    this.#request = request;
    this.#derived = derived;
  }

  #conditionsOf(qual: Expr): readonly ColumnCondition[] {
    let found = this.#conditions.get(qual);
    if (found === undefined) {
      const { rte, context } = this.#request;
      found = columnConditions(qual, rte, this.#derived, (expr) =>
        context.estimation.valueOf(expr),
      );
      this.#conditions.set(qual, found);
    }
    return found;
  }

  /** The ways to find rows by `own`, with the help of `others`. */
  candidates(own: readonly Expr[], others: readonly Expr[]): Bitmap[] {
    const all = [...own, ...others];
    const found = this.#request.table.indexes.flatMap((index) => this.#byIndex(index, own, all));
    for (const qual of own) {
      // Alternatives of one column are a list of keys of one index.
      if (qual.kind !== "or" || this.#conditionsOf(qual).length > 0) continue;
      const rest = all.filter((each) => each !== qual);
      const union = this.#union(qual, rest);
      if (union !== undefined) found.push(union);
    }
    return found;
  }

  #byIndex(index: IndexDescriptor, own: readonly Expr[], all: readonly Expr[]): Bitmap[] {
    const { context, table, rte } = this.#request;
    const implied = impliedPredicate(table, index, rte, all);
    if (implied === undefined) return [];
    const conditions = all.flatMap((qual) => this.#conditionsOf(qual));
    const { keys } = derivedColumns(table).positionsOf(index);
    const match = matchIndex(index, keys, conditions, implied);
    if (match === undefined || !match.used.some((qual) => own.includes(qual))) return [];
    const rows = reachedRows(context, { index, match });
    const { cost } = context;
    const entry = cost.settings.indexTupleCost + COLLECTED * cost.operator + cost.shipped;
    const seeks = cost.seek * combinations(context, match);
    // A table's own index leads to whole rows, of which only the keys are taken.
    const width = index.number === 0 ? cost.tuple : 0;
    const total = seeks + rows * (entry + width);
    const isPartial = (qual: Expr): boolean =>
      conditions.some((each) => each.qual === qual && each.partial === true);
    const said = match.used.filter((qual) => !isPartial(qual));
    const exact = said.length === match.used.length;
    return [{ kind: "index", match, quals: match.used, said, rows, cost: total, exact }];
  }

  #ofArm(arm: Expr, others: readonly Expr[]): { best: Bitmap; exact: boolean } | undefined {
    const own = conjuncts(arm);
    const best = this.best(own, others);
    if (best === undefined) return undefined;
    return { best, exact: best.exact && own.every((qual) => best.quals.includes(qual)) };
  }

  /** Every arm by itself; undefined when one of them finds no index. */
  #union(
    or: Extract<Expr, { args: readonly Expr[] }>,
    others: readonly Expr[],
  ): Bitmap | undefined {
    const arms = allInSteps("bitmaps", or.args, (arm) => this.#ofArm(arm, others));
    if (arms === undefined) return undefined;
    const args = arms.map(({ best }) => best);
    const exact = arms.every((arm) => arm.exact);
    const { rows: whole } = this.#request.context.size;
    const rows = args.reduce((sum, arm) => sum + arm.rows, 0);
    const cost = args.reduce((sum, arm) => sum + arm.cost, 0);
    return { kind: "or", args, quals: [or], rows: Math.min(whole, rows), cost, exact };
  }

  /** The cheapest of the candidates, or of what they have in common. */
  best(own: readonly Expr[], others: readonly Expr[]): Bitmap | undefined {
    const found = this.candidates(own, others)
      .toSorted((a, b) => this.total(a) - this.total(b))
      .slice(0, CANDIDATES_MAX);
    let best: Bitmap | undefined;
    for (const [at, first] of found.entries()) {
      const combined = this.#narrowed(first, found.slice(at + 1));
      if (best === undefined || this.total(combined) < this.total(best)) best = combined;
    }
    return best;
  }

  /** Takes others in as long as fewer rows to read are worth it. */
  #narrowed(first: Bitmap, others: readonly Bitmap[]): Bitmap {
    let best = first;
    for (const other of others) {
      if (other.quals.some((qual) => best.quals.includes(qual))) continue;
      const both = this.#intersection(best, other);
      if (this.total(both) < this.total(best)) best = both;
    }
    return best;
  }

  #intersection(a: Bitmap, b: Bitmap): Bitmap {
    const whole = Math.max(1, this.#request.context.size.rows);
    const args = [...(a.kind === "and" ? a.args : [a]), b];
    const quals = [...a.quals, ...b.quals];
    const rows = Math.max(1, (a.rows * b.rows) / whole);
    const exact = a.exact && b.exact;
    return { kind: "and", args, quals, rows, cost: a.cost + b.cost, exact };
  }

  /** With the rows that are to be read. */
  total({ rows, cost: finding }: Bitmap): number {
    const { context, quals } = this.#request;
    const { cost } = context;
    const perRow = cost.pointRead + cost.tuple + quals.length * cost.operator;
    return finding + rows * perRow + Math.ceil(rows / 1024) * cost.round;
  }
}

/** What an ordinary path by one index does not do already. */
export function bitmapPath(
  request: BitmapRequest,
  derived: DerivedPositions,
): BitmapPath | undefined {
  const { context, quals, columns } = request;
  const search = new BitmapSearch(request, derived);
  const bitmap = search.best(quals, []);
  if (bitmap === undefined || bitmap.kind === "index") return undefined;
  const { settings } = context.cost;
  const startup = bitmap.cost + (settings.bitmapScan ? 0 : DISABLED_COST);
  const total = search.total(bitmap) - bitmap.cost + startup;
  const width = columns.reduce((sum, at) => sum + context.widthOf(at), 0);
  const rows = Math.min(bitmap.rows, keptRows(context, quals));
  return { bitmap, estimate: estimateOf(rows, { startup, total }, width) };
}

/** Whether there is an OR, or several indexes answer conditions: `matches` of them do. */
export function mayCombine(quals: readonly Expr[], matches: number): boolean {
  return matches > 1 || quals.some((qual) => qual.kind === "or");
}

function treeOf(bitmap: Bitmap, layout: Layout): BitmapTree {
  const { rows, cost } = bitmap;
  const own = estimateOf(rows, { startup: 0, total: cost }, 0);
  if (bitmap.kind === "index") {
    const { index, conditions, shown } = bitmap.match;
    const display = shown.map((qual) => toSlots(qual, layout));
    return { kind: "index", index, conditions, display, estimate: own };
  }
  const args = mapInSteps("trees", bitmap.args, (arg) => treeOf(arg, layout));
  return { kind: bitmap.kind, args, estimate: { ...own, startup: own.total } };
}

/** The conditions that the indexes answer, as they are combined. */
function foundBy(bitmap: Bitmap, isArm = false): readonly Expr[] {
  if (bitmap.kind === "index") return isArm ? bitmap.quals : bitmap.said;
  if (bitmap.kind === "and") return bitmap.args.flatMap((arg) => foundBy(arg, isArm));
  const args = bitmap.args.flatMap((arg) => conjunction(foundBy(arg, true)) ?? []);
  return [{ kind: "or", args, type: BOOL, typmod: -1, position: -1 }];
}

/** Conditions of the table that are true of every row found. */
function saidBy(bitmap: Bitmap): readonly Expr[] {
  if (bitmap.kind === "and") return bitmap.args.flatMap(saidBy);
  if (bitmap.kind === "index") return bitmap.said;
  return bitmap.exact ? bitmap.quals : [];
}

export function bitmapAccess({ bitmap }: BitmapPath, layout: Layout): Access {
  const over = (qual: Expr): Expr => toSlots(qual, layout);
  return {
    kind: "bitmap",
    tree: treeOf(bitmap, layout),
    recheck: conjunction(foundBy(bitmap).map(over)),
    found: saidBy(bitmap).map(over),
  };
}
