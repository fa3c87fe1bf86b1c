/** ALTER INDEX but for RENAME: storage parameters, and statistics of its expressions. */
import { SqlError } from "@firstlight/common";
import { indexColumnNames } from "../catalog/virtual/index-columns.ts";
import { mapIndexes } from "../catalog/table-indexes.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, int, list, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { actionName } from "./alter-passes.ts";
import type { DdlContext } from "./ddl-context.ts";
import { targetOf } from "./column-statistics.ts";
import { applyChanges } from "./ddl-context.ts";
import { roleOidOf } from "./role-specification.ts";
import { checkStorageOptions, checkTablespace, storageAfter } from "./storage-options.ts";

function options(command: ParseNode): ParseNode[] {
  return [...list(asTag(child(command, "def"), "List") ?? {}, "items")];
}

interface FoundIndex {
  readonly table: TableDescriptor;
  readonly index: IndexDescriptor;
}

/** The place of the key's expression that a command names by its number. */
function expressionAt({ table, index }: FoundIndex, number: number): number {
  const names = indexColumnNames(table, index.columns, index.include);
  const name = names[number - 1];
  if (name === undefined) {
    const text = `column number ${number} of relation "${index.name}" does not exist`;
    throw new SqlError("42703", text);
  }
  const key = index.columns[number - 1];
  if (key?.expression !== undefined) return number - 1;
  const what = key === undefined ? "included" : "non-expression";
  const text = `cannot alter statistics on ${what} column "${name}" of index "${index.name}"`;
  if (key === undefined) throw new SqlError("0A000", text);
  throw new SqlError("0A000", text, { hint: "Alter statistics on table column instead." });
}

function setStatistics(context: DdlContext, found: FoundIndex, command: ParseNode): void {
  const target = targetOf(context, command);
  const at = expressionAt(found, int(command, "num"));
  const put = mapIndexes(found.table, (each) => {
    if (each.oid !== found.index.oid) return each;
    const columns = each.columns.map((column, place) => {
      const { statisticsTarget: _, ...bare } = column;
      if (place !== at) return column;
      return target === -1 ? bare : { ...bare, statisticsTarget: target };
    });
    return { ...each, columns };
  });
  applyChanges(context, [{ put }]);
}

function notForIndexes({ name }: IndexDescriptor, subtype: string): SqlError {
  const text = `ALTER action ${actionName(subtype)} cannot be performed on relation "${name}"`;
  return new SqlError("42809", text, {
    detail: "This operation is not supported for indexes.",
  });
}

/** An index has the owner of its table. */
function warnOfOwner(context: DdlContext, { table, index }: FoundIndex, command: ParseNode): void {
  if (roleOidOf(context, child(command, "newowner") ?? {}) === table.owner) return;
  const text = `cannot change owner of index "${index.name}"`;
  const hint = "Change the ownership of the index's table instead.";
  context.session.notice("WARNING", "42809", text, { hint });
}

export function alterIndex(
  context: DdlContext,
  { table, index }: FoundIndex,
  command: ParseNode,
): void {
  const subtype = string(command, "subtype");
  switch (subtype) {
    case "AT_SetRelOptions":
    case "AT_ResetRelOptions": {
      const isReset = subtype === "AT_ResetRelOptions";
      checkStorageOptions(options(command), "index", isReset);
      const put = mapIndexes(table, (each) =>
        each.oid === index.oid ? storageAfter(each, options(command), isReset) : each,
      );
      applyChanges(context, [{ put }]);
      return;
    }
    case "AT_SetTableSpace":
      checkTablespace(string(command, "name"));
      return;
    case "AT_SetStatistics":
      setStatistics(context, { table, index }, command);
      return;
    case "AT_ChangeOwner":
      warnOfOwner(context, { table, index }, command);
      return;
    default:
      throw notForIndexes(index, subtype);
  }
}
