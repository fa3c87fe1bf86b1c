/**
 * Statistics as stored: per table a short record under `00 s`, which tells how new they are, and the
 * columns under `00 S`. Both are JSON; values are in the text form of their type, so that a record
 * outlives changes of how values are held in memory.
 */
import type { Key } from "@firstlight/common";
import { columnStatisticsKey, tableStatisticsKey } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { DEFAULT_FORMAT, typeByOid } from "@firstlight/sql";
import type { CommonCombination, ExtendedStatistics } from "./extended-statistics.ts";
import type {
  ColumnStatistics,
  ElementStatistics,
  ExpressionStatistics,
  RangeStatistics,
  RelationSize,
  TableStatistics,
} from "./table-statistics.ts";

export interface StatisticsEntry {
  readonly key: Key;
  readonly value: Uint8Array;
}

interface StoredTable extends Omit<
  TableStatistics,
  "indexes" | "columns" | "expressions" | "extended"
> {
  readonly indexes: readonly (readonly [number, RelationSize])[];
}

interface StoredElements extends Omit<ElementStatistics, "values"> {
  readonly values: readonly (string | null)[];
}

/** Lengths as text: they may be infinite. */
interface StoredRanges extends Omit<RangeStatistics, "bounds" | "lengths"> {
  readonly bounds: readonly (string | null)[];
  readonly lengths: readonly string[];
}

interface StoredColumn extends Omit<
  ColumnStatistics,
  "commonValues" | "histogram" | "elements" | "ranges"
> {
  readonly commonValues: readonly (string | null)[];
  readonly histogram: readonly (string | null)[];
  readonly elements?: StoredElements;
  readonly ranges?: StoredRanges;
  /** Of an index's expression. */
  readonly index?: number;
}

interface StoredCombination extends Omit<CommonCombination, "values"> {
  readonly values: readonly (string | null)[];
}

interface StoredExtended extends Omit<ExtendedStatistics, "common"> {
  readonly common: readonly StoredCombination[];
}

function texts(values: readonly Datum[], type: number): (string | null)[] {
  const codec = typeByOid(type);
  return values.map((value) => (value === null ? null : codec.output(value, DEFAULT_FORMAT)));
}

const INPUT = { ...DEFAULT_FORMAT, now: 0n };

function values(stored: readonly (string | null)[], type: number): Datum[] {
  const codec = typeByOid(type);
  return stored.map((text) => (text === null ? null : codec.input(text, -1, INPUT)));
}

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value), "utf8");
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString("utf8"));
}

function storedExtended(extended: ExtendedStatistics): StoredExtended {
  const { types } = extended;
  const common = extended.common.map((each) => ({
    ...each,
    values: each.values.map((value, at) => texts([value], types[at] ?? 0)[0] ?? null),
  }));
  return { ...extended, common };
}

/** Undefined when a type is not known here. */
function decodeExtended(stored: StoredExtended): ExtendedStatistics | undefined {
  const { types } = stored;
  try {
    const common = stored.common.map((each) => ({
      ...each,
      values: each.values.map((text, at) => values([text], types[at] ?? 0)[0] ?? null),
    }));
    return { ...stored, common };
  } catch {
    return undefined;
  }
}

function storedColumn(column: ColumnStatistics): StoredColumn {
  const { elements, ranges, type, ...rest } = column;
  return {
    ...rest,
    type,
    commonValues: texts(column.commonValues, type),
    histogram: texts(column.histogram, type),
    ...(elements === undefined
      ? {}
      : { elements: { ...elements, values: texts(elements.values, elements.type) } }),
    ...(ranges === undefined
      ? {}
      : {
          ranges: {
            ...ranges,
            bounds: texts(ranges.bounds, type),
            lengths: ranges.lengths.map(String),
          },
        }),
  };
}

export function encodeStatistics(statistics: TableStatistics): readonly StatisticsEntry[] {
  const { columns, indexes, expressions = [], extended = [], ...rest } = statistics;
  const table: StoredTable = { ...rest, indexes: [...indexes] };
  const stored = [...columns.values(), ...expressions].map(storedColumn);
  return [
    { key: tableStatisticsKey(statistics.table, statistics.database), value: bytesOf(table) },
    {
      key: columnStatisticsKey(statistics.table, statistics.database),
      value: bytesOf([...stored, ...extended.map(storedExtended)]),
    },
  ];
}

export function decodeTable(bytes: Uint8Array): TableStatistics {
  const { indexes, ...rest } = parsed(bytes) as StoredTable;
  return { ...rest, indexes: new Map(indexes), columns: new Map() };
}

/** Columns of types that are not known here are left out. */
export function withColumns(
  table: TableStatistics,
  bytes: Uint8Array | undefined,
): TableStatistics {
  const columns = new Map<number, ColumnStatistics>();
  const stored =
    bytes === undefined ? [] : (parsed(bytes) as readonly (StoredColumn | StoredExtended)[]);
  const expressions: ExpressionStatistics[] = [];
  const extended: ExtendedStatistics[] = [];
  for (const column of stored) {
    if ("object" in column) {
      const known = decodeExtended(column);
      if (known !== undefined) extended.push(known);
      continue;
    }
    const decoded = decodeColumn(column);
    if (decoded === undefined) continue;
    if (column.index === undefined) columns.set(column.column, decoded);
    else expressions.push({ ...decoded, index: column.index });
  }
  return { ...table, columns, expressions, extended };
}

function decodeColumn(stored: StoredColumn): ColumnStatistics | undefined {
  const { elements, ranges, ...rest } = stored;
  try {
    return {
      ...rest,
      ...(elements === undefined
        ? {}
        : { elements: { ...elements, values: values(elements.values, elements.type) } }),
      ...(ranges === undefined
        ? {}
        : {
            ranges: {
              ...ranges,
              bounds: values(ranges.bounds, stored.type),
              lengths: ranges.lengths.map(Number),
            },
          }),
      // JSON leaves out what is undefined.
      correlation: stored.correlation,
      commonValues: values(stored.commonValues, stored.type),
      histogram: values(stored.histogram, stored.type),
    };
  } catch {
    return undefined;
  }
}
