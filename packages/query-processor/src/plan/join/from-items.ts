/**
 * FROM as a tree of groups: relations that conditions alone join, and between groups outer joins, and
 * semi-joins where they are below other joins.
 */
import type { Expr } from "@firstlight/sql";

export interface LeafItem {
  readonly kind: "leaf";
  readonly rte: number;
  readonly rtes: ReadonlySet<number>;
}

export interface OuterItem {
  readonly kind: "outer";
  readonly type: "left" | "full" | "anti" | "semi";
  readonly left: Group;
  readonly right: Group;
  readonly condition: readonly Expr[];
  readonly rtes: ReadonlySet<number>;
}

/** Joined by itself, whatever it is joined with. */
export interface GroupItem {
  readonly kind: "group";
  readonly group: Group;
  readonly rtes: ReadonlySet<number>;
}

export type Item = LeafItem | OuterItem | GroupItem;

/** Relations joined by conditions alone, in any order. */
export interface Group {
  readonly items: Item[];
  readonly quals: Expr[];
}

export function rtesOfGroup(group: Group): Set<number> {
  const rtes = new Set<number>();
  for (const item of group.items) for (const rte of item.rtes) rtes.add(rte);
  return rtes;
}

/** Relations of the join problem that it is. */
export function relationCount(group: Group): number {
  return group.items.reduce((sum, item) => sum + itemCount(item), 0);
}

function itemCount(item: Item): number {
  return item.kind === "outer" ? relationCount(item.left) + relationCount(item.right) : 1;
}

export function asItem(group: Group): Item | undefined {
  const [only] = group.items;
  if (only !== undefined && group.items.length === 1 && group.quals.length === 0) return only;
  return { kind: "group", group, rtes: rtesOfGroup(group) };
}

/** Its quals stay with it. */
export function groupItem(group: Group): Item {
  return { kind: "group", group, rtes: rtesOfGroup(group) };
}
