/**
 * What estimates ask of the relations of a query level, and of values that are known before the
 * statement runs.
 */
import type { Datum, Expr } from "@firstlight/sql";
import type { ExtendedStatistics } from "../../statistics/extended-statistics.ts";
import type { ColumnStatistics } from "../../statistics/table-statistics.ts";

export interface RelationFacts {
  /** Rows of the relation as a whole; undefined when nothing tells. */
  readonly rows: number | undefined;
  /** Rows that its own conditions leave. */
  readonly kept: number | undefined;
  readonly kind: string;
  column(position: number): ColumnStatistics | undefined;
  /** Of something computed from its columns. */
  expression?(expr: Expr): ColumnStatistics | undefined;
  /** Of an expression that statistics of several columns know: negative. */
  numberOf?(expr: Expr): number | undefined;
  /** Of several columns together. */
  readonly extended?: readonly ExtendedStatistics[] | undefined;
  /** Whether no value of the column occurs twice. */
  isUnique(position: number): boolean;
}

/** What is known of several columns together. */
export interface JointKnowledge {
  of(rte: number): readonly ExtendedStatistics[];
  /** Of an expression over the entry. */
  numberOf(expr: Expr, rte: number): number | undefined;
  /** Whether the condition is true of values that stand in its slots. */
  test(condition: Expr): ((values: readonly Datum[]) => boolean) | undefined;
}

export interface Estimation {
  relation(rte: number): RelationFacts | undefined;
  /** The value if it is known; undefined otherwise. NULL is a value. */
  valueOf(expr: Expr): Datum | undefined;
  /** Whether the condition is true of a value that stands in slot 0. */
  test(condition: Expr): ((value: Datum) => boolean) | undefined;
  /** Undefined where nothing is: columns are taken to be independent. */
  readonly joint: JointKnowledge | undefined;
  /** Of long lists of conditions, as long as nothing else is known of the relations. */
  readonly longShares?: Map<Expr, number>;
}
