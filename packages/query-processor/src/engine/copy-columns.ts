/** The columns that a COPY names, or has by itself. */
import { SqlError } from "@firstlight/common";
import type { ColumnDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { columnNamed } from "../ddl/index-definition.ts";

export function copyColumns(
  table: TableDescriptor,
  names: readonly string[] | undefined,
): ColumnDescriptor[] {
  if (names === undefined) {
    return table.columns.filter((column) => !column.dropped && column.generated === undefined);
  }
  const seen = new Set<string>();
  return names.map((name) => {
    const column = columnNamed(table.columns, name);
    if (column === undefined) {
      const text = `column "${name}" of relation "${table.name}" does not exist`;
      throw new SqlError("42703", text);
    }
    if (column.generated !== undefined) {
      throw new SqlError("42P10", `column "${name}" is a generated column`, {
        detail: "Generated columns cannot be used in COPY.",
      });
    }
    if (seen.has(name)) throw new SqlError("42701", `column "${name}" specified more than once`);
    seen.add(name);
    return column;
  });
}
