/**
 * The right side of a semi-join made unique on what it is compared by: then it joins as a plain one,
 * in either direction.
 */
import type { Expr } from "@firstlight/sql";
import { blocking } from "../estimate.ts";
import type { JoinInput } from "./join-request.ts";
import { toSlots } from "../layout.ts";
import type { Scope } from "../scope.ts";
import { groupCount } from "../selectivity/group-count.ts";
import type { JoinConditions } from "./join-paths.ts";
import type { JoinSet } from "./path.ts";
import { UNORDERED } from "../ordering.ts";
import { cheapest } from "./path.ts";

function madeUnique(input: JoinInput, keys: readonly Expr[], rows: number): JoinInput {
  const { node, layout } = input.relation;
  return {
    ...input,
    leaf: undefined,
    relation: {
      layout,
      node: {
        kind: "distinct",
        child: node,
        keys: keys.map((key) => toSlots(key, layout)),
        estimate: blocking(node.estimate, rows, node.estimate.width, 0.0125),
        labels: node.labels,
      },
    },
  };
}

/** Undefined when more than equalities compare the two sides. */
export function uniqueSet(
  scope: Scope,
  right: JoinSet,
  { equalities, join }: JoinConditions,
): JoinSet | undefined {
  if (equalities.length === 0 || equalities.length !== join.length) return undefined;
  const keys = equalities.map((each) => each.right);
  const rows = groupCount(scope.estimation, keys, right.rows);
  const from = cheapest(right.paths);
  const startup = from.total + right.rows * scope.cost.tuple;
  return {
    ...right,
    rows,
    paths: [
      {
        startup,
        total: startup + rows * scope.cost.operator,
        order: UNORDERED,
        parts: [from],
        build: () => madeUnique(from.build(), keys, rows),
      },
    ],
  };
}
