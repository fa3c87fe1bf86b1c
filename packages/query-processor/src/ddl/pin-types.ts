/**
 * Names of users' types and collations in stored expressions are looked up once, when the expression is
 * written: the stored tree has the OID beside the name, so that they may be renamed and the
 * search path may change.
 */
import { isUserType, typeOid } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import { findCollation } from "../catalog/collations.ts";
import { names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";

function isTypeName(node: object): boolean {
  return "names" in node && "typemod" in node;
}

/** An element of ON CONFLICT: IndexElem. */
function isCollatedElement(fields: ParseNode): boolean {
  return "ordering" in fields && "collation" in fields;
}

/** The OID of the type itself, without the array bounds that the node may have. */
function pinnedOid(
  fields: ParseNode,
  catalog: Catalog,
  searchPath: readonly string[],
): number | undefined {
  const { arrayBounds: _, typmods: __, ...bare } = fields;
  const { type } = resolveTypeName(bare, catalog, searchPath);
  return isUserType(type) ? typeOid(type) : undefined;
}

function pinnedCollation(
  fields: ParseNode,
  catalog: Catalog,
  searchPath: readonly string[],
): ParseNode {
  const given = names(fields, "collname" in fields ? "collname" : "collation");
  const found = findCollation(catalog, searchPath, given);
  if (found === undefined || !catalog.objects.has(found.name.oid)) return fields;
  return { ...fields, collationOid: found.name.oid };
}

/** A copy of a parse tree with OIDs beside the names of users' types and collations. */
export function pinTypes<T>(node: T, catalog: Catalog, searchPath: readonly string[]): T {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, field]) => [key, copy(field)]);
    const fields = Object.fromEntries(entries) as ParseNode;
    if ("collname" in fields || isCollatedElement(fields))
      return pinnedCollation(fields, catalog, searchPath);
    if (!isTypeName(value)) return fields;
    const oid = pinnedOid(value as ParseNode, catalog, searchPath);
    return oid === undefined ? fields : { ...fields, typeOid: oid };
  };
  return copy(node) as T;
}
