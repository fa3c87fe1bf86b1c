/** Reads the statistics of all tables as of a snapshot; those that are known already are kept. */
import type { MaybePromise, ScanPage, Span, Storage, Timestamp } from "@firstlight/common";
import { TABLE_STATISTICS_SPAN, andThen, columnStatisticsKey } from "@firstlight/common";
import { decodeTable, withColumns } from "./statistics-codec.ts";
import type { StatisticsByStorage, TableStatistics } from "./table-statistics.ts";

const PAGE_BYTES = 1 << 20;

function loadTables(
  storage: Storage,
  snapshot: Timestamp,
  span: Span,
  into: TableStatistics[],
): MaybePromise<void> {
  const page = storage.scan({
    snapshot,
    catalogVersion: undefined,
    span,
    reverse: false,
    pageBytes: PAGE_BYTES,
    withKeys: false,
    format: "values",
  });
  return andThen(page, (loaded: ScanPage) => {
    if (loaded.batch.kind !== "raw") throw new TypeError("stored values were asked for");
    for (const value of loaded.batch.values) into.push(decodeTable(value));
    return loaded.rest === undefined ? undefined : loadTables(storage, snapshot, loaded.rest, into);
  });
}

/** `known` itself when nothing is newer. */
export function loadStatistics(
  storage: Storage,
  snapshot: Timestamp,
  known: StatisticsByStorage,
): MaybePromise<StatisticsByStorage> {
  const tables: TableStatistics[] = [];
  return andThen(loadTables(storage, snapshot, TABLE_STATISTICS_SPAN, tables), () => {
    const isKnown = (each: TableStatistics): boolean =>
      known.get(each.storageId)?.analyzedAt === each.analyzedAt;
    const fresh = tables.filter((each) => !isKnown(each));
    if (fresh.length === 0 && tables.length === known.size) return known;
    const keys = fresh.map((each) => columnStatisticsKey(each.table, each.database));
    const read =
      keys.length === 0 ? [] : storage.read({ snapshot, catalogVersion: undefined, keys });
    return andThen(read, (columns) => {
      const loaded = new Map<number, TableStatistics>();
      for (const each of tables) loaded.set(each.storageId, known.get(each.storageId) ?? each);
      fresh.forEach((each, at) => loaded.set(each.storageId, withColumns(each, columns[at])));
      return loaded;
    });
  });
}
