/** ALTER TABLE ASYNC ... VALIDATE CONSTRAINT: a job in the background, whose id is the answer. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { schemaName } from "../catalog/schema-name.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, list, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { requireValidatable } from "./alter-constraint.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf, nameOfRangeVar, tableNamed } from "./ddl-context.ts";
import { submitJob } from "./submit-job.ts";
import type { UtilityResult } from "./utility-result.ts";

function constraintNamed(statement: ParseNode): string {
  const [only, ...others] = list(statement, "cmds").map((node) => asTag(node, "AlterTableCmd"));
  if (only === undefined || others.length > 0) throw featureNotSupported("ALTER TABLE ASYNC");
  const subtype = string(only, "subtype");
  if (subtype === "AT_ValidateConstraint") return string(only, "name");
  throw featureNotSupported(
    `ALTER TABLE ASYNC ... ${subtype
      .replace("AT_", "")
      .replace(/([a-z])([A-Z])/gu, "$1 $2")
      .toUpperCase()}`,
  );
}

function submit(context: DdlContext, table: TableDescriptor, constraint: string): string {
  return submitJob(context, {
    type: "VALIDATE_CONSTRAINT",
    command: "ALTER TABLE ASYNC",
    table: table.oid,
    object: table.oid,
    objectName: `${schemaName(imageOf(context), table)}.${table.name}`,
    constraint,
  });
}

export function validateAsync(context: DdlContext, statement: ParseNode): UtilityResult {
  const name = nameOfRangeVar(requiredChild(statement, "relation"));
  const constraint = constraintNamed(statement);
  const table = tableNamed(context, name);
  requireValidatable(table, constraint);
  if (context.transaction.schemaChanged) {
    throw new SqlError(
      "0A000",
      "ALTER TABLE ASYNC after other changes of the schema is not supported",
    );
  }
  return { command: "ALTER TABLE", rows: [[submit(context, table, constraint)]] };
}
