/** How many rows a join yields: calc_joinrel_size_estimate of PostgreSQL. */
import type { Expr } from "@firstlight/sql";
import { conditionsShare } from "../selectivity/clause.ts";
import { impliedOf } from "../or-conditions.ts";
import type { Estimation } from "../selectivity/relation-facts.ts";
import type { SpecialJoin } from "./join-problem.ts";
import type { JoinSet } from "./path.ts";

export interface RowsRequest {
  readonly special: SpecialJoin | undefined;
  readonly left: JoinSet;
  readonly right: JoinSet;
  readonly leftRtes: ReadonlySet<number>;
  readonly join: readonly Expr[];
  readonly filter: readonly Expr[];
  /** The share of pairs that a key of several columns ties, taken to be there for each row. */
  readonly keyShare: number;
}

function rowsOf(type: SpecialJoin["type"] | "inner", a: number, b: number, share: number): number {
  switch (type) {
    case "inner":
      return a * b * share;
    case "left":
      return Math.max(a, a * b * share);
    case "full":
      return Math.max(a, b, a * b * share);
    case "semi":
      return a * share;
    case "anti":
      return a * (1 - share);
  }
}

/** An OR whose arms restrict the relations already lets more of what is left of them through. */
function counted(estimation: Estimation, quals: readonly Expr[]): number {
  const implied = quals.flatMap((qual) => impliedOf(qual));
  if (implied.length === 0) return 1;
  return implied.reduce(
    (product, qual) => product * conditionsShare(estimation, [qual], undefined),
    1,
  );
}

/** Pairs that are equal on the keys. */
export function matchingPairs(
  estimation: Estimation,
  left: JoinSet,
  right: JoinSet,
  quals: readonly Expr[],
): number {
  return left.rows * right.rows * conditionsShare(estimation, quals, undefined);
}

export function joinRows(estimation: Estimation, request: RowsRequest): number {
  const { special, left, right, leftRtes, join, filter, keyShare } = request;
  const type = special?.type ?? "inner";
  const kind = type === "semi" || type === "anti" ? "partners" : "pairs";
  const side = { left: leftRtes, kind, rightRows: right.rows } as const;
  const all = conditionsShare(estimation, join, side);
  const once = Math.min(1, all / Math.max(1e-9, counted(estimation, join)));
  const share = kind === "pairs" ? Math.max(once, keyShare) : once;
  const kept = conditionsShare(estimation, filter, { ...side, kind: "pairs" });
  return Math.max(1, Math.round(rowsOf(type, left.rows, right.rows, share) * kept));
}
