/**
 * Defaults as objects with OIDs of their own. They are numbered anew with every schema change: only
 * joins within one query use the numbers.
 */
import { InvariantError } from "@firstlight/common";
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
  /** Bound when it is asked for. */
  readonly expression: StoredExpression;
}

class LazyDefault implements AttributeDefault {
  readonly oid: number;
  readonly table: TableDescriptor;
  readonly column: ColumnDescriptor;
  readonly #catalog: Catalog;

  constructor(oid: number, table: TableDescriptor, column: ColumnDescriptor, catalog: Catalog) {
    this.oid = oid;
    this.table = table;
    this.column = column;
    this.#catalog = catalog;
  }

  get expression(): StoredExpression {
    const found = defaultExpression(this.column, this.table, this.#catalog);
    if (found === undefined) throw new InvariantError(`no default of ${this.column.name}`);
    return found;
  }
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
      if (column.dropped || column.default === undefined) continue;
      const oid = column.defaultOid ?? FIRST_OID + defaults.length;
      defaults.push(new LazyDefault(oid, table, column, catalog));
    }
  }
  known.set(catalog, defaults);
  return defaults;
}
