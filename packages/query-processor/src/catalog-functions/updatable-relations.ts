/** pg_relation_is_updatable and pg_column_is_updatable: tables, and views that can be written through. */
import { SqlError } from "@firstlight/common";
import { boundViewQuery } from "../bind/bind-stored-query.ts";
import type { BoundSelect } from "../bind/query-tree.ts";
import { notUpdatableReason } from "../bind/updatable-view.ts";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";

/** INSERT, UPDATE and DELETE as CmdType bits. */
const UPDATE = 1 << 2;
const INSERT = 1 << 3;
const DELETE = 1 << 4;
const ALL = INSERT | UPDATE | DELETE;

interface Base {
  readonly oid: number;
  /** The column of the base relation that a column of the view is, 0 for others. */
  columnOf(number: number): number;
}

function baseOf(query: BoundSelect): Base | undefined {
  if (notUpdatableReason(query) !== undefined) return undefined;
  const [item] = query.from;
  const entry = item === undefined ? undefined : query.rangeTable[item.rte];
  const oid =
    entry?.kind === "table" ? entry.table.oid : entry?.kind === "subquery" ? entry.view : undefined;
  if (oid === undefined) return undefined;
  const shown = query.targets.filter((target) => !target.junk);
  return {
    oid,
    columnOf: (number) => {
      const expr = shown[number - 1]?.expr;
      return expr?.kind === "var" && expr.levelsUp === 0 ? expr.column + 1 : 0;
    },
  };
}

function viewBase(image: CatalogImage, oid: number): Base | undefined {
  const view = image.relationByOid(oid);
  if (view?.kind !== "view" || oid < FIRST_USER_OID) return undefined;
  try {
    return baseOf(boundViewQuery(view, image));
  } catch (error) {
    // A view that has come to be about itself is not one to write through.
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** `above`: views on the way here, of which none is met again unless it is about itself. */
type Above = readonly number[];

export function updatableEvents(image: CatalogImage, oid: number, above: Above = []): number {
  const relation = image.relationByOid(oid);
  if (relation?.kind === "table") return relation.materialized === undefined ? ALL : 0;
  const base = above.includes(oid) ? undefined : viewBase(image, oid);
  if (base === undefined || relation?.kind !== "view") return 0;
  const has = relation.columns.some((_, index) => isUpdatableColumn(image, oid, index + 1));
  return updatableEvents(image, base.oid, [...above, oid]) & (has ? ALL : DELETE);
}

/** The column can be inserted and updated. */
export function isUpdatableColumn(
  image: CatalogImage,
  oid: number,
  column: number,
  above: Above = [],
): boolean {
  if (column <= 0 || above.includes(oid)) return false;
  const relation = image.relationByOid(oid);
  if (relation?.kind === "table") return relation.materialized === undefined;
  const base = viewBase(image, oid);
  if (base === undefined) return false;
  return isUpdatableColumn(image, base.oid, base.columnOf(column), [...above, oid]);
}
