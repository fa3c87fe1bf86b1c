/** Makes relations that PostgreSQL does not have. */
import type { Datum, Row } from "@firstlight/sql";
import type { VirtualTable } from "../catalog.ts";
import type { SystemColumn, SystemRelationFacts } from "./system-relations.ts";
import { visibleColumn } from "./system-relations.ts";
import { typeFacts } from "./type-facts.ts";

/** A view with these columns: names and types. */
export function ownView(
  { oid, schema, name }: Pick<SystemRelationFacts, "oid" | "schema" | "name">,
  columns: readonly (readonly [name: string, type: number])[],
): SystemRelationFacts {
  return {
    oid,
    name,
    schema,
    kind: "v",
    typeOid: 0,
    shared: false,
    columns: columns.map(([column, type]): SystemColumn => {
      const { collation, storage } = typeFacts(type);
      const facts = {
        collation: Number(collation),
        storage: typeof storage === "string" ? storage : "p",
      };
      return { name: column, type, typmod: -1, notNull: false, ...facts };
    }),
  };
}

export type NamedRow = Readonly<Record<string, Datum>>;

/** Columns that a row leaves out are NULL. */
export function rowsOf(facts: SystemRelationFacts, rows: readonly NamedRow[]): readonly Row[] {
  return rows.map((row) => facts.columns.map(({ name }) => row[name] ?? null));
}

export function relationOf(
  { oid, name, schema, columns }: SystemRelationFacts,
  rows: Pick<VirtualTable, "gather" | "eachRow">,
): VirtualTable {
  return { kind: "virtual", oid, name, schema, columns: columns.map(visibleColumn), ...rows };
}
