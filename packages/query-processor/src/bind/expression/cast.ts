/** CAST, `::` and COLLATE. */
import { baseTypeOid, castExpr, type Expr, formatType, oids, typeRow } from "@firstlight/sql";
import { asTag, locationOf, names, requiredChild } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName, type ResolvedType } from "../../parse/type-name.ts";
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

const ACCEPTED: ReadonlySet<string> = new Set(["C", "POSIX", "default", "ucs_basic"]);

/** Text sorts by code point here, so only the collations that do the same are accepted. */
export function collateClause(scope: Scope, fields: ParseNode): Expr {
  const arg = scope.expr(requiredChild(fields, "arg"));
  const location = locationOf(fields);
  const parts = names(fields, "collname");
  const name = parts.at(-1) ?? "";
  const category = typeRow(arg.type)?.category;
  if (category !== "S" && arg.type !== oids.UNKNOWN && category !== "A") {
    throw bindError(
      "42804",
      `collations are not supported by type ${formatType(arg.type)}`,
      location,
    );
  }
  if (!ACCEPTED.has(name)) throw unsupported(`collation "${parts.join(".")}"`, location);
  return arg;
}
