/** Refused parts of queries and of changes of rows. */
import { asTag, child, list, names, string } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { GOLD, PATTERN, PIST, USER, when } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { partsOf } from "../statement-parts.ts";

const QUERIES = [
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "ExplainStmt",
  "CallStmt",
  "CopyStmt",
  "ViewStmt",
];

const LOCKS = new Set(["LCS_FORUPDATE", "LCS_FORKEYSHARE"]);

const TEXT_SEARCH = new Set([
  "to_tsvector",
  "to_tsquery",
  "plainto_tsquery",
  "phraseto_tsquery",
  "websearch_to_tsquery",
  "json_to_tsvector",
  "jsonb_to_tsvector",
  "ts_headline",
]);

const GEOMETRIC = new Set(["point", "line", "lseg", "box", "path", "polygon", "circle"]);

function functionName(call: ParseNode): string {
  return names(call, "funcname").at(-1) ?? "";
}

/** The first called function of those, by name. */
function called(node: ParseNode, isOne: (name: string) => boolean): ParseNode | undefined {
  return partsOf(node, "FuncCall").find((call) => isOne(functionName(call)));
}

/** Of what is no constant: what stands in the service's texts for it is not known. */
function constantText(node: ParseNode | undefined): string {
  const cast = asTag(node, "TypeCast");
  const constant = asTag(cast === undefined ? node : child(cast, "arg"), "A_Const");
  const text = constant && child(constant, "sval");
  return text === undefined ? "" : string(text, "sval");
}

/** The configuration that a text search names first, or the default one. */
function configuration(call: ParseNode): string {
  const [first, second] = list(call, "args");
  const named = constantText(first);
  return second === undefined || named === "" ? "english" : named;
}

function geometricCast(node: ParseNode): string | undefined {
  for (const cast of partsOf(node, "TypeCast")) {
    const name = names(child(cast, "typeName") ?? {}, "names").at(-1) ?? "";
    if (GEOMETRIC.has(name)) return name;
  }
  return undefined;
}

export const QUERY_RULES: readonly Rule[] = [
  {
    id: "merge",
    refuses: "MERGE",
    statements: QUERIES,
    text: "unsupported statement type: MERGE",
    find: when((node, { tag }) => tag === "MergeStmt" || partsOf(node, "MergeStmt").length > 0),
    refused: [
      "MERGE INTO examples.parent t USING examples.child s ON t.id = s.id WHEN MATCHED THEN DELETE",
    ],
    accepted: [
      "DELETE FROM examples.child USING examples.parent p WHERE p.id = examples.child.id",
      "INSERT INTO examples.parent VALUES (1, 'b') ON CONFLICT (id) DO UPDATE SET name = 'b'",
    ],
    ...GOLD,
  },
  {
    id: "select-into",
    refuses: "SELECT INTO",
    statements: ["SelectStmt"],
    text: "unsupported statement: CreateTableAs",
    find: when((node) => child(node, "intoClause") !== undefined),
    refused: ["SELECT id INTO examples.copy FROM examples.parent"],
    accepted: ["SELECT id FROM examples.parent"],
    ...PATTERN,
  },
  {
    id: "tablesample",
    refuses: "TABLESAMPLE",
    statements: QUERIES,
    text: "TABLESAMPLE clause not supported",
    find: when((node) => partsOf(node, "RangeTableSample").length > 0),
    refused: ["SELECT name FROM examples.parent TABLESAMPLE SYSTEM (1)"],
    accepted: ["SELECT name FROM examples.parent ORDER BY random() LIMIT 1"],
    ...GOLD,
  },
  {
    id: "row-locks",
    refuses: "FOR SHARE and FOR NO KEY UPDATE",
    statements: QUERIES,
    text: "locking clauses other than FOR UPDATE/FOR KEY SHARE are not supported",
    find: when((node) =>
      partsOf(node, "LockingClause").some((lock) => !LOCKS.has(string(lock, "strength"))),
    ),
    refused: [
      "SELECT * FROM examples.parent FOR SHARE",
      "SELECT * FROM examples.parent FOR NO KEY UPDATE",
      "SELECT (SELECT 1 FROM examples.parent FOR SHARE)",
    ],
    accepted: [
      "SELECT * FROM examples.parent WHERE name = 'a' FOR UPDATE",
      "SELECT p.* FROM examples.parent p JOIN examples.child c ON c.parent = p.id FOR KEY SHARE",
      "SELECT * FROM examples.parent FOR UPDATE SKIP LOCKED",
    ],
    ...GOLD,
  },
  {
    id: "text-search",
    refuses: "functions of text search",
    statements: QUERIES,
    sqlstate: "42704",
    text: 'text search configuration "{}" does not exist',
    find: (node) => {
      const call = called(node, (name) => TEXT_SEARCH.has(name));
      const named = call && configuration(call);
      // The only one there is.
      return named === "simple" ? undefined : named;
    },
    source: "GOLD",
    observed: "2026-09-18",
    refused: [
      "SELECT to_tsvector('english', 'hello world')",
      "SELECT websearch_to_tsquery('hello')",
      "SELECT 1 WHERE to_tsvector('english', 'a') @@ to_tsquery('english', 'a')",
    ],
    accepted: ["SELECT 'hello world' LIKE '%hello%'"],
  },
  {
    id: "geometric-functions",
    refuses: "functions that make geometric values",
    statements: QUERIES,
    text: "datatype {} not supported",
    find: (node) => {
      const call = called(node, (name) => GEOMETRIC.has(name));
      return call && functionName(call);
    },
    refused: ["SELECT line('{1,2,3}')", "SELECT circle('<(0,0),1>'::text)"],
    accepted: ["SELECT '127.0.0.1'::inet", "SELECT string_to_array('1,2,3', ',')"],
    ...GOLD,
  },
  {
    id: "geometric-casts",
    refuses: "casts to geometric types",
    statements: QUERIES,
    text: "datatype {} not supported",
    find: geometricCast,
    refused: ["SELECT '(1,2)'::point"],
    accepted: ["SELECT '{1,2}'::int[]"],
    ...PATTERN,
  },
  {
    id: "advisory-locks",
    refuses: "advisory locks",
    statements: QUERIES,
    text: "function {} not supported",
    find: (node) => {
      const call = called(node, (name) => /^pg_(?:try_)?advisory_/u.test(name));
      return call && functionName(call);
    },
    refused: ["SELECT pg_advisory_lock(1)", "SELECT pg_try_advisory_xact_lock(1, 2)"],
    accepted: ["SELECT * FROM examples.parent WHERE id = 1 FOR UPDATE"],
    ...PIST,
  },
  {
    id: "set-config",
    refuses: "set_config()",
    statements: QUERIES,
    text: 'setting configuration parameter "{}" not supported',
    find: (node) => {
      const call = called(node, (name) => name === "set_config");
      return call && constantText(list(call, "args")[0]);
    },
    atCall: true,
    refused: ["SELECT pg_catalog.set_config('search_path', '', false)"],
    accepted: ["SELECT current_setting('search_path')", "SET search_path = public"],
    ...USER,
  },
  {
    id: "notify-function",
    refuses: "pg_notify()",
    statements: QUERIES,
    text: "function {} not supported",
    find: (node) => {
      const call = called(node, (name) => name === "pg_notify");
      return call && functionName(call);
    },
    refused: ["SELECT pg_notify('a', 'b')"],
    accepted: ["SELECT pg_typeof('b')"],
    ...PATTERN,
  },
  {
    id: "copy-file",
    refuses: "COPY with a file or a program",
    statements: ["CopyStmt"],
    text: "COPY with {} not supported",
    find: (node) => {
      if (node["is_program"] === true) return "PROGRAM";
      return string(node, "filename") === "" ? undefined : "file";
    },
    refused: ["COPY examples.parent TO '/tmp/a'", "COPY examples.parent FROM PROGRAM 'ls'"],
    accepted: ["COPY examples.parent TO STDOUT"],
    ...PATTERN,
  },
  {
    id: "do",
    refuses: "DO",
    statements: ["DoStmt"],
    text: "unsupported statement: Do",
    refused: ["DO $$ BEGIN END $$"],
    accepted: ["SELECT examples.one()"],
    ...USER,
  },
];
