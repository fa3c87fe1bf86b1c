/** Scans as Aurora DSQL prints them: the node of the query processor with what storage does below it. */
import type { Expr } from "@firstlight/sql";
import { quoteIdentifier, someExpr } from "@firstlight/sql";
import type { Catalog } from "../../../catalog/catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../../../catalog/descriptors.ts";
import { schemaName } from "../../../catalog/schema-name.ts";
import { columnNames, displayOver, reportNames } from "../../../execute/explain/column-names.ts";
import {
  aliased,
  indexCondition,
  lookupText,
  restOfFilter,
} from "../../../execute/explain/node-lines.ts";
import type { NodeText } from "../../../execute/explain/node-lines.ts";
import type { PlanNode, ScanNode } from "../../../plan/plan-node.ts";
import { conjunction } from "../../../plan/expression-map.ts";
import { splitFilter } from "./storage-filter.ts";

type LookupJoinNode = Extract<PlanNode, { kind: "lookupJoin" }>;

/** One of the nodes of storage: what it reads, with its properties. */
export interface StorageNode {
  readonly name: string;
  readonly properties: readonly string[];
  /** What of the scan's counts it is about. */
  readonly counts: "scanned" | "passed";
  readonly showsFiltered: boolean;
  readonly below?: StorageNode;
}

export interface StoragePlan {
  readonly text: NodeText;
  readonly storage: readonly StorageNode[];
}

export interface Naming {
  readonly catalog: Catalog;
  readonly verbose: boolean;
}

export function relationNamed({ catalog, verbose }: Naming, table: TableDescriptor): string {
  const name = quoteIdentifier(table.name);
  return verbose ? `${quoteIdentifier(schemaName(catalog, table))}.${name}` : name;
}

function onTable(naming: Naming, { table, alias }: ScanNode): string {
  const name = relationNamed(naming, table);
  const named = aliased(table.name, alias);
  return name + named.slice(quoteIdentifier(table.name).length);
}

function primaryOf(table: TableDescriptor): IndexDescriptor | undefined {
  return table.indexes.find(({ number }) => number === 0);
}

/** Undefined: all rows are read, and nothing says by which key. */
function indexOf({ table, access, filter }: ScanNode): IndexDescriptor | undefined {
  if (access.kind === "index") return access.index;
  return filter === undefined ? primaryOf(table) : undefined;
}

function filterText(quals: readonly Expr[], labels: readonly string[]): string | undefined {
  const expr = conjunction(quals);
  return expr && displayOver(expr, labels);
}

/** Positions of the scan's output that an expression reads. */
function slotsOf(exprs: readonly Expr[]): ReadonlySet<number> {
  const slots = new Set<number>();
  for (const expr of exprs) {
    someExpr(expr, (node) => {
      if (node.kind === "slot") slots.add(node.index);
      return false;
    });
  }
  return slots;
}

/** What leaves storage: without what only its own conditions read, where that is seen. */
function projections(node: ScanNode, outer: PlanNode, rest: readonly Expr[]): readonly string[] {
  const labels = columnNames(node);
  if (outer.kind !== "project" || outer.child !== node) return labels;
  const used = slotsOf([...outer.exprs, ...rest]);
  return labels.filter((_, at) => used.has(at));
}

function listed(label: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${label}: ${values.join(", ")}`];
}

function condition(label: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`${label}: ${text}`];
}

/** Of a scan by a secondary index that lacks columns: conditions on those that it has. */
function isWithin(node: ScanNode, index: IndexDescriptor, qual: Expr): boolean {
  const stored = new Set([...index.columns.map(({ column }) => column), ...index.include]);
  return [...slotsOf([qual])].every((slot) => stored.has((node.columns[slot] ?? -1) + 1));
}

interface Parts {
  readonly node: ScanNode;
  readonly labels: readonly string[];
  readonly storage: readonly Expr[];
  readonly columns: readonly string[];
  readonly indexCond: readonly string[];
}

function oneStep(name: string, { labels, storage, columns, indexCond }: Parts): StorageNode {
  return {
    name: `Storage Scan on ${name}`,
    properties: [
      ...listed("Projections", columns),
      ...condition("Filters", filterText(storage, labels)),
    ],
    counts: "passed",
    showsFiltered: storage.length > 0,
    below: {
      name: `B-Tree Scan on ${name}`,
      properties: indexCond,
      counts: "scanned",
      showsFiltered: false,
    },
  };
}

/** The index, and then the rows that it leads to. */
function twoSteps(index: IndexDescriptor, parts: Parts): readonly StorageNode[] {
  const { node, labels, storage, columns } = parts;
  const within = storage.filter((qual) => isWithin(node, index, qual));
  const later = storage.filter((qual) => !within.includes(qual));
  const { name } = node.table;
  return [
    { ...oneStep(index.name, { ...parts, storage: within, columns: [] }), counts: "scanned" },
    {
      name: `Storage Lookup on ${name}`,
      properties: [
        ...listed("Projections", columns),
        ...condition("Filters", filterText(later, labels)),
      ],
      counts: "passed",
      showsFiltered: later.length > 0,
      below: {
        name: `B-Tree Lookup on ${name}`,
        properties: [],
        counts: "scanned",
        showsFiltered: false,
      },
    },
  ];
}

function conditionLines(node: ScanNode, labels: readonly string[]): NodeText["properties"] {
  return node.access.kind === "index" ? indexCondition(node.access.display, labels) : [];
}

/** Undefined for scans that the service does not have. */
export function scanPlan(node: ScanNode, outer: PlanNode, naming: Naming): StoragePlan | undefined {
  const { access, table } = node;
  if (access.kind === "bitmap") return undefined;
  const labels = columnNames(node);
  const { storage, rest } = splitFilter(restOfFilter(node));
  const index = indexOf(node);
  const needsRows = access.kind === "index" && access.index.number !== 0 && !access.indexOnly;
  const on = onTable(naming, node);
  const conditions = conditionLines(node, labels);
  const indexCond = conditions.map(([label, text]) => `${label}: ${String(text)}`);
  const parts = { node, labels, storage, columns: projections(node, outer, rest), indexCond };
  const kind = needsRows ? "Index Scan" : "Index Only Scan";
  const backward = node.reverse ? " Backward" : "";
  const left = filterText(rest, labels);
  const properties: NodeText["properties"] = [
    ...conditions,
    ...(left === undefined ? [] : [["Filter", left] as const]),
  ];
  const relation = { "Relation Name": table.name, Alias: node.alias };
  if (index === undefined) {
    const type = {
      type: "Custom Scan",
      parts: { "Custom Plan Provider": "btree-table", ...relation },
    };
    return {
      text: { name: `Full Scan${backward} (btree-table) on ${on}`, ...type, properties },
      storage: [oneStep(table.name, parts)],
    };
  }
  const direction = { "Scan Direction": node.reverse ? "Backward" : "Forward" };
  return {
    text: {
      name: `${kind}${backward} using ${quoteIdentifier(index.name)} on ${on}`,
      type: kind,
      parts: { ...direction, "Index Name": index.name, ...relation },
      properties,
    },
    storage: needsRows ? twoSteps(index, parts) : [oneStep(index.name, parts)],
  };
}

const BARE = reportNames(new Map(), { isQualified: false, verbose: false });

/** The inner side of a batched join. */
export function lookupPlan(node: LookupJoinNode, naming: Naming): StoragePlan {
  const { right, index } = node;
  const text = lookupText(node, BARE);
  const indexOnly = index.number === 0;
  const kind = indexOnly ? "Index Only Scan" : "Index Scan";
  const indexCond = text.properties
    .filter(([label]) => label === "Index Cond")
    .map(([label, value]) => `${label}: ${String(value)}`);
  const { storage } = splitFilter(right.filter);
  const labels = columnNames(right);
  const parts = { node: right, labels, storage, columns: labels, indexCond };
  return {
    text: {
      ...text,
      name: `${kind} using ${quoteIdentifier(index.name)} on ${onTable(naming, right)}`,
      type: kind,
    },
    storage: indexOnly ? [oneStep(index.name, parts)] : twoSteps(index, parts),
  };
}
