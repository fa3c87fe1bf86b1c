/** UNION, INTERSECT and EXCEPT: the arms are planned alone and combined by the tree. */
import type { Expr } from "@firstlight/sql";
import type { BoundSelect, SetOperation } from "../bind/query-tree.ts";
import { blocking, estimate } from "./estimate.ts";
import type { Relation } from "./layout.ts";
import { slot } from "./layout.ts";
import { entryLayout } from "./plan-leaf.ts";
import type { PlanNode } from "./plan-node.ts";
import type { Scope } from "./scope.ts";

function leftmost(tree: SetOperation): number {
  return tree.kind === "arm" ? tree.rte : leftmost(tree.left);
}

function planArm(scope: Scope, index: number): PlanNode {
  const rte = scope.rte(index);
  if (rte.kind !== "subquery") throw new Error("an arm of a set operation is a subquery");
  const child = scope.child(rte.query.rangeTable);
  return child.planSelect(rte.query);
}

function appendOf(children: readonly PlanNode[]): PlanNode {
  const rows = children.reduce((sum, child) => sum + child.estimate.rows, 0);
  const total = children.reduce((sum, child) => sum + child.estimate.total, 0);
  return {
    kind: "append",
    children,
    estimate: estimate(rows, 0, total, children[0]?.estimate.width ?? 0),
    labels: children[0]?.labels ?? [],
  };
}

/** UNION ALL of UNION ALL is one append. */
function flatten(node: PlanNode): readonly PlanNode[] {
  return node.kind === "append" ? node.children : [node];
}

export function planTree(scope: Scope, tree: SetOperation, types: readonly number[]): PlanNode {
  if (tree.kind === "arm") return planArm(scope, tree.rte);
  const left = planTree(scope, tree.left, types);
  const right = planTree(scope, tree.right, types);
  if (tree.kind === "union") {
    const append = appendOf([...flatten(left), ...flatten(right)]);
    return tree.all ? append : distinctRows(append, types);
  }
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

export function planSetOperation(scope: Scope, _query: BoundSelect, tree: SetOperation): Relation {
  const types = armTypes(scope, tree);
  const node = planTree(scope, tree, types);
  return {
    node,
    layout: entryLayout(
      leftmost(tree),
      types.map((_, at) => at),
    ),
  };
}
