/** Tables that are known to be large, without rows: for tests of which plan is chosen. */
import { oids } from "@firstlight/sql";
import { testCatalog, testTable } from "../../bind/testing/test-catalog.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../../catalog/descriptors.ts";
import { MemoryTransaction } from "../../execute/testing/memory-transaction.ts";
import { runStatement } from "../../execute/testing/statement-runner.ts";
import type { TableStatistics } from "../../statistics/table-statistics.ts";
import type { PlannerSettings } from "../planner-settings.ts";
import { PLANNER_DEFAULTS } from "../planner-settings.ts";
import { PLANNING_DEFAULTS } from "../planning-options.ts";

export interface LargeTable {
  readonly name: string;
  readonly rows: number;
  /** Distinct values of the columns, all of them integers; the first is the primary key. */
  readonly columns: Readonly<Record<string, number>>;
  readonly indexes: readonly (readonly string[])[];
}

function withIndexes(table: TableDescriptor, given: LargeTable): TableDescriptor {
  const names = Object.keys(given.columns);
  const added = given.indexes.map((columns, at): IndexDescriptor => ({
    oid: table.oid + 60 + at,
    name: `${given.name}_${columns.join("_")}`,
    number: 5 + at,
    unique: false,
    nullsDistinct: true,
    primary: false,
    columns: columns.map((name) => ({
      column: names.indexOf(name) + 1,
      descending: false,
      nullsFirst: false,
    })),
    include: [],
  }));
  return { ...table, indexes: [...table.indexes, ...added] };
}

function statisticsOf(oid: number, { rows, columns }: LargeTable): TableStatistics {
  const each = Object.values(columns).map((distinct, at) => ({
    column: at + 1,
    type: oids.INT4,
    nullFraction: 0,
    width: 4,
    distinct: distinct === rows ? -1 : distinct,
    commonValues: [],
    commonFractions: [],
    histogram: Array.from({ length: 101 }, (_, part) => Math.floor((part * distinct) / 100)),
    correlation: 0,
  }));
  return {
    table: oid,
    storageId: oid,
    size: { rows, pages: Math.ceil(rows / 100) },
    indexes: new Map(),
    columns: new Map(each.map((column) => [column.column, column])),
    analyzedAt: 0,
    automatic: false,
    analyzeCount: 1,
    automaticCount: 0,
    lastAnalyze: 0,
    lastAutomatic: undefined,
  };
}

export function largeCatalog(given: readonly LargeTable[]): Catalog {
  const tables = given.map((each, at) =>
    withIndexes(
      testTable({
        oid: 30_000 + at * 200,
        name: each.name,
        columns: Object.keys(each.columns).map((name, column) => ({
          name,
          type: oids.INT4,
          notNull: column === 0,
        })),
        primary: [1],
      }),
      each,
    ),
  );
  const statistics = new Map(
    tables.flatMap((table, at) => {
      const own = given[at];
      return own === undefined ? [] : [[table.oid, statisticsOf(table.oid, own)] as const];
    }),
  );
  return { ...testCatalog(tables), statistics, statisticsOf: (table) => statistics.get(table.oid) };
}

/** EXPLAIN's lines. */
export async function plannedAs(
  catalog: Catalog,
  text: string,
  settings: Partial<PlannerSettings> = {},
  remote = false,
): Promise<string> {
  const planning = { ...PLANNING_DEFAULTS, remote, settings: { ...PLANNER_DEFAULTS, ...settings } };
  const explain = `explain (costs off) ${text}`;
  const transaction = new MemoryTransaction();
  const { rows } = await runStatement(
    explain,
    transaction,
    catalog,
    [],
    [],
    undefined,
    undefined,
    planning,
  );
  return rows.map(([line]) => (typeof line === "string" ? line : "")).join("\n");
}
