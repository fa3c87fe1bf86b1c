/** Which statements are about functions and procedures, with their command tags. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { asTag, child, list, string, stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { alterFunction, giveFunction, moveFunction, renameFunction } from "./alter-function.ts";
import { createAggregate } from "./create-aggregate.ts";
import { createCast } from "./create-cast.ts";
import { createOperator } from "./create-operator.ts";
import { createFunction } from "./create-function.ts";
import { refuseLanguage } from "./function-language.ts";

interface FunctionUtility {
  readonly command: string;
  run(context: DdlContext, statement: ParseNode, source: string): Promise<void> | void;
}

const NOUNS: Readonly<Record<string, string>> = {
  OBJECT_FUNCTION: "FUNCTION",
  OBJECT_PROCEDURE: "PROCEDURE",
  OBJECT_ROUTINE: "ROUTINE",
  OBJECT_AGGREGATE: "AGGREGATE",
};

function nounOf(statement: ParseNode, field: string): string | undefined {
  return NOUNS[string(statement, field)];
}

function altering(
  field: string,
  run: FunctionUtility["run"],
): (statement: ParseNode) => FunctionUtility | undefined {
  return (statement) => {
    const noun = nounOf(statement, field);
    return noun === undefined ? undefined : { command: `ALTER ${noun}`, run };
  };
}

/** Code in another language: there is none of them. */
function doBlock(_context: DdlContext, statement: ParseNode): void {
  const options = list(statement, "args").map((each) => asTag(each, "DefElem") ?? {});
  const named = options.find((each) => string(each, "defname") === "language");
  const language = stringValue(named && child(named, "arg")) ?? "plpgsql";
  if (language === "sql" || language === "internal" || language === "c") {
    throw new SqlError("0A000", `language "${language}" does not support inline code execution`);
  }
  refuseLanguage(language);
  throw featureNotSupported("DO");
}

const DEFINED: Readonly<Record<string, FunctionUtility>> = {
  OBJECT_AGGREGATE: { command: "CREATE AGGREGATE", run: createAggregate },
  OBJECT_OPERATOR: { command: "CREATE OPERATOR", run: createOperator },
};

const FORMS: Readonly<Record<string, (statement: ParseNode) => FunctionUtility | undefined>> = {
  CreateFunctionStmt: (statement) => ({
    command: statement["is_procedure"] === true ? "CREATE PROCEDURE" : "CREATE FUNCTION",
    run: createFunction,
  }),
  AlterFunctionStmt: altering("objtype", alterFunction),
  RenameStmt: altering("renameType", renameFunction),
  AlterOwnerStmt: altering("objectType", giveFunction),
  AlterObjectSchemaStmt: altering("objectType", moveFunction),
  CreateCastStmt: () => ({ command: "CREATE CAST", run: createCast }),
  DefineStmt: (statement) => DEFINED[string(statement, "kind")],
  DoStmt: () => ({ command: "DO", run: doBlock }),
};

/** Undefined: the statement is about something else. */
export function functionForm(tag: string, statement: ParseNode): FunctionUtility | undefined {
  return FORMS[tag]?.(statement);
}
