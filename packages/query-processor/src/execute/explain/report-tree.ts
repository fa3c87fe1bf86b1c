/**
 * A plan as the tree of nodes that EXPLAIN prints: nodes that only compute are folded into the node
 * below, whose side plans they become, and parts that PostgreSQL has as nodes of their own are there.
 */
import type { Expr } from "@firstlight/sql";
import { conjuncts } from "../../plan/expression-map.ts";
import { POINT_READ_COST } from "../../plan/estimate.ts";
import { childrenOf } from "../../plan/plan-children.ts";
import type { BitmapTree, Estimate, FilterNode, PlanNode, ScanNode } from "../../plan/plan-node.ts";
import type { Aliases, ReportNames } from "./column-names.ts";
import { displayOver, reportNames } from "./column-names.ts";
import { fold, isGate } from "./folding.ts";
import type { NodeText, Property } from "./node-lines.ts";
import { bitmapText, filterLabels, lookupText, nodeText, restOfFilter } from "./node-lines.ts";
import type { ReportOptions } from "./plan-report.ts";

export interface ReportNode {
  readonly title: string | undefined;
  readonly text: NodeText;
  readonly estimate: Estimate;
  readonly node: PlanNode;
  /** The outermost of the nodes that it stands for: what comes out is what that one yields. */
  readonly outer: PlanNode;
  /** With VERBOSE: what that is called. */
  readonly output: readonly string[];
  readonly children: readonly ReportNode[];
  /** Has no operator of its own, so nothing is measured of it. */
  readonly isUnmeasured: boolean;
  /** The part of a scan that it is about, which is measured by itself. */
  readonly part?: PlanNode | BitmapTree;
  /** Its rows are kept and gone through for each row of this node. */
  readonly repeatedFor?: PlanNode;
  /** Conditions shown as its own that are tested by nodes above. */
  readonly filtersAbove?: readonly string[];
  /** The node whose operator tells about it; its own where there is none. */
  readonly toldBy?: PlanNode | undefined;
  /** Is no more than what PostgreSQL has above the node. */
  readonly isWrapper?: boolean;
  /** Lines of FORMAT TEXT behind its properties. */
  readonly details?: (options: ReportOptions) => readonly string[];
}

export interface ReportStyle {
  /** There is more than one relation in the statement. */
  readonly isQualified: boolean;
  /** Conditions of scans name the relation, too. */
  readonly verbose: boolean;
}

/**
 * The whole plan. A relation of a subplan that has the name of one met before gets a number, as
 * PostgreSQL has it: those of the plan itself come first.
 */
export function planReport(root: PlanNode, style: ReportStyle): ReportNode {
  const draft = new ReportTree(reportNames(new Map(), style)).of(root);
  const aliases = renames(draft);
  return aliases.size === 0 ? draft : new ReportTree(reportNames(aliases, style)).of(root);
}

function aliasOf({ text }: ReportNode): string | undefined {
  const alias = text.parts?.["Alias"];
  return typeof alias === "string" && text.type !== "Subquery Scan" ? alias : undefined;
}

/** The node whose relation it names. */
function namedNode({ node }: ReportNode): PlanNode {
  return node.kind === "sample" ? node.child : node;
}

function renames(top: ReportNode): Aliases {
  const found = new Map<PlanNode, string>();
  const seen = new Map<string, number>();
  const note = (report: ReportNode): void => {
    const alias = aliasOf(report);
    const isSame = report.text.type === "ModifyTable" && report.node.kind !== "insert";
    if (alias === undefined || alias === "" || isSame) return;
    const count = seen.get(alias) ?? 0;
    seen.set(alias, count + 1);
    if (count > 0) found.set(namedNode(report), `${alias}_${count}`);
  };
  let level = [top];
  while (level.length > 0) {
    const later: ReportNode[] = [];
    const visit = (report: ReportNode): void => {
      note(report);
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

const SCANS: ReadonlySet<PlanNode["kind"]> = new Set([
  "scan",
  "functionScan",
  "cteScan",
  "values",
  "virtualScan",
]);

type JoinNode = Extract<PlanNode, { kind: "nestedLoop" | "hashJoin" | "mergeJoin" | "lookupJoin" }>;

function isJoin(node: PlanNode): node is JoinNode {
  return "leftKeys" in node || node.kind === "nestedLoop" || node.kind === "lookupJoin";
}

function isNever(node: PlanNode): boolean {
  if (node.kind !== "filter" || !isGate(node)) return false;
  const { condition } = node;
  return condition.kind === "const" && condition.value !== true;
}

/** Conditions that hold together, as one. */
function together(texts: readonly string[]): string | undefined {
  return texts.length > 1 ? `(${texts.join(" AND ")})` : texts[0];
}

function textsOf(condition: Expr | undefined, labels: readonly string[]): string[] {
  return conjuncts(condition).map((qual) => displayOver(qual, labels));
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

class ReportTree {
  readonly #names: ReportNames;

  constructor(names: ReportNames) {
    this.#names = names;
  }

  of(root: PlanNode, title?: string): ReportNode {
    const { node, sides, filters } = fold(root);
    const filtersAbove = filters.flatMap((each) => this.#filterTexts(each, node));
    const text = isGate(node) ? this.#gateText(node) : nodeText(node, this.#names);
    const sideReports = sides.map((side) => this.of(side.plan, side.title));
    return {
      title,
      text: { ...text, properties: [...text.properties, ...this.#conditions(node, filtersAbove)] },
      estimate: root.estimate,
      node,
      outer: root,
      output: this.#names.output.of(root),
      children: [...sideReports, ...this.#children(node)],
      isUnmeasured: false,
      filtersAbove,
    };
  }

  #filterTexts(filter: FilterNode, node: PlanNode): string[] {
    const { scans } = this.#names;
    const labels = SCANS.has(node.kind)
      ? scans.below(filter, filter.child)
      : filterLabels(filter, this.#names);
    return textsOf(filter.condition, labels);
  }

  /** Its own ones and those above: what is asked of the pairs of an inner join is one of the join. */
  #conditions(node: PlanNode, above: readonly string[]): readonly Property[] {
    const own = this.#ownConditions(node);
    const isOfJoin = isJoin(node);
    const isInner = isOfJoin && node.type === "inner";
    const join = isOfJoin ? together(isInner ? [...own, ...above] : own) : undefined;
    const filter = isInner ? undefined : together(isOfJoin ? above : [...own, ...above]);
    return [
      ...(join === undefined ? [] : [["Join Filter", join] as const]),
      ...(filter === undefined ? [] : [["Filter", filter] as const]),
    ];
  }

  #ownConditions(node: PlanNode): readonly string[] {
    const { conditions, scans } = this.#names;
    if (node.kind === "scan") return textsOf(restOfFilter(node), scans.of(node));
    if (node.kind === "sample") {
      return node.child.kind === "scan" ? this.#ownConditions(node.child) : [];
    }
    if (!isJoin(node)) return [];
    const both = [...conditions.above(node.left), ...conditions.above(node.right)];
    return textsOf(node.condition, both);
  }

  #gateText(node: PlanNode): NodeText {
    const conditions = nodeText(node, this.#names).properties.map(
      ([, text]) => ["One-Time Filter", text] as const,
    );
    return { name: "Result", properties: conditions };
  }

  #children(node: PlanNode): ReportNode[] {
    // What is never true has nothing below it.
    if (isNever(node)) return [];
    if (node.kind === "filter" && isGate(node) && node.child.kind === "rows") return [];
    if (node.kind === "setOperation") return this.#arms(node);
    if (isJoin(node)) return [this.of(node.left), this.#rightSide(node)];
    if (node.kind === "scan") {
      return node.access.kind === "bitmap" ? [this.#bitmap(node.access.tree, node)] : [];
    }
    if (node.kind === "sample" && node.child.kind === "scan") return [];
    if (node.kind === "memoize") return [this.of(node.batch?.plan ?? node.child)];
    return childrenOf(node).map((child) => this.of(child));
  }

  #rightSide(node: JoinNode): ReportNode {
    if (node.kind === "lookupJoin") return this.#lookup(node);
    if (node.kind === "nestedLoop") return this.#inner(node);
    const right = this.of(node.right);
    if (node.kind === "mergeJoin") return right;
    return this.#wrapper({ name: "Hash", properties: [] }, right, node);
  }

  /** A node that PostgreSQL has where here the one above does its work. */
  #wrapper(text: NodeText, below: ReportNode, toldBy?: PlanNode): ReportNode {
    const { estimate, node, outer, isUnmeasured } = below;
    const whole = { ...estimate, startup: estimate.total };
    const output = this.#names.output.above(outer);
    const shape = { title: undefined, text, estimate: whole, node, outer, output, isUnmeasured };
    return { ...shape, children: [below], toldBy, isWrapper: true };
  }

  #inner(node: Extract<PlanNode, { kind: "nestedLoop" }>): ReportNode {
    const right = this.of(node.right);
    if (!isMaterialized(node)) return right;
    const kept = this.#wrapper({ name: "Materialize", properties: [] }, right);
    // Where one match is enough, the rows are not gone through to their end.
    const isWhole = node.type !== "semi" && node.type !== "anti";
    return isWhole ? { ...kept, repeatedFor: node.left } : kept;
  }

  /** Arms of INTERSECT and EXCEPT; the smaller one of INTERSECT comes first. */
  #arms(node: Extract<PlanNode, { kind: "setOperation" }>): ReportNode[] {
    const arms = [node.left, node.right].map((arm, at) => this.#arm(arm, at));
    const isSwapped =
      node.operation === "intersect" && node.left.estimate.rows > node.right.estimate.rows;
    const children = isSwapped ? arms.toReversed() : arms;
    const rows = children.reduce((sum, each) => sum + each.estimate.rows, 0);
    const total = children.reduce((sum, each) => sum + each.estimate.total, 0);
    const append: ReportNode = {
      title: undefined,
      text: { name: "Append", properties: [] },
      estimate: { ...node.left.estimate, rows, total },
      node,
      outer: node,
      output: [],
      children,
      isUnmeasured: true,
      isWrapper: true,
    };
    return [append];
  }

  #arm(arm: PlanNode, at: number): ReportNode {
    const alias = `*SELECT* ${at + 1}`;
    const name = `Subquery Scan on "${alias}"`;
    const below = this.of(arm);
    const text = { name, type: "Subquery Scan", parts: { Alias: alias }, properties: [] };
    return { ...this.#wrapper(text, below), estimate: below.estimate };
  }

  /** The indexes below a bitmap scan, which run as a part of it. */
  #bitmap(tree: BitmapTree, node: ScanNode): ReportNode {
    const args = tree.kind === "index" ? [] : tree.args;
    return {
      title: undefined,
      text: bitmapText(tree, node, this.#names),
      estimate: tree.estimate,
      node,
      outer: node,
      output: [],
      children: args.map((arg) => this.#bitmap(arg, node)),
      isUnmeasured: false,
      part: tree,
    };
  }

  #lookup(node: Extract<PlanNode, { kind: "lookupJoin" }>): ReportNode {
    const { right } = node;
    return {
      title: undefined,
      text: lookupText(node, this.#names),
      estimate: { ...right.estimate, rows: 1, startup: 0, total: POINT_READ_COST },
      node: right,
      outer: right,
      output: this.#names.output.of(right),
      children: [],
      isUnmeasured: false,
      part: right,
    };
  }
}
