/**
 * Names of user-defined types in stored expressions are looked up once, when the expression is
 * written: the stored tree has the OID beside the name, so that the type may be renamed and the
 * search path may change.
 */
import { isUserType, typeOid } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";

function isTypeName(node: object): boolean {
  return "names" in node && "typemod" in node;
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

/** A copy of a parse tree with OIDs in the TypeNames of user-defined types. */
export function pinTypes<T>(node: T, catalog: Catalog, searchPath: readonly string[]): T {
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, field]) => [key, copy(field)]);
    const fields = Object.fromEntries(entries) as ParseNode;
    if (!isTypeName(value)) return fields;
    const oid = pinnedOid(value as ParseNode, catalog, searchPath);
    return oid === undefined ? fields : { ...fields, typeOid: oid };
  };
  return copy(node) as T;
}
