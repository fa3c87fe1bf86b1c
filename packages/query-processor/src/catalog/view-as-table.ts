/** A view in the shape of a table, for what is said over its columns alone. */
import type { TableDescriptor, ViewDescriptor } from "./descriptors.ts";

const shapes = new WeakMap<ViewDescriptor, TableDescriptor>();

/** A view as a table with its columns: defaults are bound over one. */
export function viewAsTable(view: ViewDescriptor): TableDescriptor {
  let shape = shapes.get(view);
  if (shape === undefined) {
    const { oid, name, schema, owner, typeOid } = view;
    const columns = view.columns.map((column, index) => ({
      ...column,
      number: index + 1,
      notNull: false,
      dropped: false,
    }));
    const place = { kind: "table" as const, oid, name, schema, owner, typeOid, storageId: 0 };
    shape = { ...place, columns, indexes: [], checks: [], nextColumn: 1, nextIndex: 1 };
    shapes.set(view, shape);
  }
  return shape;
}
