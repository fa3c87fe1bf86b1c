/** What EXPLAIN ANALYZE tells of rows that conditions have dropped, each behind its condition. */
import type { BitmapTree, PlanNode } from "../../plan/plan-node.ts";
import type { Property } from "./node-lines.ts";

/** What EXPLAIN ANALYZE measured of one node. */
export interface MeasuredRows {
  rows: number;
  loops: number;
  /** Microseconds until the first row, and in all. */
  startupMicros: number;
  totalMicros: number;
  /** Rows that its own condition has dropped, or pairs of them. */
  removed: number;
}

export type MeasuredParts<Kind extends MeasuredRows = MeasuredRows> = ReadonlyMap<
  PlanNode | BitmapTree,
  Kind
>;

/** Which nodes a line of the report is about. */
export interface MeasuredNodes {
  readonly node: PlanNode;
  readonly outer: PlanNode;
  readonly part?: PlanNode | BitmapTree;
  readonly filtersAbove?: readonly string[];
  /** Its rows are kept and gone through for each row of this node. */
  readonly repeatedFor?: PlanNode;
  /** It tells itself of what it has dropped. */
  readonly details?: unknown;
}

/** Without decimals as printf has them: a half goes to the even number. */
export function perLoop(count: number, loops: number): number {
  const each = loops === 0 ? 0 : count / loops;
  const whole = Math.floor(each);
  const isHalf = each - whole === 0.5;
  return isHalf ? whole + (whole % 2) : Math.round(each);
}

/** Rows and times are those of the outermost node; it was opened if any of them was. */
export function measuredOf<Kind extends MeasuredRows>(
  { part, outer, node, repeatedFor }: MeasuredNodes,
  measured: MeasuredParts<Kind> | undefined,
): Kind | undefined {
  if (part !== undefined) return measured?.get(part);
  const own = measured?.get(outer) ?? measured?.get(node);
  const loops = repeatedFor === undefined ? 0 : (measured?.get(repeatedFor)?.rows ?? 0);
  return own === undefined || loops === 0 ? own : { ...own, loops, rows: own.rows * loops };
}

const RECHECKED: Readonly<Record<string, string>> = {
  "Index Cond": "Rows Removed by Index Recheck",
  "Recheck Cond": "Rows Removed by Index Recheck",
};

/** Dropped by conditions that are nodes of their own above this one. */
function removedAbove(nodes: MeasuredNodes, measured: MeasuredParts): number {
  const { node, outer, filtersAbove = [] } = nodes;
  const isFilter = node.kind === "filter";
  if (!isFilter && filtersAbove.length === 0) return 0;
  const inner = measured.get(isFilter ? node.child : node);
  const above = measured.get(outer);
  return inner === undefined || above === undefined ? 0 : inner.rows - above.rows;
}

interface Removed {
  readonly byFilter: number;
  readonly byJoinFilter: number;
  readonly byRecheck: number;
}

function removedOf(
  nodes: MeasuredNodes,
  measured: MeasuredParts,
  properties: readonly Property[],
): Removed {
  const isTold = nodes.details !== undefined;
  const node = nodes.node.kind === "sample" ? nodes.node.child : nodes.node;
  const own = isTold ? 0 : (measured.get(nodes.part ?? node)?.removed ?? 0);
  const above = removedAbove(nodes, measured);
  const isInner = "type" in node && node.type === "inner";
  if (isInner) return { byFilter: 0, byJoinFilter: own + above, byRecheck: 0 };
  if (node.kind !== "scan") return { byFilter: above, byJoinFilter: own, byRecheck: 0 };
  const hasFilter = properties.some(([label]) => label === "Filter");
  const byFilter = above + (hasFilter ? own : 0);
  return { byFilter, byJoinFilter: 0, byRecheck: hasFilter ? 0 : own };
}

function lineBehind(label: string, removed: Removed): readonly [string, number] | undefined {
  const rechecked = RECHECKED[label];
  if (rechecked !== undefined) return [rechecked, removed.byRecheck];
  if (label === "Join Filter") return ["Rows Removed by Join Filter", removed.byJoinFilter];
  return label === "Filter" ? ["Rows Removed by Filter", removed.byFilter] : undefined;
}

/** FORMAT TEXT has no line for nothing. */
export function withRemovedRows(
  nodes: MeasuredNodes,
  measured: MeasuredParts,
  properties: readonly Property[],
  showsZero: boolean,
): readonly Property[] {
  const removed = removedOf(nodes, measured, properties);
  const loops = measuredOf(nodes, measured)?.loops ?? 0;
  return properties.flatMap((property): Property[] => {
    const line = lineBehind(property[0], removed);
    if (line === undefined || (line[1] <= 0 && !showsZero)) return [property];
    return [property, [line[0], perLoop(Math.max(0, line[1]), loops)]];
  });
}
