/** Looks up relations by name along the search path, and words what is said when there is none. */
import { inOtherDatabase } from "../catalog/far-name.ts";
import { databaseByOid } from "../catalog/databases.ts";
import type { Catalog, Relation } from "../catalog/catalog.ts";
import { optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError, locatedAt } from "./errors.ts";

export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
  /** As written; there is no other one than the session's. */
  readonly database?: string;
}

interface RelationContext {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
}

/** The fields of a RangeVar as a name. */
export function rangeVarName(fields: ParseNode): QualifiedName {
  const schema = optionalString(fields, "schemaname");
  const database = optionalString(fields, "catalogname");
  const name = string(fields, "relname");
  return database === undefined ? { schema, name } : { schema, name, database };
}

export function findRelation(context: RelationContext, name: QualifiedName): Relation | undefined {
  if (name.schema !== undefined) return context.catalog.relationInSchema(name.schema, name.name);
  return context.catalog.findRelation(name.name, context.searchPath);
}

export function displayName(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** relation_open takes indexes and composite types, table_open refuses them. */
export function refuseClosed(
  { catalog, searchPath }: RelationContext,
  { schema, name }: QualifiedName,
  location: number,
): void {
  for (const each of schema === undefined ? ["pg_temp", ...searchPath] : [schema]) {
    const kind = catalog.closedKind?.(each, name);
    if (kind === undefined) continue;
    throw bindError("42809", `cannot open relation "${name}"`, location, {
      detail: `This operation is not supported for ${kind}.`,
    });
  }
}

/** Throws 42P01 as parserOpenTable does. */
export function requireRelation(
  context: RelationContext,
  name: QualifiedName,
  location: number,
): Relation {
  const { database } = name;
  const own = databaseByOid(context.catalog, context.catalog.database)?.name;
  if (database !== undefined && database !== own) {
    const full = `${database}.${displayName(name)}`;
    throw locatedAt(inOtherDatabase(`"${full}"`), location);
  }
  const relation = findRelation(context, name);
  if (relation !== undefined) return relation;
  refuseClosed(context, name, location);
  throw bindError("42P01", `relation "${displayName(name)}" does not exist`, location);
}
