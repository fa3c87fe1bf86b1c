/**
 * What databases of the default profile begin with: PostgreSQL's catalog, and views of our own, which
 * no catalog lists (decisions/0049).
 */
import type { SystemCatalog } from "../catalog/system-catalog.ts";
import { CONFLICT_ACCESS, CONFLICT_VIEWS } from "../catalog/virtual/conflict-views.ts";
import { POSTGRES_CATALOG } from "../catalog/virtual/virtual-tables.ts";

export const FIRSTLIGHT_CATALOG: SystemCatalog = {
  ...POSTGRES_CATALOG,
  relations: [...POSTGRES_CATALOG.relations, ...CONFLICT_VIEWS],
  objects: CONFLICT_ACCESS,
};
