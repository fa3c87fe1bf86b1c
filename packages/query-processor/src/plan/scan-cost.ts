/** What it costs to read a table by one of its access paths, and how many rows come of it. */
import type { Expr } from "@firstlight/sql";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import type { RelationSize } from "../statistics/table-statistics.ts";
import type { Cost, CostModel } from "./cost-model.ts";
import { DISABLED_COST, estimateOf } from "./cost-model.ts";
import { isEqualityCall } from "./equality.ts";
import { conjuncts } from "./expression-map.ts";
import type { IndexMatch } from "./index-match.ts";
import type { Estimate } from "./plan-node.ts";
import { elementCount } from "./selectivity/array-clause.ts";
import { conditionsShare } from "./selectivity/clause.ts";
import type { Estimation } from "./selectivity/relation-facts.ts";

/** The relation as the cost of reading it depends on it. */
export interface ScanContext {
  readonly estimation: Estimation;
  readonly cost: CostModel;
  readonly size: RelationSize;
  readonly widthOf: (position: number) => number;
  /** Rows of indexes whose condition leaves others out. */
  readonly indexSize: (index: IndexDescriptor) => RelationSize | undefined;
}

export interface ScanShape {
  readonly index: IndexDescriptor | undefined;
  readonly match: IndexMatch | undefined;
  readonly indexOnly: boolean;
  readonly quals: readonly Expr[];
  readonly columns: readonly number[];
}

/** A condition that storage tests on columns, in cpu_operator_cost. */
const TEST_IN_STORAGE = 0.1;
const BATCH_ROWS = 1024;

/** Rows of a partial index, where it was not analyzed. */
const PARTIAL_DEFAULT = 0.1;

/** Key combinations that are looked up. */
export function combinations(context: ScanContext, match: IndexMatch | undefined): number {
  if (match?.seeks !== undefined) return match.seeks;
  if (match?.alternatives !== undefined) return match.alternatives.length;
  let count = 1;
  for (const condition of match?.conditions ?? []) {
    if (condition.kind === "any") count *= elementCount(context.estimation, condition.array);
  }
  return Math.max(1, count);
}

/** The first row of each of so many groups is sought by itself. */
export function firstRowsEstimate(
  context: ScanContext,
  { match, indexOnly, columns }: Pick<ScanShape, "match" | "indexOnly" | "columns">,
  groups: number,
): Estimate {
  const { cost } = context;
  const perRow = cost.tuple + cost.settings.indexTupleCost + cost.shipped;
  const reads = indexOnly ? 0 : cost.pointRead + cost.round;
  const startup = cost.seek + (cost.settings.indexScan ? 0 : DISABLED_COST);
  const seeks = Math.max(0, combinations(context, match) - 1) * cost.seek;
  const width = columns.reduce((sum, at) => sum + context.widthOf(at), 0);
  return estimateOf(groups, { startup, total: startup + seeks + groups * (perRow + reads) }, width);
}

/** Rows, or index entries, that the scan goes through. */
export function reachedRows(
  context: ScanContext,
  { match, index }: Pick<ScanShape, "match" | "index">,
): number {
  const { rows } = context.size;
  if (match?.unique === true) return Math.max(1, Math.min(rows, combinations(context, match)));
  const within =
    index?.predicate === undefined
      ? rows
      : (context.indexSize(index)?.rows ?? rows * PARTIAL_DEFAULT);
  if (match === undefined) return Math.max(1, within);
  return Math.max(1, within * conditionsShare(context.estimation, match.used, undefined));
}

export function keptRows(context: ScanContext, quals: readonly Expr[]): number {
  return Math.max(1, context.size.rows * conditionsShare(context.estimation, quals, undefined));
}

function penalty(context: ScanContext, shape: ScanShape): number {
  const { settings } = context.cost;
  if (shape.match === undefined && (shape.index === undefined || shape.index.number === 0)) {
    return settings.sequentialScan ? 0 : DISABLED_COST;
  }
  return settings.indexScan ? 0 : DISABLED_COST;
}

/** To get to the first row of each key combination: points are read in batches, spans one by one. */
function seekCost(context: ScanContext, match: IndexMatch | undefined): Cost {
  const { cost } = context;
  const count = combinations(context, match);
  if (match?.unique !== true) return { startup: cost.seek, total: cost.seek * count };
  const rounds = Math.ceil(count / BATCH_ROWS) * cost.round;
  return { startup: cost.round + cost.pointRead, total: rounds + count * cost.pointRead };
}

/** Of an OR of so many terms it counts how many they are. */
const MANY = 64;
const SAMPLED = 16;

/** Equalities of very many are looked up at once. */
function isLookedUp(term: Expr): boolean {
  return conjuncts(term).every(isEqualityCall);
}

function testsOf(quals: readonly Expr[]): number {
  return quals.reduce((sum, qual) => {
    if (qual.kind !== "or" || qual.args.length < MANY) return sum + 1;
    const compared = qual.args.slice(0, SAMPLED).filter((term) => !isLookedUp(term)).length;
    return sum + Math.max(1, (qual.args.length * compared) / SAMPLED);
  }, 0);
}

export function scanEstimate(context: ScanContext, shape: ScanShape): Estimate {
  const { cost, size } = context;
  const { settings } = cost;
  const { match, index, quals } = shape;
  const reached = reachedRows(context, shape);
  const kept = Math.min(reached, keptRows(context, quals));
  const width = shape.columns.reduce((sum, at) => sum + context.widthOf(at), 0);
  const isRows = index === undefined || index.number === 0;
  const isWhole = match === undefined && isRows;
  const seeking = isWhole ? cost.wholeScan : seekCost(context, match);
  const startup = seeking.startup + penalty(context, shape);
  let run = kept * (isWhole ? cost.scanned : cost.tuple + cost.shipped);
  if (isWhole) {
    const tests = size.rows * testsOf(quals) * cost.operator;
    run += cost.looksAt(size.rows, size.pages) + tests * TEST_IN_STORAGE;
  } else {
    run += seeking.total - seeking.startup;
    const own = match === undefined ? quals : quals.filter((qual) => !match.used.includes(qual));
    const tests = testsOf(own) + quals.length - own.length;
    run += reached * (settings.indexTupleCost + tests * cost.operator);
    if (!isRows && !shape.indexOnly) {
      run += reached * cost.pointRead + Math.ceil(reached / BATCH_ROWS) * cost.round;
    }
  }
  return estimateOf(kept, { startup, total: startup + run }, width);
}
