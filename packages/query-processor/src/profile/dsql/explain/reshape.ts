/** A plan's report in Aurora DSQL's words. */
import { quoteIdentifier } from "@firstlight/sql";
import type { ReportOptions } from "../../../execute/explain/plan-report.ts";
import type { ReportNode } from "../../../execute/explain/report-tree.ts";
import { costText } from "../../../execute/explain/plan-report.ts";
import type { NodeText } from "../../../execute/explain/node-lines.ts";
import type { PlanNode } from "../../../plan/plan-node.ts";
import type { ScanCounts } from "./scan-counter.ts";
import type { Naming, StorageNode, StoragePlan } from "./storage-lines.ts";
import { lookupPlan, relationNamed, scanPlan } from "./storage-lines.ts";

export interface Reshaping extends Naming {
  /** dsql.enable_batched_nestloop */
  readonly batches: boolean;
  readonly counts: ReadonlyMap<PlanNode, ScanCounts>;
}

/** Properties of a node of storage stand so far in from its name. */
const INDENT = "    ";

/** For each time that it ran. */
function each(count: number, loops: number): number {
  return Math.round(count / Math.max(1, loops));
}

interface Printed {
  readonly report: ReportNode;
  readonly options: ReportOptions;
  readonly counts: ScanCounts | undefined;
  readonly loops: number;
}

function headline(node: StorageNode, { report, options, counts, loops }: Printed): string {
  // The same cost, with the loops that it is of.
  const costs = options.costs ? costText(report.estimate).replace(/\)$/u, " loops=1)") : "";
  const actual =
    counts === undefined
      ? ""
      : ` (actual rows=${each(counts[node.counts], loops)} loops=${Math.max(1, loops)})`;
  return `-> ${node.name}${costs}${actual}`;
}

function storageLines(node: StorageNode, printed: Printed): string[] {
  const { counts, loops } = printed;
  const filtered =
    node.showsFiltered && counts !== undefined
      ? [`Rows Filtered: ${each(counts.scanned - counts.passed, loops)}`]
      : [];
  const below = node.below === undefined ? [] : storageLines(node.below, printed);
  return [
    headline(node, printed),
    ...[...node.properties, ...filtered, ...below].map((line) => INDENT + line),
  ];
}

/** What its own filter has dropped of the rows that storage sent. */
function removedLines(plan: StoragePlan, { report, options, counts, loops }: Printed): string[] {
  const rows = options.measured?.get(report.node)?.rows;
  if (counts === undefined || rows === undefined) return [];
  const removed = each(counts.passed - rows, loops);
  const hasFilter = plan.text.properties.some(([label]) => label === "Filter");
  return hasFilter && removed > 0 ? [`Rows Removed by Filter: ${removed}`] : [];
}

function withStorage(report: ReportNode, plan: StoragePlan, reshaping: Reshaping): ReportNode {
  const filters = (report.filtersAbove ?? []).map((text) => ["Filter", text] as const);
  const text = { ...plan.text, properties: [...plan.text.properties, ...filters] };
  return {
    ...report,
    text,
    details: (options) => {
      const isMeasured = options.measured !== undefined && !report.isUnmeasured;
      const counts = isMeasured
        ? (reshaping.counts.get(report.node) ?? { scanned: 0, passed: 0 })
        : undefined;
      const loops = options.measured?.get(report.node)?.loops ?? 1;
      const printed = { report, options, counts, loops };
      return [
        ...removedLines(plan, printed),
        ...plan.storage.flatMap((node) => storageLines(node, printed)),
      ];
    },
  };
}

/** A join by batches of keys; without them it is a nested loop like any other. */
function batched({ text, children }: ReportNode): NodeText {
  const kind = text.parts?.["Join Type"];
  const cond = children[1]?.text.properties.filter(([label]) => label === "Index Cond") ?? [];
  const recheck = cond.map(([, value]) => ["Recheck Cond", value] as const);
  const type = typeof kind === "string" && kind !== "Inner" ? [["Join Type", kind] as const] : [];
  return {
    ...text,
    name: "Nested Loop (Batched Join)",
    type: "Custom Scan",
    properties: [...type, ...recheck, ...text.properties],
  };
}

function modified(report: ReportNode, naming: Naming): NodeText {
  const { node, text } = report;
  if (!("table" in node) || text.type !== "ModifyTable" || !naming.verbose) return text;
  const { table } = node;
  if (!("storageId" in table)) return text;
  return {
    ...text,
    name: text.name.replace(
      ` on ${quoteIdentifier(table.name)}`,
      ` on ${relationNamed(naming, table)}`,
    ),
  };
}

/** Parts of scans and joins are measured by storage, if at all. */
export function dsqlReport(given: ReportNode, reshaping: Reshaping): ReportNode {
  const report = given.part === undefined ? given : { ...given, isUnmeasured: true };
  const { node } = report;
  const children = report.children.map((child) => dsqlReport(child, reshaping));
  if (node.kind === "scan" && report.isUnmeasured !== true && report.isWrapper !== true) {
    const plan = scanPlan(node, report.outer, reshaping);
    return plan === undefined ? { ...report, children } : withStorage(report, plan, reshaping);
  }
  if (node.kind !== "lookupJoin" || report.isWrapper === true) {
    return { ...report, children, text: modified(report, reshaping) };
  }
  const [left, right] = children;
  if (left === undefined || right === undefined) return { ...report, children };
  const inner = withStorage(right, lookupPlan(node, reshaping), reshaping);
  const whole = { ...report, children: [left, inner] };
  return reshaping.batches ? { ...whole, text: batched(whole) } : whole;
}
