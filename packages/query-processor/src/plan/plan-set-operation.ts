/** UNION, INTERSECT and EXCEPT: the arms are planned alone and combined by the tree. */
import type { Expr, SortKey } from "@firstlight/sql";
import type { BoundSelect, SetOperation, SortClause } from "../bind/query-tree.ts";
import { blocking, estimate } from "./estimate.ts";
import type { Relation } from "./layout.ts";
import { slot } from "./layout.ts";
import { entryLayout } from "./plan-leaf.ts";
import { isVolatileExpr } from "./expression-traits.ts";
import { isRunTimeConstant } from "./index-match.ts";
import { plannedApart } from "./planned-apart.ts";
import type { AppendNode, PlanNode } from "./plan-node.ts";
import { isSetReturning } from "./expression-traits.ts";
import type { Scope } from "./scope.ts";

function leftmost(tree: SetOperation): number {
  return tree.kind === "arm" ? tree.rte : leftmost(tree.left);
}

function planArm(scope: Scope, index: number): PlanNode {
  const rte = scope.rte(index);
  if (rte.kind !== "subquery") throw new Error("an arm of a set operation is a subquery");
  return planQuery(scope, "arms", rte.query);
}

function planQuery(scope: Scope, site: string, query: BoundSelect, whole?: BoundSelect): PlanNode {
  return plannedApart(site, scope.child(query.rangeTable), query, whole);
}

function appendOf(children: readonly PlanNode[]): AppendNode {
  const rows = children.reduce((sum, child) => sum + child.estimate.rows, 0);
  const total = children.reduce((sum, child) => sum + child.estimate.total, 0);
  return {
    kind: "append",
    children,
    estimate: estimate(rows, 0, total, children[0]?.estimate.width ?? 0),
    labels: children[0]?.labels ?? [],
  };
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return node.kind === "append" && node.mergedBy === undefined ? node.children : [node];
}

/** UNION ALL of UNION ALL is one append. */
function addParts(
  scope: Scope,
  tree: SetOperation,
  types: readonly number[],
  parts: PlanNode[],
): void {
  if (tree.kind === "union" && tree.all) {
    addParts(scope, tree.left, types, parts);
    addParts(scope, tree.right, types, parts);
  } else for (const part of flatten(planTree(scope, tree, types))) parts.push(part);
}

export function planTree(scope: Scope, tree: SetOperation, types: readonly number[]): PlanNode {
  if (tree.kind === "arm") return planArm(scope, tree.rte);
  if (tree.kind === "union") {
    const parts: PlanNode[] = [];
    addParts(scope, tree.left, types, parts);
    addParts(scope, tree.right, types, parts);
    const append = appendOf(parts);
    return tree.all ? append : distinctRows(append, types);
  }
  const left = planTree(scope, tree.left, types);
  const right = planTree(scope, tree.right, types);
  const { rows } = left.estimate;
  return {
    kind: "setOperation",
    operation: tree.kind,
    all: tree.all,
    left,
    right,
    types,
    estimate: blocking(appendOf([left, right]).estimate, rows, left.estimate.width, 0.0025),
    labels: left.labels,
  };
}

function distinctRows(node: PlanNode, types: readonly number[]): PlanNode {
  const keys = types.map((type, at): Expr => slot(at, { type, typmod: -1 }));
  return {
    kind: "distinct",
    child: node,
    keys,
    estimate: blocking(node.estimate, node.estimate.rows, node.estimate.width, 0.0025),
    labels: node.labels,
  };
}

/** Types of the columns that all arms yield. */
export function armTypes(scope: Scope, tree: SetOperation): readonly number[] {
  return scope.rte(leftmost(tree)).columns.map((column) => column.type);
}

export interface CombinedPlan extends Relation {
  /** The rows come in the order of ORDER BY. */
  readonly sorted: boolean;
}

export function planSetOperation(
  scope: Scope,
  query: BoundSelect,
  tree: SetOperation,
): CombinedPlan {
  const types = armTypes(scope, tree);
  const merged = mergedArms(scope, query, tree, types);
  const node = merged ?? planTree(scope, tree, types);
  const layout = entryLayout(
    leftmost(tree),
    types.map((_, at) => at),
  );
  return { node, layout, sorted: merged !== undefined };
}

/** The arms of nothing but UNION ALL. */
function unionArms(tree: SetOperation): readonly number[] | undefined {
  if (tree.kind === "arm") return [tree.rte];
  if (tree.kind !== "union" || !tree.all) return undefined;
  const left = unionArms(tree.left);
  const right = unionArms(tree.right);
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

/**
 * UNION ALL of which only the first rows in some order are wanted: each arm gives its first ones in
 * that order, and these are merged.
 */
function mergedArms(
  scope: Scope,
  query: BoundSelect,
  tree: SetOperation,
  types: readonly number[],
): PlanNode | undefined {
  if (query.limit === undefined || query.withTies || query.orderBy.length === 0) return undefined;
  const arms = tree.kind === "arm" ? undefined : unionArms(tree);
  const keys = sortColumns(query, types);
  if (arms === undefined || keys === undefined) return undefined;
  const ordered = arms.map((rte) => orderedArm(scope, rte, query, keys, types));
  if (ordered.some((arm) => arm === undefined)) return undefined;
  const children = ordered.flatMap((arm) =>
    arm === undefined ? [] : [planQuery(scope, "ordered arms", arm.limited, arm.whole)],
  );
  const append = appendOf(children);
  const mergedBy = keys.map(({ column, descending, nullsFirst, proc }): SortKey => {
    const expr = slot(column, { type: types[column] ?? 0, typmod: -1 });
    return { expr, descending, nullsFirst, proc };
  });
  const startup = children.reduce((sum, child) => sum + child.estimate.startup, 0);
  return { ...append, mergedBy, estimate: { ...append.estimate, startup } };
}

interface ColumnKey extends Omit<SortClause, "target"> {
  readonly column: number;
}

/** ORDER BY as columns of the arms. */
function sortColumns(query: BoundSelect, types: readonly number[]): ColumnKey[] | undefined {
  const keys: ColumnKey[] = [];
  for (const { target, ...how } of query.orderBy) {
    const expr = query.targets[target]?.expr;
    if (expr?.kind !== "var" || expr.column >= types.length) return undefined;
    keys.push({ column: expr.column, ...how });
  }
  return keys;
}

interface OrderedArm {
  readonly limited: BoundSelect;
  /** As it is written. */
  readonly whole: BoundSelect;
}

/** Undefined when the arm has an order, a limit or locks of its own. */
function orderedArm(
  scope: Scope,
  index: number,
  { limit, offset }: BoundSelect,
  keys: readonly ColumnKey[],
  types: readonly number[],
): OrderedArm | undefined {
  const rte = scope.rte(index);
  if (rte.kind !== "subquery") return undefined;
  const { query } = rte;
  const visible = query.targets.flatMap((target, at) => (target.junk ? [] : [at]));
  const isOwn =
    query.orderBy.length > 0 ||
    query.limit !== undefined ||
    query.offset !== undefined ||
    query.setOperation !== undefined ||
    query.rowMarks.length > 0 ||
    Array.isArray(query.distinct) ||
    query.targets.some(({ expr }) => isSetReturning(expr) || isVolatileExpr(expr)) ||
    visible.some((target, at) => query.targets[target]?.expr.type !== types[at]);
  const count = firstRows(limit, offset);
  if (isOwn || count === undefined) return undefined;
  const orderBy = keys.map(({ column, ...how }) => ({ target: visible[column] ?? 0, ...how }));
  return { limited: { ...query, orderBy, limit: count }, whole: query };
}

const INT8 = 20;
const INT8_PLUS = { proc: 463, operator: 684 } as const;

/** LIMIT and OFFSET together: NULL, all rows, if one of them is. */
function firstRows(limit: Expr | undefined, offset: Expr | undefined): Expr | undefined {
  if (limit === undefined || !isRunTimeConstant(limit) || limit.type !== INT8) return undefined;
  if (offset === undefined) return limit;
  if (!isRunTimeConstant(offset) || offset.type !== INT8) return undefined;
  return {
    kind: "call",
    ...INT8_PLUS,
    display: "operator",
    args: [limit, offset],
    type: INT8,
    typmod: -1,
    position: -1,
  };
}
