/** COMMENT ON. */
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { commentOn, hasBuiltinComment } from "../catalog/virtual/pg-description.ts";
import { databaseNamed } from "../catalog/databases.ts";
import { asTag, optionalString, requiredChild, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import { ASSUMED_EXTENSION } from "./extension/extensions.ts";
import { lookUpObject } from "./object-lookup.ts";

export async function comment(context: DdlContext, statement: ParseNode): Promise<void> {
  const object = requiredChild(statement, "object");
  if (isOnAbsentDatabase(context, statement, object)) return;
  if (isOnAssumedExtension(statement, object)) return;
  const address = lookUpObject(context, string(statement, "objtype"), object, "COMMENT ON");
  await setComment(context, address, optionalString(statement, "comment"));
}

/** Dumps of old versions describe it; there is nothing to describe. */
function isOnAssumedExtension(statement: ParseNode, object: ParseNode): boolean {
  if (string(statement, "objtype") !== "OBJECT_EXTENSION") return false;
  return stringValue(object) === ASSUMED_EXTENSION.name;
}

/** Dumps name the database that they were made of: only a warning. */
function isOnAbsentDatabase(context: DdlContext, statement: ParseNode, object: ParseNode): boolean {
  if (string(statement, "objtype") !== "OBJECT_DATABASE") return false;
  const name = string(asTag(object, "String") ?? {}, "sval");
  if (databaseNamed(imageOf(context), name) !== undefined) return false;
  context.session.notice("WARNING", "3D000", `database "${name}" does not exist`);
  return true;
}

/** Large objects have any number: some have that of what sessions keep for themselves. */
function isTemporary({ classId, objectId }: ObjectAddress): boolean {
  return classId !== CLASS.largeObject && isTemporaryOid(objectId);
}

/** NULL removes it; of a comment that PostgreSQL begins with an empty one stays in its place. */
export async function setComment(
  context: DdlContext,
  address: ObjectAddress,
  text: string | undefined,
): Promise<void> {
  const { classId, objectId, subId } = address;
  const old = commentOn(imageOf(context), classId, objectId, subId);
  if (text === undefined && !hasBuiltinComment(classId, objectId, subId)) {
    if (old !== undefined) applyChanges(context, [{ drop: old.oid }]);
    return;
  }
  await context.transaction.allocatingFor(isTemporary(address), async () => {
    const oid = old?.oid ?? (await newOid(context));
    const about = [classId, objectId, subId] as const;
    applyChanges(context, [{ put: { kind: "comment", oid, about, text: text ?? "" } }]);
  });
}
