/**
 * Who may change the object that a statement names by its kind: its owner, and to drop it the owner
 * of its schema too (AlterObjectRename_internal, RenameType, RemoveObjects).
 */
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { asTag } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { notOwner, owns } from "../../privileges/access-check.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf, ownerOf } from "../ddl-context.ts";
import { checkFound, found, requireTypeOwner } from "./comment-access.ts";

const TYPES: ReadonlySet<string> = new Set([
  "OBJECT_TYPE",
  "OBJECT_DOMAIN",
  "OBJECT_DOMCONSTRAINT",
]);

const WORDS: Readonly<Record<string, string>> = { statistics: "statistics object" };

/** ALTER names types by bare lists of parts. */
function asTypeName(object: ParseNode): ParseNode {
  const list = asTag(object, "List");
  return list === undefined ? object : { TypeName: { names: list["items"], location: -1 } };
}

function named(context: DdlContext, kind: string, object: ParseNode): ObjectAddress | undefined {
  return TYPES.has(kind)
    ? found(context, "OBJECT_TYPE", asTypeName(object))
    : found(context, kind, object);
}

export function requireOwnerOfNamed(context: DdlContext, kind: string, object: ParseNode): void {
  const address = named(context, kind, object);
  if (address === undefined) return;
  if (TYPES.has(kind)) requireTypeOwner(context, address.objectId);
  else requireOwnerOfOid(context, address.objectId);
}

function requireOwnerOfOid(context: DdlContext, oid: number): void {
  const image = imageOf(context);
  const object = image.objects.get(oid);
  if (object === undefined || !("owner" in object)) return;
  if (owns(image, object.owner, ownerOf(context))) return;
  throw notOwner(WORDS[object.kind] ?? object.kind, "name" in object ? object.name : "");
}

/** Where errors show the name as it was written (check_object_ownership). */
export function requireOwnerAsNamed(context: DdlContext, kind: string, object: ParseNode): void {
  const address = named(context, kind, object);
  if (address !== undefined) checkFound(context, kind, object, address);
}

/** For all but relations. */
export function requireDroppable(context: DdlContext, kind: string, object: ParseNode): void {
  const address = named(context, kind, object);
  if (address === undefined) return;
  const image = imageOf(context);
  const dropped = image.objects.get(address.objectId);
  const schema = dropped !== undefined && "schema" in dropped ? dropped.schema : undefined;
  const owner = schema === undefined ? undefined : image.schemaByOid(schema)?.owner;
  if (owner !== undefined && owns(image, owner, ownerOf(context))) return;
  checkFound(context, kind, object, address);
}
