/** Looks up relations by name along the search path, and words what is said when there is none. */
import type { Catalog, Relation } from "../catalog/catalog.ts";
import { optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";

export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

interface RelationContext {
  readonly catalog: Catalog;
  readonly searchPath: readonly string[];
}

/** The fields of a RangeVar as a name. */
export function rangeVarName(fields: ParseNode): QualifiedName {
  return { schema: optionalString(fields, "schemaname"), name: string(fields, "relname") };
}

export function findRelation(context: RelationContext, name: QualifiedName): Relation | undefined {
  if (name.schema !== undefined) return context.catalog.relationInSchema(name.schema, name.name);
  return context.catalog.findRelation(name.name, context.searchPath);
}

export function displayName(name: QualifiedName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** Throws 42P01 as parserOpenTable does. */
export function requireRelation(
  context: RelationContext,
  name: QualifiedName,
  location: number,
): Relation {
  const relation = findRelation(context, name);
  if (relation !== undefined) return relation;
  throw bindError("42P01", `relation "${displayName(name)}" does not exist`, location);
}
