/**
 * How much a profile lets a cluster hold. It is measured as ANALYZE counts: so it is met some time
 * after it was crossed, and left some time after rows were deleted, which is never refused.
 */
import { databaseBytes } from "../catalog-functions/size-functions.ts";
import type { Catalog } from "../catalog/catalog.ts";

const measured = new WeakMap<Catalog, number>();

/** BEFORE a statement adds or changes rows. Throws 53100 while there is too much. */
export function checkStorageLimit(catalog: Catalog): void {
  const { limits } = catalog.profile;
  if (limits.value("storage") === Infinity) return;
  let bytes = measured.get(catalog);
  if (bytes === undefined) {
    bytes = databaseBytes(catalog);
    measured.set(catalog, bytes);
  }
  limits.check("storage", bytes);
}
