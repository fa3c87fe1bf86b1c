/** What is joined, and how it was decided to join it. */
import type { Expr } from "@firstlight/sql";
import type { PlannedBatch } from "../batched-subplan.ts";
import type { Relation } from "../layout.ts";
import type { Estimate, JoinType, ParamBinding } from "../plan-node.ts";
import type { ScanRequestOf } from "../scan-path.ts";
import type { VirtualRequest } from "../virtual-path.ts";

export interface JoinInput {
  readonly relation: Relation;
  readonly rtes: ReadonlySet<number>;
  /** Values that the plan takes from rows to its left, over their Vars. */
  readonly lateral: readonly ParamBinding[];
  readonly lateralRtes: ReadonlySet<number>;
  /** The scan's request, when the input is nothing but a scan of a table. */
  readonly leaf: ScanRequestOf | undefined;
  /** The same of a relation of pg_catalog. */
  readonly virtual?: VirtualRequest | undefined;
  /** What is run again for each outer row, where its rows depend on the values alone that it takes. */
  readonly repeated?: RepeatedSide | undefined;
}

export interface RepeatedSide {
  /** The plan for many outer rows at once, where that costs less than so many runs of the plan. */
  batch(outerRows: number): PlannedBatch | undefined;
}

export type JoinMethod = "hash" | "loop" | "lookup" | "index" | "merge" | "any";

/** How two inputs are merged: on these equalities, in this order, and which of them comes sorted. */
export interface Merging {
  readonly keys: readonly MergeKey[];
  readonly leftSorted: boolean;
  readonly rightSorted: boolean;
}

export interface MergeKey {
  readonly left: Expr;
  readonly right: Expr;
}

export interface JoinRequest {
  readonly type: JoinType;
  /** "any" takes what the conditions allow: those with subqueries, and sides that take rows. */
  readonly method: JoinMethod;
  readonly left: JoinInput;
  readonly right: JoinInput;
  /** That make rows match. */
  readonly quals: readonly Expr[];
  /** That are asked of what comes out. */
  readonly filters: readonly Expr[];
  readonly estimate: Estimate;
  /** Undefined: both sides are sorted on all equalities. */
  readonly merging?: Merging | undefined;
}
