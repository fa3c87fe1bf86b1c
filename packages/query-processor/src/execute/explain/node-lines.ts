/**
 * What EXPLAIN says about each node: its name and its properties, in PostgreSQL's words where there
 * is a counterpart.
 */
import type { Expr, SortKey } from "@firstlight/sql";
import { operatorByOid, procByOid, quoteIdentifier } from "@firstlight/sql";
import { PG_CATALOG_OID } from "../../catalog/builtin-objects.ts";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import { conjunction, conjuncts, exprKey, someNode } from "../../plan/expression-map.ts";
import type { Access, BitmapTree, PlanNode, PlannedConflict } from "../../plan/plan-node.ts";
import type { ReportNames } from "./column-names.ts";
import { displayOver } from "./column-names.ts";
import { isSubqueryScan } from "./folding.ts";

export interface NodeText {
  /** The headline of FORMAT TEXT. */
  readonly name: string;
  /** FORMAT JSON: the node type where it is not the name, and the parts that the name is made of. */
  readonly type?: string;
  readonly parts?: Readonly<Record<string, string | boolean>>;
  /** Those that come before what all nodes have. */
  readonly firstParts?: Readonly<Record<string, string>>;
  /** Of a join: whether a row finds one other at most. */
  readonly innerUnique?: boolean;
  /** In the formats that programs read, in place of the property lines. */
  readonly groupingSets?: readonly (readonly string[])[];
  /** In the formats that programs read, in place of property lines with these names. */
  readonly structured?: Readonly<Record<string, readonly Property[]>>;
  /** Property lines of VERBOSE, in front of the others. */
  readonly verbose?: readonly Property[];
  /** Where it is that is scanned, with VERBOSE. */
  readonly schema?: string | undefined;
  /** Property lines: label and value. */
  readonly properties: readonly Property[];
}

export type Property = readonly [string, string | number | readonly string[]];

const JOIN_WORDS = {
  inner: "",
  left: " Left",
  right: " Right",
  full: " Full",
  semi: " Semi",
  anti: " Anti",
} as const;

export function aliased(name: string, alias: string): string {
  const own = quoteIdentifier(name);
  return alias === "" || alias === name ? own : `${own} ${quoteIdentifier(alias)}`;
}

function parenthesised(text: string): string {
  return text.startsWith("(") && text.endsWith(")") ? text : `(${text})`;
}

function condition(label: string, expr: Expr | undefined, labels: readonly string[]): Property[] {
  return expr === undefined ? [] : [[label, displayOver(expr, labels)]];
}

/** What rows are sorted by has been computed further down. */
function displayKey(expr: Expr, labels: readonly string[]): string {
  const text = displayOver(expr, labels);
  return expr.kind === "slot" ? text : `(${text})`;
}

function sortKeys(keys: readonly SortKey[], labels: readonly string[]): string[] {
  return keys.map((key) => {
    const nulls =
      key.nullsFirst === key.descending ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST";
    return `${displayKey(key.expr, labels)}${key.descending ? " DESC" : ""}${nulls}`;
  });
}

/** What the index condition does not say already: it is tested again, and shown once. */
export function restOfFilter({
  filter,
  access,
}: Extract<PlanNode, { kind: "scan" }>): Expr | undefined {
  if (access.kind === "full") return filter;
  const found = access.kind === "bitmap" ? access.found : access.display;
  const shown = new Set(found.map(exprKey));
  return conjunction(conjuncts(filter).filter((qual) => !shown.has(exprKey(qual))));
}

/** Its filter comes with those of the nodes above. */
function scanText(node: Extract<PlanNode, { kind: "scan" }>, names: ReportNames): NodeText {
  const alias = names.scans.aliasOf(node, node.alias);
  const on = aliased(node.table.name, alias);
  const { access } = node;
  const properties = scanProperties(node, names.scans.of(node));
  const relation = { "Relation Name": node.table.name, Alias: alias };
  const primary = node.table.indexes.find((each) => each.number === 0);
  if (access.kind === "full" && node.reverse && primary !== undefined) {
    return {
      name: `Index Scan Backward using ${quoteIdentifier(primary.name)} on ${on}`,
      type: "Index Scan",
      parts: { "Scan Direction": "Backward", "Index Name": primary.name, ...relation },
      properties,
    };
  }
  if (access.kind === "full") {
    const parts = relation;
    return { name: `Seq Scan on ${on}`, type: "Seq Scan", parts, properties };
  }
  if (access.kind === "bitmap") {
    return {
      name: `Bitmap Heap Scan on ${on}`,
      type: "Bitmap Heap Scan",
      parts: relation,
      properties,
    };
  }
  const kind = access.indexOnly ? "Index Only Scan" : "Index Scan";
  const backward = node.reverse ? " Backward" : "";
  return {
    name: `${kind}${backward} using ${quoteIdentifier(access.index.name)} on ${on}`,
    type: kind,
    parts: {
      "Scan Direction": node.reverse ? "Backward" : "Forward",
      "Index Name": access.index.name,
      ...relation,
    },
    properties,
  };
}

function scanProperties(
  node: Extract<PlanNode, { kind: "scan" }>,
  labels: readonly string[],
): Property[] {
  const { access } = node;
  if (access.kind === "full") return [];
  if (access.kind === "bitmap") return condition("Recheck Cond", access.recheck, labels);
  return [...indexCondition(access.display, labels), ...skipping(access, node.table)];
}

/** Whether a row of the left side meets one row of the right one at most, as far as indexes tell. */
function isInnerUnique(
  node: Extract<PlanNode, { kind: "nestedLoop" | "hashJoin" | "mergeJoin" | "lookupJoin" }>,
): boolean {
  if (node.kind === "lookupJoin") return true;
  const { right } = node;
  if (right.kind !== "scan") return false;
  const equal = new Set<number>();
  if (node.kind !== "nestedLoop") {
    for (const key of node.rightKeys) {
      if (key.kind === "slot") equal.add((right.columns[key.index] ?? -1) + 1);
    }
  } else if (right.access.kind === "index") {
    const { index, conditions } = right.access;
    for (const [at, each] of conditions.entries()) {
      if (each.kind === "equal") equal.add(index.columns[at]?.column ?? 0);
    }
  }
  return right.table.indexes.some(
    ({ unique, predicate, columns }) =>
      unique && predicate === undefined && columns.every(({ column }) => equal.has(column)),
  );
}

/** Its conditions beside keys come with those of the nodes above. */
function joinText(
  node: Extract<PlanNode, { kind: "nestedLoop" | "hashJoin" | "mergeJoin" | "lookupJoin" }>,
  { conditions }: ReportNames,
): NodeText {
  const left = conditions.above(node.left);
  const right = conditions.above(node.right);
  const word = JOIN_WORDS[node.type];
  const parts = { "Join Type": word === "" ? "Inner" : word.trim() };
  const innerUnique = isInnerUnique(node);
  if (node.kind === "nestedLoop" || node.kind === "lookupJoin") {
    const join = word === "" ? "" : `${word} Join`;
    return {
      name: `Nested Loop${join}`,
      type: "Nested Loop",
      parts,
      innerUnique,
      properties: [],
    };
  }
  const keys = node.leftKeys.map((key, at) => {
    const rightKey = node.rightKeys[at];
    const other = rightKey === undefined ? "" : displayOver(rightKey, right);
    return `(${displayOver(key, left)} = ${other})`;
  });
  const text = keys.length > 1 ? `(${keys.join(" AND ")})` : (keys[0] ?? "");
  const kind = node.kind === "mergeJoin" ? "Merge" : "Hash";
  return {
    name: `${kind}${word} Join`,
    type: `${kind} Join`,
    parts,
    innerUnique,
    properties: [[`${kind} Cond`, text]],
  };
}

/** The part of a bitmap scan that finds keys. */
export function bitmapText(
  tree: BitmapTree,
  node: Extract<PlanNode, { kind: "scan" }>,
  { scans }: ReportNames,
): NodeText {
  if (tree.kind !== "index") {
    return { name: tree.kind === "or" ? "BitmapOr" : "BitmapAnd", properties: [] };
  }
  const name = `Bitmap Index Scan on ${quoteIdentifier(tree.index.name)}`;
  return {
    name,
    type: "Bitmap Index Scan",
    parts: { "Index Name": tree.index.name },
    properties: indexCondition(tree.display, scans.of(node)),
  };
}

/** Columns whose values are skipped to, and those of which each combination is read but once. */
function skipping(
  { index, conditions, firstOf = 0 }: Extract<Access, { kind: "index" }>,
  table: TableDescriptor,
): Property[] {
  const names = index.columns.map((each) =>
    each.expression === undefined ? (table.columns[each.column - 1]?.name ?? "") : "expression",
  );
  const skipped = names.filter((_, at) => conditions[at]?.kind === "skip" && at >= firstOf);
  const first = names.slice(0, firstOf);
  return [
    ...(skipped.length === 0 ? [] : [["Skipped Key", skipped] as const]),
    ...(firstOf === 0 ? [] : [["Distinct Key", first] as const]),
  ];
}

function holdsColumn(expr: Expr | undefined): boolean {
  return expr !== undefined && someNode(expr, ({ kind }) => kind === "slot");
}

/** The index's column stands on the left. */
function columnFirst(expr: Expr): Expr {
  if (expr.kind !== "call" || expr.display !== "operator") return expr;
  const [left, right] = expr.args;
  if (left === undefined || right === undefined) return expr;
  if (holdsColumn(left) || !holdsColumn(right)) return expr;
  const commutator = operatorByOid(operatorByOid(expr.operator)?.commutator ?? 0);
  if (commutator === undefined) return expr;
  return { ...expr, operator: commutator.oid, proc: commutator.proc, args: [right, left] };
}

export function indexCondition(exprs: readonly Expr[], labels: readonly string[]): Property[] {
  const conditions = exprs.map((expr) => parenthesised(displayOver(columnFirst(expr), labels)));
  const text = conditions.length > 1 ? `(${conditions.join(" AND ")})` : conditions[0];
  return text === undefined ? [] : [["Index Cond", text]];
}

/** The inner side of a join by point reads: an index scan on values of the outer row. */
export function lookupText(
  node: Extract<PlanNode, { kind: "lookupJoin" }>,
  { scans, qualified }: ReportNames,
): NodeText {
  const { right, index, keys, left } = node;
  const alias = scans.aliasOf(right, right.alias);
  const names = scans.of(right);
  const outer = qualified.above(left);
  const conditions = keys.map((key, at) => {
    const column = indexColumn(right, (index.columns[at]?.column ?? 0) - 1, names);
    return `(${column} = ${displayOver(key, outer)})`;
  });
  const text = conditions.length > 1 ? `(${conditions.join(" AND ")})` : (conditions[0] ?? "");
  return {
    name: `Index Scan using ${quoteIdentifier(index.name)} on ${aliased(right.table.name, alias)}`,
    type: "Index Scan",
    parts: { "Index Name": index.name, "Relation Name": right.table.name, Alias: alias },
    properties: [["Index Cond", text], ...condition("Filter", right.filter, names)],
  };
}

/** By the name of the scan's columns, among which it need not be. */
function indexColumn(
  { table, columns }: Extract<PlanNode, { kind: "scan" }>,
  column: number,
  names: readonly string[],
): string {
  const at = columns.indexOf(column);
  return names[at] ?? quoteIdentifier(table.columns[column]?.name ?? "");
}

function conflictProperties(
  { action, arbiters, where }: PlannedConflict,
  table: TableDescriptor,
): Property[] {
  const names = arbiters.flatMap(
    (oid) => table.indexes.find((each) => each.oid === oid)?.name ?? [],
  );
  const labels = [...table.columns, ...table.columns].map((column, at) =>
    [at < table.columns.length ? table.name : "excluded", column.name]
      .map(quoteIdentifier)
      .join("."),
  );
  return [
    ["Conflict Resolution", action === "nothing" ? "NOTHING" : "UPDATE"],
    ...(names.length === 0 ? [] : [["Conflict Arbiter Indexes", names] as const]),
    ...condition("Conflict Filter", where, labels),
  ];
}

function modifyText(
  word: string,
  node: Extract<PlanNode, { kind: "insert" | "update" | "delete" | "merge" }>,
): NodeText {
  const conflict = node.kind === "insert" ? node.conflict : undefined;
  return {
    name: `${word} on ${aliased(node.table.name, node.alias)}`,
    type: "ModifyTable",
    firstParts: { Operation: word },
    parts: { "Relation Name": node.table.name, Alias: node.alias || node.table.name },
    properties: conflict === undefined ? [] : conflictProperties(conflict, node.table),
  };
}

function aggregateText(
  node: Extract<PlanNode, { kind: "aggregate" }>,
  { conditions }: ReportNames,
): NodeText {
  const labels = conditions.of(node.child);
  const keys = (columns: readonly number[]): string[] =>
    columns.flatMap((at) => {
      const expr = node.groupBy[at];
      return expr === undefined ? [] : [displayOver(expr, labels)];
    });
  const aggregate = (Strategy: string): Pick<NodeText, "type" | "firstParts"> => ({
    type: "Aggregate",
    firstParts: { Strategy, "Partial Mode": "Simple" },
  });
  if (node.groupBy.length === 0) {
    return { name: "Aggregate", ...aggregate("Plain"), properties: [] };
  }
  const [only] = node.groupingSets;
  if (node.groupingSets.length === 1 && only !== undefined) {
    const name =
      node.sorted !== true
        ? "HashAggregate"
        : node.aggregates.length === 0
          ? "Group"
          : "GroupAggregate";
    const about = name === "Group" ? {} : aggregate(name === "HashAggregate" ? "Hashed" : "Sorted");
    return { name, ...about, properties: [["Group Key", keys(node.telling ?? only)]] };
  }
  return {
    name: "MixedAggregate",
    ...aggregate("Mixed"),
    groupingSets: node.groupingSets.map((set) => keys(set)),
    properties: node.groupingSets.map((set): Property => [
      set.length === 0 ? "Group Key" : "Hash Key",
      set.length === 0 ? "()" : keys(set),
    ]),
  };
}

function sortText(
  { keys, child, presorted }: Extract<PlanNode, { kind: "sort" }>,
  { conditions }: ReportNames,
): NodeText {
  const names = sortKeys(keys, conditions.above(child));
  if (presorted === undefined) return { name: "Sort", properties: [["Sort Key", names]] };
  return {
    name: "Incremental Sort",
    properties: [
      ["Sort Key", names],
      ["Presorted Key", names.slice(0, presorted).map((name) => name.replace(DIRECTION, ""))],
    ],
  };
}

function windowText({ run }: Extract<PlanNode, { kind: "window" }>): NodeText {
  const text = run === undefined ? undefined : displayOver(run.condition, []);
  const properties = text === undefined ? [] : [["Run Condition", parenthesised(text)] as const];
  return { name: "WindowAgg", properties };
}

/** What follows the expression of a sort key. */
const DIRECTION = /(?: DESC)?(?: NULLS (?:FIRST|LAST))?$/u;

function sampleText(node: Extract<PlanNode, { kind: "sample" }>, { scans }: ReportNames): NodeText {
  const { child, method, repeatable } = node;
  const percentage = displayOver(node.percentage, []);
  const seed = repeatable === undefined ? undefined : displayOver(repeatable, []);
  const behind = seed === undefined ? "" : ` REPEATABLE (${seed})`;
  const properties: Property[] = [["Sampling", `${method} (${percentage})${behind}`]];
  if (child.kind !== "scan") return { name: "Sample Scan", properties };
  const Sampling: Property[] = [
    ["Sampling Method", method],
    ["Sampling Parameters", [percentage]],
    ...(seed === undefined ? [] : [["Repeatable Seed", seed] as const]),
  ];
  const alias = scans.aliasOf(child, child.alias);
  return {
    name: `Sample Scan on ${aliased(child.table.name, alias)}`,
    type: "Sample Scan",
    parts: { "Relation Name": child.table.name, Alias: alias },
    structured: { Sampling },
    properties,
  };
}

function virtualText(
  node: Extract<PlanNode, { kind: "virtualScan" }>,
  { scans }: ReportNames,
): NodeText {
  const { table, lookup } = node;
  const alias = scans.aliasOf(node, node.alias);
  const type = lookup === undefined ? "Seq Scan" : "Index Scan";
  const using = lookup === undefined ? "" : ` using ${lookup.index}`;
  const parts = { "Relation Name": table.name, Alias: alias };
  const labels = scans.of(node);
  return {
    name: `${type}${using} on ${aliased(table.name, alias)}`,
    type,
    parts: lookup === undefined ? parts : { "Index Name": lookup.index, ...parts },
    properties: lookup === undefined ? [] : condition("Index Cond", lookup.display, labels),
  };
}

function currentRowText(node: Extract<PlanNode, { kind: "currentRow" }>): NodeText {
  return {
    name: `Tid Scan on ${aliased(node.table.name, node.alias)}`,
    type: "Tid Scan",
    properties: [["TID Cond", `CURRENT OF ${node.cursor}`]],
  };
}

/** Nodes that have nothing to say but what they are. */
const PLAIN_NAMES: Readonly<Partial<Record<PlanNode["kind"], string>>> = {
  rows: "Result",
  project: "Result",
  apply: "Result",
  initPlans: "Result",
  with: "Result",
  projectSet: "ProjectSet",
  limit: "Limit",
  recursiveUnion: "Recursive Union",
  lockRows: "LockRows",
};

/** Of several functions, and of what is written as no call, the alias alone. */
function functionText(
  node: Extract<PlanNode, { kind: "functionScan" }>,
  { scans }: ReportNames,
): NodeText {
  const alias = scans.aliasOf(node, node.alias);
  const [only, ...others] = node.functions;
  const call = only?.call;
  const isCall = call?.kind === "call" && others.length === 0;
  const proc = isCall ? procByOid(call.proc) : undefined;
  const name = proc?.name ?? node.alias;
  const calls = node.functions.map((each) => displayOver(each.call, []));
  return {
    name: `Function Scan on ${aliased(name, alias)}`,
    type: "Function Scan",
    parts: proc === undefined ? { Alias: alias } : { "Function Name": name, Alias: alias },
    verbose: [["Function Call", calls.join(", ")]],
    ...(proc?.namespace === PG_CATALOG_OID ? { schema: "pg_catalog" } : {}),
    properties: [],
  };
}

function cteText(node: Extract<PlanNode, { kind: "cteScan" }>, { scans }: ReportNames): NodeText {
  const alias = scans.aliasOf(node, node.alias);
  const type = `${node.working ? "WorkTable" : "CTE"} Scan`;
  return {
    name: `${type} on ${aliased(node.name, alias)}`,
    type,
    parts: { "CTE Name": node.name, Alias: alias },
    properties: [],
  };
}

function valuesText(node: Extract<PlanNode, { kind: "values" }>, { scans }: ReportNames): NodeText {
  if (node.rows.length === 1) return { name: "Result", properties: [] };
  const alias = scans.aliasOf(node, "*VALUES*");
  return {
    name: `Values Scan on ${quoteIdentifier(alias)}`,
    type: "Values Scan",
    parts: { Alias: alias },
    properties: [],
  };
}

/** What a filter that is a node of its own tests its rows with. */
export function filterLabels(
  node: Extract<PlanNode, { kind: "filter" }>,
  { conditions, qualified }: ReportNames,
): readonly string[] {
  return isSubqueryScan(node)
    ? qualified.subqueryColumns(node)
    : conditions.below(node, node.child);
}

function filterText(node: Extract<PlanNode, { kind: "filter" }>, names: ReportNames): NodeText {
  const properties = condition("Filter", node.condition, filterLabels(node, names));
  const { subquery } = node;
  if (subquery === undefined) return { name: "Filter", type: "Result", parts: {}, properties };
  const name = `Subquery Scan on ${quoteIdentifier(subquery)}`;
  return { name, type: "Subquery Scan", parts: { Alias: subquery }, properties };
}

function appendText(
  node: Extract<PlanNode, { kind: "append" }>,
  { conditions }: ReportNames,
): NodeText {
  const { mergedBy } = node;
  if (mergedBy === undefined) return { name: "Append", properties: [] };
  const keys = sortKeys(mergedBy, conditions.of(node));
  return { name: "Merge Append", properties: [["Sort Key", keys]] };
}

function distinctText(
  node: Extract<PlanNode, { kind: "distinct" }>,
  { conditions }: ReportNames,
): NodeText {
  if (node.sorted === true) return { name: "Unique", properties: [] };
  const labels = conditions.of(node.child);
  return {
    name: "HashAggregate",
    type: "Aggregate",
    firstParts: { Strategy: "Hashed", "Partial Mode": "Simple" },
    properties: [["Group Key", node.keys.map((key) => displayOver(key, labels))]],
  };
}

function setOperationText(node: Extract<PlanNode, { kind: "setOperation" }>): NodeText {
  const word = node.operation === "intersect" ? "Intersect" : "Except";
  const command = `${word}${node.all ? " All" : ""}`;
  return {
    name: `HashSetOp ${command}`,
    type: "SetOp",
    firstParts: { Strategy: "Hashed" },
    parts: { Command: command },
    properties: [],
  };
}

type Texts = {
  readonly [Kind in PlanNode["kind"]]?: (
    node: Extract<PlanNode, { kind: Kind }>,
    names: ReportNames,
  ) => NodeText;
};

const TEXTS: Texts = {
  scan: scanText,
  sample: sampleText,
  currentRow: currentRowText,
  nestedLoop: joinText,
  hashJoin: joinText,
  mergeJoin: joinText,
  lookupJoin: joinText,
  aggregate: aggregateText,
  values: valuesText,
  virtualScan: virtualText,
  functionScan: functionText,
  cteScan: cteText,
  filter: filterText,
  sort: sortText,
  memoize: ({ shown }) => ({
    name: "Memoize",
    properties: [
      ["Cache Key", shown.map((key) => displayOver(key, [])).join(", ")],
      ["Cache Mode", "binary"],
    ],
  }),
  append: appendText,
  window: windowText,
  distinct: distinctText,
  setOperation: setOperationText,
  insert: (node) => modifyText("Insert", node),
  update: (node) => modifyText("Update", node),
  delete: (node) => modifyText("Delete", node),
  merge: (node) => modifyText("Merge", node),
};

export function nodeText(node: PlanNode, names: ReportNames): NodeText {
  const name = PLAIN_NAMES[node.kind];
  if (name !== undefined) return { name, properties: [] };
  const text = TEXTS[node.kind] as ((of: PlanNode, names: ReportNames) => NodeText) | undefined;
  if (text === undefined) throw new Error(`EXPLAIN has no name for ${node.kind}`);
  return text(node, names);
}
