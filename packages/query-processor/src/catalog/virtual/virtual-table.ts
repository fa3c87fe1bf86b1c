/** Makes virtual tables: named columns with a function that computes the rows. */
import type { Datum, Row } from "@firstlight/sql";
import { PG_CATALOG_OID } from "../builtin-objects.ts";
import type { Catalog, SessionView, VirtualTable } from "../catalog.ts";

/** Types by the names that the definitions use. */
export const TYPES = {
  bool: 16,
  bytea: 17,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int2vector: 22,
  int4: 23,
  regproc: 24,
  text: 25,
  oid: 26,
  xid: 28,
  oidvector: 30,
  pg_node_tree: 25,
  float4: 700,
  float8: 701,
  "text[]": 1009,
  "int2[]": 1005,
  "oid[]": 1028,
  "name[]": 1003,
  "char[]": 1002,
  "aclitem[]": 1009,
  timestamptz: 1184,
  interval: 1186,
  varchar: 1043,
} as const;

export type ColumnTypes = Readonly<Record<string, keyof typeof TYPES>>;

export interface VirtualDefinition<C extends ColumnTypes> {
  readonly oid: number;
  readonly name: string;
  readonly schema?: number;
  readonly columns: C;
  rows(catalog: Catalog, session: SessionView): Iterable<Partial<Record<keyof C, Datum>>>;
}

/** Columns that a row leaves out are NULL. */
export function virtualTable<C extends ColumnTypes>(
  definition: VirtualDefinition<C>,
): VirtualTable {
  const names = Object.keys(definition.columns);
  return {
    kind: "virtual",
    oid: definition.oid,
    name: definition.name,
    schema: definition.schema ?? PG_CATALOG_OID,
    columns: names.map((name) => ({ name, type: TYPES[definition.columns[name] ?? "text"] })),
    rows(catalog, session) {
      const rows: Row[] = [];
      for (const values of definition.rows(catalog, session)) {
        rows.push(names.map((name) => values[name] ?? null));
      }
      return rows;
    },
  };
}
