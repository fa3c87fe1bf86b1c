/** The names that the columns of an index have (ChooseIndexColumnNames). */
import type { IndexColumn, TableDescriptor } from "../descriptors.ts";

/** Of the key's columns and the included ones, made unique. */
export function indexColumnNames(
  table: Pick<TableDescriptor, "columns">,
  columns: readonly IndexColumn[],
  include: readonly number[],
): string[] {
  const named = (number: number): string => table.columns[number - 1]?.name ?? "";
  return uniqueNames([
    ...columns.map(({ column, expression }) => expression?.name ?? named(column)),
    ...include.map(named),
  ]);
}

/** With numbers behind those that were there before. */
export function uniqueNames(wanted: readonly string[]): string[] {
  const names: string[] = [];
  for (const name of wanted) {
    let unique = name;
    for (let n = 1; names.includes(unique); n++) unique = `${name}${n}`;
    names.push(unique);
  }
  return names;
}
