/** The entries that stored rows must have in one index of their table. */
import type { Key } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { IndexEntry, IndexLayout } from "../plan/table-layout.ts";
import { rowSuffixOf, tableLayout } from "../plan/table-layout.ts";

export interface RowEntries {
  readonly index: IndexLayout;
  /** Undefined: the row has none. */
  entryOf(key: Key, stored: Uint8Array): IndexEntry | undefined;
  /** The row, as far as the index is about it. */
  rowOf(stored: Uint8Array): Row;
}

export function rowEntries(table: TableDescriptor, oid: number): RowEntries {
  const layout = tableLayout(table);
  const index = layout.secondary.find(({ descriptor }) => descriptor.oid === oid);
  if (index === undefined) throw new InvariantError(`index ${oid} is not kept whole`);
  const positions = [...index.positions].filter((at) => at < table.columns.length);
  const decode = layout.decoder(positions);
  const width = table.columns.length;
  const rowOf = (stored: Uint8Array): Row => {
    const values = decode(stored);
    const row: Datum[] = [];
    for (let at = 0; at < width; at++) row.push(null);
    positions.forEach((position, at) => (row[position] = values[at] ?? null));
    return row;
  };
  return {
    index,
    rowOf,
    entryOf: (key, stored) => {
      const row = rowOf(stored);
      return index.holds(row) ? index.entry(row, rowSuffixOf(key)) : undefined;
    },
  };
}
