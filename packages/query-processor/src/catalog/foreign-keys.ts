/** The foreign keys that refer to a table, found once per catalog image. */
import type { Catalog } from "./catalog.ts";
import type { ForeignKeyDescriptor, TableDescriptor } from "./descriptors.ts";

export interface Reference {
  /** The table that has the constraint. */
  readonly child: TableDescriptor;
  readonly key: ForeignKeyDescriptor;
}

const NONE: readonly Reference[] = [];
const known = new WeakMap<Catalog, ReadonlyMap<number, readonly Reference[]>>();

function collect(catalog: Catalog): ReadonlyMap<number, readonly Reference[]> {
  const found = new Map<number, Reference[]>();
  for (const child of catalog.objects.values()) {
    if (child.kind !== "table" || child.foreignKeys === undefined) continue;
    for (const key of child.foreignKeys) {
      const others = found.get(key.parent);
      if (others === undefined) found.set(key.parent, [{ child, key }]);
      else others.push({ child, key });
    }
  }
  for (const references of found.values()) references.sort((a, b) => a.key.oid - b.key.oid);
  return found;
}

export function referencesTo(catalog: Catalog, table: number): readonly Reference[] {
  let references = known.get(catalog);
  if (references === undefined) {
    references = collect(catalog);
    known.set(catalog, references);
  }
  return references.get(table) ?? NONE;
}
