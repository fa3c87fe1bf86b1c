/**
 * How two inputs are joined: point reads of the inner side by a unique index, a hash table on
 * equalities, an index scan per outer row, or a nested loop.
 */
import type { Expr } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import type { EquiKey } from "./equality.ts";
import { equiKey, isSubset, plainVar, rtesOf } from "./equality.ts";
import { joinEstimate, selectivity } from "./estimate.ts";
import { conjunction, exprKey, mapChildren } from "./expression-map.ts";
import type { Relation } from "./layout.ts";
import { slot, toSlots } from "./layout.ts";
import type { JoinType, ParamBinding, PlanNode } from "./plan-node.ts";
import type { ScanRequestOf } from "./scan-path.ts";
import { planScan } from "./scan-path.ts";
import type { Scope } from "./scope.ts";
import { deepRtes, isBranching, withOuterSubplans } from "./outer-side-subplans.ts";
import { attach, filterRelation, needsSubplan, withFilter } from "./subplans.ts";

export interface JoinInput {
  readonly relation: Relation;
  readonly rtes: ReadonlySet<number>;
  /** Values that the plan takes from rows to its left, over their Vars. */
  readonly lateral: readonly ParamBinding[];
  readonly lateralRtes: ReadonlySet<number>;
  /** The scan's request, when the input is nothing but a scan of a table. */
  readonly leaf: ScanRequestOf | undefined;
}

/** Up to this many outer rows an inner index scan per row is cheaper than reading all of it. */
const INDEX_LOOP_ROWS_MAX = 20;
const LOOKUP_ROWS_MAX = 200;

interface Keys {
  readonly keys: readonly EquiKey[];
  readonly rest: readonly Expr[];
}

function splitKeys(left: JoinInput, right: JoinInput, quals: readonly Expr[]): Keys {
  const keys: EquiKey[] = [];
  const rest: Expr[] = [];
  for (const qual of quals) {
    const key = needsSubplan(qual) ? undefined : equiKey(qual, left.rtes, right.rtes);
    if (key === undefined) rest.push(qual);
    else keys.push(key);
  }
  return { keys, rest };
}

/** A unique index of the inner table all of whose columns are joined on, with the outer values. */
function lookupIndex(
  right: JoinInput,
  keys: readonly EquiKey[],
): { index: IndexDescriptor; used: readonly EquiKey[] } | undefined {
  const request = right.leaf;
  if (request === undefined) return undefined;
  for (const index of request.table.indexes) {
    if (!index.unique || index.predicate !== undefined) continue;
    const used = index.columns.map(({ column }) =>
      keys.find((key) => plainVar(key.right)?.column === column - 1 && keyTypesMatch(key)),
    );
    if (used.every((key) => key !== undefined)) return { index, used };
  }
  return undefined;
}

function keyTypesMatch(key: EquiKey): boolean {
  const column = plainVar(key.right);
  const integers = [20, 21, 23];
  const strings = [25, 1043];
  if (column === undefined) return false;
  return (
    column.type === key.left.type ||
    (integers.includes(column.type) && integers.includes(key.left.type)) ||
    (strings.includes(column.type) && strings.includes(key.left.type))
  );
}

export function joinedRows(left: JoinInput, right: JoinInput, quals: readonly Expr[]): number {
  const leftRows = left.relation.node.estimate.rows;
  const rightRows = right.relation.node.estimate.rows;
  const { keys } = splitKeys(left, right, quals);
  if (lookupIndex(right, keys) !== undefined) return leftRows;
  return leftRows * rightRows * selectivity(quals);
}

function rowsOf(type: JoinType, left: number, right: number, inner: number): number {
  switch (type) {
    case "inner":
      return inner;
    case "left":
      return Math.max(left, inner);
    case "right":
      return Math.max(right, inner);
    case "full":
      return Math.max(left + right, inner);
    case "semi":
      return left / 2;
    case "anti":
      return left / 2;
  }
}

export function joinInputs(
  scope: Scope,
  type: JoinType,
  outer: JoinInput,
  right: JoinInput,
  conditions: readonly Expr[],
): JoinInput {
  const { left, quals } =
    type === "left"
      ? withOuterSubplans(scope, outer, conditions)
      : { left: outer, quals: conditions };
  const deferred = type === "inner" ? quals.filter((qual) => needsSubplan(qual)) : [];
  const direct = quals.filter((qual) => !deferred.includes(qual));
  const keys = splitKeys(left, right, direct);
  const relation =
    right.lateral.length > 0
      ? lateralJoin(scope, type, left, right, direct)
      : (lookupJoin(scope, type, left, right, keys) ??
        indexLoop(scope, type, left, right, direct, keys) ??
        hashJoin(scope, type, left, right, keys) ??
        nestedLoop(scope, type, left, right, direct, []));
  const attached = attach(scope, relation, deferred);
  return {
    relation: withFilter(attached.relation, attached.exprs),
    rtes: new Set([...left.rtes, ...right.rtes]),
    lateral: left.lateral,
    lateralRtes: left.lateralRtes,
    leaf: undefined,
  };
}

/** The condition over both rows, or what evaluates it where subqueries have to be run for pairs. */
function conditionOver(
  scope: Scope,
  left: Relation,
  right: Relation,
  quals: readonly Expr[],
): Pick<Extract<PlanNode, { kind: "nestedLoop" }>, "condition" | "pairs"> {
  if (quals.length === 0) return { condition: undefined };
  const layout = left.layout.joined(right.layout);
  const joined: Relation = { node: left.node, layout };
  const attached = attach(scope, joined, quals);
  if (attached.relation === joined) return { condition: conjunction(attached.exprs) };
  const id = scope.ids.nextCte();
  const name = "*PAIRS*";
  const labels = [...left.node.labels, ...right.node.labels, "number"];
  const node: PlanNode = {
    kind: "cteScan",
    id,
    name,
    alias: name,
    working: true,
    estimate: right.node.estimate,
    labels,
  };
  const filtered = filterRelation(scope, { node, layout: layout.widened(1) }, quals);
  const pairs = { id, plan: filtered.node, numberSlot: layout.width };
  return { condition: undefined, pairs };
}

/** The same for joins that look at one row of each side at a time. */
function plainCondition(
  scope: Scope,
  left: Relation,
  right: Relation,
  quals: readonly Expr[],
): Expr | undefined {
  const { condition, pairs } = conditionOver(scope, left, right, quals);
  if (pairs === undefined) return condition;
  throw featureNotSupported("a correlated subquery in the condition of an outer join");
}

/** Whether the condition's subqueries have to be run for pairs of rows. */
function needsPairs(scope: Scope, qual: Expr): boolean {
  if (qual.kind === "subLink") {
    const runsOnce = qual.link !== "any" && qual.link !== "all";
    return !runsOnce || deepRtes(scope, qual).size > 0;
  }
  if (isBranching(qual)) return needsSubplan(qual);
  let found = qual.kind === "call" && qual.args.length === 0 && needsSubplan(qual);
  mapChildren(qual, (child) => {
    if (needsPairs(scope, child)) found = true;
    return child;
  });
  return found;
}

/**
 * The right side filtered by conditions that see the left row as parameters: how subqueries over
 * both sides are evaluated. While it is planned the left columns stand for the parameters.
 */
function filteredByOuter(
  scope: Scope,
  left: Relation,
  rtes: ReadonlySet<number>,
  right: Relation,
  quals: readonly Expr[],
): { readonly relation: Relation; readonly params: readonly ParamBinding[] } {
  const params: ParamBinding[] = [];
  const aliased: string[] = [];
  for (const rte of rtes) {
    for (const column of scope.columnsOf(rte)) {
      const like = scope.rte(rte).columns[column];
      if (like === undefined) continue;
      const { type, typmod } = like;
      const variable = {
        kind: "var",
        rte,
        column,
        levelsUp: 0,
        type,
        typmod,
        position: -1,
      } as const;
      const at = left.layout.get(variable);
      const key = exprKey(variable);
      if (at === undefined || scope.aliases.has(key)) continue;
      const id = scope.ids.nextParam();
      params.push({ id, expr: slot(at, variable) });
      scope.aliases.set(key, { kind: "execParam", id, type, typmod, position: -1 });
      aliased.push(key);
    }
  }
  const relation = filterRelation(scope, right, quals);
  for (const key of aliased) scope.aliases.delete(key);
  return { relation, params };
}

function outputOf(type: JoinType, left: Relation, right: Relation, node: PlanNode): Relation {
  const layout =
    type === "semi" || type === "anti" ? left.layout : left.layout.joined(right.layout);
  return { node, layout };
}

function labelsOf(type: JoinType, left: Relation, right: Relation): readonly string[] {
  if (type === "semi" || type === "anti") return left.node.labels;
  return [...left.node.labels, ...right.node.labels];
}

function costed(
  type: JoinType,
  left: JoinInput,
  right: JoinInput,
  quals: readonly Expr[],
  cost: number,
): PlanNode["estimate"] {
  const a = left.relation.node.estimate;
  const b = right.relation.node.estimate;
  const rows = rowsOf(type, a.rows, b.rows, joinedRows(left, right, quals));
  return joinEstimate(a, b, rows, cost);
}

function nestedLoop(
  scope: Scope,
  type: JoinType,
  left: JoinInput,
  right: JoinInput,
  quals: readonly Expr[],
  params: readonly ParamBinding[],
): Relation {
  const a = left.relation;
  const isOneSided = type !== "right" && type !== "full";
  if (isOneSided && type !== "inner" && quals.some((qual) => needsPairs(scope, qual))) {
    const filtered = filteredByOuter(scope, a, left.rtes, right.relation, quals);
    const all = [...params, ...filtered.params];
    return nestedLoop(scope, type, left, { ...right, relation: filtered.relation }, [], all);
  }
  const b = right.relation;
  const pairs = a.node.estimate.rows * b.node.estimate.rows;
  return outputOf(type, a, b, {
    kind: "nestedLoop",
    type,
    left: a.node,
    right: b.node,
    ...conditionOver(scope, a, b, quals),
    params,
    estimate: costed(type, left, right, quals, pairs * 0.0025),
    labels: labelsOf(type, a, b),
  });
}

function lateralJoin(
  scope: Scope,
  type: JoinType,
  left: JoinInput,
  right: JoinInput,
  quals: readonly Expr[],
): Relation {
  if (type === "right" || type === "full") {
    throw featureNotSupported("a lateral reference across a full join");
  }
  if (!isSubset(right.lateralRtes, left.rtes)) {
    throw featureNotSupported("a lateral reference to a relation outside of an outer join");
  }
  const attached = attach(
    scope,
    left.relation,
    right.lateral.map((param) => param.expr),
  );
  const params = right.lateral.map(({ id }, at): ParamBinding => {
    const expr = attached.exprs[at];
    if (expr === undefined) throw new Error("a lateral parameter without a value");
    return { id, expr };
  });
  return nestedLoop(scope, type, { ...left, relation: attached.relation }, right, quals, params);
}

function hashJoin(
  scope: Scope,
  type: JoinType,
  left: JoinInput,
  right: JoinInput,
  { keys, rest }: Keys,
): Relation | undefined {
  if (keys.length === 0) return undefined;
  if (type !== "inner" && rest.some((qual) => needsPairs(scope, qual))) return undefined;
  const a = left.relation;
  const b = right.relation;
  const cost = (a.node.estimate.rows + b.node.estimate.rows) * 0.0125;
  return outputOf(type, a, b, {
    kind: "hashJoin",
    type,
    left: a.node,
    right: b.node,
    leftKeys: keys.map((key) => toSlots(key.left, a.layout)),
    rightKeys: keys.map((key) => toSlots(key.right, b.layout)),
    condition: plainCondition(scope, a, b, rest),
    estimate: costed(
      type,
      left,
      right,
      keys.map((key) => key.qual),
      cost,
    ),
    labels: labelsOf(type, a, b),
  });
}

function lookupJoin(
  scope: Scope,
  type: JoinType,
  left: JoinInput,
  right: JoinInput,
  { keys, rest }: Keys,
): Relation | undefined {
  if (type === "right" || type === "full") return undefined;
  const found = lookupIndex(right, keys);
  const request = right.leaf;
  if (found === undefined || request === undefined) return undefined;
  if (type !== "inner" && rest.some((qual) => needsPairs(scope, qual))) return undefined;
  const outer = left.relation.node.estimate.rows;
  const inner = right.relation.node.estimate;
  if (outer > LOOKUP_ROWS_MAX || inner.rows < outer) return undefined;
  const others = keys.filter((key) => !found.used.includes(key)).map((key) => key.qual);
  const a = left.relation;
  // The conditions that the scan would use as its access path filter what the reads bring.
  const plain = planScan({ ...request, quals: [], order: undefined });
  const filter = conjunction(request.quals.map((qual) => toSlots(qual, plain.layout)));
  const scan = { ...plain.node, access: { kind: "full" }, reverse: false, filter } as const;
  const b: Relation = { node: scan, layout: plain.layout };
  return outputOf(type, a, b, {
    kind: "lookupJoin",
    type,
    left: a.node,
    right: scan,
    index: found.index,
    keys: found.used.map((key) => toSlots(key.left, a.layout)),
    condition: plainCondition(scope, a, b, [...others, ...rest]),
    estimate: { ...joinEstimate(a.node.estimate, a.node.estimate, outer, outer * 0.05) },
    labels: labelsOf(type, a, b),
  });
}

function replaceVars(
  scope: Scope,
  expr: Expr,
  rtes: ReadonlySet<number>,
  params: ParamBinding[],
  layout: Relation["layout"],
): Expr {
  if (expr.kind === "var" && expr.levelsUp === 0 && rtes.has(expr.rte)) {
    const bound = toSlots(expr, layout);
    const known = params.find(
      (param) =>
        param.expr.kind === "slot" && bound.kind === "slot" && param.expr.index === bound.index,
    );
    const id = known?.id ?? scope.ids.nextParam();
    if (known === undefined) params.push({ id, expr: bound });
    return { kind: "execParam", id, type: expr.type, typmod: expr.typmod, position: -1 };
  }
  return mapChildren(expr, (child) => replaceVars(scope, child, rtes, params, layout));
}

/** A nested loop whose inner side is an index scan on values of the outer row. */
function indexLoop(
  scope: Scope,
  type: JoinType,
  left: JoinInput,
  right: JoinInput,
  quals: readonly Expr[],
  { keys }: Keys,
): Relation | undefined {
  const request = right.leaf;
  if (request === undefined || type === "right" || type === "full") return undefined;
  if (left.relation.node.estimate.rows > INDEX_LOOP_ROWS_MAX || keys.length === 0) return undefined;
  if (quals.some((qual) => needsSubplan(qual))) return undefined;
  const params: ParamBinding[] = [];
  const inner = quals.map((qual) =>
    replaceVars(scope, qual, left.rtes, params, left.relation.layout),
  );
  if (inner.some((qual) => rtesOf(qual).size > 1)) return undefined;
  const scan = planScan({ ...request, quals: [...request.quals, ...inner], order: undefined });
  const plain = right.relation.node;
  if (scan.node.access.kind !== "index" || scan.node.access.conditions.length === 0)
    return undefined;
  const outer = left.relation.node.estimate.rows;
  if (scan.node.estimate.total * outer > plain.estimate.total + outer) return undefined;
  return nestedLoop(scope, type, left, { ...right, relation: scan }, [], params);
}
