/** COLLATE of a column, a domain or an index element. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { type CollationName, collationOfType, formatType } from "@firstlight/sql";
import { findCollation, isUsable, missingCollation } from "../catalog/collations.ts";
import { locationOf, names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

/** Where it is not the one that there would be without the clause. */
interface Declared {
  readonly collation?: CollationName;
}

/** `position` of the clause, from 1, if errors tell it. */
export function declaredCollation(
  context: DdlContext,
  parts: readonly string[],
  type: number,
  position: number | undefined,
  otherwise: CollationName | undefined = collationOfType(type),
): Declared {
  if (parts.length === 0) return {};
  const at = position === undefined ? {} : { position };
  const image = imageOf(context);
  const found = findCollation(image, context.searchPath, parts);
  if (found === undefined) throw missingCollation(image, parts, position);
  if (collationOfType(type) === undefined) {
    throw new SqlError("42804", `collations are not supported by type ${formatType(type)}`, at);
  }
  if (!isUsable(found)) throw featureNotSupported(`collation "${parts.join(".")}"`, at);
  return found.name.oid === otherwise?.oid ? {} : { collation: found.name };
}

/** A CollateClause. */
export function collateClauseOf(
  context: DdlContext,
  clause: ParseNode | undefined,
  type: number,
): Declared {
  if (clause === undefined) return {};
  return declaredCollation(context, names(clause, "collname"), type, locationOf(clause) + 1);
}
