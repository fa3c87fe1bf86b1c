/** ALTER COLLATION: RENAME, OWNER TO, SET SCHEMA. */
import { SqlError } from "@firstlight/common";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { CollationDescriptor } from "../../catalog/descriptors.ts";
import { child, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { setOwner } from "../alter-object.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, schemaNamed } from "../ddl-context.ts";
import { UTF8, collationIn } from "./create-collation.ts";
import { collationParts, lookUpCollation } from "./find-collation.ts";

function ownCollation(context: DdlContext, object: ParseNode | undefined): CollationDescriptor {
  const { objectId } = lookUpCollation(context, object ?? {});
  const found = imageOf(context).objects.get(objectId);
  if (found?.kind === "collation") return found;
  const name = collationParts(object).at(-1) ?? "";
  throw new SqlError("42501", `must be owner of collation ${name}`);
}

function refuseTaken(context: DdlContext, schema: number, name: string): void {
  const taken = collationIn(context, schema, name);
  if (taken === undefined) return;
  const encoding = taken.encoding === UTF8 ? ` for encoding "UTF8"` : "";
  const schemaName = imageOf(context).schemaByOid(schema)?.name ?? "";
  const text = `collation "${name}"${encoding} already exists in schema "${schemaName}"`;
  throw new SqlError("42710", text);
}

export function renameCollation(context: DdlContext, statement: ParseNode): void {
  const collation = ownCollation(context, child(statement, "object"));
  const name = string(statement, "newname");
  refuseTaken(context, collation.schema, name);
  applyChanges(context, [{ put: { ...collation, name } }]);
}

export function moveCollation(context: DdlContext, statement: ParseNode): void {
  const collation = ownCollation(context, child(statement, "object"));
  const schema = schemaNamed(context, string(statement, "newschema")).oid;
  if (schema === collation.schema) return;
  refuseTaken(context, schema, collation.name);
  applyChanges(context, [{ put: { ...collation, schema } }]);
}

export function giveCollation(context: DdlContext, statement: ParseNode): void {
  const { oid } = ownCollation(context, child(statement, "object"));
  setOwner(context, addressOf(CLASS.collation, oid), requiredChild(statement, "newowner"));
}
