/**
 * The schema that a session knows: Aurora DSQL's sessions keep theirs, and one whose schema is older
 * than what its next transaction relies on is refused with OC001, once, whoever changed what.
 */
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { CatalogObject, TableDescriptor } from "../catalog/descriptors.ts";
import { allIndexes } from "../catalog/table-indexes.ts";
import { schemaChanged } from "./conflict-error.ts";

export class SeenSchema {
  #version: number | undefined;
  #text = "";

  /** The transaction's confirmed image. Throws if the session knew another schema. */
  confirm(image: CatalogImage): void {
    const { version } = image;
    if (version === this.#version) return;
    const text = schemaText(image);
    const isFirst = this.#version === undefined;
    const isSame = text === this.#text;
    this.#version = version;
    this.#text = text;
    if (!isFirst && !isSame) throw schemaChanged(image);
  }

  /** The session changes the schema itself, in whatever transactions. */
  forget(): void {
    this.#version = undefined;
  }
}

const texts = new WeakMap<CatalogImage, string>();

/** Equal for schemas that differ in nothing but how far background jobs are. */
function schemaText(image: CatalogImage): string {
  let text = texts.get(image);
  if (text === undefined) {
    const own = [...image.objects.values()].filter(({ oid }) => oid >= FIRST_USER_OID);
    const inOrder = own.toSorted((a, b) => a.oid - b.oid).map(withoutProgress);
    text = JSON.stringify(inOrder, canonical);
    texts.set(image, text);
  }
  return text;
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
