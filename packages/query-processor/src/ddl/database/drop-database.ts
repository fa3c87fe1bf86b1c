/**
 * DROP DATABASE: everything in it is gone with it, what its tables hold is storage's to remove.
 * Sessions that are in it are asked for everywhere in the cluster first.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import { databaseNamed, isShared } from "../../catalog/databases.ts";
import type { CatalogObject, DatabaseDescriptor } from "../../catalog/descriptors.ts";
import { ownersTable, pagesTable } from "../../large-objects/large-object-tables.ts";
import { asTag, flag, list, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import type { SchemaTransaction } from "../../engine/schema-transaction.ts";
import { withAccessChanges } from "../privileges/access-changes.ts";
import { beingAccessed, othersIn, requireOwnDatabase } from "./find-database.ts";

export async function dropDatabase(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = string(statement, "dbname");
  if (flag(statement, "missing_ok") && databaseNamed(imageOf(context), name) === undefined) {
    context.session.notice("NOTICE", "00000", `database "${name}" does not exist, skipping`);
    return;
  }
  const database = requireOwnDatabase(context, name);
  if (database.isTemplate === true) {
    throw new SqlError("42809", "cannot drop a template database");
  }
  if (database.oid === imageOf(context).database) {
    throw new SqlError("55006", "cannot drop the currently open database");
  }
  if (database.oid < FIRST_USER_OID) throw featureNotSupported(`dropping database ${name}`);
  const force = list(statement, "options").some((option) => asTag(option, "DefElem") !== undefined);
  if (force) await othersIn(context, database, true);
  const others = await othersIn(context, database, false);
  if (others > 0) throw beingAccessed("database", name, others);
  await dropAll(context.transaction, database);
}

/** The database with all that is in it and about it. */
export async function dropAll(
  transaction: SchemaTransaction,
  database: DatabaseDescriptor,
): Promise<void> {
  const image = await transaction.imageOf(database.oid);
  const own: CatalogObject[] = [];
  for (const object of image.objects.values()) {
    if (!isShared(object) && object.inDatabase === database.oid) own.push(object);
  }
  transaction.dropElsewhere(own);
  for (const { storageId } of [pagesTable(database.oid), ownersTable(database.oid)]) {
    transaction.markGarbage(storageId);
  }
  const settings = [...transaction.image.objects.values()].filter(
    (each) => each.kind === "roleSetting" && each.database === database.oid,
  );
  const changes = [...settings, database].map(({ oid }) => ({ drop: oid }));
  transaction.apply(withAccessChanges(transaction.image, changes));
}
