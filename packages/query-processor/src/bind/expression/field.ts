/** Fields of rows: (row).name. */
import { type Expr, oids, procOf } from "@firstlight/sql";
import { compositeColumns } from "../composite-columns.ts";
import { recordColumns } from "../record-columns.ts";
import { rowIfPresent } from "../whole-row.ts";

/** The field of that name, undefined when the value is no row or has no such field. */
export function fieldOfRow(arg: Expr, name: string, position: number): Expr | undefined {
  const present = rowIfPresent(arg);
  if (present !== undefined) return fieldOfRow(present, name, position);
  if (arg.kind === "row") {
    const index = arg.names.indexOf(name);
    const field = arg.fields[index];
    return field === undefined ? undefined : { ...field, position };
  }
  const columns =
    compositeColumns(arg.type) ??
    (arg.kind === "call" ? recordColumns(procOf(arg), arg) : undefined) ??
    [];
  const field = columns.findIndex((column) => column.name === name);
  const column = columns[field];
  if (column === undefined) return undefined;
  return {
    kind: "fieldSelect",
    type: column.type,
    typmod: column.typmod,
    position,
    arg,
    field,
    ...(arg.type === oids.RECORD ? { name } : {}),
  };
}
