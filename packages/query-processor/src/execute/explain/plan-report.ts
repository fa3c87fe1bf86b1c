/** The lines of EXPLAIN, or the object of its other formats. */
import { quoteIdentifier } from "@firstlight/sql";
import type { Estimate } from "../../plan/plan-node.ts";
import type { OperatorReport } from "../operator.ts";
import type { NodeText, Property } from "./node-lines.ts";
import { operatorLine, operatorProperties } from "./operator-lines.ts";
import type { MeasuredParts, MeasuredRows } from "./removed-rows.ts";
import { measuredOf, perLoop, withRemovedRows } from "./removed-rows.ts";
import type { ReportNode } from "./report-tree.ts";
import type { Structured } from "./structured-formats.ts";
import { Fixed } from "./structured-formats.ts";

/** What EXPLAIN ANALYZE measured of one node, and what its operators told; the last one's. */
export interface Measured extends MeasuredRows {
  report: OperatorReport | undefined;
}

export interface ReportOptions {
  readonly costs: boolean;
  readonly verbose: boolean;
  /** Lines that only VERBOSE has, and names of schemas. */
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

/** With VERBOSE: the relation, or the function, with the schema that it is in. */
function nameWithSchema(report: ReportNode, options: ReportOptions): string {
  const { name, parts = {} } = report.text;
  const schema = schemaOf(report, options);
  const scanned = quoteIdentifier(String(parts["Relation Name"] ?? parts["Function Name"] ?? ""));
  if (schema === undefined) return name;
  const at = name.lastIndexOf(` on ${scanned}`);
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

/** With VERBOSE: what comes out. */
function outputOf(
  { text, node, output: labels }: ReportNode,
  { verbose }: ReportOptions,
): Properties {
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
  const { verbose = [] } = text;
  const properties = qualifies ? [...verbose, ...text.properties] : text.properties;
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
  } else {
    const { structured = {} } = report.text;
    const shown = conditionsOf(report, options, true);
    const properties = shown.flatMap((each) => structured[each[0]] ?? [each]);
    Object.assign(plan, Object.fromEntries(properties));
  }
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

/** With VERBOSE: where the relation or the function of a node is. */
function schemaOf({ node, text }: ReportNode, options: ReportOptions): string | undefined {
  if (!options.verbose) return undefined;
  if (text.schema !== undefined) return options.qualifies ? text.schema : undefined;
  if (text.parts?.["Relation Name"] === undefined) return undefined;
  const scanned = node.kind === "sample" ? node.child : node;
  return "table" in scanned ? options.schemaOf?.(scanned.table) : undefined;
}

/** Behind its name. */
function withSchema(
  parts: NonNullable<NodeText["parts"]>,
  schema: string | undefined,
): Record<string, Structured> {
  if (schema === undefined) return parts;
  const { Alias: alias = "", ...others } = parts;
  return { ...others, Schema: schema, Alias: alias };
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
