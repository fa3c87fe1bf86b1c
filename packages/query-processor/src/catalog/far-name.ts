/**
 * Names of other databases: a third part in front of a name is the database, which has to be this one
 * (DeconstructQualifiedName, makeRangeVarFromNameList).
 */
import { SqlError } from "@firstlight/common";
import type { Catalog } from "./catalog.ts";
import { databaseByOid } from "./databases.ts";

type Databases = Pick<Catalog, "objects" | "database">;

/** `name` as it is shown: of a relation in quotes. */
export function inOtherDatabase(name: string): SqlError {
  return new SqlError("0A000", `cross-database references are not implemented: ${name}`);
}

function refusal(
  catalog: Databases,
  parts: readonly string[],
  isRelation: boolean,
): SqlError | undefined {
  if (parts.length < 3) return undefined;
  const shown = parts.join(".");
  if (parts.length > 3) {
    const what = isRelation ? "relation" : "qualified";
    return new SqlError("42601", `improper ${what} name (too many dotted names): ${shown}`);
  }
  if (parts[0] === databaseByOid(catalog, catalog.database)?.name) return undefined;
  return inOtherDatabase(isRelation ? `"${shown}"` : shown);
}

/** Relations are called relations, and quoted. */
export function refuseFarName(
  catalog: Databases,
  parts: readonly string[],
  isRelation = false,
): void {
  const error = refusal(catalog, parts, isRelation);
  if (error !== undefined) throw error;
}

/** The schema, if it is written, and the name. */
export function withoutDatabase(
  catalog: Databases,
  parts: readonly string[],
  position: number,
): readonly string[] {
  const error = refusal(catalog, parts, false);
  if (error !== undefined) throw error.at(position);
  return parts.slice(-2);
}
