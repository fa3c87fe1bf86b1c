/** SET STORAGE and SET COMPRESSION are checked and change nothing, options of tables are kept. */
import { SqlError } from "@firstlight/common";
import { formatType, typeRow } from "@firstlight/sql";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, list, string, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { columnNamed } from "./index-definition.ts";
import { checkStorageOptions, storageAfter } from "./storage-options.ts";

const STORAGES: readonly string[] = ["plain", "external", "extended", "main", "default"];
const COMPRESSIONS: readonly string[] = ["pglz", "lz4", "default"];
const VARIABLE_LENGTH = -1;

function columnOf(table: TableDescriptor, command: ParseNode): ColumnDescriptor {
  const name = string(command, "name");
  const column = columnNamed(table.columns, name);
  if (column !== undefined) return column;
  throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
}

function isVariable(type: number): boolean {
  return (typeRow(type)?.length ?? VARIABLE_LENGTH) === VARIABLE_LENGTH;
}

export function setStorage(
  _context: unknown,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const { type } = columnOf(table, command);
  refuseStorage(type, stringValue(child(command, "def")) ?? "");
  return table;
}

/** GetAttributeStorage */
export function refuseStorage(type: number, wanted: string): void {
  if (!STORAGES.includes(wanted.toLowerCase())) {
    throw new SqlError("22023", `invalid storage type "${wanted}"`);
  }
  if (isVariable(type) || ["plain", "default"].includes(wanted.toLowerCase())) return;
  const text = `column data type ${formatType(type)} can only have storage PLAIN`;
  throw new SqlError("0A000", text);
}

export function setCompression(
  _context: unknown,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const { type } = columnOf(table, command);
  const wanted = stringValue(child(command, "def")) ?? "";
  if (wanted !== "default" && !isVariable(type)) {
    const text = `column data type ${formatType(type)} does not support compression`;
    throw new SqlError("0A000", text);
  }
  if (COMPRESSIONS.includes(wanted)) return table;
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
