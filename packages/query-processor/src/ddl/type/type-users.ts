/** Stored columns whose values contain a type: of it, of an array, a domain or a composite over it. */
import { definitionOf, elementTypeOid } from "@firstlight/sql";
import type { ColumnDescriptor, TableDescriptor } from "../../catalog/descriptors.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";

export interface TypeUser {
  readonly table: TableDescriptor;
  readonly column: ColumnDescriptor;
}

/** Whether values of `type` have values of `sought` in them. */
export function containsType(type: number, sought: number): boolean {
  if (type === sought) return true;
  const element = elementTypeOid(type);
  if (element !== 0) return containsType(element, sought);
  const definition = definitionOf(type);
  if (definition?.kind === "domain") return containsType(definition.baseType, sought);
  if (definition?.kind === "range") return containsType(definition.subtype, sought);
  if (definition?.kind !== "composite") return false;
  return definition.attributes.some((attribute) => containsType(attribute.type, sought));
}

export function columnsUsing(context: DdlContext, type: number): readonly TypeUser[] {
  const users: TypeUser[] = [];
  for (const table of imageOf(context).objects.values()) {
    if (table.kind !== "table") continue;
    for (const column of table.columns) {
      if (!column.dropped && containsType(column.type, type)) users.push({ table, column });
    }
  }
  return users;
}
