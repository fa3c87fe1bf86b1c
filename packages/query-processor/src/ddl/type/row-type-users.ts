/**
 * Tables whose row type is the type of stored columns: values are stored by attribute number, so
 * attributes may come and go, but their types stay (find_composite_type_dependencies).
 */
import { SqlError } from "@firstlight/common";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { columnsUsing } from "./type-users.ts";

export function refuseRowTypeUsers(context: DdlContext, table: TableDescriptor): void {
  const type = imageOf(context).typeNumber(table.typeOid);
  const [user] = columnsUsing(context, type);
  if (user === undefined) return;
  throw new SqlError(
    "0A000",
    `cannot alter table "${table.name}" because column "${user.table.name}.${user.column.name}" uses its row type`,
  );
}

/** A relation brings a type of its name, so no other type may have that. */
export function refuseTypeName(context: DdlContext, schema: string, name: string): void {
  const image = imageOf(context);
  const taken = image.typeInSchema(schema, name);
  if (taken === undefined || image.arrayTypeName(taken) !== undefined) return;
  throw new SqlError("42710", `type "${name}" already exists`, {
    hint: "A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type.",
  });
}
