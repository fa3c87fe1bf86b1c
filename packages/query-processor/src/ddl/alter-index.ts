/** ALTER INDEX but for RENAME: what is about its storage is checked and changes nothing. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, int, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { TRIGGER_ACTION_NAMES } from "./trigger-switches.ts";
import { checkStorageOptions, checkTablespace } from "./storage-options.ts";

function options(command: ParseNode): ParseNode[] {
  return [...list(asTag(child(command, "def"), "List") ?? {}, "items")];
}

function setStatistics(table: TableDescriptor, index: IndexDescriptor, command: ParseNode): void {
  const number = int(command, "num");
  const key = index.columns[number - 1];
  if (key === undefined && number > index.columns.length + index.include.length) {
    const text = `column number ${number} of relation "${index.name}" does not exist`;
    throw new SqlError("42703", text);
  }
  if (key?.expression !== undefined) {
    throw featureNotSupported("ALTER INDEX ... SET STATISTICS");
  }
  const column = table.columns[(key?.column ?? index.include[number - 1] ?? 1) - 1]?.name ?? "";
  const text = `cannot alter statistics on non-expression column "${column}" of index "${index.name}"`;
  throw new SqlError("0A000", text, { hint: "Alter statistics on table column instead." });
}

function notForIndexes({ name }: IndexDescriptor, subtype: string): SqlError {
  const text = `ALTER action ${TRIGGER_ACTION_NAMES[subtype]} cannot be performed on relation "${name}"`;
  return new SqlError("42809", text, {
    detail: "This operation is not supported for indexes.",
  });
}

export function alterIndex(
  { table, index }: { readonly table: TableDescriptor; readonly index: IndexDescriptor },
  command: ParseNode,
): void {
  const subtype = string(command, "subtype");
  switch (subtype) {
    case "AT_SetRelOptions":
      checkStorageOptions(options(command), "index");
      return;
    case "AT_ResetRelOptions":
      checkStorageOptions(options(command), "index", true);
      return;
    case "AT_SetTableSpace":
      checkTablespace(string(command, "name"));
      return;
    case "AT_SetStatistics":
      setStatistics(table, index, command);
      return;
    default:
      if (Object.hasOwn(TRIGGER_ACTION_NAMES, subtype)) throw notForIndexes(index, subtype);
      throw featureNotSupported(`ALTER INDEX ... ${subtype.replace("AT_", "").toUpperCase()}`);
  }
}
