/** What databases of a profile begin with. */
import type { SystemCatalog } from "../catalog/system-catalog.ts";
import { DSQL_CATALOG } from "./dsql/catalog/dsql-catalog.ts";
import { FIRSTLIGHT_CATALOG } from "./firstlight-catalog.ts";
import type { Profile } from "./profile.ts";

export function systemCatalogOf({ isDsql }: Profile): SystemCatalog {
  return isDsql ? DSQL_CATALOG : FIRSTLIGHT_CATALOG;
}
