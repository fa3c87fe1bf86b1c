/**
 * A correlated subquery for many outer rows at once: what it takes from them becomes a relation of
 * its own, "outer_rows", which it is joined with, and its results are told apart by the number of
 * the outer row. So one grouped join replaces repetition. What a subquery yields for no rows at all
 * is left to the subquery itself.
 */
import type { Aggregate, Expr, SubLink, Var } from "@firstlight/sql";
import { procByOid, volatility } from "@firstlight/sql";
import { withOuterValues } from "../bind/deepen.ts";
import type { OuterValue } from "../bind/outer-value.ts";
import { isOuterValue } from "../bind/outer-value.ts";
import { selectOver } from "../bind/derived-select.ts";
import type { BoundSelect, FromItem, OutputColumn, RangeTableEntry } from "../bind/query-tree.ts";
import { exprKey, someNode } from "./expression-map.ts";
import type { PlanNode } from "./plan-node.ts";
import { canMergeCondition } from "./pull-up.ts";
import { isSetReturning } from "./expression-traits.ts";
import { walkQuery } from "./query-walk.ts";
import type { Scope } from "./scope.ts";
import { raised } from "./scope.ts";
import { groupCount } from "./selectivity/group-count.ts";
import type { RelationFacts } from "./selectivity/relation-facts.ts";
import { variableOf } from "./selectivity/variable.ts";

const OUTER_ROWS = "outer_rows";
/** Their column that tells them apart. */
export const OUTER_NUMBER = 0;

export function isOuterRows(
  scope: Scope,
  rte: Extract<RangeTableEntry, { readonly kind: "cte" }>,
): boolean {
  const cte = scope.around(rte.levelsUp)?.ctes[rte.cte];
  return cte?.kind === "planned" && cte.facts?.kind === OUTER_ROWS;
}

const INT4 = 23;
const BOOL = 16;

export interface PlannedBatch {
  /** Of the working table with the outer rows: a number, then the values. */
  readonly id: number;
  readonly plan: PlanNode;
  /** Over the outer query's level. */
  readonly values: readonly Expr[];
  readonly limit: Expr | undefined;
  readonly empty: "none" | "constant" | "own";
}

/** What a run of a plan costs beside what it reads: its operators are opened, its index is entered. */
export const RUN_COST = 2;
/** Below it nothing is worth planning a subquery twice. */
const WORTHWHILE_COST = 20;
const OUTER_ROW_COST = 0.02;

/** Aggregates whose value does not depend on the order of the rows. */
const ANY_ORDER: ReadonlySet<string> = new Set(
  (
    "count sum avg min max bool_and bool_or every bit_and bit_or bit_xor stddev stddev_pop " +
    "stddev_samp variance var_pop var_samp percentile_cont percentile_disc range_agg"
  ).split(" "),
);

function needsOrder({ proc, orderBy, routine }: Aggregate): boolean {
  if (orderBy.length > 0) return false;
  return routine !== undefined || !ANY_ORDER.has(procByOid(proc)?.name ?? "");
}

/** Whether its result may depend on the order in which a subquery in FROM yields rows. */
function hasOrderedInput(query: BoundSelect): boolean {
  let ordered = false;
  walkQuery(query, 0, (node, depth) => {
    if (node.kind === "aggregate" && depth === 0 && needsOrder(node)) ordered = true;
  });
  return ordered;
}

function isPlain(query: BoundSelect): boolean {
  return (
    query.ctes.length === 0 &&
    query.from.length > 0 &&
    query.groupingSets === undefined &&
    query.windows.length === 0 &&
    query.setOperation === undefined &&
    query.offset === undefined &&
    !query.withTies &&
    query.rowMarks.length === 0 &&
    !Array.isArray(query.distinct) &&
    !query.targets.some((target) => isSetReturning(target.expr))
  );
}

function joinsReachOut(item: FromItem): boolean {
  if (item.kind === "rte") return false;
  const reaches = (node: Expr): boolean => node.kind === "var" && node.levelsUp > 0;
  const { condition } = item;
  const own = item.type !== "inner" && item.type !== "cross" && condition !== undefined;
  const found = own && (someNode(condition, reaches) || hasSubLink(condition));
  return found || joinsReachOut(item.left) || joinsReachOut(item.right);
}

function hasSubLink(expr: Expr): boolean {
  return someNode(expr, (node) => node.kind === "subLink");
}

/** Entries of FROM that would have to be run for each outer row anyway. */
function isLateral(rte: RangeTableEntry): boolean {
  return rte.lateral || (rte.kind === "table" && rte.sample !== undefined);
}

function hasAggregation(query: BoundSelect): boolean {
  return query.hasAggregates || query.having !== undefined;
}

/** Known once the statement runs. */
function isKnownCount(expr: Expr): boolean {
  const unknown = (node: Expr): boolean =>
    node.kind === "var" || node.kind === "subLink" || node.kind === "execParam";
  return !someNode(expr, unknown) && volatility(expr) !== "volatile";
}

/** As a subquery of an expression, or as one in FROM, where the order of rows is nobody's. */
export type BatchedAs = SubLink["link"] | "lateral";

function canBatch(link: BatchedAs, query: BoundSelect): boolean {
  if (link === "exists") return canMergeCondition(query);
  if (!isPlain(query) || query.from.some((item) => joinsReachOut(item))) return false;
  if (query.rangeTable.some((rte) => isLateral(rte))) return false;
  const single = hasAggregation(query) && query.groupBy.length === 0;
  if (query.limit !== undefined && (single || !isKnownCount(query.limit))) return false;
  // Without an order of its own a result in which order shows keeps that of the repeated subquery.
  const showsOrder = link === "array" || query.limit !== undefined;
  return !(showsOrder && query.orderBy.length === 0) && !hasOrderedInput(query);
}

/** Columns of the outer rows, each value once. */
class OuterRows {
  readonly values: Expr[] = [];
  readonly #scope: Scope;
  readonly #columns = new Map<string, number>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  columnOf(value: OuterValue, depth: number): number {
    const own = this.#scope.flatten(raised(value, depth + 1));
    const key = exprKey(own);
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    this.values.push(own);
    this.#columns.set(key, this.values.length);
    return this.values.length;
  }

  get columns(): readonly OutputColumn[] {
    const number = { name: "number", type: INT4, typmod: -1 };
    const named = this.values.map(({ type, typmod }, at) => ({ name: `v${at + 1}`, type, typmod }));
    return [number, ...named];
  }
}

function outerVar(rte: number, column: number, levelsUp: number, like: Expr): Var {
  const { type, typmod } = like;
  return { kind: "var", rte, column, levelsUp, type, typmod, position: -1 };
}

const NUMBER = { type: INT4, typmod: -1 };

function numberVar(rte: number): Var {
  return { kind: "var", rte, column: OUTER_NUMBER, levelsUp: 0, ...NUMBER, position: -1 };
}

interface Rewritten {
  readonly query: BoundSelect;
  readonly entry: number;
}

/** `SELECT number FROM outer_rows WHERE EXISTS (subquery)`. */
function existsQuery(rows: OuterRows, query: BoundSelect): Rewritten {
  const inner = withOuterValues(query, 1, (value, depth) =>
    outerVar(0, rows.columnOf(value, depth), depth + 1, value),
  );
  const where: Expr = {
    kind: "subLink",
    link: "exists",
    type: BOOL,
    typmod: -1,
    position: -1,
    query: inner,
  };
  const targets = [{ expr: numberVar(0), name: "number", junk: false }];
  return {
    query: { ...selectOver([], targets), from: [{ kind: "rte", rte: 0 }], where },
    entry: 0,
  };
}

/** The subquery joined with the outer rows, the number behind its columns. */
function joinedQuery(rows: OuterRows, query: BoundSelect): Rewritten {
  const entry = query.rangeTable.length;
  const inner = withOuterValues(query, 0, (value, depth) =>
    outerVar(entry, rows.columnOf(value, depth), depth, value),
  );
  const grouped = hasAggregation(query) || query.groupBy.length > 0;
  const isOrdered = query.limit !== undefined || query.orderBy.length > 0;
  return {
    entry,
    query: {
      ...inner,
      from: [{ kind: "rte", rte: entry }, ...inner.from],
      targets: [...inner.targets, { expr: numberVar(entry), name: "number", junk: false }],
      groupBy: grouped ? [...inner.groupBy, numberVar(entry)] : inner.groupBy,
      limit: undefined,
      orderBy: isOrdered ? inner.orderBy : [],
    },
  };
}

/** How often a memo does not know the answer. */
function executions(scope: Scope, values: readonly Expr[], rows: number): number {
  return Math.min(rows, groupCount(scope.estimation, values, rows));
}

function factsOf(scope: Scope, values: readonly Expr[], rows: number): RelationFacts {
  return {
    kind: OUTER_ROWS,
    rows,
    kept: undefined,
    column: (position) => {
      const value = position === 0 ? undefined : values[position - 1];
      return value && variableOf(scope.estimation, value).statistics;
    },
    isUnique: (position) => position === 0 || values.length === 1,
  };
}

export function planBatch(
  scope: Scope,
  link: BatchedAs,
  query: BoundSelect,
  repeated: { readonly plan: PlanNode; readonly rows: number },
): PlannedBatch | undefined {
  const perRun = repeated.plan.estimate.total + RUN_COST;
  if (repeated.rows * perRun < WORTHWHILE_COST || !canBatch(link, query)) return undefined;
  const rows = new OuterRows(scope);
  const rewritten = link === "exists" ? existsQuery(rows, query) : joinedQuery(rows, query);
  const runs = executions(scope, rows.values, repeated.rows);
  if (runs * perRun < WORTHWHILE_COST) return undefined;
  const planned = planOver(scope, rows, rewritten, runs);
  if (planned === undefined) return undefined;
  if (planned.plan.estimate.total + runs * OUTER_ROW_COST > runs * perRun) return undefined;
  return {
    ...planned,
    values: rows.values,
    limit: link === "exists" ? undefined : query.limit,
    empty: link === "exists" ? "none" : valueOfNothing(query),
  };
}

/** What an aggregate without GROUP BY yields for no rows may depend on the outer row. */
function valueOfNothing(query: BoundSelect): PlannedBatch["empty"] {
  if (!hasAggregation(query) || query.groupBy.length > 0) return "none";
  // Rows that HAVING leaves out are no better known.
  if (query.having !== undefined) return "own";
  const reachesOut = (node: Expr): boolean =>
    node.kind === "subLink" || (isOuterValue(node) && node.levelsUp > 0);
  return query.targets.some(({ expr }) => someNode(expr, reachesOut)) ? "own" : "constant";
}

function planOver(
  scope: Scope,
  rows: OuterRows,
  { query, entry }: Rewritten,
  count: number,
): { readonly id: number; readonly plan: PlanNode } | undefined {
  const id = scope.ids.nextCte();
  const cte = scope.ctes.length;
  const name = OUTER_ROWS;
  const facts = factsOf(scope, rows.values, count);
  scope.ctes.push({ kind: "planned", id, name, dependencies: new Set(), rows: count, facts });
  const { columns } = rows;
  const added: RangeTableEntry = {
    kind: "cte",
    alias: "outer_rows",
    columns,
    lateral: false,
    cte,
    levelsUp: 1,
    recursive: true,
  };
  const rangeTable = query.rangeTable.toSpliced(entry, 0, added);
  const child = scope.child(rangeTable);
  const plan = child.planSelect({ ...query, rangeTable });
  return child.outerParams.length > 0 ? undefined : { id, plan };
}
