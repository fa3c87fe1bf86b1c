/** From a plan to operators: expressions are compiled once, operators opened per execution. */
import { SqlError } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { PlanNode } from "../plan/plan-node.ts";
import type { Opener } from "./operator.ts";
import { openBitmapScan } from "./operators/bitmap-scan.ts";
import { openAggregate } from "./operators/aggregate.ts";
import { openCteScan, openFunctionScan, openRows, openValues } from "./operators/sources.ts";
import { openVirtualScan } from "./operators/sources.ts";
import { openCurrentRow } from "./operators/current-row.ts";
import { openHashJoin } from "./operators/hash-join.ts";
import { openLimit } from "./operators/limit.ts";
import { openMergeJoin } from "./operators/merge-join.ts";
import { openLookupJoin } from "./operators/lookup-join.ts";
import { openDelete, openInsert, openUpdate } from "./operators/modify.ts";
import { openMerge } from "./operators/merge.ts";
import { openNestedLoop } from "./operators/nested-loop.ts";
import { openAggregateOverScan } from "./operators/pushed-aggregate.ts";
import { openProjectSet } from "./operators/project-set.ts";
import { openWith } from "./operators/cte.ts";
import { openRecursiveUnion } from "./operators/recursive-union.ts";
import { openSample } from "./operators/sample.ts";
import { openScan } from "./operators/scan.ts";
import { openAppend } from "./operators/append.ts";
import { openDistinct } from "./operators/distinct.ts";
import { openSetOperation } from "./operators/set-operation.ts";
import { openSort } from "./operators/sort.ts";
import { openFilter, openLockRows, openProject } from "./operators/streaming.ts";
import { openApply, openInitPlans } from "./operators/subplan.ts";
import { openWindow } from "./operators/window.ts";

/** The table that the node reads by itself, its child's where it does the child's work. */
function scannedBy(node: PlanNode): TableDescriptor | undefined {
  if (node.kind === "scan") return node.table;
  if (node.kind === "lookupJoin") return node.right.table;
  return "child" in node && node.child.kind === "scan" ? node.child.table : undefined;
}

/** ExecOpenScanRelation: it may be prepared, explained and stored. */
function unpopulated({ name }: TableDescriptor): SqlError {
  return new SqlError("55000", `materialized view "${name}" has not been populated`, {
    hint: "Use the REFRESH MATERIALIZED VIEW command.",
  });
}

export function openPlan(node: PlanNode): Opener {
  const table = scannedBy(node);
  if (table?.materialized?.populated === false) {
    return () => {
      throw unpopulated(table);
    };
  }
  const open = openNode(node);
  return (run) => {
    const operator = open(run);
    return run.probe === undefined ? operator : run.probe.wrap(node, operator);
  };
}

type WithChild = Extract<PlanNode, { readonly child: PlanNode }>;

function openNode(node: PlanNode): Opener {
  return "child" in node ? openOverChild(node, openPlan(node.child)) : openOther(node);
}

function openOther(node: Exclude<PlanNode, WithChild>): Opener {
  switch (node.kind) {
    case "scan":
      return node.access.kind === "bitmap" ? openBitmapScan(node, node.access) : openScan(node);
    case "values":
      return openValues(node);
    case "rows":
      return openRows(node);
    case "virtualScan":
      return openVirtualScan(node);
    case "functionScan":
      return openFunctionScan(node);
    case "currentRow":
      return openCurrentRow(node);
    case "cteScan":
      return openCteScan(node);
    case "append":
      return openAppend(
        node,
        node.children.map((child) => openPlan(child)),
      );
    case "nestedLoop":
      return openNestedLoop(node, openPlan(node.left), openPlan(node.right), openPlan);
    case "hashJoin":
      return openHashJoin(node, openPlan(node.left), openPlan(node.right));
    case "mergeJoin":
      return openMergeJoin(node, openPlan(node.left), openPlan(node.right));
    case "lookupJoin":
      return openLookupJoin(node, openPlan(node.left));
    case "setOperation":
      return openSetOperation(node, openPlan(node.left), openPlan(node.right));
    case "recursiveUnion":
      return openRecursiveUnion(node, openPlan(node.start), openPlan(node.step));
  }
}

function openOverChild(node: WithChild, child: Opener): Opener {
  switch (node.kind) {
    case "filter":
      return openFilter(node, child);
    case "sample":
      return openSample(node, child);
    case "project":
      return openProject(node, child);
    case "projectSet":
      return openProjectSet(node, child);
    case "apply":
      return openApply(node, child, openPlan);
    case "initPlans":
      return openInitPlans(node, child, openPlan);
    case "aggregate":
      return node.child.kind === "scan" && node.sorted !== true
        ? openAggregateOverScan(node, node.child, openAggregate(node, child))
        : openAggregate(node, child);
    case "window":
      return openWindow(node, child);
    case "sort":
      return openSort(node, child);
    case "limit":
      return openLimit(node, child);
    case "distinct":
      return openDistinct(node, child);
    case "lockRows":
      return openLockRows(node, child);
    case "memoize":
      // The nested loop above keeps what it yields.
      return child;
    case "with":
      return openWith(
        node,
        child,
        node.ctes.map((cte) => openPlan(cte.plan)),
      );
    case "insert":
      return openInsert(node, child, openPlan);
    case "update":
      return openUpdate(node, child);
    case "delete":
      return openDelete(node, child);
    case "merge":
      return openMerge(node, child);
  }
}
