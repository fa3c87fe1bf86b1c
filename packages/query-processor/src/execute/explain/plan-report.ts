/**
 * A plan as EXPLAIN prints it: nodes that only compute (projections, attached subqueries, CTE
 * scopes) are folded into the node below, whose side plans they become.
 */
import type { BitmapTree, Estimate, PlanNode, ScanNode } from "../../plan/plan-node.ts";
import { POINT_READ_COST } from "../../plan/estimate.ts";
import { childrenOf } from "../../plan/plan-node.ts";
import type { OperatorReport } from "../operator.ts";
import type { NodeText, SidePlan } from "./node-lines.ts";
import type { Structured } from "./structured-formats.ts";
import { Fixed } from "./structured-formats.ts";
import { operatorLine, operatorProperties } from "./operator-lines.ts";
import { bitmapText, lookupText, nodeText, sidePlans } from "./node-lines.ts";

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
  /** The outermost of the nodes that it stands for: what comes out is what that one yields. */
  readonly outer: PlanNode;
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
    estimate: root.estimate,
    node,
    outer: root,
    children: [...sides.map((side) => reportOf(side.plan, side.title)), ...childReports(node)],
    isUnmeasured: false,
  };
}

/** The indexes below a bitmap scan, which run as a part of it. */
function bitmapReport(tree: BitmapTree, node: ScanNode): ReportNode {
  const args = tree.kind === "index" ? [] : tree.args;
  return {
    title: undefined,
    text: bitmapText(tree, node),
    estimate: tree.estimate,
    node,
    outer: node,
    children: args.map((arg) => bitmapReport(arg, node)),
    isUnmeasured: true,
  };
}

function childReports(node: PlanNode): ReportNode[] {
  if (node.kind === "scan" && node.access.kind === "bitmap") {
    return [bitmapReport(node.access.tree, node)];
  }
  if (node.kind !== "lookupJoin") return childrenOf(node).map((child) => reportOf(child));
  const inner: ReportNode = {
    title: undefined,
    text: lookupText(node),
    estimate: { ...node.right.estimate, rows: 1, startup: 0, total: POINT_READ_COST },
    node: node.right,
    outer: node.right,
    children: [],
    isUnmeasured: true,
  };
  return [reportOf(node.left), inner];
}

export interface ReportOptions {
  readonly costs: boolean;
  readonly verbose: boolean;
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

/** Rows and times are those of the outermost node; it was opened if any of them was. */
function measuredOf(report: ReportNode, options: ReportOptions): Measured | undefined {
  return options.measured?.get(report.outer) ?? options.measured?.get(report.node);
}

/** Rows that a condition above the node has dropped, for each time it ran. */
function removedRows(report: ReportNode, options: ReportOptions): number {
  const inner = options.measured?.get(report.node);
  const outer = options.measured?.get(report.outer);
  if (inner === undefined || outer === undefined || report.outer.kind !== "filter") return 0;
  return Math.round((inner.rows - outer.rows) / Math.max(1, outer.loops));
}

function headline(report: ReportNode, options: ReportOptions): string {
  const costs = options.costs ? costText(report.estimate) : "";
  if (options.measured === undefined || report.isUnmeasured) return report.text.name + costs;
  return report.text.name + costs + actualText(measuredOf(report, options), options.timing);
}

/** With VERBOSE, what comes out as well. */
function propertiesOf(report: ReportNode, options: ReportOptions): NodeText["properties"] {
  const { labels } = report.outer;
  if (!options.verbose || labels.length === 0) return report.text.properties;
  return [["Output", labels], ...report.text.properties];
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
  for (const [label, value] of propertiesOf(report, options)) {
    lines.push(`${margin}${label}: ${typeof value === "string" ? value : value.join(", ")}`);
  }
  const removed = removedRows(report, options);
  if (removed > 0) lines.push(`${margin}Rows Removed by Filter: ${removed}`);
  const told = report.isUnmeasured ? undefined : options.measured?.get(report.node)?.report;
  if (told !== undefined) lines.push(margin + operatorLine(told));
  for (const child of report.children) {
    if (child.title !== undefined) lines.push(margin + child.title);
    const at = child.title === undefined ? column : column + 2;
    lines.push(`${" ".repeat(at)}->  ${headline(child, options)}`);
    addDetails(child, at + 6, options, lines);
  }
}

function measuredProperties(
  report: ReportNode,
  options: ReportOptions,
): Record<string, Structured> {
  if (options.measured === undefined || report.isUnmeasured) return {};
  const measured = measuredOf(report, options);
  const loops = measured?.loops ?? 0;
  const each = (value: number): number => (loops === 0 ? 0 : value / loops);
  const times = {
    "Actual Startup Time": new Fixed(each((measured?.startupMicros ?? 0) / 1000), 3),
    "Actual Total Time": new Fixed(each((measured?.totalMicros ?? 0) / 1000), 3),
  };
  return {
    ...(options.timing ? times : {}),
    "Actual Rows": Math.round(each(measured?.rows ?? 0)),
    "Actual Loops": loops,
  };
}

function costProperties({ startup, total, rows, width }: Estimate): Record<string, Structured> {
  return {
    "Startup Cost": new Fixed(startup, 2),
    "Total Cost": new Fixed(total, 2),
    "Plan Rows": rows,
    "Plan Width": width,
  };
}

/** Where a plan stands in the one above it. */
function relationship(parent: ReportNode, child: ReportNode, at: number): string {
  if (child.title !== undefined) return child.title.startsWith("SubPlan") ? "SubPlan" : "InitPlan";
  const plain = parent.children.filter((each) => each.title === undefined);
  if (parent.node.kind === "append") return "Member";
  return plain.indexOf(child) === 0 || at === 0 ? "Outer" : "Inner";
}

/** The object of the other formats. */
export function structuredPlan(
  report: ReportNode,
  options: ReportOptions,
  parent?: { readonly report: ReportNode; readonly at: number },
): Record<string, Structured> {
  const { name, type = name, parts = {} } = report.text;
  const plan: Record<string, Structured> = { "Node Type": type };
  if (parent !== undefined) {
    plan["Parent Relationship"] = relationship(parent.report, report, parent.at);
  }
  if (report.title !== undefined) plan["Subplan Name"] = report.title;
  Object.assign(plan, { "Parallel Aware": false, "Async Capable": false }, parts);
  if (options.costs) Object.assign(plan, costProperties(report.estimate));
  Object.assign(plan, measuredProperties(report, options));
  for (const [label, value] of propertiesOf(report, options)) plan[label] = value;
  const removed = removedRows(report, options);
  if (removed > 0) plan["Rows Removed by Filter"] = removed;
  const told = report.isUnmeasured ? undefined : options.measured?.get(report.node)?.report;
  if (told !== undefined) Object.assign(plan, operatorProperties(told));
  if (report.children.length > 0) {
    plan["Plans"] = report.children.map((child, at) =>
      structuredPlan(child, options, { report, at }),
    );
  }
  return plan;
}
