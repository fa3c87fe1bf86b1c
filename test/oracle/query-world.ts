/**
 * The small schema of the tests that compare statements with PostgreSQL 16, and both ways to run one:
 * there, and by the planner and executor over an in-memory transaction.
 */
import { SqlError } from "@firstlight/common";
import { DEFAULT_FORMAT, oids, typeByOid } from "@firstlight/sql";
import pg from "pg";
import type { PlannerSettings } from "../../packages/query-processor/src/plan/planner-settings.ts";
import { PLANNER_DEFAULTS } from "../../packages/query-processor/src/plan/planner-settings.ts";
import { PLANNING_DEFAULTS } from "../../packages/query-processor/src/plan/planning-options.ts";
import {
  testCatalog,
  testTable,
} from "../../packages/query-processor/src/bind/testing/test-catalog.ts";
import type { Catalog } from "../../packages/query-processor/src/catalog/catalog.ts";
import type {
  IndexDescriptor,
  TableDescriptor,
} from "../../packages/query-processor/src/catalog/descriptors.ts";
import type { MemoryTransaction } from "../../packages/query-processor/src/execute/testing/memory-transaction.ts";
import { runStatement } from "../../packages/query-processor/src/execute/testing/statement-runner.ts";

export const SCHEMA: readonly string[] = [
  "create table emp (id int primary key, name text constraint emp_key0 unique, dept int, salary numeric, hired date, boss int)",
  "create table dept (id int primary key, title text not null, budget bigint)",
  "create table log (emp int, at timestamp, kind varchar(10), amount int, note text)",
  "create table wide (a int, b bigint, c text, d float8, primary key (a, b))",
];

export const DATA: readonly string[] = [
  "insert into dept values (1, 'eng', 1000), (2, 'ops', 500), (3, 'hr', null), (4, 'none', 10)",
  `insert into emp values (1, 'ann', 1, 100.5, '2020-01-01', null), (2, 'bob', 1, 90, '2020-06-01', 1),
    (3, 'cem', 2, 80.25, '2021-01-01', 1), (4, 'dan', 2, 80.25, '2021-03-01', 3), (5, 'eve', null, null, null, 1),
    (6, 'fay', 3, 120, '2019-12-31', 1), (7, 'gil', 7, 10, '2022-02-02', 6)`,
  `insert into log values (1, '2022-01-01 10:00', 'in', 10, 'a'), (1, '2022-01-01 11:00', 'out', -4, null),
    (2, '2022-01-02 09:00', 'in', 7, 'b'), (3, '2022-01-02 09:30', 'in', 7, 'c'), (3, '2022-01-03 12:00', 'out', -7, 'c'),
    (9, '2022-01-04 00:00', 'in', 1, 'x'), (null, null, null, null, null)`,
  "insert into wide select i % 5, i, 'c' || (i % 7), i / 4.0 from generate_series(1, 60) i",
];

/** Indexes beside the unique ones: the planner may use them, the answers stay the same. */
function withIndexes(
  table: TableDescriptor,
  indexes: readonly { readonly columns: readonly number[]; readonly include?: readonly number[] }[],
): TableDescriptor {
  const added = indexes.map(({ columns, include = [] }, at): IndexDescriptor => ({
    oid: table.oid + 70 + at,
    name: `${table.name}_idx${at}`,
    number: 5 + at,
    unique: false,
    nullsDistinct: true,
    primary: false,
    // A negative number: descending, NULLs first.
    columns: columns.map((column) => ({
      column: Math.abs(column),
      descending: column < 0,
      nullsFirst: column < 0,
    })),
    include,
  }));
  return { ...table, indexes: [...table.indexes, ...added] };
}

const tables = [
  testTable({
    oid: 1000,
    name: "emp",
    columns: [
      { name: "id", type: oids.INT4 },
      { name: "name", type: oids.TEXT },
      { name: "dept", type: oids.INT4 },
      { name: "salary", type: oids.NUMERIC },
      { name: "hired", type: oids.DATE },
      { name: "boss", type: oids.INT4 },
    ],
    primary: [1],
    unique: [[2]],
  }),
  testTable({
    oid: 1200,
    name: "dept",
    columns: [
      { name: "id", type: oids.INT4 },
      { name: "title", type: oids.TEXT, notNull: true },
      { name: "budget", type: oids.INT8 },
    ],
    primary: [1],
  }),
  testTable({
    oid: 1400,
    name: "log",
    columns: [
      { name: "emp", type: oids.INT4 },
      { name: "at", type: oids.TIMESTAMP },
      { name: "kind", type: oids.VARCHAR, typmod: 14 },
      { name: "amount", type: oids.INT4 },
      { name: "note", type: oids.TEXT },
    ],
  }),
  testTable({
    oid: 1600,
    name: "wide",
    columns: [
      { name: "a", type: oids.INT4 },
      { name: "b", type: oids.INT8 },
      { name: "c", type: oids.TEXT },
      { name: "d", type: oids.FLOAT8 },
    ],
    primary: [1, 2],
  }),
];

export const catalog: Catalog = testCatalog(tables);
export const indexedCatalog: Catalog = testCatalog(
  tables.map((table) => {
    const indexes: Readonly<Record<string, Parameters<typeof withIndexes>[1]>> = {
      emp: [{ columns: [3, -4], include: [2] }, { columns: [5] }, { columns: [6] }],
      dept: [{ columns: [3] }, { columns: [2] }],
      log: [{ columns: [1, -2] }, { columns: [4], include: [1, 5] }, { columns: [3] }],
      wide: [{ columns: [-2] }, { columns: [3, 4] }],
    };
    return withIndexes(table, indexes[table.name] ?? []);
  }),
);

export type Answer =
  | { readonly rows: readonly (readonly (string | null)[])[]; readonly count: number }
  | { readonly sqlstate: string; readonly message: string };

export async function ours(
  text: string,
  transaction: MemoryTransaction,
  schema: Catalog = catalog,
  settings: Partial<PlannerSettings> = {},
): Promise<Answer> {
  const planning = { ...PLANNING_DEFAULTS, settings: { ...PLANNER_DEFAULTS, ...settings } };
  try {
    const nothing = [[], [], undefined, undefined] as const;
    const result = await runStatement(text, transaction, schema, ...nothing, planning);
    const types = result.columns.map((column) => typeByOid(column.type));
    const rows = result.rows.map((row) =>
      row.map((value, at) =>
        value === null ? null : (types[at]?.output(value, DEFAULT_FORMAT) ?? null),
      ),
    );
    return { rows, count: result.rowCount };
  } catch (error) {
    if (error instanceof SqlError) return { sqlstate: error.sqlstate, message: error.message };
    throw error;
  }
}

export async function theirs(text: string, client: pg.Client): Promise<Answer> {
  try {
    const result = await client.query<(string | null)[]>({
      text,
      rowMode: "array",
      types: { getTypeParser: () => (value: string) => value },
    });
    return { rows: result.rows, count: result.rowCount ?? 0 };
  } catch (error) {
    if (error instanceof pg.DatabaseError) {
      return { sqlstate: error.code ?? "", message: error.message };
    }
    throw error;
  }
}

/** Rows in any order, unless the statement orders them itself. */
export function comparable(text: string, answer: Answer): Answer {
  if (!("rows" in answer) || /order by[^)]*$/i.test(text)) return answer;
  const rows = answer.rows.toSorted((a, b) => {
    const left = JSON.stringify(a);
    const right = JSON.stringify(b);
    return left < right ? -1 : left > right ? 1 : 0;
  });
  return { ...answer, rows };
}
