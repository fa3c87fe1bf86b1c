/** How rows of a relation of pg_catalog are found without looking at all of them. */
import type { Expr } from "@firstlight/sql";

/** The rows with a value, or with one of the values of an array, in a column. */
export interface VirtualLookup {
  readonly column: number;
  readonly kind: "equal" | "any";
  /** Free of slots. */
  readonly value: Expr;
  /** The name of PostgreSQL's index, and the condition over the node's output: for EXPLAIN. */
  readonly index: string;
  readonly display: Expr;
}
