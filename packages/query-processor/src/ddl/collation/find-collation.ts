/** Collations that a statement names, to drop them or to say something of them. */
import { SqlError } from "@firstlight/common";
import { quoteIdentifier } from "@firstlight/sql";
import { findCollation, missingCollation } from "../../catalog/collations.ts";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { asTag, names, stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { NameContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import type { FindDropTarget } from "../drop-request.ts";

export function collationParts(object: ParseNode | undefined): readonly string[] {
  const single = stringValue(object);
  if (single !== undefined) return [single];
  const inner = asTag(object, "List");
  return inner === undefined ? [] : names(inner, "items");
}

export function lookUpCollation(context: NameContext, object: ParseNode): ObjectAddress {
  const parts = collationParts(object);
  const found = findCollation(imageOf(context), context.searchPath, parts);
  if (found === undefined) throw missingCollation(imageOf(context), parts, undefined);
  return addressOf(CLASS.collation, found.name.oid);
}

export const collationToDrop: FindDropTarget = (context, { object, ifExists }) => {
  const image = imageOf(context);
  const parts = collationParts(object);
  const found = findCollation(image, context.searchPath, parts);
  if (found === undefined) {
    const error = missingCollation(image, parts, undefined);
    if (!ifExists) throw error;
    const name = parts.join(".");
    const text = error.sqlstate === "3F000" ? error.message : `collation "${name}" does not exist`;
    context.session.notice("NOTICE", "00000", `${text}, skipping`);
    return undefined;
  }
  const { oid, name } = found.name;
  if (image.objects.has(oid)) return addressOf(CLASS.collation, oid);
  throw new SqlError(
    "2BP01",
    `cannot drop collation ${quoteIdentifier(name)} because it is required by the database system`,
  );
};
