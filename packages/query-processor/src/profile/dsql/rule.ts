/**
 * A refusal of Aurora DSQL as data. Those of one statement are asked in their order and the first
 * one that finds something answers for it, so more special rules come first.
 */
import type { ParseNode, ParsedStatement } from "../../parse/parsed-statement.ts";

/** Statements of one session, in order; the last one is what the example is about. */
export type Example = string | readonly string[];

/** What is refused, for the rule's text; undefined: nothing. */
export type Finder = (node: ParseNode, statement: ParsedStatement) => string | undefined;

export interface Rule {
  readonly id: string;
  /** What is refused, in words. */
  readonly refuses: string;
  /**
   * Tags of the statements that it looks at: those of PostgreSQL's parse trees. Empty: asked where
   * names have been looked up, or as a statement is about to run (schema-rules.ts,
   * transaction-rules.ts, parameter-rules.ts).
   */
  readonly statements: readonly string[];
  readonly sqlstate: string;
  /** {} stands for what `find` returns. */
  readonly text: string;
  readonly source: Source;
  /** That it is refused was seen, its text was not: it follows that of others. */
  readonly pattern?: true;
  /** When the service was last seen to do so: an ISO date. */
  readonly observed: string;
  /** Without it every such statement is refused. */
  readonly find?: Finder;
  /** A setting of the session with which it does not hold. */
  readonly liftedBy?: { readonly setting: string; readonly value: string };
  /** Of a function's body it is refused when the function is called, not when it is created. */
  readonly atCall?: true;
  readonly refused: readonly Example[];
  /** The nearest statements that run: what is to be written instead, or what is refused only almost. */
  readonly accepted: readonly Example[];
}

/**
 * Where a rule was seen: the user guide (DOC), recordings of clusters by others (GOLD, PIST, MINI),
 * a tool of the service's makers that was tried against clusters (LINT, PGDP, ORM, MCP), release notes
 * (REL), answers that users of clusters have published (USER).
 */
export type Source =
  | "DOC"
  | "GOLD"
  | "PIST"
  | "LINT"
  | "MINI"
  | "PGDP"
  | "REL"
  | "USER"
  | "ORM"
  | "MCP";

type Seen = Pick<Rule, "sqlstate" | "source" | "observed" | "pattern">;

const UNSUPPORTED = "0A000";

export const GOLD: Seen = { sqlstate: UNSUPPORTED, source: "GOLD", observed: "2026-09-18" };
export const PIST: Seen = { sqlstate: UNSUPPORTED, source: "PIST", observed: "2026-10-10" };
export const DOC: Seen = { sqlstate: UNSUPPORTED, source: "DOC", observed: "2026-08-28" };
export const LINT: Seen = { sqlstate: UNSUPPORTED, source: "LINT", observed: "2026-08-07" };
/** Texts in the documentation of the adapters for object mappers. */
export const ORM: Seen = { sqlstate: UNSUPPORTED, source: "ORM", observed: "2026-08-17" };
/** In the guidance for agents by the makers of the service, of a time when partial indexes were there. */
export const MCP: Seen = { sqlstate: UNSUPPORTED, source: "MCP", observed: "2026-09-15" };
/** In a table of probes of a cluster: docs of https://github.com/yoshuacas/pgrest-lambda. */
export const USER: Seen = { sqlstate: UNSUPPORTED, source: "USER", observed: "2026-08-28" };
/** The linter's grammar does not have it; its own words are not the service's. */
export const PATTERN: Seen = { ...LINT, pattern: true };

/** Whether a field has one of these values. */
export function fieldIs(name: string, ...values: readonly string[]): Finder {
  return (node) => {
    const value = node[name];
    return typeof value === "string" && values.includes(value) ? value : undefined;
  };
}

export function when(test: (node: ParseNode, statement: ParsedStatement) => boolean): Finder {
  return (node, statement) => (test(node, statement) ? "" : undefined);
}
