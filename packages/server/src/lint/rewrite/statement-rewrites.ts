/** Statements that Aurora DSQL has something else for, or that can be left out. */
import type { ParsedStatement } from "@firstlight/query-processor";
import type { Rewrite, Rewriter } from "./rewrite.ts";
import { LEFT_OUT, edited } from "./rewrite.ts";
import { TokenEdits } from "./token-edits.ts";

/** What they are used for is there without them. */
const NEEDLESS_EXTENSIONS = /\b(pgcrypto|uuid-ossp|plpgsql)\b/iu;

function leftOut(note?: string): Rewriter {
  return () => (note === undefined ? LEFT_OUT : { ...LEFT_OUT, note });
}

/** TRUNCATE [TABLE] [ONLY] a [*], b [RESTART | CONTINUE IDENTITY] [CASCADE | RESTRICT] */
function deletes({ text }: ParsedStatement): Rewrite {
  const edits = new TokenEdits(text);
  let at = edits.is(1, "table") ? 2 : 1;
  const tables: string[] = [];
  for (;;) {
    if (edits.is(at, "only")) at++;
    const from = at++;
    while (edits.is(at, ".")) at += 2;
    tables.push(edits.written(from, at));
    if (edits.is(at, "*")) at++;
    if (!edits.is(at++, ",")) break;
  }
  return {
    statements: tables.map((table) => `DELETE FROM ${table}`),
    note: "a transaction deletes at most 3,000 rows; identity columns go on where they were",
  };
}

/** CREATE TYPE name AS ENUM ('a', 'b') */
function domainOfLabels({ text }: ParsedStatement): Rewrite | undefined {
  const edits = new TokenEdits(text);
  const as = edits.find(["as", "enum"]);
  if (as < 0) return undefined;
  const labels = edits.written(as + 2, edits.after(as + 2));
  return {
    statements: [`CREATE DOMAIN ${edits.written(2, as)} AS text CHECK (VALUE IN ${labels})`],
    note: "values sort by their text, not by the order of the labels",
  };
}

/** CREATE MATERIALIZED VIEW; CREATE TABLE AS has no equivalent without its columns' types. */
const plainView = edited((edits) => {
  if (!edits.is(0, "create", "materialized", "view")) return;
  edits.remove(1);
  if (edits.is(3, "if", "not", "exists")) edits.remove(3, 6);
  const data = edits.tokens.length - 1;
  if (edits.is(data - 1, "with", "data")) edits.remove(data - 1, data + 1);
  if (edits.is(data - 2, "with", "no", "data")) edits.remove(data - 2, data + 1);
}, "a view is computed each time that it is read");

/** Stronger locks than what was asked for. */
const strongerLocks = edited((edits) => {
  for (const { at } of edits.places("for")) {
    if (edits.is(at + 1, "no", "key", "update")) edits.replace(at + 1, at + 4, "UPDATE");
    else if (edits.is(at + 1, "share")) edits.replace(at + 1, at + 2, "UPDATE");
  }
}, "FOR UPDATE conflicts with more than what it stands for");

export const STATEMENT_REWRITES: Readonly<Record<string, Rewriter>> = {
  truncate: deletes,
  "create-enum": domainOfLabels,
  "create-table-as-and-create-materialized-view": plainView,
  "refresh-materialized-view": leftOut(),
  "create-extension": ({ text }) => (NEEDLESS_EXTENSIONS.test(text) ? LEFT_OUT : undefined),
  "row-locks": strongerLocks,
  deallocate: () => ({ statements: ["DEALLOCATE ALL"] }),
  vacuum: leftOut(),
  reindex: leftOut(),
  cluster: leftOut(),
  checkpoint: leftOut(),
  lock: leftOut("nothing waits for locks: conflicts are found at COMMIT"),
  set: leftOut(),
  "set-config": leftOut(),
  discard: leftOut(),
};
