/** CAST, `::` and COLLATE. */
import {
  baseTypeOid,
  castExpr,
  type Expr,
  formatType,
  collationOfType,
  isCollatable,
  oids,
  typeRow,
} from "@firstlight/sql";
import { findCollation, foundOf, isUsable, missingCollation } from "../../catalog/collations.ts";
import { asTag, int, locationOf, names, requiredChild } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName, type ResolvedType } from "../../parse/type-name.ts";
import { noteCollation } from "../note-collation.ts";
import { bindError, unsupported } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { arrayExpr } from "./array.ts";

export function typeCast(scope: Scope, fields: ParseNode): Expr {
  const typeName = requiredChild(fields, "typeName");
  const { type, typmod } = resolveTypeName(
    typeName,
    scope.context.catalog,
    scope.context.searchPath,
  );
  noteCollation(scope, collationOfType(type));
  const node = requiredChild(fields, "arg");
  const array = asTag(node, "A_ArrayExpr");
  // ARRAY[...]::t[] gives the type to the elements, so that even an empty list has one.
  const arg =
    array === undefined ? scope.expr(node) : arrayExpr(scope, array, baseOf(type, typmod));
  const location = locationOf(fields);
  const position = location < 0 ? locationOf(typeName) : location;
  return castExpr(scope.context.resolve, arg, type, typmod, position);
}

/** An array is made as the base type of a domain, and then checked. */
function baseOf(type: number, typmod: number): ResolvedType {
  const base = baseTypeOid(type);
  return base === type ? { type, typmod } : { type: base, typmod: typeRow(type)?.baseTypmod ?? -1 };
}

export function collateClause(scope: Scope, fields: ParseNode): Expr {
  const { catalog, searchPath, collates } = scope.context;
  const arg = scope.expr(requiredChild(fields, "arg"));
  const location = locationOf(fields);
  if (arg.type !== oids.UNKNOWN && !isCollatable(arg.type)) {
    const text = `collations are not supported by type ${formatType(arg.type)}`;
    throw bindError("42804", text, location);
  }
  const parts = names(fields, "collname");
  const pinned = catalog.objects.get(int(fields, "collationOid"));
  const found =
    pinned?.kind === "collation"
      ? foundOf(pinned, catalog.schemaByOid(pinned.schema)?.name ?? "")
      : findCollation(catalog, searchPath, parts);
  if (found === undefined) throw missingCollation(catalog, parts, location + 1);
  if (!isUsable(found)) throw unsupported(`collation "${parts.join(".")}"`, location);
  collates.used = true;
  noteCollation(scope, found.name);
  const { type, typmod, position } = arg;
  const collate = { ...found.name, position: location };
  return { kind: "relabel", type, typmod, position, arg, display: "explicitCast", collate };
}
