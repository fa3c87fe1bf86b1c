/** Refused forms of CREATE INDEX. */
import { flag, list, optionalString, string, tagged } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { tokensOf } from "../../../parse/tokens.ts";
import { DOC, GOLD, MCP, PATTERN, PIST, when } from "../rule.ts";
import type { Rule } from "../rule.ts";

const INDEX = ["IndexStmt"];

function elements(node: ParseNode): readonly ParseNode[] {
  return tagged(list(node, "indexParams"), "IndexElem");
}

/** The tree does not tell USING btree from nothing: the word stands before the first parenthesis. */
function saysUsing(text: string): boolean {
  for (const token of tokensOf(text)) {
    if (token.text === "(") return false;
    if (token.text === "using") return true;
  }
  return false;
}

export const INDEX_RULES: readonly Rule[] = [
  {
    id: "create-index-concurrently",
    refuses: "CREATE INDEX CONCURRENTLY",
    statements: INDEX,
    text: "CONCURRENTLY not supported for CREATE INDEX",
    find: when((node) => flag(node, "concurrent")),
    refused: ["CREATE INDEX CONCURRENTLY i ON examples.parent (name)"],
    accepted: ["CREATE INDEX ASYNC i ON examples.parent (name)"],
    ...PIST,
  },
  {
    id: "index-using",
    // That the one method there is may be named was seen by a user on 2026-08-27.
    refuses: "USING of an index, except btree_index",
    statements: INDEX,
    text: "USING not supported for CREATE INDEX",
    find: when(
      (node, { text }) => string(node, "accessMethod") !== "btree_index" && saysUsing(text),
    ),
    refused: [
      "CREATE INDEX ASYNC i ON examples.parent USING btree (name)",
      "CREATE INDEX i ON examples.parent USING hash (name)",
    ],
    accepted: [
      'CREATE INDEX ASYNC "using" ON examples.parent (name)',
      "CREATE INDEX ASYNC ON examples.parent USING btree_index (name)",
    ],
    ...PIST,
  },
  {
    id: "create-index",
    refuses: "CREATE INDEX without ASYNC",
    statements: INDEX,
    text: "unsupported mode. please use CREATE INDEX ASYNC.",
    find: when((node) => !flag(node, "async")),
    // Seen of a client of the service that makes indexes of empty tables so; of others not known.
    liftedBy: { setting: "disable_sync_create_index", value: "off" },
    refused: [
      "CREATE INDEX i ON examples.parent (name)",
      "CREATE UNIQUE INDEX ON examples.parent (name)",
      "CREATE SCHEMA examples_other CREATE TABLE a (id int) CREATE INDEX i ON a (id)",
    ],
    accepted: [
      "CREATE INDEX ASYNC IF NOT EXISTS i ON examples.parent (name)",
      [
        "BEGIN",
        "SET LOCAL disable_sync_create_index = off",
        "CREATE INDEX i ON examples.parent (name)",
      ],
      "CREATE UNIQUE INDEX ASYNC ON examples.parent (name) NULLS NOT DISTINCT WHERE name <> ''",
      "CREATE INDEX ASYNC ON examples.parent ((lower(name)) NULLS FIRST) INCLUDE (id)",
    ],
    ...GOLD,
  },
  {
    id: "index-order",
    refuses: "ASC and DESC of an index",
    statements: INDEX,
    text: "ASC/DESC not supported for CREATE INDEX",
    find: when((node) =>
      elements(node).some((each) => /^SORTBY_(?:ASC|DESC)$/u.test(string(each, "ordering"))),
    ),
    refused: [
      "CREATE INDEX ASYNC ON examples.parent (name DESC)",
      "CREATE INDEX ASYNC ON examples.parent (name ASC)",
    ],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name NULLS FIRST)"],
    ...PATTERN,
    source: DOC.source,
  },
  {
    id: "index-collate",
    refuses: "COLLATE of an index",
    statements: INDEX,
    text: "COLLATE clause not supported",
    find: when((node) => elements(node).some((each) => list(each, "collation").length > 0)),
    refused: ['CREATE INDEX ASYNC ON examples.parent (name COLLATE "C")'],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
    ...PATTERN,
  },
  {
    id: "index-operator-class",
    refuses: "operator classes of an index",
    statements: INDEX,
    text: "opclass not supported for index keys",
    find: when((node) => elements(node).some((each) => list(each, "opclass").length > 0)),
    refused: ["CREATE INDEX ASYNC ON examples.parent (name text_pattern_ops)"],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
    ...MCP,
  },
  {
    id: "index-options",
    refuses: "WITH (storage parameters) of an index",
    statements: INDEX,
    text: "WITH clause not supported for CREATE INDEX",
    find: when((node) => list(node, "options").length > 0),
    refused: ["CREATE INDEX ASYNC ON examples.parent (name) WITH (fillfactor = 70)"],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
    ...PATTERN,
  },
  {
    id: "index-tablespace",
    refuses: "TABLESPACE of an index",
    statements: INDEX,
    text: "TABLESPACE clause not supported for CREATE INDEX",
    find: when((node) => optionalString(node, "tableSpace") !== undefined),
    refused: ["CREATE INDEX ASYNC ON examples.parent (name) TABLESPACE pg_default"],
    accepted: ["CREATE INDEX ASYNC ON examples.parent (name)"],
    ...PATTERN,
  },
  {
    id: "drop-index-concurrently",
    refuses: "DROP INDEX CONCURRENTLY",
    statements: ["DropStmt"],
    text: "DROP INDEX CONCURRENTLY must be first action in transaction",
    find: when((node) => flag(node, "concurrent")),
    refused: ["DROP INDEX CONCURRENTLY examples.things_size"],
    accepted: ["DROP INDEX IF EXISTS examples.nothing"],
    ...PIST,
  },
];
