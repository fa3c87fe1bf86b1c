/** pg_describe_object: objects as messages name them. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import { findDescription } from "../catalog/dependencies/object-description.ts";
import type { CatalogFunction } from "./catalog-functions.ts";

const describe: CatalogFunction = (call, [classId, objectId, subId]) => {
  if (typeof classId !== "number" || typeof objectId !== "number") return null;
  if (classId === 0 && objectId === 0) return null;
  if (typeof subId === "number" && subId !== 0 && classId !== CLASS.relation) {
    throw new SqlError("XX000", `invalid non-zero objectSubId for object class ${classId}`);
  }
  if (classId === CLASS.largeObject) {
    throw featureNotSupported("pg_describe_object of a large object");
  }
  const address = addressOf(classId, objectId, typeof subId === "number" ? subId : 0);
  return findDescription(call, address) ?? null;
};

export const DESCRIBE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_describe_object: describe,
};
