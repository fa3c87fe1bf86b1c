/**
 * Which rows a cursor's row comes from, for WHERE CURRENT OF: those that it locks, or those of the
 * only table of a query that neither joins nor groups (PostgreSQL's "simply updatable scan").
 */
import type { BoundSelect } from "../bind/query-tree.ts";
import { isJoinOnly } from "./pull-up.ts";

/** A key that a cursor's rows carry behind their columns. */
export interface RowKey {
  readonly table: number;
  readonly slot: number;
  /** FOR UPDATE or its kin says so. */
  readonly locked: boolean;
}

interface KeyedEntry {
  readonly rte: number;
  readonly table: number;
}

function tableOf(query: BoundSelect, rte: number): readonly KeyedEntry[] {
  const entry = query.rangeTable[rte];
  return entry?.kind === "table" ? [{ rte, table: entry.table.oid }] : [];
}

/** The range table entries whose keys a cursor's rows carry, in the order of their slots. */
export function cursorEntries(query: BoundSelect): readonly KeyedEntry[] {
  if (query.rowMarks.length > 0) return query.rowMarks.flatMap(({ rte }) => tableOf(query, rte));
  const [item] = query.from;
  const plain = isJoinOnly({ ...query, limit: undefined, offset: undefined });
  if (!plain || query.distinct !== false || query.from.length !== 1) return [];
  return item?.kind === "rte" ? tableOf(query, item.rte) : [];
}
