/**
 * Relations in stored queries. When a query is stored, each relation that it names in FROM is pinned
 * to what the name meant: its OID, and its columns with the names that they had. So neither renaming
 * nor new columns nor other relations of that name change the query.
 */
import type { Catalog, Relation } from "../catalog/catalog.ts";
import type { OutputColumn } from "./query-tree.ts";

export interface PinnedRelation {
  readonly oid: number;
  /** As it was called: by which the query's columns are qualified. */
  readonly schema: string;
  readonly name: string;
  /** Number and name of each column that the query may see. */
  readonly columns: readonly (readonly [number: number, name: string])[];
}

export function pinFor(relation: Relation, catalog: Catalog): PinnedRelation {
  const columns: (readonly [number, string])[] = [];
  if (relation.kind !== "sequence") {
    relation.columns.forEach((column, index) => {
      const isDropped = "dropped" in column && column.dropped;
      if (!isDropped) columns.push([index + 1, column.name]);
    });
  }
  const schema = catalog.schemaByOid(relation.schema)?.name ?? "";
  return { oid: relation.oid, schema, name: relation.name, columns };
}

/** The columns by the names that they had; what came later has none. */
export function pinnedColumns(
  columns: readonly OutputColumn[],
  pinned: PinnedRelation | undefined,
): readonly OutputColumn[] {
  if (pinned === undefined) return columns;
  const names = new Map(pinned.columns);
  return columns.map((column, index) => ({ ...column, name: names.get(index + 1) ?? "" }));
}

export function pinnedRelation(catalog: Catalog, { oid }: PinnedRelation): Relation {
  const relation = catalog.relationByOid(oid);
  if (relation === undefined) throw new Error(`a stored query names relation ${oid}`);
  return relation;
}
