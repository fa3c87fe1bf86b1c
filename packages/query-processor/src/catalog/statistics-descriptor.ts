/** CREATE STATISTICS as it is stored. */
import type { IndexExpression } from "./descriptors.ts";

/** As an indexed one. */
export type StatisticsExpression = Omit<IndexExpression, "name">;

/** CREATE STATISTICS: what ANALYZE is to know of several columns together. */
export interface StatisticsDescriptor {
  readonly kind: "statistics";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly table: number;
  /** Numbers of the columns, ascending. */
  readonly columns: readonly number[];
  /** Behind the columns, in the order in which they were written. */
  readonly expressions?: readonly StatisticsExpression[];
  /** Of pg_statistic_ext.stxkind ndistinct, dependencies, mcv: none for a single expression. */
  readonly kinds: readonly ("d" | "f" | "m")[];
  readonly target?: number;
}
