/** A merge join: both inputs are sorted on the keys, then gone through once, side by side. */
import type { Expr, SortKey } from "@firstlight/sql";
import { typeOrdering } from "@firstlight/sql";
import type { EquiKey } from "../equality.ts";
import { sortEstimate } from "../estimate.ts";
import type { JoinRequest, Merging } from "./join-request.ts";
import { labelsOf, outputOf, plainCondition } from "./join-output.ts";
import type { Relation } from "../layout.ts";
import { toSlots } from "../layout.ts";
import { exprKey } from "../expression-map.ts";
import type { PlanNode } from "../plan-node.ts";
import type { Scope } from "../scope.ts";

function sortKey(expr: Expr): SortKey | undefined {
  const ordering = typeOrdering(expr.type);
  if (ordering === undefined) return undefined;
  return { expr, descending: false, nullsFirst: false, proc: ordering.compareProc };
}

function sorted({ node }: Relation, keys: readonly SortKey[], isSorted: boolean): PlanNode {
  if (isSorted) return node;
  return {
    kind: "sort",
    child: node,
    keys,
    offset: undefined,
    limit: undefined,
    estimate: sortEstimate(node.estimate),
    labels: node.labels,
  };
}

function all<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  return values.every((each) => each !== undefined) ? (values as readonly T[]) : undefined;
}

/** The keys in the order of the merge; the other equalities are asked of pairs. */
function mergedKeys(
  keys: readonly EquiKey[],
  merging: Merging | undefined,
): { readonly own: readonly EquiKey[]; readonly others: readonly Expr[] } {
  if (merging === undefined) return { own: keys, others: [] };
  const own = merging.keys.flatMap(({ left, right }) => {
    const names = [exprKey(left), exprKey(right)];
    const found = keys.find(
      (key) => names[0] === exprKey(key.left) && names[1] === exprKey(key.right),
    );
    return found === undefined ? [] : [found];
  });
  const others = keys.filter((key) => !own.includes(key)).map((key) => key.qual);
  return { own, others };
}

/** Undefined when there is nothing to sort by. */
export function mergeJoin(
  scope: Scope,
  { type, left, right, estimate, merging }: JoinRequest,
  { keys, rest }: { readonly keys: readonly EquiKey[]; readonly rest: readonly Expr[] },
): Relation | undefined {
  const a = left.relation;
  const b = right.relation;
  const { own, others } = mergedKeys(keys, merging);
  const leftKeys = all(own.map((key) => sortKey(toSlots(key.left, a.layout))));
  const rightKeys = all(own.map((key) => sortKey(toSlots(key.right, b.layout))));
  if (own.length === 0 || leftKeys === undefined || rightKeys === undefined) return undefined;
  // Without all of its keys the order of an input is not the one that was counted on.
  const isWhole = merging !== undefined && own.length === merging.keys.length;
  return outputOf(type, a, b, {
    kind: "mergeJoin",
    type,
    left: sorted(a, leftKeys, isWhole && merging.leftSorted),
    right: sorted(b, rightKeys, isWhole && merging.rightSorted),
    leftKeys: leftKeys.map((key) => key.expr),
    rightKeys: rightKeys.map((key) => key.expr),
    condition: plainCondition(scope, a, b, [...others, ...rest]),
    estimate,
    labels: labelsOf(type, a, b),
  });
}
