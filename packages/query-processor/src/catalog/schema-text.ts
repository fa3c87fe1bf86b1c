/**
 * A schema as text: equal for those that differ in nothing but how far background jobs are, which
 * sessions of Aurora DSQL are not refused for.
 */
import { FIRST_USER_OID } from "./builtin-objects.ts";
import type { CatalogImage } from "./catalog-image.ts";
import type { CatalogObject, TableDescriptor } from "./descriptors.ts";
import { allIndexes } from "./table-indexes.ts";

const texts = new WeakMap<CatalogImage, string>();

export function schemaText(image: CatalogImage): string {
  let text = texts.get(image);
  if (text === undefined) {
    const own = [...image.objects.values()].filter(({ oid }) => oid >= FIRST_USER_OID);
    const inOrder = own.toSorted((a, b) => a.oid - b.oid).map(withoutProgress);
    text = JSON.stringify(inOrder, canonical);
    texts.set(image, text);
  }
  return text;
}

/** Whether a change of an object is more than how far jobs are. */
export function changesSchema(
  before: CatalogObject | undefined,
  after: CatalogObject | undefined,
): boolean {
  return before === undefined || after === undefined || objectText(before) !== objectText(after);
}

function objectText(object: CatalogObject): string {
  return JSON.stringify(withoutProgress(object), canonical);
}

/** What a job changes: an index becomes public, a constraint valid. */
function withoutProgress(object: CatalogObject): unknown {
  if (object.kind !== "table") return object;
  const { indexes: _indexes, building: _building, onlineStep: _step, ...rest } = object;
  return {
    ...rest,
    checks: valid(object.checks),
    foreignKeys: keysOf(object),
    all: indexes(object),
  };
}

function indexes(table: TableDescriptor): readonly unknown[] {
  return allIndexes(table)
    .map(({ oid, name }) => ({ oid, name }))
    .toSorted((a, b) => a.oid - b.oid);
}

function keysOf({ foreignKeys = [] }: TableDescriptor): readonly unknown[] {
  return valid(foreignKeys);
}

function valid(constraints: readonly object[]): readonly unknown[] {
  return constraints.map((each) => ({ ...each, notValid: undefined, validated: undefined }));
}

/** Descriptors that were read have their fields in another order than those just made. */
function canonical(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
