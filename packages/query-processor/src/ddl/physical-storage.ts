/**
 * STORAGE and COMPRESSION of columns and options of tables: checked, kept and shown, but values are
 * stored in one way only.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { typeFacts } from "../catalog/virtual/type-facts.ts";
import { asTag, child, list, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { columnNamed } from "./index-definition.ts";
import { checkStorageOptions, storageAfter } from "./storage-options.ts";

const STORAGES: Readonly<Record<string, string>> = {
  plain: "p",
  external: "e",
  extended: "x",
  main: "m",
};
const COMPRESSIONS: Readonly<Record<string, string>> = { pglz: "p", lz4: "l" };
const DEFAULT = "default";

type Replace = (table: TableDescriptor, column: ColumnDescriptor) => TableDescriptor;

function columnOf(table: TableDescriptor, command: ParseNode): ColumnDescriptor {
  const name = string(command, "name");
  const column = columnNamed(table.columns, name);
  if (column !== undefined) return column;
  throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
}

function usualStorage(type: number): string {
  const { storage } = typeFacts(type);
  return typeof storage === "string" ? storage : "p";
}

export function setStorage(
  table: TableDescriptor,
  command: ParseNode,
  replace: Replace,
): TableDescriptor {
  const column = columnOf(table, command);
  return replace(table, withStorage(column, stringValue(child(command, "def")) ?? ""));
}

/** GetAttributeStorage */
export function withStorage(column: ColumnDescriptor, wanted: string): ColumnDescriptor {
  const { storage: _, ...bare } = column;
  const name = wanted.toLowerCase();
  const usual = usualStorage(column.type);
  const storage = name === DEFAULT ? usual : STORAGES[name];
  if (storage === undefined) throw new SqlError("22023", `invalid storage type "${wanted}"`);
  if (storage !== "p" && usual === "p") {
    const text = `column data type ${formatType(column.type)} can only have storage PLAIN`;
    throw new SqlError("0A000", text);
  }
  return storage === usual ? bare : { ...bare, storage };
}

export function setCompression(
  table: TableDescriptor,
  command: ParseNode,
  replace: Replace,
): TableDescriptor {
  const column = columnOf(table, command);
  return replace(table, withCompression(column, stringValue(child(command, "def")) ?? ""));
}

/** GetAttributeCompression */
export function withCompression(column: ColumnDescriptor, wanted: string): ColumnDescriptor {
  const { compression: _, ...bare } = column;
  if (wanted === DEFAULT) return bare;
  if (usualStorage(column.type) === "p") {
    const text = `column data type ${formatType(column.type)} does not support compression`;
    throw new SqlError("0A000", text);
  }
  const compression = COMPRESSIONS[wanted];
  if (compression !== undefined) return { ...bare, compression };
  throw new SqlError("22023", `invalid compression method "${wanted}"`);
}

export function relationOptions(
  table: TableDescriptor,
  command: ParseNode,
  isReset: boolean,
): TableDescriptor {
  const nodes = list(asTag(child(command, "def"), "List") ?? {}, "items");
  checkStorageOptions(nodes, "table", isReset);
  return storageAfter(table, nodes, isReset);
}
