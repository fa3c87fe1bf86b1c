/** Fields of rows: (row).name. */
import { type Expr, oids, procOf } from "@firstlight/sql";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { attributesOf, fieldIndex, type FieldName, fieldName, pinField } from "../pinned-fields.ts";
import { recordColumns } from "../record-columns.ts";
import type { BindContext } from "../scope.ts";
import { rowIfPresent } from "../whole-row.ts";

/** The fields of a row by what its type calls them, where it does not call them otherwise itself. */
function rowIndex({ type, names }: Extract<Expr, { kind: "row" }>, field: FieldName): number {
  const attributes = field.attribute === undefined ? undefined : attributesOf(type);
  const isAsTyped = attributes?.every(({ name }, at) => names[at] === name) === true;
  return attributes !== undefined && isAsTyped
    ? fieldIndex(attributes, field)
    : names.indexOf(field.name);
}

/** A literal stays one of the row: it has no type, and is not given one any more. */
export function fieldOf(
  arg: Extract<Expr, { kind: "row" }>,
  field: number,
  value: Expr,
  position: number,
): Expr {
  const { type, typmod } = value;
  if (type === oids.UNKNOWN) {
    return { kind: "fieldSelect", type, typmod, position, arg, field };
  }
  const isRecord = value.kind === "row" && type === oids.RECORD;
  return isRecord ? { ...value, position, isField: true } : { ...value, position };
}

/** The field of that name, undefined when the value is no row or has no such field. */
export function fieldOfRow(arg: Expr, field: FieldName, position: number): Expr | undefined {
  const present = rowIfPresent(arg);
  if (present !== undefined) return fieldOfRow(present, field, position);
  if (arg.kind === "row") {
    if (arg.isField === true) return undefined;
    const index = rowIndex(arg, field);
    const found = arg.fields[index];
    return found && fieldOf(arg, index, found, position);
  }
  const attributes = attributesOf(arg.type);
  const columns =
    attributes ?? (arg.kind === "call" ? recordColumns(procOf(arg), arg) : undefined) ?? [];
  const index =
    attributes === undefined
      ? columns.findIndex(({ name }) => name === field.name)
      : fieldIndex(attributes, field);
  const column = columns[index];
  if (column === undefined) return undefined;
  const { type, typmod } = column;
  const named = arg.type === oids.RECORD ? { name: field.name } : {};
  return { kind: "fieldSelect", type, typmod, position, arg, field: index, ...named };
}

/** Keeps which attribute `node` names, in a text that will be stored. */
export function pinRowField(context: BindContext, node: ParseNode, arg: Expr): void {
  if (context.pins === undefined) return;
  const attributes = attributesOf(arg.type);
  if (attributes !== undefined) {
    pinField(context, node, arg.type, fieldIndex(attributes, fieldName(node)));
  }
}
