/** Kinds of objects that have an owner, by the catalog that lists them: what hangs on a role. */
import type { CatalogObject } from "../descriptors.ts";
import { CLASS } from "./object-address.ts";

export const CLASS_OF_OWNED: Readonly<Partial<Record<CatalogObject["kind"], number>>> = {
  table: CLASS.relation,
  view: CLASS.relation,
  sequence: CLASS.relation,
  type: CLASS.type,
  function: CLASS.function,
  operator: CLASS.operator,
  schema: CLASS.schema,
  database: CLASS.database,
  collation: CLASS.collation,
  statistics: CLASS.statistics,
  extension: CLASS.extension,
};
