/**
 * PostgreSQL's own relations as it describes them: OIDs, kinds and columns of everything in pg_catalog
 * and information_schema. Read once; what is here never changes.
 */
import type { CatalogRow } from "@firstlight/sql";
import { findType, systemColumnType, systemListing } from "@firstlight/sql";
import type { VirtualColumn } from "../catalog.ts";

export interface SystemColumn {
  readonly name: string;
  /** As PostgreSQL declares it, domains of information_schema included. */
  readonly type: number;
  readonly typmod: number;
  readonly notNull: boolean;
  readonly collation: number;
  readonly storage: string;
}

export interface SystemRelationFacts {
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly kind: "r" | "v";
  readonly typeOid: number;
  readonly shared: boolean;
  readonly columns: readonly SystemColumn[];
}

function columnsByRelation(): ReadonlyMap<number, SystemColumn[]> {
  const columns = new Map<number, SystemColumn[]>();
  for (const row of systemListing("system_columns").rows()) {
    const relation = row.number("attrelid");
    const list = columns.get(relation) ?? [];
    columns.set(relation, list);
    list.push({
      name: row.text("attname"),
      type: row.number("atttypid"),
      typmod: row.number("atttypmod"),
      notNull: row.flag("attnotnull"),
      collation: row.number("attcollation"),
      storage: row.text("attstorage"),
    });
  }
  return columns;
}

function toFacts(
  row: CatalogRow,
  columns: ReadonlyMap<number, readonly SystemColumn[]>,
): SystemRelationFacts {
  const oid = row.number("oid");
  return {
    oid,
    name: row.text("relname"),
    schema: row.number("relnamespace"),
    kind: row.text("relkind") === "v" ? "v" : "r",
    typeOid: row.number("reltype"),
    shared: row.flag("relisshared"),
    columns: columns.get(oid) ?? [],
  };
}

function read(): readonly SystemRelationFacts[] {
  const columns = columnsByRelation();
  return systemListing("system_relations")
    .rows()
    .map((row) => toFacts(row, columns));
}

export const SYSTEM_RELATION_FACTS: readonly SystemRelationFacts[] = read();

const byName: ReadonlyMap<string, SystemRelationFacts> = new Map(
  SYSTEM_RELATION_FACTS.map((facts) => [facts.name, facts]),
);
const byOid: ReadonlyMap<number, SystemRelationFacts> = new Map(
  SYSTEM_RELATION_FACTS.map((facts) => [facts.oid, facts]),
);

/** Names are unique over both schemas. */
export function systemRelation(name: string): SystemRelationFacts {
  const facts = byName.get(name);
  if (facts === undefined) throw new Error(`PostgreSQL has no relation ${name}`);
  return facts;
}

export function systemRelationByOid(oid: number): SystemRelationFacts | undefined {
  return byOid.get(oid);
}

/** With the type that it has for whoever reads it. */
export function visibleColumn(column: SystemColumn): Required<VirtualColumn> {
  const seen = systemColumnType(column, (type) => findType(type) !== undefined);
  return { name: column.name, ...seen };
}
