/** Schema changes and maintenance statements by the tag of their parse node. */
import { featureNotSupported } from "@firstlight/common";
import { withSource } from "../bind/errors.ts";
import { string } from "../parse/node.ts";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";
import { isVacuum, vacuumOrAnalyze } from "./analyze.ts";
import { alterTable, rename } from "./alter-table.ts";
import { createIndex } from "./create-index.ts";
import { createTable } from "./create-table.ts";
import { createTableAs } from "./create-table-as.ts";
import { createView } from "./create-view.ts";
import type { DdlContext } from "./ddl-context.ts";
import { functionForm } from "./function/function-utilities.ts";
import { drop } from "./drop.ts";
import { alterRole, createRole, dropRole } from "./role.ts";
import { createSchema } from "./schema.ts";
import { createSequence } from "./sequence.ts";
import { setConstraints } from "./set-constraints.ts";
import { truncate } from "./truncate.ts";
import type { UtilityResult } from "./utility-result.ts";
import { TYPE_UTILITIES, typeForm } from "./type/type-utilities.ts";

interface Utility {
  /** Command tag, or what makes it. */
  readonly command: string | ((statement: ParseNode) => string);
  readonly readsOnly?: boolean;
  readonly outsideTransactionOnly?: (statement: ParseNode) => boolean;
  /** `source` is the whole text that the client sent. */
  run(
    context: DdlContext,
    statement: ParseNode,
    source: string,
  ): Promise<UtilityResult | void> | UtilityResult | void;
}

const DROP_COMMANDS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: "DROP TABLE",
  OBJECT_SEQUENCE: "DROP SEQUENCE",
  OBJECT_VIEW: "DROP VIEW",
  OBJECT_MATVIEW: "DROP MATERIALIZED VIEW",
  OBJECT_INDEX: "DROP INDEX",
  OBJECT_SCHEMA: "DROP SCHEMA",
  OBJECT_TYPE: "DROP TYPE",
  OBJECT_DOMAIN: "DROP DOMAIN",
  OBJECT_FUNCTION: "DROP FUNCTION",
  OBJECT_PROCEDURE: "DROP PROCEDURE",
  OBJECT_ROUTINE: "DROP ROUTINE",
};

const RENAME_COMMANDS: Readonly<Record<string, string>> = {
  OBJECT_INDEX: "ALTER INDEX",
};

const nothing = (): void => {};

const VACUUM: Utility = {
  command: (statement) => (isVacuum(statement) ? "VACUUM" : "ANALYZE"),
  readsOnly: true,
  outsideTransactionOnly: isVacuum,
  run: vacuumOrAnalyze,
};

const UTILITIES: Readonly<Record<string, Utility>> = {
  ...TYPE_UTILITIES,
  CreateStmt: { command: "CREATE TABLE", run: createTable },
  CreateTableAsStmt: { command: "CREATE TABLE AS", run: createTableAs },
  ViewStmt: { command: "CREATE VIEW", run: createView },
  CreateSchemaStmt: { command: "CREATE SCHEMA", run: createSchema },
  CreateSeqStmt: { command: "CREATE SEQUENCE", run: createSequence },
  IndexStmt: {
    command: "CREATE INDEX",
    outsideTransactionOnly: (statement) => statement["concurrent"] === true,
    run: createIndex,
  },
  DropStmt: {
    command: (statement) => DROP_COMMANDS[string(statement, "removeType")] ?? "DROP",
    run: drop,
  },
  AlterTableStmt: { command: "ALTER TABLE", run: alterTable },
  RenameStmt: {
    command: (statement) => RENAME_COMMANDS[string(statement, "renameType")] ?? "ALTER TABLE",
    run: rename,
  },
  TruncateStmt: { command: "TRUNCATE TABLE", run: truncate },
  CreateRoleStmt: { command: "CREATE ROLE", run: createRole },
  AlterRoleStmt: { command: "ALTER ROLE", run: alterRole },
  DropRoleStmt: { command: "DROP ROLE", run: dropRole },
  VacuumStmt: VACUUM,
  ConstraintsSetStmt: { command: "SET CONSTRAINTS", readsOnly: true, run: setConstraints },
  CheckPointStmt: { command: "CHECKPOINT", readsOnly: true, run: nothing },
};

export interface UtilityPlan {
  readonly command: string;
  readonly readsOnly: boolean;
  readonly outsideTransactionOnly: boolean;
  run(context: DdlContext): Promise<UtilityResult | undefined>;
}

/** 0A000 with the statement's name for what is not there. */
export function planUtility(statement: ParsedStatement): UtilityPlan {
  const { tag, node } = statement;
  const utility: Utility | undefined =
    typeForm(tag, node) ?? functionForm(tag, node) ?? UTILITIES[tag];
  if (utility === undefined) throw featureNotSupported(statementName(statement));
  const { command, outsideTransactionOnly, readsOnly }: Utility = utility;
  return {
    command: typeof command === "string" ? command : command(statement.node),
    readsOnly: readsOnly ?? false,
    outsideTransactionOnly: outsideTransactionOnly?.(statement.node) ?? false,
    run: (context) =>
      positioned(statement.source, async () =>
        utility.run(context, statement.node, statement.source),
      ),
  };
}

/** Errors of binding leave with character positions. */
async function positioned(
  source: string,
  step: () => Promise<UtilityResult | void>,
): Promise<UtilityResult | undefined> {
  let failure: unknown;
  try {
    return (await step()) ?? undefined;
  } catch (error) {
    failure = error;
  }
  return withSource(source, () => {
    throw failure;
  });
}

/** Statements whose parse nodes are named otherwise than they are written. */
const STATEMENT_NAMES: Readonly<Record<string, string>> = {
  CreateTrigStmt: "CREATE TRIGGER",
  CreatedbStmt: "CREATE DATABASE",
  DropdbStmt: "DROP DATABASE",
  RuleStmt: "CREATE RULE",
  DefineStmt: "CREATE AGGREGATE, OPERATOR or TYPE",
};

/** "CREATE EXTENSION" from CreateExtensionStmt. */
function statementName(statement: ParsedStatement): string {
  const known = STATEMENT_NAMES[statement.tag];
  if (known !== undefined) return known;
  const words = statement.tag.replace(/Stmt$/u, "").replace(/([a-z])([A-Z])/gu, "$1 $2");
  return words.toUpperCase();
}
