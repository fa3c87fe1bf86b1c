/** A merge join: both inputs are sorted on the keys, then gone through once, side by side. */
import type { Expr, SortKey } from "@firstlight/sql";
import { typeOrdering } from "@firstlight/sql";
import type { EquiKey } from "../equality.ts";
import { sortEstimate } from "../estimate.ts";
import type { JoinRequest } from "./join-request.ts";
import { labelsOf, outputOf, plainCondition } from "./join-output.ts";
import type { Relation } from "../layout.ts";
import { toSlots } from "../layout.ts";
import type { SortNode } from "../plan-node.ts";
import type { Scope } from "../scope.ts";

function sortKey(expr: Expr): SortKey | undefined {
  const ordering = typeOrdering(expr.type);
  if (ordering === undefined) return undefined;
  return { expr, descending: false, nullsFirst: false, proc: ordering.compareProc };
}

function sorted({ node }: Relation, keys: readonly SortKey[]): SortNode {
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

/** Undefined when there is nothing to sort by. */
export function mergeJoin(
  scope: Scope,
  { type, left, right, estimate }: JoinRequest,
  { keys, rest }: { readonly keys: readonly EquiKey[]; readonly rest: readonly Expr[] },
): Relation | undefined {
  const a = left.relation;
  const b = right.relation;
  const leftKeys = all(keys.map((key) => sortKey(toSlots(key.left, a.layout))));
  const rightKeys = all(keys.map((key) => sortKey(toSlots(key.right, b.layout))));
  if (keys.length === 0 || leftKeys === undefined || rightKeys === undefined) return undefined;
  return outputOf(type, a, b, {
    kind: "mergeJoin",
    type,
    left: sorted(a, leftKeys),
    right: sorted(b, rightKeys),
    leftKeys: leftKeys.map((key) => key.expr),
    rightKeys: rightKeys.map((key) => key.expr),
    condition: plainCondition(scope, a, b, rest),
    estimate,
    labels: labelsOf(type, a, b),
  });
}
