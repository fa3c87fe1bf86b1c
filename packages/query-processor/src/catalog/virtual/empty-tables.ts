/** Relations of features that do not exist here: there, with PostgreSQL's columns, and empty. */
import type { VirtualTable } from "../catalog.ts";
import type { ColumnTypes } from "./virtual-table.ts";
import { virtualTable } from "./virtual-table.ts";

const EMPTY: readonly { oid: number; name: string; columns: ColumnTypes }[] = [
  {
    oid: 2611,
    name: "pg_inherits",
    columns: { inhrelid: "oid", inhparent: "oid", inhseqno: "int4", inhdetachpending: "bool" },
  },
  {
    oid: 3350,
    name: "pg_partitioned_table",
    columns: {
      partrelid: "oid",
      partstrat: "char",
      partnatts: "int2",
      partdefid: "oid",
      partattrs: "int2vector",
      partclass: "oidvector",
      partcollation: "oidvector",
      partexprs: "pg_node_tree",
    },
  },
];

export const EMPTY_TABLES: readonly VirtualTable[] = EMPTY.map((definition) =>
  virtualTable({ ...definition, rows: () => [] }),
);
