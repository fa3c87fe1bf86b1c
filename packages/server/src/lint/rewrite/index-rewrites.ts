/** CREATE INDEX and DROP INDEX as Aurora DSQL takes them. */
import type { ParsedStatement } from "@firstlight/query-processor";
import type { Rewriter } from "./rewrite.ts";
import { edited, withoutClause, withoutOptions } from "./rewrite.ts";
import type { TokenEdits } from "./token-edits.ts";

/** Access methods that a B-tree answers for. */
const METHODS: ReadonlySet<string> = new Set(["btree", "hash"]);

function withoutWords(edits: TokenEdits, words: readonly string[]): void {
  for (const word of words) {
    for (const { at, depth } of edits.places(word)) if (depth === 1) edits.remove(at);
  }
}

/** Within CREATE SCHEMA there is no index that is built by a job. */
function asynchronous(edits: TokenEdits, { tag }: ParsedStatement): void {
  if (tag !== "IndexStmt") return;
  const index = edits.find(["index"]);
  if (!edits.is(index + 1, "async")) edits.insertAfter(index, "ASYNC");
}

export const INDEX_REWRITES: Readonly<Record<string, Rewriter>> = {
  "create-index": edited(asynchronous),
  "create-index-concurrently": edited((edits) => {
    const at = edits.find(["concurrently"]);
    if (!edits.is(at - 1, "async")) edits.replace(at, at + 1, "ASYNC");
    else edits.remove(at);
  }),
  "index-using": edited((edits) => {
    const at = edits.find(["using"]);
    if (METHODS.has(edits.tokens[at + 1]?.text ?? "")) edits.remove(at, at + 2);
  }),
  "index-order": edited((edits) => withoutWords(edits, ["asc", "desc"])),
  "index-collate": edited((edits) => withoutClause(edits, "collate"), "text sorts by code point"),
  "index-operator-class": edited((edits) => {
    const classes = edits.tokens.map(({ text }) => text).filter((text) => text.endsWith("_ops"));
    withoutWords(edits, classes);
  }),
  "index-options": edited(withoutOptions),
  "index-tablespace": edited((edits) => withoutClause(edits, "tablespace")),
  "drop-index-concurrently": edited((edits) => edits.remove(edits.find(["concurrently"]))),
};
