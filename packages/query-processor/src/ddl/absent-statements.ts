/** Statements that are not there: what they are called, and what there is instead. */
import { featureNotSupported, type SqlError } from "@firstlight/common";
import { string } from "../parse/node.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";

/** Statements whose parse nodes are named otherwise than they are written. */
const NAMES: Readonly<Record<string, string>> = {
  CreateTrigStmt: "CREATE TRIGGER",
  RuleStmt: "CREATE RULE",
  CreateEventTrigStmt: "CREATE EVENT TRIGGER",
  AlterEventTrigStmt: "ALTER EVENT TRIGGER",
  CreateFdwStmt: "CREATE FOREIGN DATA WRAPPER",
  AlterFdwStmt: "ALTER FOREIGN DATA WRAPPER",
  CreateForeignServerStmt: "CREATE SERVER",
  AlterForeignServerStmt: "ALTER SERVER",
  CreateAmStmt: "CREATE ACCESS METHOD",
  CreateOpClassStmt: "CREATE OPERATOR CLASS",
  CreateOpFamilyStmt: "CREATE OPERATOR FAMILY",
  AlterOpFamilyStmt: "ALTER OPERATOR FAMILY",
  SecLabelStmt: "SECURITY LABEL",
  CreateTableSpaceStmt: "CREATE TABLESPACE",
  DropTableSpaceStmt: "DROP TABLESPACE",
  AlterTableSpaceOptionsStmt: "ALTER TABLESPACE",
  AlterTSDictionaryStmt: "ALTER TEXT SEARCH DICTIONARY",
  AlterTSConfigurationStmt: "ALTER TEXT SEARCH CONFIGURATION",
};

const HINTS: Readonly<Record<string, string>> = {
  CreateTrigStmt:
    "Generated columns, defaults, CHECK constraints and the actions of foreign keys take effect at each change of a row.",
  RuleStmt: "Views of one table take INSERT, UPDATE and DELETE without rules.",
  CreatePolicyStmt: "Views WITH CHECK OPTION show and take a part of a table's rows.",
};

/** "CREATE CONVERSION" from CreateConversionStmt. */
function nameOf({ tag, node }: ParsedStatement): string {
  if (tag === "DefineStmt") {
    const kind = string(node, "kind").replace(/^OBJECT_/u, "");
    return `CREATE ${kind.replace(/^TS/u, "TEXT SEARCH ")}`;
  }
  const words = tag.replace(/Stmt$/u, "").replace(/([a-z])([A-Z])/gu, "$1 $2");
  return NAMES[tag] ?? words.toUpperCase();
}

export function absentStatement(statement: ParsedStatement): SqlError {
  const hint = HINTS[statement.tag];
  return featureNotSupported(nameOf(statement), hint === undefined ? {} : { hint });
}
