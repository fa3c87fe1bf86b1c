/**
 * Defaults as objects with OIDs of their own. They are numbered anew with every schema change: only
 * joins within one query use the numbers.
 */
import type { Catalog } from "../catalog.ts";
import type { ColumnDescriptor, TableDescriptor } from "../descriptors.ts";
import { viewAsTable } from "../view-as-table.ts";
import type { StoredExpression } from "./expression-text.ts";
import { defaultExpression } from "./expression-text.ts";

/** No object is numbered in this range: half of the upper half, above arrays of row types. */
const FIRST_OID = 0xc0000000;

export interface AttributeDefault {
  readonly oid: number;
  /** The table, or what stands for the view. */
  readonly table: TableDescriptor;
  readonly column: ColumnDescriptor;
  readonly expression: StoredExpression;
}

const known = new WeakMap<Catalog, readonly AttributeDefault[]>();

export function attributeDefaults(catalog: Catalog): readonly AttributeDefault[] {
  const cached = known.get(catalog);
  if (cached !== undefined) return cached;
  const defaults: AttributeDefault[] = [];
  for (const object of catalog.objects.values()) {
    if (object.kind !== "table" && object.kind !== "view") continue;
    const table = object.kind === "view" ? viewAsTable(object) : object;
    for (const column of table.columns) {
      const expression = column.dropped ? undefined : defaultExpression(column, table, catalog);
      if (expression === undefined) continue;
      const oid = column.defaultOid ?? FIRST_OID + defaults.length;
      defaults.push({ oid, table, column, expression });
    }
  }
  known.set(catalog, defaults);
  return defaults;
}
