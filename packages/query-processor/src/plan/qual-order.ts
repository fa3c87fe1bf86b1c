/**
 * The order in which the conditions of one node are tested: cheap ones first, else as they are
 * written. Costs are PostgreSQL's (cost_qual_eval, order_qual_clauses), so that an error shows where
 * it does there.
 */
import type { Expr } from "@firstlight/sql";
import { mapInSteps, procOf, requireProc, volatility } from "@firstlight/sql";
import { someNode, walk } from "./expression-map.ts";
import { ELEMENTS_DEFAULT } from "./selectivity/array-clause.ts";

const ONE_OPERATOR: ReadonlySet<Expr["kind"]> = new Set([
  "distinct",
  "notDistinct",
  "sqlValue",
  "greatest",
  "least",
]);
const SUBQUERY_COST = 1000;
/** Longer lists are hashed: one look instead of half of them. */
const HASHED_ELEMENTS = 9;

/** In calls of the cheapest function. */
function costOf(qual: Expr): number {
  let cost = 0;
  walk(qual, (node) => {
    if (isFolded(node)) return false;
    cost += ownCost(node);
    return true;
  });
  return cost;
}

/** PostgreSQL would have its value before it counts. */
function isFolded(node: Expr): boolean {
  const isOpen = (each: Expr): boolean =>
    each.kind === "var" || each.kind === "slot" || each.kind === "subLink";
  return !someNode(node, isOpen) && volatility(node) === "immutable";
}

function elementsOf(array: Expr): number {
  if (array.kind === "relabel") return elementsOf(array.arg);
  if (array.kind === "array") return array.elements.length;
  if (array.kind !== "const" || array.value === null) return ELEMENTS_DEFAULT;
  const { value } = array;
  const isArray = typeof value === "object" && "tag" in value && value.tag === "array";
  return isArray ? value.elements.length : ELEMENTS_DEFAULT;
}

function ownCost(node: Expr): number {
  if (node.kind === "scalarArrayOp") {
    const elements = elementsOf(node.array);
    return elements >= HASHED_ELEMENTS ? 2 : elements * 0.5;
  }
  if (node.kind === "rowCompare") return node.left.length;
  if (node.kind === "coerceViaIO") return 2;
  if (node.kind === "subLink") return SUBQUERY_COST;
  if (node.kind === "call") return procOf(node).cost;
  if (node.kind === "nullif") return requireProc(node.proc).cost;
  return ONE_OPERATOR.has(node.kind) ? 1 : 0;
}

export function orderedQuals(quals: readonly Expr[]): readonly Expr[] {
  if (quals.length < 2) return quals;
  const costs = mapInSteps("costs", quals, costOf);
  if (costs.every((cost, at) => at === 0 || cost >= (costs[at - 1] ?? 0))) return quals;
  const costOfEach = new Map(quals.map((qual, at) => [qual, costs[at] ?? 0]));
  return quals.toSorted((a, b) => (costOfEach.get(a) ?? 0) - (costOfEach.get(b) ?? 0));
}
