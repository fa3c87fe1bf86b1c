/**
 * A plan as EXPLAIN prints it: nodes that only compute (projections, attached subqueries, CTE
 * scopes) are folded into the node below, whose side plans they become.
 */
import type { Estimate, PlanNode } from "../../plan/plan-node.ts";
import { POINT_READ_COST } from "../../plan/estimate.ts";
import { childrenOf } from "../../plan/plan-node.ts";
import type { OperatorReport } from "../operator.ts";
import type { NodeText, SidePlan } from "./node-lines.ts";
import { operatorLine, operatorProperties } from "./operator-lines.ts";
import { lookupText, nodeText, sidePlans } from "./node-lines.ts";

/** What EXPLAIN ANALYZE measured of one node. */
export interface Measured {
  rows: number;
  loops: number;
  /** Microseconds until the first row, and in all. */
  startupMicros: number;
  totalMicros: number;
  /** What its operators told of themselves; the last one's. */
  report: OperatorReport | undefined;
}

export interface ReportNode {
  readonly title: string | undefined;
  readonly text: NodeText;
  readonly estimate: Estimate;
  readonly node: PlanNode;
  readonly children: readonly ReportNode[];
  /** Has no operator of its own, so nothing is measured of it. */
  readonly isUnmeasured: boolean;
}

const COMPUTES_ONLY: ReadonlySet<PlanNode["kind"]> = new Set([
  "project",
  "apply",
  "initPlans",
  "with",
]);

/** Nodes below which a condition is shown as theirs. */
const TAKES_FILTER: ReadonlySet<PlanNode["kind"]> = new Set([
  "aggregate",
  "virtualScan",
  "functionScan",
  "cteScan",
  "apply",
  "hashJoin",
  "mergeJoin",
  "nestedLoop",
  "lookupJoin",
  "scan",
]);

function isFolded(node: PlanNode): boolean {
  if (node.kind === "filter") return TAKES_FILTER.has(node.child.kind);
  return COMPUTES_ONLY.has(node.kind);
}

interface Folded {
  readonly node: PlanNode;
  readonly sides: readonly SidePlan[];
  readonly filters: NodeText["properties"];
}

function fold(node: PlanNode): Folded {
  if (!isFolded(node)) return { node, sides: sidePlans(node), filters: [] };
  const [child] = childrenOf(node);
  if (child === undefined) return { node, sides: sidePlans(node), filters: [] };
  const below = fold(child);
  const filters = node.kind === "filter" ? nodeText(node).properties : [];
  return {
    node: below.node,
    sides: [...sidePlans(node), ...below.sides],
    filters: [...below.filters, ...filters],
  };
}

export function reportOf(root: PlanNode, title?: string): ReportNode {
  const { node, sides, filters } = fold(root);
  const text = nodeText(node);
  return {
    title,
    text: { ...text, properties: [...text.properties, ...filters] },
    estimate: node.estimate,
    node,
    children: [...sides.map((side) => reportOf(side.plan, side.title)), ...childReports(node)],
    isUnmeasured: false,
  };
}

function childReports(node: PlanNode): ReportNode[] {
  if (node.kind !== "lookupJoin") return childrenOf(node).map((child) => reportOf(child));
  const inner: ReportNode = {
    title: undefined,
    text: lookupText(node),
    estimate: { ...node.right.estimate, rows: 1, startup: 0, total: POINT_READ_COST },
    node: node.right,
    children: [],
    isUnmeasured: true,
  };
  return [reportOf(node.left), inner];
}

export interface ReportOptions {
  readonly costs: boolean;
  readonly timing: boolean;
  readonly measured: ReadonlyMap<PlanNode, Measured> | undefined;
}

function milliseconds(micros: number): string {
  return (micros / 1000).toFixed(3);
}

function costText({ startup, total, rows, width }: Estimate): string {
  return `  (cost=${startup.toFixed(2)}..${total.toFixed(2)} rows=${rows} width=${width})`;
}

function actualText(measured: Measured | undefined, timing: boolean): string {
  if (measured === undefined || measured.loops === 0) return " (never executed)";
  const { loops, rows, startupMicros, totalMicros } = measured;
  const time = timing
    ? `time=${milliseconds(startupMicros / loops)}..${milliseconds(totalMicros / loops)} `
    : "";
  return ` (actual ${time}rows=${Math.round(rows / loops)} loops=${loops})`;
}

function headline(report: ReportNode, options: ReportOptions): string {
  const costs = options.costs ? costText(report.estimate) : "";
  if (options.measured === undefined || report.isUnmeasured) return report.text.name + costs;
  return report.text.name + costs + actualText(options.measured.get(report.node), options.timing);
}

/** The lines of FORMAT TEXT. */
export function textLines(report: ReportNode, options: ReportOptions): string[] {
  const lines: string[] = [headline(report, options)];
  addDetails(report, 2, options, lines);
  return lines;
}

/** Properties and children, all from this column on. */
function addDetails(
  report: ReportNode,
  column: number,
  options: ReportOptions,
  lines: string[],
): void {
  const margin = " ".repeat(column);
  for (const [label, value] of report.text.properties) {
    lines.push(`${margin}${label}: ${typeof value === "string" ? value : value.join(", ")}`);
  }
  const told = report.isUnmeasured ? undefined : options.measured?.get(report.node)?.report;
  if (told !== undefined) lines.push(margin + operatorLine(told));
  for (const child of report.children) {
    if (child.title !== undefined) lines.push(margin + child.title);
    const at = child.title === undefined ? column : column + 2;
    lines.push(`${" ".repeat(at)}->  ${headline(child, options)}`);
    addDetails(child, at + 6, options, lines);
  }
}

/** The object of FORMAT JSON. */
export function jsonPlan(report: ReportNode, options: ReportOptions): Record<string, unknown> {
  const { name, type = name, parts = {} } = report.text;
  const plan: Record<string, unknown> = { "Node Type": type, ...parts };
  if (report.title !== undefined) plan["Subplan Name"] = report.title;
  if (options.costs) {
    plan["Startup Cost"] = Number(report.estimate.startup.toFixed(2));
    plan["Total Cost"] = Number(report.estimate.total.toFixed(2));
    plan["Plan Rows"] = report.estimate.rows;
    plan["Plan Width"] = report.estimate.width;
  }
  const measured = options.measured?.get(report.node);
  if (options.measured !== undefined && !report.isUnmeasured) {
    const loops = measured?.loops ?? 0;
    if (options.timing && measured !== undefined && loops > 0) {
      plan["Actual Startup Time"] = Number(milliseconds(measured.startupMicros / loops));
      plan["Actual Total Time"] = Number(milliseconds(measured.totalMicros / loops));
    }
    plan["Actual Rows"] = loops === 0 ? 0 : Math.round((measured?.rows ?? 0) / loops);
    plan["Actual Loops"] = loops;
  }
  for (const [label, value] of report.text.properties) plan[label] = value;
  if (measured?.report !== undefined) Object.assign(plan, operatorProperties(measured.report));
  if (report.children.length > 0) {
    plan["Plans"] = report.children.map((child) => jsonPlan(child, options));
  }
  return plan;
}
