/**
 * Plans FROM and WHERE: collects relations and conditions, turns EXISTS and IN into semi-joins,
 * weakens outer joins where a condition rejects NULLs, and has what is left joined by cost.
 */
import type { Expr } from "@firstlight/sql";
import { dividedInSteps, volatility } from "@firstlight/sql";
import type { BoundSelect, FromItem, RangeTableEntry, RowMark } from "../bind/query-tree.ts";
import { isSubset, rtesOf } from "./equality.ts";
import { conjuncts, exprKey, someNode } from "./expression-map.ts";
import type { SemiGroup } from "./join/distribute.ts";
import type { Group, Item } from "./join/from-items.ts";
import { groupItem, relationCount, rtesOfGroup } from "./join/from-items.ts";
import type { GroupOptions } from "./join/plan-group.ts";
import { refuseLockedNulls } from "./join/locked-nulls.ts";
import { planGroup } from "./join/plan-group.ts";
import {
  findAntiJoins,
  forgetColumns,
  reduceOuterJoins,
  withNulls,
} from "./join/reduce-outer-joins.ts";
import { rejectsNullsOf } from "./join/strictness.ts";
import { withoutUselessJoins } from "./join/useless-joins.ts";
import type { Relation } from "./layout.ts";
import type { KeyOf, Order } from "./ordering.ts";
import type { OrderRank } from "./wanted-order.ts";
import { factoredConjuncts, impliedRestrictions } from "./or-conditions.ts";
import { refersAround } from "./query-walk.ts";
import { deepRtes } from "./outer-side-subplans.ts";
import { canMergeFrom, mergeQuery, yieldsPlainColumns } from "./pull-up.ts";
import type { Scope } from "./scope.ts";
import type { SemiJoin } from "./semi-join.ts";
import { extractSemiJoins } from "./semi-join.ts";
import { filterRelation, needsSubplan, withInitPlans } from "./subplans.ts";

export interface FromOptions extends GroupOptions {
  readonly marks?: readonly RowMark[];
}

export interface FromPlan extends Relation {
  readonly order: Order;
  readonly keyOf: KeyOf;
  readonly rank: OrderRank | undefined;
}

/**
 * Which subqueries become part of the level: all; below an outer join those with plain columns, and
 * on the right side of a left join also where they are lateral.
 */
type Merges = "all" | "plain" | "lateral";

function nullable(outside: Merges): Merges {
  return outside === "all" ? "lateral" : "plain";
}

function collect(scope: Scope, from: readonly FromItem[], merges: Merges): Group {
  const group: Group = { items: [], quals: [] };
  for (const item of from) collectItem(scope, item, group, merges);
  return group;
}

/** Beyond join_collapse_limit the sides of a join are joined each by itself first. */
function collapsed(scope: Scope, sides: readonly Group[]): readonly Group[] {
  const count = sides.reduce((sum, side) => sum + relationCount(side), 0);
  if (count <= scope.cost.settings.joinCollapseLimit) return sides;
  return sides.map((side) =>
    side.items.length < 2 ? side : { items: [groupItem(side)], quals: [] },
  );
}

function collectItem(scope: Scope, item: FromItem, group: Group, merges: Merges): void {
  if (item.kind === "rte") {
    collectRte(scope, item.rte, group, merges);
    return;
  }
  if (item.type === "inner" || item.type === "cross") {
    const sides = [item.left, item.right].map((side) => collect(scope, [side], merges));
    for (const side of collapsed(scope, sides)) {
      group.items.push(...side.items);
      group.quals.push(...side.quals);
    }
    group.quals.push(...conjuncts(item.condition));
    return;
  }
  const sides = item.type === "right" ? [item.right, item.left] : [item.left, item.right];
  const [left, right] = sides.map((side, at) =>
    collect(scope, [side], item.type === "full" ? "plain" : at === 0 ? merges : nullable(merges)),
  );
  if (left === undefined || right === undefined) return;
  const { own, across } = item.type === "left" ? splitLateral(scope, right) : whole(right);
  group.items.push({
    kind: "outer",
    type: item.type === "full" ? "full" : "left",
    left,
    right: own,
    condition: [...conjuncts(item.condition), ...across],
    rtes: new Set([...rtesOfGroup(left), ...rtesOfGroup(right)]),
  });
}

interface Split {
  readonly own: Group;
  readonly across: readonly Expr[];
}

function whole(group: Group): Split {
  return { own: group, across: [] };
}

/** Conditions of a lateral subquery about what is outside of it: those of the join with it. */
function splitLateral(scope: Scope, right: Group): Split {
  const rtes = rtesOfGroup(right);
  const across = right.quals.filter((qual) => !isSubset(deepRtes(scope, qual), rtes));
  if (across.length === 0) return whole(right);
  return { own: { ...right, quals: right.quals.filter((qual) => !across.includes(qual)) }, across };
}

/** Whether the subquery becomes part of this level. */
function isMerged(
  scope: Scope,
  index: number,
  merges: Merges,
): Extract<RangeTableEntry, { kind: "subquery" }> | undefined {
  const rte = scope.rte(index);
  if (rte.kind !== "subquery" || !canMergeFrom(rte.query)) return undefined;
  const isLateral = refersAround(rte.query);
  if (isLateral && hasOuterJoin(rte.query)) return undefined;
  if (merges === "all") return rte;
  // Below an outer join, what is not a column would have to be made NULL.
  if (isLateral && merges !== "lateral") return undefined;
  return yieldsPlainColumns(rte.query, scope.columnsOf(index)) ? rte : undefined;
}

function hasOuterJoin({ from }: BoundSelect): boolean {
  const isOuter = (item: FromItem): boolean =>
    item.kind === "join" &&
    ((item.type !== "inner" && item.type !== "cross") || isOuter(item.left) || isOuter(item.right));
  return from.some(isOuter);
}

function collectRte(scope: Scope, index: number, group: Group, merges: Merges): void {
  const rte = isMerged(scope, index, merges);
  if (rte === undefined) {
    group.items.push({ kind: "leaf", rte: index, rtes: new Set([index]) });
    return;
  }
  const merged = mergeQuery(scope, rte.query);
  merged.targets.forEach((target, column) => {
    const alias = { kind: "var", rte: index, column, levelsUp: 0 } as const;
    scope.aliases.set(exprKey({ ...alias, type: 0, typmod: -1, position: -1 }), target);
  });
  const inner = collect(scope, merged.from, merges);
  group.items.push(...inner.items);
  group.quals.push(...inner.quals, ...merged.quals);
}

function flattened(scope: Scope, quals: readonly Expr[]): Expr[] {
  return quals.flatMap((qual) => factoredConjuncts(scope.flatten(qual)));
}

function flattenItem(scope: Scope, item: Item): Item {
  if (item.kind === "leaf") return item;
  if (item.kind === "group") return { ...item, group: flattenGroup(scope, item.group) };
  return {
    ...item,
    left: flattenGroup(scope, item.left),
    right: flattenGroup(scope, item.right),
    condition: flattened(scope, item.condition),
  };
}

function flattenGroup(scope: Scope, group: Group): Group {
  const quals = flattened(scope, group.quals);
  return {
    items: group.items.map((item) => flattenItem(scope, item)),
    quals: [...quals, ...impliedRestrictions(quals)],
  };
}

/**
 * Without conditions that are true whatever there is. One that never is stands for all of them; what
 * fails when it is computed is left to fail when it runs.
 */
function decided(scope: Scope, quals: readonly Expr[]): readonly Expr[] {
  const open: Expr[] = [];
  for (const qual of quals) {
    const value = isFoldable(qual) ? scope.estimation.valueOf(qual) : undefined;
    if (value === false || value === null) return [{ ...FALSE, value: false }];
    if (value !== true) open.push(qual);
  }
  return open;
}

/** Asked once, before anything is read. */
function isAboutNoRow(qual: Expr): boolean {
  return rtesOf(qual).size === 0 && !needsSubplan(qual) && volatility(qual) !== "volatile";
}

const FALSE = { kind: "const", type: 16, typmod: -1, position: -1 } as const;

/** Parameters may have another value the next time. */
function isFoldable(qual: Expr): boolean {
  return volatility(qual) === "immutable" && !someNode(qual, ({ kind }) => !FOLDED.has(kind));
}

const FOLDED: ReadonlySet<Expr["kind"]> = new Set(["const", "call", "and", "or", "not", "relabel"]);

/** FROM with WHERE. The result's layout has a slot for every used column. */
export function planFrom(
  scope: Scope,
  from: readonly FromItem[],
  where: Expr | undefined,
  options: FromOptions = {},
): FromPlan {
  const collected = withoutUselessJoins(
    scope,
    collect(scope, from, "all"),
    options.keys ?? new Set(),
  );
  const group = flattenGroup(scope, collected);
  const conditions = where === undefined ? [] : factoredConjuncts(scope.flatten(where));
  const { semiJoins, rest: others } = extractSemiJoins(scope, [
    ...conditions,
    ...impliedRestrictions(conditions),
    ...group.quals,
  ]);
  const [gates, ofRows] = dividedInSteps("gates", others, isAboutNoRow);
  const rest = ofRows.map((qual) => withInitPlans(scope, qual));
  const reduced = reduceOuterJoins({ items: group.items, quals: rest }, new Set());
  refuseLockedNulls(reduced, options.marks ?? []);
  const { group: top, forgotten } = findAntiJoins(reduced, options.keys ?? new Set());
  const { items, quals } = top;
  const late = semiJoins.length > 0 ? quals.filter((qual) => needsSubplan(qual)) : [];
  const early = late.length === 0 ? quals : quals.filter((qual) => !late.includes(qual));
  const semis = semiJoins.map((semi) => semiGroup(scope, semi, forgotten));
  const planned = planGroup(scope, { items, quals: early }, semis, late, options);
  // What is above sees NULLs; what was joined has seen the columns.
  forgetColumns(scope, forgotten);
  const { order, keyOf, rank } = planned;
  if (gates.length === 0) return { ...planned.relation, order, keyOf, rank };
  const relation = filterRelation(scope, planned.relation, decided(scope, gates));
  return { ...relation, order, keyOf, rank };
}

function semiGroup(scope: Scope, semi: SemiJoin, forgotten: ReadonlySet<number>): SemiGroup {
  const { own: group, across } = splitLateral(
    scope,
    flattenGroup(scope, collect(scope, semi.from, "all")),
  );
  const quals = [...across, ...semi.quals];
  const condition = quals.flatMap((qual) => conjuncts(withNulls(scope.flatten(qual), forgotten)));
  const rtes = rtesOfGroup(group);
  const own = condition.filter((qual) => isSubset(rtesOf(qual), rtes) && !needsSubplan(qual));
  const nested = group.quals.filter((qual) => needsSubplan(qual));
  const plain = { ...group, quals: group.quals.filter((qual) => !nested.includes(qual)) };
  const reduced = reduceOuterJoins(plain, rejectsNullsOf(own));
  // Subqueries about what is looked for alone: joined with it before it is joined with the rest.
  const inner = condition.filter(
    (qual) => needsSubplan(qual) && isSubset(deepRtes(scope, qual), rtes),
  );
  const right = withSemiJoins(scope, reduced, [...nested, ...inner], forgotten);
  return { type: semi.type, right, condition: condition.filter((qual) => !inner.includes(qual)) };
}

function withSemiJoins(
  scope: Scope,
  group: Group,
  quals: readonly Expr[],
  forgotten: ReadonlySet<number>,
): Group {
  const { semiJoins, rest } = extractSemiJoins(scope, quals);
  const late = rest.map((qual) => withInitPlans(scope, qual));
  let joined = group;
  for (const semi of semiJoins) {
    const { type, right, condition } = semiGroup(scope, semi, forgotten);
    const rtes = new Set([...rtesOfGroup(joined), ...rtesOfGroup(right)]);
    const item: Item = { kind: "outer", type, left: joined, right, condition, rtes };
    joined = { items: [item], quals: [] };
  }
  return { items: joined.items, quals: [...joined.quals, ...late] };
}
