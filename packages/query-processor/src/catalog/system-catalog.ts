/**
 * What every catalog begins with, before anybody creates anything, and how it shows what is created:
 * PostgreSQL's, or that of a service which is like it.
 */
import type { SystemRelation } from "./catalog.ts";
import type { CatalogObject, IndexDescriptor, TableDescriptor } from "./descriptors.ts";
import type { SystemRelationFacts } from "./virtual/system-relations.ts";

export interface AccessMethod {
  readonly oid: number;
  readonly name: string;
}

export interface CatalogShape {
  /** pg_class.relam of users' tables and indexes. */
  readonly tableMethod: AccessMethod;
  readonly indexMethod: AccessMethod;
  /** The index of a primary key is the table: all other columns are included in it. */
  readonly primaryKeyIncludesAll: boolean;
  /** pg_attribute.attcompression of columns whose type is one of these. */
  readonly compression: { readonly method: string; readonly types: ReadonlySet<number> };
}

export interface SystemCatalog {
  readonly relations: readonly SystemRelation[];
  /** Those of the relations that PostgreSQL does not have and that are listed all the same. */
  readonly ownRelations: readonly SystemRelationFacts[];
  /** Beside PostgreSQL's own schemas, roles and databases; instead of them where OIDs are equal. */
  readonly objects: readonly CatalogObject[];
  /** OIDs of objects of PostgreSQL's that are not there. */
  readonly absent: ReadonlySet<number>;
  readonly shape: CatalogShape;
}

export const POSTGRES_SHAPE: CatalogShape = {
  tableMethod: { oid: 2, name: "heap" },
  indexMethod: { oid: 403, name: "btree" },
  primaryKeyIncludesAll: false,
  compression: { method: "", types: new Set() },
};

/** A catalog without relations of its own. */
export const BARE_CATALOG: SystemCatalog = {
  relations: [],
  ownRelations: [],
  objects: [],
  absent: new Set(),
  shape: POSTGRES_SHAPE,
};

/** The columns that an index holds beside its key, as the catalog shows them. */
export function shownInclude(
  { primaryKeyIncludesAll }: CatalogShape,
  table: Pick<TableDescriptor, "columns">,
  index: Pick<IndexDescriptor, "columns" | "include" | "primary">,
): readonly number[] {
  if (!primaryKeyIncludesAll || !index.primary) return index.include;
  const keys = new Set(index.columns.map(({ column }) => column));
  return table.columns
    .filter(({ number, dropped }) => !dropped && !keys.has(number))
    .map(({ number }) => number);
}
