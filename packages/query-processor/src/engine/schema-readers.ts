/**
 * Whether a statement has to know that its schema holds before it starts: it asks storage for no rows
 * that would tell, or what it answers is the schema itself.
 */
import { procOf } from "@firstlight/sql";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { BoundExplain, BoundQuery } from "../bind/query-tree.ts";
import { takesSequenceValues } from "./sequence-calls.ts";
import { visitQuery } from "../bind/walk.ts";
import { isCatalogFunction } from "../catalog-functions/catalog-functions.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";

export function confirmsSchemaFirst(
  bound: { readonly query: BoundQuery | BoundExplain; readonly dependencies: readonly number[] },
  image: CatalogImage,
): boolean {
  const { query, dependencies } = bound;
  const isTable = (oid: number): boolean => image.objects.get(oid)?.kind === "table";
  // A sequence may have been altered: its values are in memory.
  const readsRows = dependencies.some(isTable);
  if (!readsRows && (dependencies.length > 0 || takesSequenceValues(query))) return true;
  return dependencies.some(isSystemRelation) || callsCatalog(query);
}

function isSystemRelation(oid: number): boolean {
  return oid < FIRST_USER_OID;
}

function callsCatalog(query: BoundQuery | BoundExplain): boolean {
  let found = false;
  visitQuery(
    query.kind === "explain" ? query.query : query,
    (expr) => {
      if (expr.kind === "call" && expr.routine === undefined) {
        const { source, name } = procOf(expr);
        // Of an entry in language SQL the source is its text.
        found ||= isCatalogFunction(source) || isCatalogFunction(name);
      }
      return !found;
    },
    0,
  );
  return found;
}
