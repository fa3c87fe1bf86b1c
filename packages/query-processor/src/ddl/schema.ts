/** CREATE SCHEMA. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { child, flag, list, optionalString } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { string } from "../parse/node.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "./ddl-context.ts";

export async function createSchema(context: DdlContext, statement: ParseNode): Promise<void> {
  const role = child(statement, "authrole");
  const name = optionalString(statement, "schemaname") ?? (role && string(role, "rolename")) ?? "";
  if (list(statement, "schemaElts").length > 0) {
    throw featureNotSupported("CREATE SCHEMA with schema elements");
  }
  if (name.startsWith("pg_")) {
    throw new SqlError("42939", `unacceptable schema name "${name}"`, {
      detail: 'The prefix "pg_" is reserved for system schemas.',
    });
  }
  if (imageOf(context).schemaByName(name) !== undefined) {
    if (!flag(statement, "if_not_exists")) {
      throw new SqlError("42P06", `schema "${name}" already exists`);
    }
    context.session.notice("NOTICE", "42P06", `schema "${name}" already exists, skipping`);
    return;
  }
  const oid = await newOid(context);
  applyChanges(context, [{ put: { kind: "schema", oid, name, owner: ownerOf(context) } }]);
}
