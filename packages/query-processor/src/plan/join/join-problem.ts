/**
 * What there is to join: relations, conditions with the relations that they need, and the joins that
 * are not plain ones, with what has to be on either side of them. After PostgreSQL's RestrictInfo and
 * SpecialJoinInfo.
 */
import type { Expr } from "@firstlight/sql";
import type { Relids } from "./relids.ts";

export interface SpecialJoin {
  readonly type: "left" | "full" | "semi" | "anti";
  /** What must be there before it is made. */
  readonly minLeft: Relids;
  readonly minRight: Relids;
  /** As it was written. */
  readonly writtenLeft: Relids;
  readonly writtenRight: Relids;
  /** Its condition is never true where the left side's columns are NULL. */
  readonly leftStrict: boolean;
  /** A condition above sees both of its sides: joins that enclose it may not be moved into it. */
  delaysUpper: boolean;
}

/** The two sides of an equality over different relations. */
export interface Equality {
  readonly left: Expr;
  readonly right: Expr;
  readonly leftRels: Relids;
  readonly rightRels: Relids;
}

export interface JoinQual {
  readonly expr: Expr;
  /** Relations that have to be joined before it can be evaluated. */
  readonly required: Relids;
  /** The outer join whose condition it is; undefined: it filters. */
  readonly of: SpecialJoin | undefined;
  readonly equality: Equality | undefined;
  /** Holds subqueries: evaluated after everything else. */
  readonly late: boolean;
}

export interface JoinProblem {
  /** All relations. */
  readonly all: Relids;
  readonly quals: readonly JoinQual[];
  readonly special: readonly SpecialJoin[];
}
