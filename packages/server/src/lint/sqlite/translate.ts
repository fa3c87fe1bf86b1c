/**
 * One statement of SQLite in PostgreSQL's words. Tables and their indexes are read by node-sql-parser,
 * whose trees are those of MySQL's; queries and changes of rows are gone through token by token.
 */
import sqliteParser from "node-sql-parser/build/sqlite.js";
import type { Node } from "../mysql/expressions.ts";
import { SchemaStatements } from "../mysql/schema-statements.ts";
import type { Remark, Translation } from "../mysql/translation.ts";
import { Untranslatable, quotedName, quotedText } from "../mysql/translation.ts";
import type { SqliteToken } from "./sqlite-tokens.ts";
import { sqliteTokens } from "./sqlite-tokens.ts";
import { withKnownTypes } from "./table-tree.ts";

const { Parser } = sqliteParser;
const parser = new Parser();

/** What concerns the file alone; a dump's one transaction would be too large, and holds both kinds. */
const LEFT_OUT =
  /^(?:pragma|vacuum|analyze|attach|detach|reindex|begin|commit|end|rollback|(?:delete\s+from|insert\s+into)\s+"?sqlite_\w+)\b/iu;
const SCHEMA =
  /^(?:create\s+(?:temp\w*\s+)?table|create\s+(?:unique\s+)?index)\b|^alter\s[\s\S]*\sadd\s/iu;
const WITHOUT_EQUIVALENT = /^create\s+(?:temp\w*\s+)?(trigger|virtual\s+table)\b/iu;

/** Nothing in PostgreSQL does the same by another name alone. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  "changes glob group_concat hex julianday last_insert_rowid printf random randomblob rowid strftime total typeof unixepoch zeroblob".split(
    " ",
  ),
);

/** datetime('now') and its kin, which stand for the present in most schemas. */
const PRESENT: Readonly<Record<string, string>> = {
  datetime: "CURRENT_TIMESTAMP",
  date: "CURRENT_DATE",
  time: "CURRENT_TIME",
};

function textOf(token: SqliteToken): string {
  switch (token.kind) {
    case "name":
      return quotedName(token.value);
    case "string":
      return quotedText(token.value);
    case "blob":
      return `'\\x${token.value}'::bytea`;
    case "sign":
      return token.text === "==" ? "=" : token.text;
    case "word":
      if (FUNCTIONS.has(token.value)) {
        throw new Untranslatable("sqlite-function", `SQLite's ${token.text} has no equivalent`);
      }
      return token.value === "ifnull" ? "coalesce" : token.text;
  }
}

/** The function of the present that begins at `at`, which is four tokens long. */
function presentAt(tokens: readonly SqliteToken[], at: number): string | undefined {
  const [name, open, now, close] = tokens.slice(at, at + 4);
  const isCall = open?.text === "(" && now?.value === "now" && close?.text === ")";
  return isCall && name?.kind === "word" ? PRESENT[name.value] : undefined;
}

/** With blanks and comments as they were. */
function rewritten(text: string, one: (token: SqliteToken) => string): string {
  const tokens = [...sqliteTokens(text)];
  let result = "";
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    const present = presentAt(tokens, at);
    if (token === undefined) continue;
    result += text.slice(from, token.start) + (present ?? one(token));
    if (present !== undefined) at += 3;
    from = tokens[at]?.end ?? text.length;
  }
  return result + text.slice(from);
}

function treeOf(text: string): Node {
  const plain = rewritten(text, (token) =>
    token.kind === "name" ? `"${token.value.replaceAll('"', '""')}"` : token.text,
  );
  try {
    const tree: unknown = parser.astify(plain, { database: "Sqlite" });
    return (Array.isArray(tree) ? tree[0] : tree) as Node;
  } catch (error) {
    const what = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    const found = /but (.*) found/u.exec(what)?.[1] ?? "it";
    throw new Untranslatable("sqlite-syntax", `SQLite's grammar does not take ${found} here`);
  }
}

function indexStatement(text: string): string {
  const words = rewritten(text, textOf);
  return words.replace(/\bindex\b/iu, "INDEX ASYNC").replaceAll(/\s+(?:asc|desc)\b/giu, "");
}

function schemaStatement(text: string): Translation {
  if (/^create\s+(?:unique\s+)?index/iu.test(text)) {
    return { statements: [indexStatement(text)], remarks: [] };
  }
  const { tree, remarks } = withKnownTypes(treeOf(text));
  const table = tree["table"];
  const schema = new SchemaStatements((Array.isArray(table) ? table[0] : table) as Node);
  if ((tree["as"] ?? null) !== null) {
    throw new Untranslatable("sqlite-create-as", "CREATE TABLE from a query has no equivalent");
  }
  const statements = tree["type"] === "alter" ? schema.alter(tree) : schema.create(tree);
  return { statements, remarks: [...remarks, ...schema.remarks] };
}

/** INSERT OR IGNORE is ON CONFLICT DO NOTHING; the others name no key. */
function changeOfRows(text: string): string {
  const or = /^(insert|update)\s+or\s+(\w+)/iu.exec(text);
  if (/^replace\b/iu.test(text) || (or !== null && or[2]?.toLowerCase() !== "ignore")) {
    const message = "REPLACE and OR REPLACE have no equivalent: ON CONFLICT names its key";
    throw new Untranslatable("sqlite-replace", message);
  }
  const plain = or === null ? text : text.replace(or[0], or[1] ?? "");
  return rewritten(plain, textOf) + (or === null ? "" : " ON CONFLICT DO NOTHING");
}

function translated(text: string): Translation {
  if (LEFT_OUT.test(text)) return { statements: [], remarks: [] };
  const object = WITHOUT_EQUIVALENT.exec(text)?.[1];
  if (object !== undefined) {
    const message = `SQLite's CREATE ${object.toUpperCase()} has no equivalent`;
    throw new Untranslatable("sqlite-object", message);
  }
  if (SCHEMA.test(text)) return schemaStatement(text);
  return { statements: [changeOfRows(text)], remarks: [] };
}

/** What the shared parts say of MySQL. */
function ofSqlite({ rule, message }: Remark): Remark {
  return { rule: rule.replace(/^mysql-/u, "sqlite-"), message: message.replace("MySQL", "SQLite") };
}

export function translateSqlite(text: string): Translation {
  try {
    const { statements, remarks } = translated(text);
    return { statements, remarks: remarks.map(ofSqlite) };
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    return { statements: undefined, remarks: [ofSqlite(error)] };
  }
}
