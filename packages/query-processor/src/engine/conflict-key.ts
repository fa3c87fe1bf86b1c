/** A key that transactions conflict on, in words of the schema. */
import type { Key } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH, parseDataKey } from "@firstlight/common";
import type { Catalog } from "../catalog/catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { allIndexes } from "../catalog/table-indexes.ts";
import { indexKeyNames } from "../catalog/virtual/index-text.ts";
import { keyValueTexts } from "./key-text.ts";

export interface DescribedKey {
  readonly table: TableDescriptor | undefined;
  /** Undefined as well where a table without a primary key has its rows. */
  readonly index: IndexDescriptor | undefined;
  /** "(columns)=(values)", hexadecimal digits where the table is not known, else undefined. */
  readonly text: string | undefined;
}

export function describedKey(key: Key, catalog: Catalog): DescribedKey {
  const parsed = parseDataKey(key);
  const table = parsed && catalog.tableByStorageId(parsed.storageId);
  if (table === undefined) return { table, index: undefined, text: hexText(key) };
  const index = allIndexes(table).find((each) => each.number === parsed?.index);
  return { table, index, text: index && valuesText(key, table, index) };
}

function hexText(key: Key): string {
  return Buffer.from(key, "latin1").toString("hex");
}

function valuesText(key: Key, table: TableDescriptor, index: IndexDescriptor): string {
  const types = index.columns.map(
    ({ column, expression }) => expression?.type ?? table.columns[column - 1]?.type ?? 25,
  );
  const values = keyValueTexts(key.slice(INDEX_PREFIX_LENGTH), types, index.columns);
  return `(${indexKeyNames(table, index).join(", ")})=(${values.join(", ")})`;
}
