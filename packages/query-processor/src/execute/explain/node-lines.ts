/**
 * What EXPLAIN says about each node: its name and its properties, in PostgreSQL's words where there
 * is a counterpart.
 */
import type { Expr, SortKey } from "@firstlight/sql";
import { procByOid, quoteIdentifier } from "@firstlight/sql";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import { conjunction, conjuncts, exprKey } from "../../plan/expression-map.ts";
import { displayKey, displayOver, outputLabels } from "./output-labels.ts";
import type {
  Access,
  BitmapTree,
  PlanNode,
  PlannedConflict,
  PlannedCte,
  Subplan,
} from "../../plan/plan-node.ts";

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
  /** With VERBOSE in place of `properties`: columns are named with their relation. */
  readonly qualified?: () => readonly Property[];
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

function sortKeys(keys: readonly SortKey[], labels: readonly string[]): string[] {
  return keys.map((key) => {
    const nulls =
      key.nullsFirst === key.descending ? "" : key.nullsFirst ? " NULLS FIRST" : " NULLS LAST";
    return `${displayKey(key.expr, labels)}${key.descending ? " DESC" : ""}${nulls}`;
  });
}

/** Scans name their columns without the alias. */
export function columnNames(node: Extract<PlanNode, { kind: "scan" }>): string[] {
  return node.columns.map((at) => quoteIdentifier(node.table.columns[at]?.name ?? ""));
}

function qualifiedNames(node: Extract<PlanNode, { kind: "scan" }>): string[] {
  const relation = quoteIdentifier(node.alias || node.table.name);
  return columnNames(node).map((name) => `${relation}.${name}`);
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

function scanText(node: Extract<PlanNode, { kind: "scan" }>): NodeText {
  const on = aliased(node.table.name, node.alias);
  const { access } = node;
  const properties = scanProperties(node, columnNames(node));
  const qualified = (): Property[] => scanProperties(node, qualifiedNames(node));
  const relation = { "Relation Name": node.table.name, Alias: node.alias };
  const primary = node.table.indexes.find((each) => each.number === 0);
  if (access.kind === "full" && node.reverse && primary !== undefined) {
    return {
      name: `Index Scan Backward using ${quoteIdentifier(primary.name)} on ${on}`,
      type: "Index Scan",
      parts: { "Scan Direction": "Backward", "Index Name": primary.name, ...relation },
      properties,
      qualified,
    };
  }
  if (access.kind === "full") {
    const parts = relation;
    return { name: `Seq Scan on ${on}`, type: "Seq Scan", parts, properties, qualified };
  }
  if (access.kind === "bitmap") {
    return {
      name: `Bitmap Heap Scan on ${on}`,
      type: "Bitmap Heap Scan",
      parts: relation,
      properties,
      qualified,
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
    qualified,
  };
}

function scanProperties(
  node: Extract<PlanNode, { kind: "scan" }>,
  labels: readonly string[],
): Property[] {
  const { access } = node;
  const filter = condition("Filter", restOfFilter(node), labels);
  if (access.kind === "full") return filter;
  if (access.kind === "bitmap") {
    return [...condition("Recheck Cond", access.recheck, labels), ...filter];
  }
  const found = indexCondition(access.display, labels);
  return [...found, ...skipping(access, node.table), ...filter];
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

function joinText(
  node: Extract<PlanNode, { kind: "nestedLoop" | "hashJoin" | "mergeJoin" | "lookupJoin" }>,
): NodeText {
  const left = outputLabels(node.left);
  const right = outputLabels(node.right);
  const both = [...left, ...right];
  const word = JOIN_WORDS[node.type];
  const filter = condition("Join Filter", node.condition, both);
  const parts = { "Join Type": word === "" ? "Inner" : word.trim() };
  const innerUnique = isInnerUnique(node);
  if (node.kind === "nestedLoop" || node.kind === "lookupJoin") {
    const join = word === "" ? "" : `${word} Join`;
    return {
      name: `Nested Loop${join}`,
      type: "Nested Loop",
      parts,
      innerUnique,
      properties: filter,
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
    properties: [[`${kind} Cond`, text], ...filter],
  };
}

/** The part of a bitmap scan that finds keys. */
export function bitmapText(tree: BitmapTree, node: Extract<PlanNode, { kind: "scan" }>): NodeText {
  if (tree.kind !== "index") {
    return { name: tree.kind === "or" ? "BitmapOr" : "BitmapAnd", properties: [] };
  }
  const name = `Bitmap Index Scan on ${quoteIdentifier(tree.index.name)}`;
  return {
    name,
    type: "Bitmap Index Scan",
    parts: { "Index Name": tree.index.name },
    properties: indexCondition(tree.display, columnNames(node)),
    qualified: () => indexCondition(tree.display, qualifiedNames(node)),
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

export function indexCondition(exprs: readonly Expr[], labels: readonly string[]): Property[] {
  const conditions = exprs.map((expr) => parenthesised(displayOver(expr, labels)));
  const text = conditions.length > 1 ? `(${conditions.join(" AND ")})` : conditions[0];
  return text === undefined ? [] : [["Index Cond", text]];
}

/** The inner side of a join by point reads: an index scan on values of the outer row. */
export function lookupText(node: Extract<PlanNode, { kind: "lookupJoin" }>): NodeText {
  const { right, index } = node;
  const { name } = index;
  return {
    name: `Index Scan using ${quoteIdentifier(name)} on ${aliased(right.table.name, right.alias)}`,
    type: "Index Scan",
    parts: { "Index Name": name, "Relation Name": right.table.name, Alias: right.alias },
    properties: lookupProperties(node, columnNames(right), ""),
    qualified: () => {
      const relation = quoteIdentifier(right.alias || right.table.name);
      return lookupProperties(node, qualifiedNames(right), `${relation}.`);
    },
  };
}

function lookupProperties(
  { keys, index, right, left }: Extract<PlanNode, { kind: "lookupJoin" }>,
  names: readonly string[],
  prefix: string,
): Property[] {
  const conditions = keys.map((key, at) => {
    const number = index.columns[at]?.column ?? 0;
    const column = quoteIdentifier(right.table.columns[number - 1]?.name ?? "");
    return `(${prefix}${column} = ${displayOver(key, outputLabels(left))})`;
  });
  const text = conditions.length > 1 ? `(${conditions.join(" AND ")})` : (conditions[0] ?? "");
  return [["Index Cond", text], ...condition("Filter", right.filter, names)];
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

function aggregateText(node: Extract<PlanNode, { kind: "aggregate" }>): NodeText {
  const labels = outputLabels(node.child);
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
    return { name, ...about, properties: [["Group Key", keys(only)]] };
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

function sortText({ keys, child, presorted }: Extract<PlanNode, { kind: "sort" }>): NodeText {
  const names = sortKeys(keys, outputLabels(child));
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

function sampleText(node: Extract<PlanNode, { kind: "sample" }>): NodeText {
  const sampling = `${node.method} (${displayOver(node.percentage, [])})`;
  const seed =
    node.repeatable === undefined ? "" : ` REPEATABLE (${displayOver(node.repeatable, [])})`;
  return { name: "Sample Scan", properties: [["Sampling", `${sampling}${seed}`]] };
}

function tableText(node: Extract<PlanNode, { kind: "scan" | "sample" | "currentRow" }>): NodeText {
  if (node.kind === "scan") return scanText(node);
  return node.kind === "sample" ? sampleText(node) : currentRowText(node);
}

function virtualText({
  table,
  alias,
  lookup,
  labels,
}: Extract<PlanNode, { kind: "virtualScan" }>): NodeText {
  const type = lookup === undefined ? "Seq Scan" : "Index Scan";
  const using = lookup === undefined ? "" : ` using ${lookup.index}`;
  const parts = { "Relation Name": table.name, Alias: alias };
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
function functionName(node: Extract<PlanNode, { kind: "functionScan" }>): string {
  const [only, ...others] = node.functions;
  const call = only?.call;
  if (call?.kind !== "call" || others.length > 0) return node.alias;
  return procByOid(call.proc)?.name ?? node.alias;
}

type Texts = {
  readonly [Kind in PlanNode["kind"]]?: (node: Extract<PlanNode, { kind: Kind }>) => NodeText;
};

const VALUES_SCAN = {
  name: `Values Scan on "*VALUES*"`,
  type: "Values Scan",
  parts: { Alias: "*VALUES*" },
} as const;

const TEXTS: Texts = {
  scan: tableText,
  sample: tableText,
  currentRow: tableText,
  nestedLoop: joinText,
  hashJoin: joinText,
  mergeJoin: joinText,
  lookupJoin: joinText,
  aggregate: aggregateText,
  values: (node) => ({
    ...(node.rows.length === 1 ? { name: "Result" } : VALUES_SCAN),
    properties: [],
  }),
  virtualScan: virtualText,
  functionScan: (node) => ({
    name: `Function Scan on ${aliased(functionName(node), node.alias)}`,
    type: "Function Scan",
    parts: { "Function Name": functionName(node), Alias: node.alias },
    properties: [],
  }),
  cteScan: (node) => ({
    name: `${node.working ? "WorkTable" : "CTE"} Scan on ${aliased(node.name, node.alias)}`,
    type: `${node.working ? "WorkTable" : "CTE"} Scan`,
    parts: { "CTE Name": node.name, Alias: node.alias },
    properties: [],
  }),
  filter: (node) => ({
    name:
      node.subquery === undefined ? "Filter" : `Subquery Scan on ${quoteIdentifier(node.subquery)}`,
    type: node.subquery === undefined ? "Result" : "Subquery Scan",
    parts: node.subquery === undefined ? {} : { Alias: node.subquery },
    properties: condition("Filter", node.condition, outputLabels(node.child)),
  }),
  sort: sortText,
  memoize: ({ shown }) => ({
    name: "Memoize",
    properties: [
      ["Cache Key", shown.map((key) => displayOver(key, [])).join(", ")],
      ["Cache Mode", "binary"],
    ],
  }),
  append: ({ mergedBy, labels }) =>
    mergedBy === undefined
      ? { name: "Append", properties: [] }
      : { name: "Merge Append", properties: [["Sort Key", sortKeys(mergedBy, labels)]] },
  window: windowText,
  distinct: (node) =>
    node.sorted === true
      ? { name: "Unique", properties: [] }
      : {
          name: "HashAggregate",
          type: "Aggregate",
          firstParts: { Strategy: "Hashed", "Partial Mode": "Simple" },
          properties: [
            ["Group Key", node.keys.map((key) => displayOver(key, outputLabels(node.child)))],
          ],
        },
  setOperation: (node) => {
    const word = node.operation === "intersect" ? "Intersect" : "Except";
    const command = `${word}${node.all ? " All" : ""}`;
    return {
      name: `HashSetOp ${command}`,
      type: "SetOp",
      firstParts: { Strategy: "Hashed" },
      parts: { Command: command },
      properties: [],
    };
  },
  insert: (node) => modifyText("Insert", node),
  update: (node) => modifyText("Update", node),
  delete: (node) => modifyText("Delete", node),
  merge: (node) => modifyText("Merge", node),
};

export function nodeText(node: PlanNode): NodeText {
  const plain = PLAIN_NAMES[node.kind];
  if (plain !== undefined) return { name: plain, properties: [] };
  const text = TEXTS[node.kind] as ((of: PlanNode) => NodeText) | undefined;
  if (text === undefined) throw new Error(`EXPLAIN has no name for ${node.kind}`);
  return text(node);
}

/** Plans that belong to a node beside its children. */
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
