/**
 * A refusal of Aurora DSQL as data. The first rule of a set that finds something in a statement's
 * parse tree answers for it, so more special rules come first.
 */
import type { ParseNode } from "../../parse/parsed-statement.ts";

/** Statements of one session, in order; the last one is what the example is about. */
export type Example = string | readonly string[];

export interface Rule {
  readonly id: string;
  /** What is refused, in words. */
  readonly refuses: string;
  /** Tags of the statements that it looks at: those of PostgreSQL's parse trees. */
  readonly statements: readonly string[];
  readonly sqlstate: string;
  /** {} stands for what `find` returns. */
  readonly text: string;
  /** A key of docs/compatibility.md's sources. */
  readonly source: Source;
  /** When the service was last seen to do so: an ISO date. */
  readonly observed: string;
  /** What is refused in the statement; undefined: nothing. Without it every such statement is. */
  readonly find?: (node: ParseNode) => string | undefined;
  readonly refused: readonly Example[];
  /** The nearest statements that run; empty where there is none. */
  readonly accepted: readonly Example[];
}

/** Where a rule was seen: the user guide, recordings of clusters by others, or a tool's rules. */
export type Source = "DOC" | "GOLD" | "PIST" | "LINT" | "MINI" | "PGDP" | "REL";

/** For `find`: whether a field has one of these values. */
export function fieldIs(
  name: string,
  ...values: readonly string[]
): (node: ParseNode) => string | undefined {
  return (node) => {
    const value = node[name];
    return typeof value === "string" && values.includes(value) ? value : undefined;
  };
}

export function when(test: (node: ParseNode) => boolean): (node: ParseNode) => string | undefined {
  return (node) => (test(node) ? "" : undefined);
}
