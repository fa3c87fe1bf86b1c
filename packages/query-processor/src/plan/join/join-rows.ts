/** How many rows a join yields: calc_joinrel_size_estimate of PostgreSQL. */
import type { Expr } from "@firstlight/sql";
import { conditionsShare } from "../selectivity/clause.ts";
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

export function joinRows(estimation: Estimation, request: RowsRequest): number {
  const { special, left, right, leftRtes, join, filter } = request;
  const type = special?.type ?? "inner";
  const kind = type === "semi" || type === "anti" ? "partners" : "pairs";
  const side = { left: leftRtes, kind, rightRows: right.rows } as const;
  const share = conditionsShare(estimation, join, side);
  const kept = conditionsShare(estimation, filter, { ...side, kind: "pairs" });
  return Math.max(1, Math.round(rowsOf(type, left.rows, right.rows, share) * kept));
}
