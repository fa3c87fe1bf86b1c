/** What databases of the default profile begin with: PostgreSQL's catalog, and views of our own. */
import type { SystemCatalog } from "../catalog/system-catalog.ts";
import {
  CONFLICT_ACCESS,
  CONFLICT_FACTS,
  CONFLICT_VIEWS,
} from "../catalog/virtual/conflict-views.ts";
import { POSTGRES_CATALOG } from "../catalog/virtual/virtual-tables.ts";

export const FIRSTLIGHT_CATALOG: SystemCatalog = {
  ...POSTGRES_CATALOG,
  relations: [...POSTGRES_CATALOG.relations, ...CONFLICT_VIEWS],
  ownRelations: CONFLICT_FACTS,
  objects: CONFLICT_ACCESS,
};
