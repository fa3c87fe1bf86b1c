/** How large a table is: as it was analyzed, else as PostgreSQL guesses of one it knows nothing of. */
import type { Catalog } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { guessedWidth } from "../statistics/stored-width.ts";
import type { RelationSize } from "../statistics/table-statistics.ts";

const PAGES_DEFAULT = 10;
const PAGE_BYTES = 8192 - 24;
const ROW_OVERHEAD = 28;

export function columnWidth(catalog: Catalog, table: TableDescriptor, position: number): number {
  const column = table.columns[position];
  if (column === undefined || column.dropped) return 0;
  const known = catalog.statisticsOf(table)?.columns.get(column.number);
  return known?.type === column.type ? known.width : guessedWidth(column.type, column.typmod);
}

export function tableWidth(catalog: Catalog, table: TableDescriptor): number {
  return table.columns.reduce((sum, _, at) => sum + columnWidth(catalog, table, at), 0);
}

export function tableSize(catalog: Catalog, table: TableDescriptor): RelationSize {
  const known = catalog.statisticsOf(table)?.size;
  if (known !== undefined) return known;
  const width = Math.ceil(tableWidth(catalog, table) / 8) * 8;
  const rows = Math.floor(PAGE_BYTES / (ROW_OVERHEAD + width)) * PAGES_DEFAULT;
  return { rows, pages: PAGES_DEFAULT };
}
