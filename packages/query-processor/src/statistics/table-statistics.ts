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
}

/** `column` is the number of the index's column. */
export interface ExpressionStatistics extends ColumnStatistics {
  /** OID of the index. */
  readonly index: number;
}

export interface TableStatistics {
  readonly table: number;
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

export type StatisticsByTable = ReadonlyMap<number, TableStatistics>;

export const NO_STATISTICS: StatisticsByTable = new Map();
