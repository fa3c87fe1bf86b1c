/**
 * Plans FROM and WHERE: collects relations and conditions, turns EXISTS and IN into semi-joins,
 * weakens outer joins where a condition rejects NULLs, pushes conditions down to the relations that
 * they are about, and joins greedily, smallest result first.
 */
import type { Expr } from "@firstlight/sql";
import { procOf } from "@firstlight/sql";
import type { FromItem, RowMark } from "../bind/query-tree.ts";
import { SqlError } from "@firstlight/common";
import { isSubset, rtesOf } from "./equality.ts";
import { conjuncts, exprKey } from "./expression-map.ts";
import type { JoinInput } from "./join-method.ts";
import { joinInputs, joinedRows } from "./join-method.ts";
import type { Relation } from "./layout.ts";
import { Layout } from "./layout.ts";
import { deepRtes } from "./outer-side-subplans.ts";
import { factoredConjuncts, impliedRestrictions } from "./or-conditions.ts";
import { planLeaf } from "./plan-leaf.ts";
import { ONE_ROW } from "./estimate.ts";
import { canMergeFrom, mergeQuery } from "./pull-up.ts";
import type { OrderColumn } from "./scan-path.ts";
import type { Scope } from "./scope.ts";
import type { SemiJoin } from "./semi-join.ts";
import { extractSemiJoins } from "./semi-join.ts";
import { filterRelation, needsSubplan, withInitPlans } from "./subplans.ts";

type Item =
  | { readonly kind: "leaf"; readonly rte: number; readonly rtes: ReadonlySet<number> }
  | {
      readonly kind: "outer";
      readonly type: "left" | "full";
      readonly left: Group;
      readonly right: Group;
      readonly condition: readonly Expr[];
      readonly rtes: ReadonlySet<number>;
    };

/** Relations joined by conditions alone, in any order. */
interface Group {
  readonly items: Item[];
  readonly quals: Expr[];
}

export interface WantedOrder {
  readonly rte: number;
  readonly columns: readonly OrderColumn[];
  readonly firstRows: boolean;
}

export interface FromPlan extends Relation {
  /** The wanted order holds. */
  readonly ordered: boolean;
}

export interface FromOptions {
  readonly order?: WantedOrder | undefined;
  /** Entries whose row keys are needed: slots under keyVar(rte). */
  readonly keys?: ReadonlySet<number>;
  readonly marks?: readonly RowMark[];
}

function rtesOfGroup(group: Group): Set<number> {
  const rtes = new Set<number>();
  for (const item of group.items) for (const rte of item.rtes) rtes.add(rte);
  return rtes;
}

function collect(scope: Scope, from: readonly FromItem[], mayMerge: boolean): Group {
  const group: Group = { items: [], quals: [] };
  for (const item of from) collectItem(scope, item, group, mayMerge);
  return group;
}

function collectItem(scope: Scope, item: FromItem, group: Group, mayMerge: boolean): void {
  if (item.kind === "rte") {
    collectRte(scope, item.rte, group, mayMerge);
    return;
  }
  if (item.type === "inner" || item.type === "cross") {
    collectItem(scope, item.left, group, mayMerge);
    collectItem(scope, item.right, group, mayMerge);
    group.quals.push(...conjuncts(item.condition));
    return;
  }
  const sides = item.type === "right" ? [item.right, item.left] : [item.left, item.right];
  const [left, right] = sides.map((side, at) =>
    collect(scope, [side], mayMerge && item.type !== "full" && at === 0),
  );
  if (left === undefined || right === undefined) return;
  group.items.push({
    kind: "outer",
    type: item.type === "full" ? "full" : "left",
    left,
    right,
    condition: conjuncts(item.condition),
    rtes: new Set([...rtesOfGroup(left), ...rtesOfGroup(right)]),
  });
}

function collectRte(scope: Scope, index: number, group: Group, mayMerge: boolean): void {
  const rte = scope.rte(index);
  if (!mayMerge || rte.kind !== "subquery" || rte.lateral || !canMergeFrom(rte.query)) {
    group.items.push({ kind: "leaf", rte: index, rtes: new Set([index]) });
    return;
  }
  const merged = mergeQuery(scope, rte.query);
  merged.targets.forEach((target, column) => {
    const alias = { kind: "var", rte: index, column, levelsUp: 0 } as const;
    scope.aliases.set(exprKey({ ...alias, type: 0, typmod: -1, position: -1 }), target);
  });
  const inner = collect(scope, merged.from, true);
  group.items.push(...inner.items);
  group.quals.push(...inner.quals, ...merged.quals);
}

function isStrict(call: Extract<Expr, { kind: "call" }>): boolean {
  return procOf(call).strict;
}

/** Entries whose NULL-extended rows the condition rejects. */
function rejectsNulls(qual: Expr): Set<number> {
  if (qual.kind === "isNotNull") return strictRtes(qual.arg);
  if (qual.kind === "and") return union(qual.args.map(rejectsNulls));
  if (qual.kind === "not") return strictRtes(qual.args[0]);
  if (qual.kind !== "or") return strictRtes(qual);
  return qual.args.map(rejectsNulls).reduce((a, b) => new Set([...a].filter((x) => b.has(x))));
}

function strictRtes(expr: Expr | undefined): Set<number> {
  if (expr === undefined) return new Set();
  if (expr.kind === "var") return new Set(expr.levelsUp === 0 ? [expr.rte] : []);
  if (expr.kind === "relabel" || expr.kind === "coerceViaIO") return strictRtes(expr.arg);
  if (expr.kind === "scalarArrayOp" && expr.any) return strictRtes(expr.scalar);
  if (expr.kind !== "call" || !isStrict(expr)) return new Set();
  return union(expr.args.map(strictRtes));
}

function union(sets: readonly Set<number>[]): Set<number> {
  return new Set(sets.flatMap((set) => [...set]));
}

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const each of a) if (b.has(each)) return true;
  return false;
}

/** Outer joins whose NULL-extended rows would be rejected anyway become plain ones. */
function weaken(scope: Scope, group: Group, outside: readonly Expr[]): Group {
  const quals = [...outside, ...group.quals].filter((qual) => !needsSubplan(qual));
  const rejected = union(quals.map(rejectsNulls));
  const result: Group = { items: [], quals: [...group.quals] };
  for (const item of group.items) {
    if (item.kind === "leaf") {
      result.items.push(item);
      continue;
    }
    const rejectsRight = overlap(rejected, rtesOfGroup(item.right));
    const rejectsLeft = overlap(rejected, rtesOfGroup(item.left));
    if (rejectsRight && (item.type === "left" || rejectsLeft)) {
      const merged = weaken(
        scope,
        {
          items: [...item.left.items, ...item.right.items],
          quals: [...item.left.quals, ...item.right.quals, ...item.condition],
        },
        quals,
      );
      result.items.push(...merged.items);
      result.quals.push(...merged.quals);
      continue;
    }
    result.items.push(weakenFull(item, rejectsLeft, rejectsRight));
  }
  return result;
}

function weakenFull(
  item: Extract<Item, { kind: "outer" }>,
  rejectsLeft: boolean,
  rejectsRight: boolean,
): Item {
  if (item.type !== "full") return item;
  if (rejectsLeft) return { ...item, type: "left" };
  if (rejectsRight) return { ...item, type: "left", left: item.right, right: item.left };
  return item;
}

interface Planning {
  readonly scope: Scope;
  readonly options: FromOptions;
  ordered: boolean;
}

function flattenGroup(scope: Scope, group: Group): Group {
  const quals = group.quals.flatMap((qual) => factoredConjuncts(scope.flatten(qual)));
  return {
    items: group.items.map((item) =>
      item.kind === "leaf"
        ? item
        : {
            ...item,
            left: flattenGroup(scope, item.left),
            right: flattenGroup(scope, item.right),
            condition: item.condition.flatMap((qual) => factoredConjuncts(scope.flatten(qual))),
          },
    ),
    quals: [...quals, ...impliedRestrictions(quals)],
  };
}

function planItem(planning: Planning, item: Item, quals: readonly Expr[]): JoinInput {
  if (item.kind === "leaf") {
    const { order, keys } = planning.options;
    const wanted = order?.rte === item.rte ? order : undefined;
    const leaf = planLeaf(planning.scope, item.rte, quals, {
      withKey: keys?.has(item.rte) === true,
      order: wanted,
    });
    if (wanted !== undefined && leaf.ordered) planning.ordered = true;
    return leaf;
  }
  return planOuter(planning, item, quals);
}

/** Conditions from above go into the preserved side where they can; the rest filter the result. */
function planOuter(
  planning: Planning,
  item: Extract<Item, { kind: "outer" }>,
  quals: readonly Expr[],
): JoinInput {
  const leftRtes = rtesOfGroup(item.left);
  const rightRtes = rtesOfGroup(item.right);
  const isLeft = item.type === "left";
  refuseLockedNulls(planning.options, isLeft ? rightRtes : item.rtes);
  const down = quals.filter((qual) => isLeft && onlyAbout(qual, leftRtes));
  const above = quals.filter((qual) => !down.includes(qual));
  const { scope } = planning;
  const inRight = item.condition.filter(
    (qual) => isLeft && (onlyAbout(qual, rightRtes) || onlyReads(scope, qual, rightRtes)),
  );
  const on = item.condition.filter((qual) => !inRight.includes(qual));
  const left = planGroup(planning, item.left, down);
  const right = planGroup(planning, item.right, inRight);
  const joined = joinInputs(planning.scope, item.type, left, right, on);
  if (above.length === 0) return joined;
  const relation = filterRelation(planning.scope, joined.relation, above);
  return { ...joined, relation, leaf: undefined };
}

const CLAUSES = {
  update: "FOR UPDATE",
  noKeyUpdate: "FOR NO KEY UPDATE",
  share: "FOR SHARE",
  keyShare: "FOR KEY SHARE",
} as const;

/** A row that an outer join makes up cannot be locked. */
function refuseLockedNulls({ marks }: FromOptions, nullable: ReadonlySet<number>): void {
  const mark = marks?.find(({ rte }) => nullable.has(rte));
  if (mark === undefined) return;
  const clause = CLAUSES[mark.strength];
  throw new SqlError("0A000", `${clause} cannot be applied to the nullable side of an outer join`);
}

function onlyAbout(qual: Expr, rtes: ReadonlySet<number>): boolean {
  return !needsSubplan(qual) && isSubset(rtesOf(qual), rtes);
}

/** Whether a condition with subqueries depends on these entries and on no others. */
function onlyReads(scope: Scope, qual: Expr, rtes: ReadonlySet<number>): boolean {
  if (!needsSubplan(qual)) return false;
  const read = deepRtes(scope, qual);
  return read.size > 0 && isSubset(read, rtes);
}

/** Joins the items of a group; conditions with subqueries are applied at the end. */
function planGroup(planning: Planning, group: Group, pushed: readonly Expr[]): JoinInput {
  const all = [...group.quals, ...pushed];
  const late = all.filter((qual) => needsSubplan(qual) || rtesOf(qual).size === 0);
  const early = all.filter((qual) => !late.includes(qual));
  const taken = new Set<Expr>();
  const inputs = group.items.map((item) => {
    const own = early.filter((qual) => !taken.has(qual) && onlyAbout(qual, item.rtes));
    for (const qual of own) taken.add(qual);
    return planItem(planning, item, own);
  });
  const joined = joinGreedily(
    planning.scope,
    inputs,
    early.filter((qual) => !taken.has(qual)),
  );
  if (late.length === 0) return joined;
  return {
    ...joined,
    relation: filterRelation(planning.scope, joined.relation, late),
    leaf: undefined,
  };
}

function ready(input: JoinInput, rtes: ReadonlySet<number>): boolean {
  return isSubset(input.lateralRtes, rtes);
}

function firstInput(inputs: readonly JoinInput[]): JoinInput | undefined {
  const free = inputs.filter((input) => input.lateralRtes.size === 0);
  return free.toSorted((a, b) => a.relation.node.estimate.rows - b.relation.node.estimate.rows)[0];
}

function joinGreedily(
  scope: Scope,
  inputs: readonly JoinInput[],
  quals: readonly Expr[],
): JoinInput {
  const first = inputs.length === 1 ? inputs[0] : firstInput(inputs);
  if (first === undefined) {
    if (inputs.length > 0) throw new Error("lateral references form a cycle");
    return emptyInput();
  }
  let current = first;
  const remaining = new Set(inputs.filter((input) => input !== first));
  const waiting = new Set(quals);
  while (remaining.size > 0) {
    const next = cheapestNext(current, remaining, waiting);
    const usable = usableQuals(current, next, waiting);
    for (const qual of usable) waiting.delete(qual);
    remaining.delete(next);
    current = joinInputs(scope, "inner", current, next, usable);
  }
  if (waiting.size === 0) return current;
  return { ...current, relation: filterRelation(scope, current.relation, [...waiting]) };
}

function usableQuals(current: JoinInput, next: JoinInput, waiting: ReadonlySet<Expr>): Expr[] {
  const rtes = new Set([...current.rtes, ...next.rtes]);
  return [...waiting].filter((qual) => isSubset(rtesOf(qual), rtes));
}

function cheapestNext(
  current: JoinInput,
  remaining: ReadonlySet<JoinInput>,
  waiting: ReadonlySet<Expr>,
): JoinInput {
  let best: JoinInput | undefined;
  let bestCost = Infinity;
  for (const input of remaining) {
    if (!ready(input, current.rtes)) continue;
    const usable = usableQuals(current, input, waiting);
    // A product without any condition comes last.
    const penalty = usable.length === 0 && input.lateral.length === 0 ? 1e9 : 0;
    const cost = joinedRows(current, input, usable) + penalty;
    if (cost < bestCost) {
      best = input;
      bestCost = cost;
    }
  }
  if (best === undefined) throw new Error("lateral references form a cycle");
  return best;
}

function emptyInput(): JoinInput {
  return {
    relation: {
      node: { kind: "rows", rows: [[]], estimate: ONE_ROW, labels: [] },
      layout: new Layout(0),
    },
    rtes: new Set(),
    lateral: [],
    lateralRtes: new Set(),
    leaf: undefined,
  };
}

/** FROM with WHERE. The result's layout has a slot for every used column. */
export function planFrom(
  scope: Scope,
  from: readonly FromItem[],
  where: Expr | undefined,
  options: FromOptions = {},
): FromPlan {
  const collected = collect(scope, from, true);
  const group = flattenGroup(scope, collected);
  const conditions = where === undefined ? [] : factoredConjuncts(scope.flatten(where));
  const { semiJoins, rest: others } = extractSemiJoins(scope, [
    ...conditions,
    ...impliedRestrictions(conditions),
    ...group.quals,
  ]);
  const rest = others.map((qual) => withInitPlans(scope, qual));
  const planning: Planning = { scope, options, ordered: false };
  const weakened = weaken(scope, { items: group.items, quals: [...rest] }, []);
  const single = weakened.items.length === 1 && semiJoins.length === 0;
  const late = semiJoins.length > 0 ? rest.filter((qual) => needsSubplan(qual)) : [];
  const early = weakened.quals.filter((qual) => !late.includes(qual));
  let input = planGroup(planning, { items: weakened.items, quals: [...early] }, []);
  for (const semi of semiJoins) input = joinSemi(planning, input, semi);
  const relation = filterRelation(scope, input.relation, late);
  return { ...relation, ordered: planning.ordered && single };
}

function joinSemi(planning: Planning, input: JoinInput, semi: SemiJoin): JoinInput {
  const { scope } = planning;
  const group = flattenGroup(scope, collect(scope, semi.from, true));
  const quals = [...semi.quals.map((qual) => scope.flatten(qual)), ...group.quals];
  const innerRtes = rtesOfGroup(group);
  // Conditions that reach outside tie the two sides together, wherever they were written.
  const inner = quals.filter((qual) => onlyAbout(qual, innerRtes));
  const condition = quals.filter((qual) => !inner.includes(qual));
  const weakened = weaken(scope, { items: group.items, quals: [] }, inner);
  const right = planGroup({ scope, options: {}, ordered: false }, weakened, inner);
  return joinInputs(scope, semi.type, input, right, condition);
}
