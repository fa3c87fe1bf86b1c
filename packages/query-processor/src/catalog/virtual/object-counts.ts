/** How many objects of each kind a catalog has: what the planner's idea of pg_catalog rests on. */
import type { Catalog } from "../catalog.ts";
import type { CatalogObject, TableDescriptor } from "../descriptors.ts";
import { allIndexes } from "../table-indexes.ts";

export interface ObjectCounts {
  readonly tables: number;
  readonly indexes: number;
  readonly views: number;
  readonly sequences: number;
  /** Of tables, views and indexes. */
  readonly columns: number;
  readonly defaults: number;
  readonly notNull: number;
  readonly keys: number;
  readonly checks: number;
  readonly foreignKeys: number;
  readonly types: number;
  readonly functions: number;
  readonly comments: number;
  /** Relations and indexes by the OID of their schema. */
  readonly bySchema: ReadonlyMap<number, number>;
  /** Columns of tables and indexes by their name. */
  readonly byColumnName: ReadonlyMap<string, number>;
}

const NONE = {
  tables: 0,
  indexes: 0,
  views: 0,
  sequences: 0,
  columns: 0,
  defaults: 0,
  notNull: 0,
  keys: 0,
  checks: 0,
  foreignKeys: 0,
  types: 0,
  functions: 0,
  comments: 0,
};

const SEQUENCE_COLUMNS = 3;

type Sums = { -readonly [K in keyof typeof NONE]: number } & {
  readonly byColumnName: Map<string, number>;
};

function addColumn({ byColumnName }: Sums, name: string): void {
  byColumnName.set(name, (byColumnName.get(name) ?? 0) + 1);
}

function addTable(sums: Sums, table: TableDescriptor): number {
  const indexes = allIndexes(table);
  sums.tables++;
  sums.indexes += indexes.length;
  sums.checks += table.checks.length;
  sums.foreignKeys += table.foreignKeys?.length ?? 0;
  sums.columns += table.columns.length;
  for (const column of table.columns) {
    addColumn(sums, column.name);
    if (column.default !== undefined) sums.defaults++;
    if (column.notNull) sums.notNull++;
  }
  for (const index of indexes) {
    sums.columns += index.columns.length;
    for (const { column } of index.columns) {
      const name = table.columns[column]?.name;
      if (name !== undefined) addColumn(sums, name);
    }
    if (index.constraint !== undefined) sums.keys++;
  }
  return 1 + indexes.length;
}

/** Counts the object; yields how many entries in pg_class it has. */
function add(sums: Sums, object: CatalogObject): number {
  if (object.kind === "table") return addTable(sums, object);
  if (object.kind === "view" || object.kind === "sequence") {
    sums.columns += object.kind === "view" ? object.columns.length : SEQUENCE_COLUMNS;
    if (object.kind === "view") sums.views++;
    else sums.sequences++;
    return 1;
  }
  if (object.kind === "type") sums.types++;
  else if (object.kind === "function") sums.functions++;
  else if (object.kind === "comment") sums.comments++;
  return 0;
}

const known = new WeakMap<Catalog, ObjectCounts>();

export function objectCounts(catalog: Catalog): ObjectCounts {
  const cached = known.get(catalog);
  if (cached !== undefined) return cached;
  const sums: Sums = { ...NONE, byColumnName: new Map() };
  const bySchema = new Map<number, number>();
  for (const object of catalog.objects.values()) {
    const relations = add(sums, object);
    if (relations === 0 || !("schema" in object)) continue;
    bySchema.set(object.schema, (bySchema.get(object.schema) ?? 0) + relations);
  }
  const counts = { ...sums, bySchema };
  known.set(catalog, counts);
  return counts;
}
