/** The constraints of tables by their OIDs. */
import type { Catalog } from "./catalog.ts";
import type {
  CheckDescriptor,
  ForeignKeyDescriptor,
  IndexDescriptor,
  TableDescriptor,
} from "./descriptors.ts";

export type FoundConstraint = { readonly table: TableDescriptor; readonly name: string } & (
  | { readonly kind: "key"; readonly index: IndexDescriptor }
  | { readonly kind: "check"; readonly check: CheckDescriptor }
  | { readonly kind: "foreignKey"; readonly key: ForeignKeyDescriptor }
);

function collect({ objects }: Pick<Catalog, "objects">): ReadonlyMap<number, FoundConstraint> {
  const found = new Map<number, FoundConstraint>();
  for (const table of objects.values()) {
    if (table.kind !== "table") continue;
    for (const index of table.indexes) {
      if (index.constraint === undefined) continue;
      const { oid, name } = index.constraint;
      found.set(oid, { kind: "key", table, name, index });
    }
    for (const check of table.checks) {
      found.set(check.oid, { kind: "check", table, name: check.name, check });
    }
    for (const key of table.foreignKeys ?? []) {
      found.set(key.oid, { kind: "foreignKey", table, name: key.name, key });
    }
  }
  return found;
}

const known = new WeakMap<Pick<Catalog, "objects">, ReadonlyMap<number, FoundConstraint>>();

export function constraintByOid(
  catalog: Pick<Catalog, "objects">,
  oid: number,
): FoundConstraint | undefined {
  let constraints = known.get(catalog);
  if (constraints === undefined) {
    constraints = collect(catalog);
    known.set(catalog, constraints);
  }
  return constraints.get(oid);
}
