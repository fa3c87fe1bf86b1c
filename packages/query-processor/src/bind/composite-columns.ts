/** The columns of named composite types. */
import { baseTypeOid, definitionOf } from "@firstlight/sql";
import type { OutputColumn } from "./query-tree.ts";

/** Also of a domain over one; undefined for types that have no columns. */
export function compositeColumns(type: number): readonly OutputColumn[] | undefined {
  const definition = definitionOf(baseTypeOid(type));
  return definition?.kind === "composite" ? definition.attributes : undefined;
}
