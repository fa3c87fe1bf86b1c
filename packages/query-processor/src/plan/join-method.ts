/**
 * Makes the plan of a join by a method that was chosen: a hash table on equalities, a merge of sorted
 * inputs, point reads of the inner side by a unique index, an index scan per outer row, or a nested
 * loop.
 */
import type { Expr } from "@firstlight/sql";
import { featureNotSupported } from "@firstlight/common";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import type { EquiKey } from "./equality.ts";
import { equiKey, isSubset, plainVar, rtesOf } from "./equality.ts";
import { conjunction, exprKey, mapChildren, someNode } from "./expression-map.ts";
import type { Relation } from "./layout.ts";
import { slot, toSlots } from "./layout.ts";
import { conditionOver, labelsOf, outputOf, plainCondition } from "./join/join-output.ts";
import type { JoinInput, JoinRequest } from "./join/join-request.ts";
import { mergeJoin } from "./join/merge-plan.ts";
import type {
  Access,
  BitmapTree,
  Estimate,
  JoinType,
  KeyCondition,
  ParamBinding,
} from "./plan-node.ts";
import { lateralMemo, memoizeNode } from "./lateral-memo.ts";
import type { ScanRequestOf } from "./scan-path.ts";
import { planScan } from "./scan-path.ts";
import type { Scope } from "./scope.ts";
import type { VirtualRequest } from "./virtual-path.ts";
import { planVirtual, usesLookup } from "./virtual-path.ts";
import { deepRtes, isBranching, withOuterSubplans } from "./outer-side-subplans.ts";
import { attach, filterRelation, needsSubplan } from "./subplans.ts";

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
  request: ScanRequestOf | undefined,
  keys: readonly EquiKey[],
): { index: IndexDescriptor; used: readonly EquiKey[] } | undefined {
  for (const index of request?.table.indexes ?? []) {
    if (!index.unique || index.predicate !== undefined) continue;
    const used = index.columns.map(({ column }) =>
      keys.find((key) => plainVar(key.right)?.column === column - 1 && keyTypesMatch(key)),
    );
    if (used.every((key) => key !== undefined)) return { index, used };
  }
  return undefined;
}

/** The index by which rows of `right` can be looked up, for comparisons of these with those. */
export function lookupKeysOf(
  right: ScanRequestOf,
  own: readonly Expr[],
  others: readonly Expr[],
): IndexDescriptor | undefined {
  const keys = own.flatMap((expr, at): EquiKey[] => {
    const left = others[at];
    return left === undefined ? [] : [{ left, right: expr, qual: expr }];
  });
  return lookupIndex(right, keys)?.index;
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

/** Lateral values that the left side has, and those that come from further out. */
function splitLateral(
  scope: Scope,
  left: JoinInput,
  right: JoinInput,
): { readonly here: readonly ParamBinding[]; readonly pending: readonly ParamBinding[] } {
  const here: ParamBinding[] = [];
  const pending: ParamBinding[] = [];
  for (const param of right.lateral) {
    if (isSubset(deepRtes(scope, param.expr), left.rtes)) here.push(param);
    else pending.push(param);
  }
  return { here, pending };
}

export function buildJoin(scope: Scope, request: JoinRequest): JoinInput {
  const { type, right, estimate: expected } = request;
  const { left, quals } =
    type === "left"
      ? withOuterSubplans(scope, request.left, request.quals)
      : { left: request.left, quals: request.quals };
  const { here, pending } = splitLateral(scope, left, right);
  const made = joinRelation(scope, { ...request, left, quals }, here);
  const relation: Relation = { ...made, node: { ...made.node, estimate: expected } };
  const lateral = [...left.lateral, ...pending];
  return {
    relation: filterRelation(scope, relation, request.filters),
    rtes: new Set([...left.rtes, ...right.rtes]),
    lateral,
    lateralRtes: new Set(lateral.flatMap((param) => [...deepRtes(scope, param.expr)])),
    leaf: undefined,
  };
}

function joinRelation(
  scope: Scope,
  request: JoinRequest,
  lateral: readonly ParamBinding[],
): Relation {
  const { type, method, left, right, quals } = request;
  if (lateral.length > 0) return lateralJoin(scope, request, lateral);
  const keys = splitKeys(left, right, quals);
  const made =
    method === "lookup"
      ? lookupJoin(scope, type, left, right, keys)
      : method === "index"
        ? indexLoop(scope, request)
        : method === "hash" || method === "any"
          ? hashJoin(scope, type, left, right, keys)
          : method === "merge"
            ? mergeJoin(scope, request, keys)
            : undefined;
  return made ?? nestedLoop(scope, request, []);
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
      const label = scope.labelOf(variable);
      scope.aliases.set(key, { kind: "execParam", id, type, typmod, position: -1, ...label });
      aliased.push(key);
    }
  }
  const relation = filterRelation(scope, right, quals);
  for (const key of aliased) scope.aliases.delete(key);
  return { relation, params };
}

function nestedLoop(scope: Scope, request: JoinRequest, params: readonly ParamBinding[]): Relation {
  const { type, left, right, quals } = request;
  const a = left.relation;
  const isOneSided = type !== "right" && type !== "full";
  if (isOneSided && type !== "inner" && quals.some((qual) => needsPairs(scope, qual))) {
    const filtered = filteredByOuter(scope, a, left.rtes, right.relation, quals);
    const all = [...params, ...filtered.params];
    const inner = { ...right, relation: filtered.relation };
    return nestedLoop(scope, { ...request, right: inner, quals: [] }, all);
  }
  const b = right.relation;
  return outputOf(type, a, b, {
    kind: "nestedLoop",
    type,
    left: a.node,
    right: b.node,
    ...conditionOver(scope, a, b, quals),
    params,
    estimate: request.estimate,
    labels: labelsOf(type, a, b),
  });
}

function lateralJoin(
  scope: Scope,
  request: JoinRequest,
  lateral: readonly ParamBinding[],
): Relation {
  const { type, left } = request;
  if (type === "right" || type === "full") {
    throw featureNotSupported("a lateral reference across a full join");
  }
  const memo = lateralMemo(scope, { left, right: request.right, lateral });
  const values = memo?.batch?.values ?? [];
  const attached = attach(scope, left.relation, [...lateral.map((param) => param.expr), ...values]);
  const params = lateral.map(({ id }, at): ParamBinding => {
    const expr = attached.exprs[at];
    if (expr === undefined) throw new Error("a lateral parameter without a value");
    return { id, expr };
  });
  const repeated = { ...request, left: { ...left, relation: attached.relation } };
  if (memo === undefined) return nestedLoop(scope, repeated, params);
  const keys = params.map(({ expr }) => expr);
  const node = memoizeNode(scope, request.right, memo, keys, attached.exprs.slice(params.length));
  const { relation } = request.right;
  const right = { ...request.right, relation: { ...relation, node } };
  return nestedLoop(scope, { ...repeated, right }, params);
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
  return outputOf(type, a, b, {
    kind: "hashJoin",
    type,
    left: a.node,
    right: b.node,
    leftKeys: keys.map((key) => toSlots(key.left, a.layout)),
    rightKeys: keys.map((key) => toSlots(key.right, b.layout)),
    condition: plainCondition(scope, a, b, rest),
    estimate: a.node.estimate,
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
  const request = right.leaf;
  const found = lookupIndex(request, keys);
  if (found === undefined || request === undefined) return undefined;
  if (type !== "inner" && rest.some((qual) => needsPairs(scope, qual))) return undefined;
  const others = keys.filter((key) => !found.used.includes(key)).map((key) => key.qual);
  const a = left.relation;
  // The conditions that the scan would use as its access path filter what the reads bring.
  const plain = planScan({ ...request, quals: [], isUseful: undefined });
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
    estimate: a.node.estimate,
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
    const { type, typmod } = expr;
    return { kind: "execParam", id, type, typmod, position: -1, ...scope.labelOf(expr) };
  }
  return mapChildren(expr, (child) => replaceVars(scope, child, rtes, params, layout));
}

/** A nested loop whose inner side is an index scan on values of the outer row. */
function indexLoop(scope: Scope, request: JoinRequest): Relation | undefined {
  const { left, right, quals } = request;
  const { leaf, virtual } = right;
  if (leaf === undefined && virtual === undefined) return undefined;
  const params: ParamBinding[] = [];
  const inner = quals.map((qual) =>
    replaceVars(scope, qual, left.rtes, params, left.relation.layout),
  );
  if (inner.some((qual) => rtesOf(qual).size > 1)) return undefined;
  const relation =
    leaf === undefined
      ? virtual && planVirtual(scope, virtual, inner)
      : planScan({ ...leaf, quals: [...leaf.quals, ...inner], isUseful: undefined });
  if (relation === undefined) return undefined;
  return nestedLoop(scope, { ...request, right: { ...right, relation }, quals: [] }, params);
}

const UNKNOWN_PARAM = -1;

function withoutVars(expr: Expr, rtes: ReadonlySet<number>): Expr {
  if (expr.kind !== "var" || expr.levelsUp !== 0 || !rtes.has(expr.rte)) {
    return mapChildren(expr, (child) => withoutVars(child, rtes));
  }
  const { type, typmod } = expr;
  return { kind: "execParam", id: UNKNOWN_PARAM, type, typmod, position: -1 };
}

/** What one index scan with the values of an outer row costs, if the conditions can use an index. */
export function parameterizedScan(
  leaf: ScanRequestOf,
  quals: readonly Expr[],
  left: ReadonlySet<number>,
): Estimate | undefined {
  const inner = quals.map((qual) => withoutVars(qual, left));
  if (inner.some((qual) => rtesOf(qual).size > 1 || needsSubplan(qual))) return undefined;
  const { node } = planScan({ ...leaf, quals: [...leaf.quals, ...inner], isUseful: undefined });
  const { access, estimate: expected } = node;
  const usesOuter = keyConditions(access).some((each) =>
    someNode(keyExpr(each), (one) => one.kind === "execParam" && one.id === UNKNOWN_PARAM),
  );
  return usesOuter ? expected : undefined;
}

/** The same of a relation of pg_catalog. */
export function parameterizedVirtual(
  scope: Scope,
  virtual: VirtualRequest,
  quals: readonly Expr[],
  left: ReadonlySet<number>,
): Estimate | undefined {
  const inner = quals.map((qual) => withoutVars(qual, left));
  if (inner.some((qual) => rtesOf(qual).size > 1 || needsSubplan(qual))) return undefined;
  if (!usesLookup(scope, virtual, inner)) return undefined;
  return planVirtual(scope, virtual, inner).node.estimate;
}

/** All conditions by which an access path finds rows. */
function keyConditions(access: Access): readonly KeyCondition[] {
  if (access.kind === "full") return [];
  if (access.kind === "index") return [...access.conditions, ...(access.alternatives ?? []).flat()];
  return treeConditions(access.tree);
}

function treeConditions(tree: BitmapTree): readonly KeyCondition[] {
  return tree.kind === "index" ? tree.conditions : tree.args.flatMap(treeConditions);
}

const NOTHING: Expr = { kind: "const", value: null, type: 16, typmod: -1, position: -1 };

function keyExpr(condition: KeyCondition): Expr {
  if (condition.kind === "equal") return condition.expr;
  if (condition.kind === "any") return condition.array;
  if (condition.kind === "isNull") return NOTHING;
  // Of a range, and of what is skipped to.
  const bounds = [condition.lower?.expr ?? NOTHING, condition.upper?.expr ?? NOTHING];
  return { kind: "and", args: bounds, type: 16, typmod: -1, position: -1 };
}
