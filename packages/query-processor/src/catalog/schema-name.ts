/** The name of the schema that a relation is in, as errors and statements give it. */
import type { Catalog } from "./catalog.ts";

export function schemaName(catalog: Catalog, relation: { readonly schema: number }): string {
  return catalog.schemaByOid(relation.schema)?.name ?? "";
}
