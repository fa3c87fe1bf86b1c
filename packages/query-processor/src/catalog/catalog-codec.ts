/** Catalog objects as stored: JSON text in UTF-8 (descriptors.ts says the shapes). */
import type { Key } from "@firstlight/common";
import { ByteReader, ByteWriter, InvariantError, catalogObjectKey } from "@firstlight/common";
import type { CatalogObject } from "./descriptors.ts";
import { CATALOG_KIND } from "./catalog-kind.ts";
import { committedObject } from "./committed-object.ts";
import { withTypeOids } from "./type-numbers.ts";

/** Databases have objects of the same number: their public schemas, and what is about those. */
export function objectKey(object: CatalogObject): Key {
  return catalogObjectKey(CATALOG_KIND[object.kind], object.oid, object.inDatabase);
}

export function encodeObject(object: CatalogObject): Uint8Array {
  return Buffer.from(JSON.stringify(committedObject(withTypeOids(object))), "utf8");
}

export function decodeObject(bytes: Uint8Array): CatalogObject {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    throw new InvariantError("a catalog object without a kind");
  }
  return value as CatalogObject;
}

export function encodeCounter(value: number): Uint8Array {
  return new ByteWriter(8).uint53(value).finish();
}

export function decodeCounter(bytes: Uint8Array | undefined): number | undefined {
  return bytes === undefined ? undefined : new ByteReader(bytes).uint53();
}
