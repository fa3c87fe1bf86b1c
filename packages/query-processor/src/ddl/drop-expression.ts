/** ALTER TABLE ... DROP EXPRESSION: a generated column becomes a plain one and keeps its values. */
import { SqlError } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { flag, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { columnNamed } from "./index-definition.ts";

export function dropExpression(
  context: DdlContext,
  table: TableDescriptor,
  command: ParseNode,
): TableDescriptor {
  const name = string(command, "name");
  const column = columnNamed(table.columns, name);
  if (column === undefined) {
    throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
  }
  if (column.generated === undefined) {
    const text = `column "${name}" of relation "${table.name}" is not a stored generated column`;
    if (!flag(command, "missing_ok")) throw new SqlError("55000", text);
    context.session.notice("NOTICE", "00000", `${text}, skipping`);
    return table;
  }
  // The expression is kept where a default would be.
  const { generated: _, default: __, ...plain } = column;
  const columns = table.columns.map((each) => (each === column ? plain : each));
  return { ...table, columns };
}
