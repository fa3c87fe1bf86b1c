/**
 * COLLATE of a column, a domain or an index element. Text sorts by code point: collations that do
 * the same change nothing, others are refused.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { baseTypeOid, elementTypeOid, formatType, typeRow } from "@firstlight/sql";
import { locationOf, names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

const ACCEPTED: ReadonlySet<string> = new Set(["C", "default", "POSIX", "ucs_basic"]);

function isCollatable(type: number): boolean {
  const base = baseTypeOid(type);
  const element = elementTypeOid(base);
  return typeRow(element === 0 ? base : element)?.category === "S";
}

/** `position` of the clause, from 1, if errors tell it. */
export function refuseCollation(
  collation: readonly string[],
  type: number,
  position: number | undefined,
): void {
  if (collation.length === 0) return;
  const at = position === undefined ? {} : { position };
  const name = collation.at(-1) ?? "";
  if (!ACCEPTED.has(name)) throw featureNotSupported(`collation "${name}"`, at);
  if (isCollatable(type)) return;
  throw new SqlError("42804", `collations are not supported by type ${formatType(type)}`, at);
}

/** A CollateClause. */
export function refuseCollateClause(clause: ParseNode | undefined, type: number): void {
  if (clause === undefined) return;
  refuseCollation(names(clause, "collname"), type, locationOf(clause) + 1);
}
