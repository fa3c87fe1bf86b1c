/** From a bound query to its plan. */
import type { BoundQuery } from "../bind/query-tree.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { RowKey } from "./cursor-keys.ts";
import { planModify } from "./plan-modify.ts";
import type { PlanNode } from "./plan-node.ts";
import type { PlanningOptions } from "./planning-options.ts";
import { PLANNING_DEFAULTS } from "./planning-options.ts";
import { planCursor, planSelect } from "./plan-select.ts";
import { PlanIds, Scope } from "./scope.ts";

export interface PlannedStatement {
  readonly node: PlanNode;
  /** Number of ExecParams that the plan uses. */
  readonly paramCount: number;
  /** Of a cursor. */
  readonly rowKeys: readonly RowKey[];
}

export function planStatement(
  query: BoundQuery,
  catalog: Catalog,
  keepsRowKeys: boolean,
  options: PlanningOptions = PLANNING_DEFAULTS,
): PlannedStatement {
  const ids = new PlanIds();
  const planners = { select: planSelect, modify: planModify };
  const scope = new Scope({ ids, catalog, planners, options }, undefined, query.rangeTable);
  if (query.kind === "select" && keepsRowKeys) {
    const { node, rowKeys } = planCursor(scope, query);
    return { node, paramCount: ids.paramCount, rowKeys };
  }
  const node = query.kind === "select" ? planSelect(scope, query) : planModify(scope, query);
  return { node, paramCount: ids.paramCount, rowKeys: [] };
}
