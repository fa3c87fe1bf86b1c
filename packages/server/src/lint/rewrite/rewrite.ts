/** What a refused statement can be written as instead. */
import type { ParsedStatement } from "@firstlight/query-processor";
import { TokenEdits } from "./token-edits.ts";

export interface Rewrite {
  /** In this order; none: it can be left out. */
  readonly statements: readonly string[];
  /** What is different afterwards, for the reader. */
  readonly note?: string;
}

/** Undefined: this statement has no equivalent. */
export type Rewriter = (statement: ParsedStatement) => Rewrite | undefined;

export const LEFT_OUT: Rewrite = { statements: [] };

/** For changes of single tokens: no change, no equivalent. */
export function edited(
  change: (edits: TokenEdits, statement: ParsedStatement) => void,
  note?: string,
): Rewriter {
  return (statement) => {
    const edits = new TokenEdits(statement.text);
    change(edits, statement);
    if (!edits.hasChanged) return undefined;
    const statements = [edits.result()];
    return note === undefined ? { statements } : { statements, note };
  };
}

/** Takes away a word and what it names: COLLATE "C", TABLESPACE a. */
export function withoutClause(edits: TokenEdits, word: string): void {
  for (const { at } of edits.places(word)) {
    let to = at + 2;
    while (edits.is(to, ".")) to += 2;
    edits.remove(at, to);
  }
}

/** Takes away WITH (...) outside of parentheses, and that of constraints within. */
export function withoutOptions(edits: TokenEdits): void {
  for (const { at } of edits.places("with")) {
    if (edits.is(at + 1, "(")) edits.remove(at, edits.after(at + 1));
  }
}
