/**
 * The columns by whose values rows of a relation of pg_catalog are found: those that PostgreSQL's
 * index leads with. Where all rows share a few values of that column, it is the next one.
 */
import type { VirtualTable } from "../catalog.ts";
import type { SystemIndex } from "./system-indexes.ts";
import { systemIndexes } from "./system-indexes.ts";

export interface VirtualKey {
  /** The name of PostgreSQL's index. */
  readonly index: string;
  /** Position of the column. */
  readonly column: number;
}

const CLASSES: ReadonlySet<string> = new Set(["classid", "refclassid"]);

let byRelation: ReadonlyMap<number, readonly SystemIndex[]> | undefined;

function indexesOf({ oid }: VirtualTable): readonly SystemIndex[] {
  if (byRelation === undefined) {
    const found = new Map<number, SystemIndex[]>();
    for (const index of systemIndexes().values()) {
      const list = found.get(index.relation) ?? [];
      found.set(index.relation, list);
      list.push(index);
    }
    byRelation = found;
  }
  return byRelation.get(oid) ?? [];
}

export function virtualKeys(table: VirtualTable): readonly VirtualKey[] {
  if (table.rowsByColumn === undefined) return [];
  return indexesOf(table).flatMap(({ name, keys }): VirtualKey[] => {
    const [first = 0, second = first] = keys;
    const leading = CLASSES.has(table.columns[first - 1]?.name ?? "") ? second : first;
    return leading <= 0 ? [] : [{ index: name, column: leading - 1 }];
  });
}

/** Positions of columns no two rows have the same values of. */
export function uniqueColumns(table: VirtualTable): readonly (readonly number[])[] {
  return indexesOf(table)
    .filter(({ unique }) => unique)
    .map(({ keys }) => keys.map((key) => key - 1));
}
