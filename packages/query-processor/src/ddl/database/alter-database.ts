/** ALTER DATABASE: options, name and owner. Settings are in role-settings.ts. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { databaseNamed } from "../../catalog/databases.ts";
import { FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import { asTag, child, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { owns } from "../../privileges/access-check.ts";
import { canSetRole } from "../../privileges/memberships.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, ownerOf } from "../ddl-context.ts";
import { roleOidOf } from "../role-specification.ts";
import { described } from "./create-database.ts";
import { databaseOptions } from "./database-options.ts";
import {
  beingAccessed,
  mayCreateDatabases,
  othersIn,
  requireOwnDatabase,
} from "./find-database.ts";

export function alterDatabase(context: DdlContext, statement: ParseNode): void {
  const options = databaseOptions(context, statement, "alter");
  const database = requireOwnDatabase(context, string(statement, "dbname"));
  if (options.allowConnections === false && database.oid === imageOf(context).database) {
    throw new SqlError("22023", "cannot disallow connections for current database");
  }
  applyChanges(context, [{ put: described(database, options) }]);
}

/** REFRESH COLLATION VERSION: the database's order is that of code points, which has none. */
export function refreshDatabaseCollation(context: DdlContext, statement: ParseNode): void {
  requireOwnDatabase(context, string(statement, "dbname"));
  context.session.notice("NOTICE", "00000", "version has not changed");
}

export async function renameDatabase(context: DdlContext, statement: ParseNode): Promise<void> {
  const [from, to] = [string(statement, "subname"), string(statement, "newname")];
  const database = requireOwnDatabase(context, from);
  if (!mayCreateDatabases(context)) {
    throw new SqlError("42501", "permission denied to rename database");
  }
  if (databaseNamed(imageOf(context), to) !== undefined) {
    throw new SqlError("42P04", `database "${to}" already exists`);
  }
  if (database.oid === imageOf(context).database) {
    throw new SqlError("0A000", "current database cannot be renamed");
  }
  if (database.oid < FIRST_USER_OID) throw featureNotSupported(`renaming database ${from}`);
  const others = await othersIn(context, database, false);
  if (others > 0) throw beingAccessed("database", from, others);
  applyChanges(context, [{ put: { ...database, name: to } }]);
}

export function alterDatabaseOwner(context: DdlContext, statement: ParseNode): void {
  const object = asTag(child(statement, "object"), "String") ?? {};
  const owner = roleOidOf(
    context,
    asTag(child(statement, "newowner"), "RoleSpec") ?? child(statement, "newowner") ?? {},
  );
  const database = requireOwnDatabase(context, string(object, "sval"));
  if (database.owner === owner) return;
  const image = imageOf(context);
  const own = ownerOf(context);
  if (!owns(image, database.owner, own) || !canSetRole(image, own, owner)) {
    const name = [...image.objects.values()].find(
      (each) => each.kind === "role" && each.oid === owner,
    );
    throw new SqlError(
      "42501",
      `must be able to SET ROLE "${name?.kind === "role" ? name.name : ""}"`,
    );
  }
  if (!mayCreateDatabases(context)) {
    throw new SqlError("42501", "permission denied to change owner of database");
  }
  applyChanges(context, [{ put: { ...database, owner } }]);
}
