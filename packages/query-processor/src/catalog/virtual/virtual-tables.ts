/** All virtual relations of pg_catalog and information_schema. */
import type { VirtualTable } from "../catalog.ts";
import { EMPTY_TABLES } from "./empty-tables.ts";
import { PG_CLASS } from "./pg-class.ts";
import { PG_NAMESPACE_TABLE } from "./pg-namespace.ts";

export const VIRTUAL_TABLES: readonly VirtualTable[] = [
  PG_CLASS,
  PG_NAMESPACE_TABLE,
  ...EMPTY_TABLES,
];
