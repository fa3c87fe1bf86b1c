/** Refused forms of transaction control, and what may not share a transaction. */
import { list, string } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { constantText, options } from "../../../session/parse-fields.ts";
import { GOLD, ORM, PATTERN, fieldIs, when } from "../rule.ts";
import type { Rule } from "../rule.ts";

const TRANSACTION = ["TransactionStmt"];

/** The level asked for if there is none like it here. */
export function refusedLevel(nodes: readonly ParseNode[]): string | undefined {
  for (const { name, value } of options(nodes)) {
    const level = value === undefined ? undefined : constantText(value);
    if (name !== "transaction_isolation" || level === undefined) continue;
    if (level !== "repeatable read") return level.toUpperCase();
  }
  return undefined;
}

export const TRANSACTION_RULES: readonly Rule[] = [
  {
    id: "savepoint",
    refuses: "SAVEPOINT",
    statements: TRANSACTION,
    text: "unsupported transaction statement: SAVEPOINT",
    find: fieldIs("kind", "TRANS_STMT_SAVEPOINT"),
    refused: ["SAVEPOINT a", ["BEGIN", "SAVEPOINT a"]],
    accepted: ["BEGIN"],
    ...GOLD,
  },
  {
    id: "release-savepoint",
    refuses: "RELEASE SAVEPOINT",
    statements: TRANSACTION,
    text: "unsupported transaction statement: RELEASE",
    find: fieldIs("kind", "TRANS_STMT_RELEASE"),
    refused: ["RELEASE SAVEPOINT a", ["BEGIN", "RELEASE a"]],
    accepted: [["BEGIN", "COMMIT"]],
    ...GOLD,
  },
  {
    id: "rollback-to-savepoint",
    refuses: "ROLLBACK TO SAVEPOINT",
    statements: TRANSACTION,
    text: "unsupported transaction statement: ROLLBACK TO",
    find: fieldIs("kind", "TRANS_STMT_ROLLBACK_TO"),
    refused: ["ROLLBACK TO SAVEPOINT a", ["BEGIN", "ROLLBACK TO a"]],
    accepted: [["BEGIN", "ROLLBACK"]],
    ...GOLD,
  },
  {
    id: "two-phase-commit",
    refuses: "PREPARE TRANSACTION, COMMIT PREPARED and ROLLBACK PREPARED",
    statements: TRANSACTION,
    text: "unsupported transaction statement: {}",
    find: (node) =>
      ({
        TRANS_STMT_PREPARE: "PREPARE TRANSACTION",
        TRANS_STMT_COMMIT_PREPARED: "COMMIT PREPARED",
        TRANS_STMT_ROLLBACK_PREPARED: "ROLLBACK PREPARED",
      })[string(node, "kind")],
    refused: ["PREPARE TRANSACTION 'a'", "COMMIT PREPARED 'a'", "ROLLBACK PREPARED 'a'"],
    accepted: [["BEGIN", "COMMIT AND NO CHAIN"]],
    ...PATTERN,
  },
  {
    id: "chain",
    refuses: "COMMIT AND CHAIN and ROLLBACK AND CHAIN",
    statements: TRANSACTION,
    text: "unsupported transaction statement: AND CHAIN",
    find: when((node) => node["chain"] === true),
    refused: [
      ["BEGIN", "COMMIT AND CHAIN"],
      ["BEGIN", "ROLLBACK AND CHAIN"],
    ],
    accepted: [
      ["BEGIN", "COMMIT AND NO CHAIN"],
      ["BEGIN", "ABORT"],
    ],
    ...PATTERN,
  },
  {
    id: "isolation-level",
    refuses: "any isolation level but REPEATABLE READ",
    statements: TRANSACTION,
    text: "Unsupported isolation level: {}",
    find: (node) => refusedLevel(list(node, "options")),
    refused: [
      "BEGIN ISOLATION LEVEL SERIALIZABLE",
      "START TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ],
    accepted: ["BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "START TRANSACTION READ WRITE"],
    ...GOLD,
  },
  {
    id: "set-isolation-level",
    refuses: "any isolation level but REPEATABLE READ, of SET",
    statements: ["VariableSetStmt"],
    text: "Unsupported isolation level: {}",
    find: (node) =>
      string(node, "kind") === "VAR_SET_MULTI" ? refusedLevel(list(node, "args")) : undefined,
    refused: [
      "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
      "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ],
    accepted: ["SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ"],
    ...GOLD,
  },
  {
    id: "multiple-ddl",
    refuses: "a second schema change in a transaction",
    statements: [],
    text: "multiple ddl statements not supported in a transaction",
    refused: [
      ["BEGIN", "CREATE TABLE examples.a (id int)", "CREATE TABLE examples.b (id int)"],
      "CREATE TABLE examples.a (id int); CREATE TABLE examples.b (id int)",
      "CREATE TABLE examples.a (id int); CREATE INDEX ASYNC ON examples.a (id)",
      ["BEGIN", "GRANT SELECT ON examples.parent TO PUBLIC", "DROP TABLE examples.child"],
    ],
    accepted: [
      ["BEGIN", "CREATE TABLE examples.a (id int)"],
      "BEGIN; CREATE TABLE examples.a (id int); COMMIT; CREATE TABLE examples.b (id int)",
      "BEGIN; CREATE INDEX ASYNC ON examples.parent (name); COMMIT",
    ],
    ...GOLD,
  },
  {
    id: "ddl-and-dml",
    refuses: "a schema change and a change of rows in one transaction, in either order",
    statements: [],
    text: "ddl and dml are not supported in the same transaction",
    refused: [
      ["BEGIN", "CREATE TABLE examples.a (id int)", "INSERT INTO examples.a VALUES (1)"],
      ["BEGIN", "INSERT INTO examples.parent VALUES (9, 'i')", "CREATE TABLE examples.a (id int)"],
      ["BEGIN", "DELETE FROM examples.child", "DROP TABLE examples.child"],
      "CREATE TABLE examples.a (id int); INSERT INTO examples.a VALUES (1)",
      [
        "BEGIN",
        "WITH d AS (DELETE FROM examples.child RETURNING id) SELECT * FROM d",
        "DROP TABLE examples.child",
      ],
    ],
    accepted: [
      ["BEGIN", "SELECT * FROM examples.parent", "CREATE TABLE examples.a (id int)"],
      ["BEGIN", "CREATE TABLE examples.a (id int)", "SELECT * FROM examples.a"],
      ["BEGIN", "DELETE FROM examples.child", "INSERT INTO examples.parent VALUES (9, 'i')"],
    ],
    ...GOLD,
  },
  {
    id: "declare-cursor",
    refuses: "DECLARE CURSOR",
    statements: ["DeclareCursorStmt"],
    text: "unsupported statement: DeclareCursor",
    refused: [["BEGIN", "DECLARE c CURSOR FOR SELECT 1"]],
    accepted: [["BEGIN", "SELECT 1"]],
    ...ORM,
  },
];
