/** The columns of a foreign key on both sides, and the key of the parent's unique index. */
import type { Key } from "@firstlight/common";
import { InvariantError, indexPrefix, keyFromLatin1 } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { baseTypeOid } from "@firstlight/sql";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ForeignKeyDescriptor, TableDescriptor } from "../../catalog/descriptors.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { keyEncoder } from "../../plan/codec.ts";

import type { IndexLayout, TableLayout } from "../../plan/table-layout.ts";
import { rowKeyOf, tableLayout } from "../../plan/table-layout.ts";
import { fitKeyValue } from "../key-ranges.ts";
import type { Converter } from "./key-conversion.ts";
import { converter } from "./key-conversion.ts";

/** Values of the key's columns in a row of the child. */
export function childValues(key: ForeignKeyDescriptor, row: Row): Datum[] {
  return key.columns.map((number) => row[number - 1] ?? null);
}

export function parentValues(key: ForeignKeyDescriptor, row: Row): Datum[] {
  return key.parentColumns.map((number) => row[number - 1] ?? null);
}

export class ParentKeys {
  readonly parent: TableDescriptor;
  readonly #layout: TableLayout;
  readonly #index: IndexLayout | undefined;
  readonly #prefix: Key;
  readonly #order: readonly number[];
  readonly #types: readonly number[];
  readonly #converters: readonly Converter[];
  readonly #encode: (values: Row) => string;

  constructor(catalog: Catalog, { child, key }: Reference) {
    const parent = catalog.objects.get(key.parent);
    const index =
      parent?.kind === "table" ? parent.indexes.find((each) => each.oid === key.index) : undefined;
    if (parent?.kind !== "table" || index === undefined) {
      throw new InvariantError(`constraint ${key.name} refers to a table that is gone`);
    }
    this.parent = parent;
    this.#layout = tableLayout(parent);
    this.#index = this.#layout.secondary.find((each) => each.descriptor === index);
    const parts = this.#index?.keyParts ?? this.#layout.primaryParts;
    this.#prefix = indexPrefix(parent.storageId, index.number);
    this.#order = index.columns.map(({ column }) => key.parentColumns.indexOf(column));
    this.#types = parts.map((part) => baseTypeOid(part.type));
    this.#converters = this.#order.map((at, part) => {
      const column = child.columns[(key.columns[at] ?? 0) - 1];
      return converter(column?.type ?? 0, this.#types[part] ?? 0);
    });
    this.#encode = keyEncoder(parts);
  }

  /** The unique key of the parent's row with these values; undefined when no row can have them. */
  keyOf(values: readonly Datum[]): Key | undefined {
    const fitted: Datum[] = [];
    for (const [at, from] of this.#order.entries()) {
      const converted = this.#converters[at]?.(values[from] ?? null);
      if (converted === undefined) return undefined;
      const value = fitKeyValue(converted, this.#types[at] ?? 0);
      if (value === undefined) return undefined;
      fitted.push(value);
    }
    return keyFromLatin1(this.#prefix + this.#encode(fitted));
  }

  /** As keyOf, of values that are the parent's own. */
  keyOfParent(values: readonly Datum[]): Key {
    const ordered = this.#order.map((from) => values[from] ?? null);
    return keyFromLatin1(this.#prefix + this.#encode(ordered));
  }

  /** The key of the parent's row that an entry of its unique index stands for. */
  rowKey(key: Key, entry: Uint8Array): Key {
    if (this.#index === undefined) return key;
    const suffix = this.#index.decoder([this.#index.stored.length])(entry)[0];
    if (!(suffix instanceof Uint8Array)) throw new InvariantError("index entry without row key");
    return rowKeyOf(this.#layout, suffix);
  }
}
