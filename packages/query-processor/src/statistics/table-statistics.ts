/**
 * What ANALYZE knows of a table: its size, that of its indexes, and per column what PostgreSQL keeps
 * in pg_statistic. Statistics never change an answer, only the plan: they are no part of the schema's
 * version and nothing checks them at commit.
 */
import type { Datum } from "@firstlight/sql";
import type { ExtendedStatistics } from "./extended-statistics.ts";

export interface RelationSize {
  readonly rows: number;
  /** Pages of 8 KiB that PostgreSQL would need: what its cost formulas count in. */
  readonly pages: number;
}

/** What the arrays of a column hold. Shares are of the arrays that are not NULL. */
export interface ElementStatistics {
  /** Of the elements. */
  readonly type: number;
  /** Most common elements in their own order, with the share of arrays that hold them. */
  readonly values: readonly Datum[];
  readonly fractions: readonly number[];
  /** Of these the least and the greatest share. */
  readonly least: number;
  readonly greatest: number;
  /** Share of arrays with a NULL in them. */
  readonly nulls: number;
  /** Bounds of equally full buckets of the arrays' numbers of different elements, and the mean. */
  readonly counts: readonly number[];
  readonly average: number;
}

/** Where the ranges of a column are, and how long; empty ones are in neither histogram. */
export interface RangeStatistics {
  /** Ranges of the bounds of equally full buckets: of the lower and, apart, of the upper bounds. */
  readonly bounds: readonly Datum[];
  readonly lengths: readonly number[];
  readonly emptyFraction: number;
}

export interface ColumnStatistics {
  /** ColumnDescriptor.number. */
  readonly column: number;
  /** The column's type when it was analyzed: statistics of another one say nothing. */
  readonly type: number;
  readonly nullFraction: number;
  readonly width: number;
  /** As pg_statistic.stadistinct: negative is a share of the rows, 0 unknown. */
  readonly distinct: number;
  /** Most common values first, with their share of all rows. */
  readonly commonValues: readonly Datum[];
  readonly commonFractions: readonly number[];
  /** Bounds of equally full buckets of the other values. */
  readonly histogram: readonly Datum[];
  readonly correlation: number | undefined;
  readonly elements?: ElementStatistics | undefined;
  readonly ranges?: RangeStatistics | undefined;
}

/** `column` is the number of the index's column. */
export interface ExpressionStatistics extends ColumnStatistics {
  /** OID of the index. */
  readonly index: number;
}

export interface TableStatistics {
  readonly table: number;
  /** OID; absent: the first one. */
  readonly database?: number;
  /** The storage that was analyzed: a table emptied since then is as good as not analyzed. */
  readonly storageId: number;
  readonly size: RelationSize;
  /** By OID of the index. */
  readonly indexes: ReadonlyMap<number, RelationSize>;
  readonly columns: ReadonlyMap<number, ColumnStatistics>;
  readonly expressions?: readonly ExpressionStatistics[];
  /** Of several columns together, by CREATE STATISTICS. */
  readonly extended?: readonly ExtendedStatistics[];
  /** Microseconds since the Unix epoch. */
  readonly analyzedAt: number;
  readonly automatic: boolean;
  /** How often it was analyzed by statement and by the server. */
  readonly analyzeCount: number;
  readonly automaticCount: number;
  readonly lastAnalyze: number | undefined;
  readonly lastAutomatic: number | undefined;
}

/** By storage id: databases may have tables of the same OID. */
export type StatisticsByStorage = ReadonlyMap<number, TableStatistics>;

export const NO_STATISTICS: StatisticsByStorage = new Map();
