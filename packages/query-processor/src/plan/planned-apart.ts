/** Queries within others that are planned by themselves. */
import { onceInSteps } from "@firstlight/sql";
import { reachOf } from "../bind/query-reach.ts";
import type { BoundSelect } from "../bind/query-tree.ts";
import type { PlanNode } from "./plan-node.ts";
import type { Scope } from "./scope.ts";

/**
 * One that takes nothing from around it is known when planning is begun anew, by `whole`, which is
 * the same object then, and by `site`, which names who asks.
 */
export function plannedApart(
  site: string,
  child: Scope,
  query: BoundSelect,
  whole: object = query,
): PlanNode {
  if (reachOf(query).all > 0) return child.planSelect(query);
  const { ids, searches } = child;
  const { node, given, met } = onceInSteps(site, whole, () => {
    const planned = child.planSelect(query);
    return { node: planned, given: ids.given, met: searches?.met ?? 0 };
  });
  ids.goOn(given);
  searches?.goOn(met);
  return node;
}
