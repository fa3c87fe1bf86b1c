/** OIDs of defaults: what depends on an object is reported in the order of its creation. */
import type { ColumnDescriptor } from "../catalog/descriptors.ts";
import type { DdlContext } from "./ddl-context.ts";
import { newOid } from "./ddl-context.ts";

/** A default, or generation expression, that is new has a number of its own. */
export async function numberDefault(
  context: DdlContext,
  column: ColumnDescriptor,
): Promise<ColumnDescriptor> {
  const { defaultOid: _, ...bare } = column;
  return column.default === undefined ? bare : { ...bare, defaultOid: await newOid(context) };
}

export async function numberDefaults(
  context: DdlContext,
  columns: readonly ColumnDescriptor[],
): Promise<ColumnDescriptor[]> {
  const numbered: ColumnDescriptor[] = [];
  for (const column of columns) numbered.push(await numberDefault(context, column));
  return numbered;
}
