/** ALTER COLLATION: RENAME, OWNER TO, SET SCHEMA, REFRESH VERSION. */
import { SqlError } from "@firstlight/common";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { CollationDescriptor } from "../../catalog/descriptors.ts";
import { findCollation, missingCollation } from "../../catalog/collations.ts";
import { notOwner, owns } from "../../privileges/access-check.ts";
import { child, names, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { setOwner } from "../alter-object.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, ownerOf, schemaNamed } from "../ddl-context.ts";
import { UTF8, collationIn } from "./create-collation.ts";
import { collationParts, lookUpCollation } from "./find-collation.ts";

/** OID of who owns PostgreSQL's own. */
const BOOTSTRAP_ROLE = 10;

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

/** The version is that of the library that all query processors have: it cannot have changed. */
export function refreshCollation(context: DdlContext, statement: ParseNode): void {
  const parts = names(statement, "collname");
  const found = findCollation(imageOf(context), context.searchPath, parts);
  if (found === undefined) throw missingCollation(imageOf(context), parts, undefined);
  const { oid, name } = found.name;
  if (found.provider === "d") {
    throw new SqlError("XX000", "cannot refresh version of default collation", {
      hint: "Use ALTER DATABASE ... REFRESH COLLATION VERSION instead.",
    });
  }
  const own = imageOf(context).objects.get(oid);
  const owner = own?.kind === "collation" ? own.owner : BOOTSTRAP_ROLE;
  if (!owns(imageOf(context), owner, ownerOf(context))) throw notOwner("collation", name);
  context.session.notice("NOTICE", "00000", "version has not changed");
}
