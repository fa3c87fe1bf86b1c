/**
 * What pg_statistic would say of the columns of pg_catalog that are joined and filtered by: how many
 * values there are, and which are common. Without it the planner takes each condition to leave one
 * row in two hundred, and joins what is left pair by pair.
 */
import type { Datum } from "@firstlight/sql";
import type { ColumnStatistics } from "../../statistics/table-statistics.ts";
import { PG_CATALOG_OID } from "../builtin-objects.ts";
import type { Catalog, VirtualTable } from "../catalog.ts";
import { CLASS } from "../dependencies/object-address.ts";
import type { ObjectCounts } from "./object-counts.ts";
import { objectCounts } from "./object-counts.ts";
import { estimatedRows, relationCount } from "./row-estimates.ts";

interface Estimated {
  /** As pg_statistic.stadistinct: negative is a share of the rows. */
  readonly distinct: number;
  /** Values with about how many rows have them. */
  readonly common?: readonly (readonly [value: Datum, rows: number])[];
  readonly histogram?: readonly Datum[];
}

type Estimator = (counts: ObjectCounts, rows: number) => Estimated;

const few =
  (distinct: number): Estimator =>
  () => ({ distinct });
/** Nearly all rows have this value. */
const mostly =
  (value: Datum): Estimator =>
  (_counts, rows) => ({
    distinct: 2,
    common: [[value, rows * 0.999]],
  });
const perRelation: Estimator = (counts) => ({ distinct: 209 + relationCount(counts) });
const perTable: Estimator = ({ tables }) => ({ distinct: 62 + tables });
const SYSTEM_RELATIONS = 333;
const OF_INFORMATION_SCHEMA = 69;

/** The schemas of relations, and of what has one for each relation. */
function schemas(builtin: number): Estimator {
  return ({ bySchema }, rows) => {
    const own = [...bySchema].map(([oid, count]) => [oid, count] as const);
    const total = own.reduce((sum, [, count]) => sum + count, 0);
    const share = (rows - builtin) / Math.max(1, total);
    const common = own.map(([oid, count]) => [oid, count * share] as const);
    return { distinct: 2 + own.length, common: [[PG_CATALOG_OID, builtin], ...common] };
  };
}

const relationKinds: Estimator = ({ tables, indexes, views, sequences }) => ({
  distinct: 5,
  common: [
    ["i", 124 + indexes],
    ["r", 68 + tables],
    ["v", 141 + views],
    ["S", sequences],
  ],
});

const constraintKinds: Estimator = ({ keys, checks, foreignKeys }) => ({
  distinct: 4,
  common: [
    ["p", 62 + keys],
    ["u", 48],
    ["f", foreignKeys],
    ["c", 2 + checks],
  ],
});

const typeKinds: Estimator = ({ tables, views, types }) => ({
  distinct: 6,
  common: [
    ["b", 361 + tables + views + types],
    ["c", 209 + tables + views],
    ["p", 26],
  ],
});

const BUILTIN_COLUMN_NAMES = 1100;
const COMMON_NAMES_MAX = 100;

/** Each table of an application has an id, and what it notes of every row. */
const columnNames: Estimator = ({ byColumnName }) => ({
  distinct: BUILTIN_COLUMN_NAMES + byColumnName.size,
  common: [...byColumnName].toSorted(([, a], [, b]) => b - a).slice(0, COMMON_NAMES_MAX),
});

/** Most dependencies are of relations and on relations. */
const dependents: Estimator = (_counts, rows) => ({
  distinct: 7,
  common: [
    [CLASS.relation, rows * 0.38],
    [CLASS.constraint, rows * 0.33],
    [CLASS.default, rows * 0.19],
    [CLASS.type, rows * 0.09],
  ],
});
const dependencies: Estimator = (_counts, rows) => ({
  distinct: 5,
  common: [
    [CLASS.relation, rows * 0.74],
    [CLASS.constraint, rows * 0.1],
    [CLASS.schema, rows * 0.1],
    [CLASS.type, rows * 0.05],
  ],
});
const dependencyKinds: Estimator = (_counts, rows) => ({
  distinct: 3,
  common: [
    ["a", rows * 0.52],
    ["n", rows * 0.29],
    ["i", rows * 0.18],
  ],
});

const withCount =
  (of: (counts: ObjectCounts) => number): Estimator =>
  (counts, rows) => ({
    distinct: 2,
    common: [
      [true, of(counts)],
      [false, rows - of(counts)],
    ],
  });

const ESTIMATORS: Readonly<Record<string, Readonly<Record<string, Estimator>>>> = {
  pg_class: {
    relname: few(-0.99),
    relnamespace: schemas(SYSTEM_RELATIONS - OF_INFORMATION_SCHEMA),
    relkind: relationKinds,
    relowner: few(2),
    relam: few(3),
    reltype: few(-0.5),
    reltablespace: mostly(0),
    reloftype: mostly(0),
    relpersistence: mostly("p"),
    relispartition: mostly(false),
    relhassubclass: mostly(false),
    reltoastrelid: mostly(0),
  },
  pg_attribute: {
    attrelid: perRelation,
    attname: columnNames,
    attnum: () => ({ distinct: 40, histogram: [1, 2, 3, 4, 5, 7, 9, 12, 16, 40] }),
    atttypid: few(60),
    attcollation: few(4),
    attisdropped: mostly(false),
    attnotnull: withCount(({ notNull, indexes }) => 1500 + notNull + indexes / 4),
    atthasdef: withCount(({ defaults }) => defaults),
    attidentity: mostly(""),
    attgenerated: mostly(""),
  },
  pg_type: {
    typname: few(-0.99),
    typnamespace: schemas(613),
    typtype: typeKinds,
    typrelid: few(-0.4),
    typelem: (_counts, rows) => ({ distinct: -0.5, common: [[0, rows / 2]] }),
    typlen: (_counts, rows) => ({
      distinct: 15,
      common: [
        [-1, rows * 0.9],
        [4, rows * 0.04],
        [8, rows * 0.02],
      ],
    }),
    typarray: few(-0.5),
    typbasetype: mostly(0),
    typcollation: few(4),
    typowner: few(2),
    typcategory: few(15),
  },
  pg_index: {
    indrelid: perTable,
    indisvalid: mostly(true),
    indisprimary: withCount(({ tables }) => 62 + tables),
  },
  pg_constraint: {
    conrelid: perTable,
    conname: few(-0.9),
    connamespace: ({ bySchema }) => ({ distinct: 2 + bySchema.size }),
    contype: constraintKinds,
    contypid: mostly(0),
    confrelid: ({ foreignKeys }, rows) => ({
      distinct: 1 + foreignKeys * 0.8,
      common: [[0, rows - foreignKeys]],
    }),
    conindid: few(-0.6),
    conparentid: mostly(0),
  },
  pg_attrdef: { adrelid: ({ tables }) => ({ distinct: 1 + tables }), adnum: few(10) },
  pg_depend: {
    classid: dependents,
    refclassid: dependencies,
    objid: few(-0.5),
    refobjid: few(-0.3),
    objsubid: mostly(0),
    refobjsubid: few(12),
    deptype: dependencyKinds,
  },
  pg_description: { objoid: few(-0.95), classoid: few(12), objsubid: mostly(0) },
  pg_proc: {
    pronamespace: mostly(PG_CATALOG_OID),
    proname: few(-0.8),
    prokind: mostly("f"),
    prorettype: few(120),
  },
  pg_collation: { collnamespace: few(2), collname: few(-0.99) },
  pg_enum: { enumtypid: few(-0.3) },
  pg_rewrite: { rulename: mostly("_RETURN") },
};

function statisticsOf(
  { columns }: VirtualTable,
  position: number,
  { distinct, common = [], histogram = [] }: Estimated,
  rows: number,
): ColumnStatistics | undefined {
  const type = columns[position]?.type;
  if (type === undefined) return undefined;
  const ordered = common.filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a);
  return {
    column: position + 1,
    type,
    nullFraction: 0,
    width: 8,
    distinct,
    commonValues: ordered.map(([value]) => value),
    commonFractions: ordered.map(([, count]) => Math.min(1, count / rows)),
    histogram,
    correlation: undefined,
  };
}

export function estimatedColumn(
  table: VirtualTable,
  position: number,
  catalog: Catalog,
): ColumnStatistics | undefined {
  const estimator = ESTIMATORS[table.name]?.[table.columns[position]?.name ?? ""];
  if (estimator === undefined) return undefined;
  const rows = estimatedRows(table.name, catalog);
  return statisticsOf(table, position, estimator(objectCounts(catalog), rows), rows);
}
