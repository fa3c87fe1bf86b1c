/** Plans that belong to a node beside its children, and what they are called. */
import type { PlanNode, PlannedCte, Subplan } from "../../plan/plan-node.ts";

export interface SidePlan {
  readonly title: string;
  readonly plan: PlanNode;
}

function subplanTitle(kind: "SubPlan" | "InitPlan", subplan: Subplan): string {
  return `${kind} ${subplan.id + 1}`;
}

export function sidePlans(node: PlanNode): SidePlan[] {
  if (node.kind === "apply") {
    return node.subplans.flatMap((each) => {
      const plan = each.batch?.plan ?? each.plan;
      return plan === undefined ? [] : [{ title: subplanTitle("SubPlan", each), plan }];
    });
  }
  if (node.kind === "initPlans") {
    return node.subplans.flatMap(({ subplan, param }) =>
      subplan.plan === undefined
        ? []
        : [
            {
              title: `${subplanTitle("InitPlan", subplan)} (returns $${param})`,
              plan: subplan.plan,
            },
          ],
    );
  }
  if (node.kind === "insert" && node.conflict?.row !== undefined) {
    return sidePlans(node.conflict.row.plan);
  }
  if (node.kind !== "with") return [];
  return node.ctes.map((cte: PlannedCte) => ({ title: `CTE ${cte.name}`, plan: cte.plan }));
}
