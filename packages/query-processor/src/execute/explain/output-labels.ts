/**
 * What the columns that a node yields are called in the conditions above it: those of projections by
 * what they are computed from, as PostgreSQL prints them, and not by the names of the result.
 */
import type { Expr } from "@firstlight/sql";
import { displayExpr, foldConstants } from "@firstlight/sql";
import type { PlanNode } from "../../plan/plan-node.ts";

const known = new WeakMap<PlanNode, readonly string[]>();

/** Nodes whose rows are those of their child. */
export const PASSES_ON: ReadonlySet<PlanNode["kind"]> = new Set([
  "filter",
  "sort",
  "limit",
  "distinct",
  "lockRows",
  "memoize",
  "initPlans",
  "with",
]);

export function outputLabels(node: PlanNode): readonly string[] {
  let labels = known.get(node);
  if (labels === undefined) {
    labels = labelsOf(node);
    known.set(node, labels);
  }
  return labels;
}

function labelsOf(node: PlanNode): readonly string[] {
  if (node.kind === "project") {
    const below = outputLabels(node.child);
    return node.exprs.map((expr) => displayOver(expr, below));
  }
  if ("child" in node && PASSES_ON.has(node.kind)) return outputLabels(node.child);
  return node.labels;
}

export function displayOver(expr: Expr, labels: readonly string[]): string {
  return displayExpr(foldConstants(expr), {
    column: (column) =>
      column.kind === "slot"
        ? (labels[column.index] ?? `column${column.index + 1}`)
        : `column${column.column + 1}`,
    execParam: ({ id, label }) => label ?? `$${id}`,
  });
}

const PLAIN_COLUMN = /^(?:[\w$]+|"(?:[^"]|"")*")(?:\.(?:[\w$]+|"(?:[^"]|"")*"))?$/u;

export function computedLabel(text: string): string {
  return PLAIN_COLUMN.test(text) ? text : `(${text})`;
}

/** A column computed further down stands in parentheses. */
export function displayKey(expr: Expr, labels: readonly string[]): string {
  return computedLabel(displayOver(expr, labels));
}
