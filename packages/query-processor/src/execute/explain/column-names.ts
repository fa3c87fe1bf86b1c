/**
 * What the columns that a node yields are called in EXPLAIN: those of relations by name, others by
 * what they are computed from. What a node further down has computed stands in parentheses.
 */
import type { Expr } from "@firstlight/sql";
import { displayExpr, foldConstants, quoteIdentifier } from "@firstlight/sql";
import type { PlanNode, ScanNode } from "../../plan/plan-node.ts";
import { isFolded, isSubqueryScan } from "./folding.ts";

export function displayOver(expr: Expr, labels: readonly string[]): string {
  return displayExpr(foldConstants(expr), {
    column: (column) =>
      column.kind === "slot"
        ? (labels[column.index] ?? `column${column.index + 1}`)
        : `column${column.column + 1}`,
    execParam: ({ id, label }) => label ?? `$${id}`,
  });
}

/** Scans name their columns without the alias. */
export function columnNames(node: ScanNode): string[] {
  return node.columns.map((at) => quoteIdentifier(node.table.columns[at]?.name ?? ""));
}

/** A column of a relation, or what a node has computed: in parentheses where others show it. */
interface Column {
  readonly text: string;
  readonly isComputed: boolean;
}

function plain(text: string): Column {
  return { text, isComputed: false };
}

function shownAbove({ text, isComputed }: Column): Column {
  return isComputed ? plain(`(${text})`) : { text, isComputed };
}

/** Names of relations where they are not their aliases. */
export type Aliases = ReadonlyMap<PlanNode, string>;

export class ColumnNames {
  readonly #isQualified: boolean;
  readonly #aliases: Aliases;
  readonly #known = new Map<PlanNode, readonly Column[]>();

  constructor(isQualified: boolean, aliases: Aliases) {
    this.#isQualified = isQualified;
    this.#aliases = aliases;
  }

  /** The relation's name in this plan. */
  aliasOf(node: PlanNode, alias: string): string {
    return this.#aliases.get(node) ?? alias;
  }

  /** As the node itself shows them, and the nodes that are shown with it. */
  of(node: PlanNode): readonly string[] {
    return this.#of(node).map(({ text }) => text);
  }

  /** As another node shows them. */
  above(node: PlanNode): readonly string[] {
    return this.#above(node).map(({ text }) => text);
  }

  /** Those of a child, as its parent shows them. */
  below(parent: PlanNode, child: PlanNode): readonly string[] {
    return this.#below(parent, child).map(({ text }) => text);
  }

  #of(node: PlanNode): readonly Column[] {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const found = this.#find(node);
    // What has no rule here is called what the planner called it.
    const columns = found.length === node.labels.length ? found : node.labels.map(plain);
    this.#known.set(node, columns);
    return columns;
  }

  #above(node: PlanNode): readonly Column[] {
    return this.#of(node).map(shownAbove);
  }

  #below(parent: PlanNode, child: PlanNode): readonly Column[] {
    return isFolded(parent) ? this.#of(child) : this.#above(child);
  }

  #prefixed(relation: string, names: readonly string[]): readonly Column[] {
    const prefix = this.#isQualified ? `${quoteIdentifier(relation)}.` : "";
    return names.map((name) => plain(prefix + name));
  }

  #find(node: PlanNode): readonly Column[] {
    switch (node.kind) {
      case "scan":
        return this.#table(node, columnNames(node));
      case "currentRow":
      case "insert":
        return this.#table(
          node,
          node.labels.map((label) => quoteIdentifier(label)),
        );
      case "virtualScan": {
        const names = node.labels.map((label) => quoteIdentifier(label));
        return this.#prefixed(this.aliasOf(node, node.alias), names);
      }
      case "functionScan":
      case "cteScan":
        return this.#prefixed(this.aliasOf(node, node.alias), node.labels);
      case "values":
        return this.#values(node);
      case "nestedLoop":
      case "hashJoin":
      case "mergeJoin":
      case "lookupJoin":
        return this.#join(node);
      case "append":
        return node.children[0] === undefined ? [] : this.#above(node.children[0]);
      case "setOperation":
        return this.#prefixed(
          "*SELECT* 1",
          node.labels.map((label) => quoteIdentifier(label)),
        );
      case "recursiveUnion":
        return this.#above(node.start);
      case "rows":
        return [];
      case "filter":
      case "sample":
      case "project":
      case "projectSet":
      case "apply":
      case "initPlans":
      case "aggregate":
      case "window":
      case "sort":
      case "limit":
      case "distinct":
      case "with":
      case "lockRows":
      case "memoize":
      case "update":
      case "delete":
      case "merge":
        return this.#overChild(node);
    }
  }

  #table(
    node: Extract<PlanNode, { kind: "scan" | "currentRow" | "insert" }>,
    names: readonly string[],
  ): readonly Column[] {
    const hasKey = names.length < node.labels.length;
    const all = hasKey ? [...names, "ctid"] : names;
    return this.#prefixed(this.aliasOf(node, node.alias || node.table.name), all);
  }

  #values(node: Extract<PlanNode, { kind: "values" }>): readonly Column[] {
    const [only] = node.rows;
    const isResult = node.rows.length === 1 && only !== undefined;
    if (isResult) return only.map((expr) => computed(expr, []));
    const names = node.labels.map((_, at) => `column${at + 1}`);
    return this.#prefixed(this.aliasOf(node, "*VALUES*"), names);
  }

  #join(
    node: Extract<PlanNode, { kind: "nestedLoop" | "hashJoin" | "mergeJoin" | "lookupJoin" }>,
  ): readonly Column[] {
    const left = this.#above(node.left);
    return node.type === "semi" || node.type === "anti"
      ? left
      : [...left, ...this.#above(node.right)];
  }

  #overChild(node: Extract<PlanNode, { readonly child: PlanNode }>): readonly Column[] {
    const below = this.#below(node, node.child);
    const texts = below.map(({ text }) => text);
    if (node.kind === "project") return node.exprs.map((expr) => columnOf(expr, below));
    if (node.kind === "projectSet") {
      const sets = node.calls.map((call) => computed(call, texts));
      return node.exprs.map((expr) => columnOf(expr, [...below, ...sets]));
    }
    if (node.kind === "apply") {
      return [...below, ...node.subplans.map((each) => subplanColumn(each))];
    }
    if (node.kind === "window") {
      return [...below, ...node.calls.map((call) => computed(call, texts))];
    }
    if (node.kind === "aggregate") return aggregateColumns(node, below);
    return node.kind === "filter" && isSubqueryScan(node) ? this.#subquery(node) : below;
  }

  /** Of a subquery, by its alias. */
  subqueryColumns(node: Extract<PlanNode, { kind: "filter" }>): readonly string[] {
    return this.#subquery(node).map(({ text }) => text);
  }

  #subquery({ child, subquery = "" }: Extract<PlanNode, { kind: "filter" }>): readonly Column[] {
    const prefix = `${quoteIdentifier(subquery)}.`;
    const names = child.labels.map((label) =>
      label.startsWith(prefix) ? label.slice(prefix.length) : label,
    );
    return this.#prefixed(subquery, names);
  }
}

function computed(expr: Expr, labels: readonly string[]): Column {
  return { text: displayOver(expr, labels), isComputed: true };
}

/** An expression over a row of these columns. */
function columnOf(expr: Expr, below: readonly Column[]): Column {
  const own = expr.kind === "slot" ? below[expr.index] : undefined;
  return (
    own ??
    computed(
      expr,
      below.map(({ text }) => text),
    )
  );
}

/** Groups are made of what the node below yields. */
function aggregateColumns(
  { groupBy, aggregates, groupings }: Extract<PlanNode, { kind: "aggregate" }>,
  below: readonly Column[],
): readonly Column[] {
  const texts = below.map(({ text }) => text);
  const shown = groupBy.map((expr) => displayOver(expr, texts));
  return [
    ...groupBy.map((expr) => shownAbove(columnOf(expr, below))),
    ...aggregates.map((expr) => computed(expr, texts)),
    ...groupings.map((refs): Column => {
      const text = `GROUPING(${refs.map((at) => shown[at] ?? "").join(", ")})`;
      return { text, isComputed: true };
    }),
  ];
}

type PlannedSubplan = Extract<PlanNode, { kind: "apply" }>["subplans"][number];

function subplanColumn({ id, hashKeys }: PlannedSubplan): Column {
  const text = `(${hashKeys === undefined ? "" : "hashed "}SubPlan ${id + 1})`;
  return { text, isComputed: true };
}

/** What a report calls columns where it lists them, in conditions, and in those of scans. */
export interface ReportNames {
  readonly output: ColumnNames;
  readonly conditions: ColumnNames;
  readonly scans: ColumnNames;
  /** Those of a subquery are always called by it. */
  readonly qualified: ColumnNames;
}

export function reportNames(
  aliases: Aliases,
  { isQualified, verbose }: { readonly isQualified: boolean; readonly verbose: boolean },
): ReportNames {
  const bare = new ColumnNames(false, aliases);
  const qualified = new ColumnNames(true, aliases);
  return {
    output: isQualified ? qualified : bare,
    conditions: isQualified || verbose ? qualified : bare,
    scans: verbose ? qualified : bare,
    qualified,
  };
}
