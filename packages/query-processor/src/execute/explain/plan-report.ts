/**
 * A plan as EXPLAIN prints it: nodes that only compute (projections, attached subqueries, CTE
 * scopes) are folded into the node below, whose side plans they become.
 */
import type { Expr } from "@firstlight/sql";
import { quoteIdentifier } from "@firstlight/sql";
import { conjuncts, someNode } from "../../plan/expression-map.ts";
import { isVolatileExpr } from "../../plan/expression-traits.ts";
import type { BitmapTree, Estimate, PlanNode, ScanNode } from "../../plan/plan-node.ts";
import { POINT_READ_COST } from "../../plan/estimate.ts";
import { childrenOf } from "../../plan/plan-children.ts";
import type { OperatorReport } from "../operator.ts";
import type { NodeText, Property, SidePlan } from "./node-lines.ts";
import type { Structured } from "./structured-formats.ts";
import { Fixed } from "./structured-formats.ts";
import { operatorLine, operatorProperties } from "./operator-lines.ts";
import { PASSES_ON, computedLabel, outputLabels } from "./output-labels.ts";
import type { MeasuredParts, MeasuredRows } from "./removed-rows.ts";
import { measuredOf, perLoop, withRemovedRows } from "./removed-rows.ts";
import { bitmapText, lookupText, nodeText, sidePlans } from "./node-lines.ts";

/** What EXPLAIN ANALYZE measured of one node, and what its operators told; the last one's. */
export interface Measured extends MeasuredRows {
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
  /** The part of a scan that it is about, which is measured by itself. */
  readonly part?: PlanNode | BitmapTree;
  /** Its rows are kept and gone through for each row of this node. */
  readonly repeatedFor?: PlanNode;
  /** A condition is shown as its own that is tested by a node above. */
  readonly hasFilterAbove?: boolean;
  /** The node whose operator tells about it; its own where there is none. */
  readonly toldBy?: PlanNode | undefined;
  /** Is no more than what PostgreSQL has above the node. */
  readonly isWrapper?: boolean;
  /** Lines of FORMAT TEXT behind its properties. */
  readonly details?: (options: ReportOptions) => readonly string[];
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

function takesFilter(node: PlanNode): boolean {
  return TAKES_FILTER.has(node.kind) || (node.kind === "values" && node.rows.length !== 1);
}

function isFolded(node: PlanNode): boolean {
  if (node.kind === "filter") {
    const isScan = node.subquery !== undefined && !TAKES_FILTER.has(fold(node.child).node.kind);
    return !isScan && !isGate(node) && takesFilter(node.child);
  }
  return COMPUTES_ONLY.has(node.kind);
}

interface Folded {
  readonly node: PlanNode;
  readonly sides: readonly SidePlan[];
  readonly filters: NodeText["properties"];
}

/** Conditions about no row, before which nothing below runs: a node of its own. */
function isGate(node: PlanNode): boolean {
  if (node.kind !== "filter") return false;
  const isAboutRow = (qual: Expr): boolean => someNode(qual, ({ kind }) => kind === "slot");
  return conjuncts(node.condition).every((qual) => !isAboutRow(qual) && !isVolatileExpr(qual));
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

/**
 * The whole plan. A relation of a subplan that has the name of one met before gets a number, as
 * PostgreSQL has it: those of the plan itself come first.
 */
export function planReport(root: PlanNode): ReportNode {
  const report = reportOf(root);
  const seen = new Map<string, number>();
  return renamed(report, renames(report, seen));
}

type Renames = ReadonlyMap<ReportNode, string>;

function aliasOf({ text }: ReportNode): string | undefined {
  const alias = text.parts?.["Alias"];
  return typeof alias === "string" && text.type !== "Subquery Scan" ? alias : undefined;
}

function renames(top: ReportNode, seen: Map<string, number>): Renames {
  const found = new Map<ReportNode, string>();
  let level = [top];
  while (level.length > 0) {
    const later: ReportNode[] = [];
    const visit = (report: ReportNode): void => {
      const alias = aliasOf(report);
      const isTarget = report.text.type === "ModifyTable";
      if (alias !== undefined && alias !== "" && !isTarget) {
        const count = seen.get(alias) ?? 0;
        seen.set(alias, count + 1);
        if (count > 0) found.set(report, `${alias}_${count}`);
      }
      for (const child of report.children) {
        if (child.title === undefined) visit(child);
        else later.push(child);
      }
    };
    for (const report of level) visit(report);
    level = later;
  }
  return found;
}

function renamed(report: ReportNode, names: Renames): ReportNode {
  const children = report.children.map((child) => renamed(child, names));
  const alias = names.get(report);
  if (alias === undefined) return { ...report, children };
  const { text } = report;
  const old = quoteIdentifier(aliasOf(report) ?? "");
  const base = text.name.endsWith(` ${old} ${old}`)
    ? text.name.slice(0, -old.length - 1)
    : text.name;
  const bare = base.endsWith(` on ${old}`) ? base : base.slice(0, base.lastIndexOf(" "));
  const parts = { ...text.parts, Alias: alias };
  return {
    ...report,
    children,
    text: { ...text, name: `${bare} ${quoteIdentifier(alias)}`, parts },
  };
}

export function reportOf(root: PlanNode, title?: string): ReportNode {
  const { node, sides, filters } = fold(root);
  const text = isGate(node) ? gateText(node) : nodeText(node);
  return {
    title,
    text: withFilters(text, filters),
    estimate: root.estimate,
    node,
    outer: root,
    children: [...sides.map((side) => reportOf(side.plan, side.title)), ...childReports(node)],
    isUnmeasured: false,
    hasFilterAbove: filters.length > 0,
  };
}

/** What is asked of the pairs of an inner join is a condition of the join. */
function withFilters(text: NodeText, conditions: NodeText["properties"]): NodeText {
  const { qualified, parts } = text;
  const isInner = parts?.["Join Type"] === "Inner";
  const filters = isInner
    ? conditions.map(([, value]) => ["Join Filter", value] as const)
    : conditions;
  return {
    ...text,
    properties: [...text.properties, ...filters],
    ...(qualified === undefined ? {} : { qualified: () => [...qualified(), ...filters] }),
  };
}

/** What is never true has nothing below it. */
function gateText(node: PlanNode): NodeText {
  const conditions = nodeText(node).properties.map(
    ([, text]) => ["One-Time Filter", text] as const,
  );
  return { name: "Result", properties: conditions };
}

function isNever(node: PlanNode): boolean {
  if (node.kind !== "filter" || !isGate(node)) return false;
  const { condition } = node;
  return condition.kind === "const" && condition.value !== true;
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
    isUnmeasured: false,
    part: tree,
  };
}

/** A node that PostgreSQL has where here the one above does its work. */
function wrapper(text: NodeText, below: ReportNode, toldBy?: PlanNode): ReportNode {
  const { estimate, node, outer, isUnmeasured } = below;
  const whole = { ...estimate, startup: estimate.total };
  const shape = { title: undefined, text, estimate: whole, node, outer, isUnmeasured };
  return { ...shape, children: [below], toldBy, isWrapper: true };
}

/** Its rows are there for each row of the left side; few others are worth to be kept. */
function isMaterialized({
  params,
  left,
  right,
}: Extract<PlanNode, { kind: "nestedLoop" }>): boolean {
  if (params.length > 0 || left.estimate.rows <= 1) return false;
  const { node } = fold(right);
  const isKept = ["functionScan", "cteScan", "values", "rows", "sort"].includes(node.kind);
  return !isKept && right.estimate.rows > 1;
}

/** Arms of INTERSECT and EXCEPT; the smaller one of INTERSECT comes first. */
function armReports(node: Extract<PlanNode, { kind: "setOperation" }>): ReportNode[] {
  const arms = [node.left, node.right].map((arm, at) => {
    const name = `"*SELECT* ${at + 1}"`;
    const text = { name: `Subquery Scan on ${name}`, type: "Subquery Scan", properties: [] };
    const below = reportOf(arm);
    const named = wrapper({ ...text, parts: { Alias: name.slice(1, -1) } }, below);
    return { ...named, estimate: below.estimate };
  });
  const isSwapped =
    node.operation === "intersect" && node.left.estimate.rows > node.right.estimate.rows;
  const children = isSwapped ? arms.toReversed() : arms;
  const rows = children.reduce((sum, each) => sum + each.estimate.rows, 0);
  const total = children.reduce((sum, each) => sum + each.estimate.total, 0);
  return [
    {
      title: undefined,
      text: { name: "Append", properties: [] },
      estimate: { ...node.left.estimate, rows, total },
      node,
      outer: node,
      children,
      isUnmeasured: true,
      isWrapper: true,
    },
  ];
}

function childReports(node: PlanNode): ReportNode[] {
  if (isNever(node)) return [];
  if (node.kind === "filter" && isGate(node) && node.child.kind === "rows") return [];
  if (node.kind === "setOperation") return armReports(node);
  if (node.kind === "hashJoin") {
    const hash = { name: "Hash", properties: [] };
    return [reportOf(node.left), wrapper(hash, reportOf(node.right), node)];
  }
  if (node.kind === "nestedLoop" && isMaterialized(node)) {
    const text = { name: "Materialize", properties: [] };
    const kept = wrapper(text, reportOf(node.right));
    // Where one match is enough, the rows are not gone through to their end.
    const isWhole = node.type !== "semi" && node.type !== "anti";
    return [reportOf(node.left), isWhole ? { ...kept, repeatedFor: node.left } : kept];
  }
  if (node.kind === "scan" && node.access.kind === "bitmap") {
    return [bitmapReport(node.access.tree, node)];
  }
  if (node.kind === "memoize") return [reportOf(node.batch?.plan ?? node.child)];
  if (node.kind !== "lookupJoin") return childrenOf(node).map((child) => reportOf(child));
  const inner: ReportNode = {
    title: undefined,
    text: lookupText(node),
    estimate: { ...node.right.estimate, rows: 1, startup: 0, total: POINT_READ_COST },
    node: node.right,
    outer: node.right,
    children: [],
    isUnmeasured: false,
    part: node.right,
  };
  return [reportOf(node.left), inner];
}

export interface ReportOptions {
  readonly costs: boolean;
  readonly verbose: boolean;
  /** Columns in the conditions of scans have the relation's name before theirs. */
  readonly qualifies: boolean;
  readonly timing: boolean;
  /** Structured formats have PostgreSQL's figures of its pages and its log: there are none here. */
  readonly buffers?: boolean;
  readonly wal?: boolean;
  readonly measured: MeasuredParts<Measured> | undefined;
  readonly schemaOf?: (table: { readonly schema: number }) => string | undefined;
}

type Properties = NodeText["properties"];

function milliseconds(micros: number): string {
  return (micros / 1000).toFixed(3);
}

export function costText({ startup, total, rows, width }: Estimate): string {
  return `  (cost=${startup.toFixed(2)}..${total.toFixed(2)} rows=${rows} width=${width})`;
}

function actualText(measured: Measured | undefined, timing: boolean): string {
  if (measured === undefined || measured.loops === 0) return " (never executed)";
  const { loops, rows, startupMicros, totalMicros } = measured;
  const time = timing
    ? `time=${milliseconds(startupMicros / loops)}..${milliseconds(totalMicros / loops)} `
    : "";
  return ` (actual ${time}rows=${perLoop(rows, loops)} loops=${loops})`;
}

/** With VERBOSE: the relation with the schema that it is in. */
function nameWithSchema(report: ReportNode, options: ReportOptions): string {
  const { name, parts = {} } = report.text;
  const schema = schemaOf(report, options);
  const relation = quoteIdentifier(String(parts["Relation Name"] ?? ""));
  if (schema === undefined) return name;
  const at = name.lastIndexOf(` on ${relation}`);
  if (at < 0) return name;
  return `${name.slice(0, at)} on ${quoteIdentifier(schema)}.${name.slice(at + 4)}`;
}

function headline(report: ReportNode, options: ReportOptions): string {
  const costs = options.costs ? costText(report.estimate) : "";
  const name = nameWithSchema(report, options);
  if (options.measured === undefined || report.isUnmeasured) return name + costs;
  return name + costs + actualText(measuredOf(report, options.measured), options.timing);
}

/** What passes rows of several on, and what writes, says nothing of its own columns. */
const WITHOUT_OUTPUT: ReadonlySet<string> = new Set(["Append", "Merge Append", "Recursive Union"]);

/** What was computed further down stands in parentheses. */
function shownOutput(outer: PlanNode): readonly string[] {
  const labels = outputLabels(outer);
  return PASSES_ON.has(outer.kind) ? labels.map(computedLabel) : labels;
}

/** With VERBOSE: what comes out. */
function outputOf({ text, node, outer }: ReportNode, { verbose }: ReportOptions): Properties {
  const labels = shownOutput(outer);
  if (!verbose || labels.length === 0 || WITHOUT_OUTPUT.has(text.name)) return [];
  if (text.type === "ModifyTable" && !("returning" in node && node.returning)) {
    return [];
  }
  return [["Output", labels]];
}

function conditionsOf(
  report: ReportNode,
  { qualifies, measured }: ReportOptions,
  showsZero: boolean,
): Properties {
  const { text, isWrapper, isUnmeasured, details } = report;
  const properties = (qualifies ? text.qualified?.() : undefined) ?? text.properties;
  if (measured === undefined || isWrapper === true || isUnmeasured) return properties;
  const counted = withRemovedRows(report, measured, properties, showsZero);
  // What is read of an index alone looks nowhere else.
  const isIndexOnly = text.type === "Index Only Scan" && details === undefined;
  return isIndexOnly ? [...counted, ["Heap Fetches", 0]] : counted;
}

function propertiesOf(report: ReportNode, options: ReportOptions): Properties {
  const { innerUnique } = report.text;
  const unique: Properties =
    options.verbose && innerUnique === true ? [["Inner Unique", "true"]] : [];
  return [...outputOf(report, options), ...unique, ...conditionsOf(report, options, false)];
}

/** The same where programs read it. */
function structuredProperties(
  report: ReportNode,
  options: ReportOptions,
): Record<string, Structured> {
  const { innerUnique, groupingSets, name } = report.text;
  const plan: Record<string, Structured> = Object.fromEntries(outputOf(report, options));
  if (innerUnique !== undefined) plan["Inner Unique"] = innerUnique;
  if (groupingSets !== undefined) {
    plan["Grouping Sets"] = groupingSets.map((keys) => ({
      [keys.length === 0 ? "Group Keys" : "Hash Keys"]: [keys],
    }));
  } else Object.assign(plan, Object.fromEntries(conditionsOf(report, options, true)));
  const isHashed = name === "HashAggregate" || name === "MixedAggregate";
  if (isHashed && options.costs) plan["Planned Partitions"] = 0;
  return plan;
}

/** What the operator tells; that of a hash join tells of the side that it keeps. */
function toldOf(report: ReportNode, options: ReportOptions): OperatorReport | undefined {
  if (report.toldBy !== undefined) return options.measured?.get(report.toldBy)?.report;
  const isSilent =
    report.isUnmeasured || report.isWrapper === true || report.node.kind === "hashJoin";
  return isSilent ? undefined : options.measured?.get(report.node)?.report;
}

/** The lines of FORMAT TEXT. */
export function textLines(report: ReportNode, options: ReportOptions): string[] {
  const lines: string[] = [headline(report, options)];
  addDetails(report, 2, options, lines);
  return lines;
}

function propertyLine([label, value]: Property): string {
  return `${label}: ${typeof value === "object" ? value.join(", ") : value}`;
}

function isRemovedByFilter([label]: Property): boolean {
  return label === "Rows Removed by Filter";
}

/** Properties and children, all from this column on. */
function addDetails(
  report: ReportNode,
  column: number,
  options: ReportOptions,
  lines: string[],
): void {
  const margin = " ".repeat(column);
  const told = toldOf(report, options);
  const properties = propertiesOf(report, options);
  // Groups are told of before what was dropped of them.
  const late = told?.kind === "aggregate" ? properties.filter(isRemovedByFilter) : [];
  const early = properties.filter((each) => !late.includes(each));
  lines.push(...early.map((each) => margin + propertyLine(each)));
  if (told !== undefined) lines.push(margin + operatorLine(told));
  lines.push(...late.map((each) => margin + propertyLine(each)));
  for (const line of report.details?.(options) ?? []) lines.push(margin + line);
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
  const measured = measuredOf(report, options.measured);
  const loops = measured?.loops ?? 0;
  const each = (value: number): number => (loops === 0 ? 0 : value / loops);
  const times = {
    "Actual Startup Time": new Fixed(each((measured?.startupMicros ?? 0) / 1000), 3),
    "Actual Total Time": new Fixed(each((measured?.totalMicros ?? 0) / 1000), 3),
  };
  return {
    ...(options.timing ? times : {}),
    "Actual Rows": perLoop(measured?.rows ?? 0, loops),
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
  if (parent.text.type === "Subquery Scan") return "Subquery";
  const plain = parent.children.filter((each) => each.title === undefined);
  const isMember = ["Append", "Merge Append", "BitmapOr", "BitmapAnd"].includes(parent.text.name);
  if (isMember) return "Member";
  return plain.indexOf(child) === 0 || at === 0 ? "Outer" : "Inner";
}

/** With VERBOSE: where the relation of a node is. */
function schemaOf({ node, text }: ReportNode, options: ReportOptions): string | undefined {
  if (!options.verbose || text.parts?.["Relation Name"] === undefined) return undefined;
  return "table" in node ? options.schemaOf?.(node.table) : undefined;
}

/** Behind the relation's name. */
function withSchema(
  parts: NonNullable<NodeText["parts"]>,
  schema: string | undefined,
): Record<string, Structured> {
  if (schema === undefined) return parts;
  const { "Relation Name": relation = "", Alias: alias = "", ...others } = parts;
  return { ...others, "Relation Name": relation, Schema: schema, Alias: alias };
}

/** The object of the other formats. */
/** As PostgreSQL counts them; nothing here is read by pages of a shared buffer. */
export const NO_BUFFERS: Readonly<Record<string, number>> = {
  "Shared Hit Blocks": 0,
  "Shared Read Blocks": 0,
  "Shared Dirtied Blocks": 0,
  "Shared Written Blocks": 0,
  "Local Hit Blocks": 0,
  "Local Read Blocks": 0,
  "Local Dirtied Blocks": 0,
  "Local Written Blocks": 0,
  "Temp Read Blocks": 0,
  "Temp Written Blocks": 0,
};

/** Nothing is logged while a statement runs: a transaction is one entry of the journal. */
const NO_WAL: Readonly<Record<string, number>> = {
  "WAL Records": 0,
  "WAL FPI": 0,
  "WAL Bytes": 0,
};

export function structuredPlan(
  report: ReportNode,
  options: ReportOptions,
  parent?: { readonly report: ReportNode; readonly at: number },
): Record<string, Structured> {
  const { name, type = name, parts = {}, firstParts = {} } = report.text;
  const plan: Record<string, Structured> = { "Node Type": type, ...firstParts };
  if (parent !== undefined) {
    plan["Parent Relationship"] = relationship(parent.report, report, parent.at);
  }
  if (report.title !== undefined) plan["Subplan Name"] = report.title;
  Object.assign(plan, { "Parallel Aware": false, "Async Capable": false });
  Object.assign(plan, withSchema(parts, schemaOf(report, options)));
  if (options.costs) Object.assign(plan, costProperties(report.estimate));
  Object.assign(plan, measuredProperties(report, options));
  Object.assign(plan, structuredProperties(report, options));
  if (name === "Append" || name === "Merge Append") plan["Subplans Removed"] = 0;
  const told = toldOf(report, options);
  if (told !== undefined) {
    Object.assign(plan, operatorProperties(told));
    const { ["Rows Removed by Filter"]: removed } = plan;
    if (told.kind === "aggregate" && removed !== undefined) {
      delete plan["Rows Removed by Filter"];
      plan["Rows Removed by Filter"] = removed;
    }
  }
  if (options.buffers === true) Object.assign(plan, NO_BUFFERS);
  if (options.wal === true) Object.assign(plan, NO_WAL);
  if (report.children.length > 0) {
    plan["Plans"] = report.children.map((child, at) =>
      structuredPlan(child, options, { report, at }),
    );
  }
  return plan;
}
