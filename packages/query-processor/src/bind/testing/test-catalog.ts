/** A catalog made by hand for the binder's tests: tables, a view and nothing else. */
import { BARE_CATALOG } from "../../catalog/system-catalog.ts";
import { FIRSTLIGHT } from "../../profile/firstlight.ts";
import { oids } from "@firstlight/sql";
import type { Catalog, Relation } from "../../catalog/catalog.ts";
import type {
  CatalogObject,
  ColumnDescriptor,
  IndexDescriptor,
  SchemaDescriptor,
  TableDescriptor,
  ViewDescriptor,
} from "../../catalog/descriptors.ts";

const PUBLIC = 2200;
const OWNER = 10;

export interface TestColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod?: number;
  readonly notNull?: boolean;
  readonly default?: string;
  readonly generated?: "stored";
  readonly identity?: "always" | "byDefault";
  readonly dropped?: boolean;
}

function index(
  oid: number,
  name: string,
  columns: readonly number[],
  primary: boolean,
): IndexDescriptor {
  return {
    oid,
    name,
    number: primary ? 0 : 1,
    unique: true,
    nullsDistinct: true,
    primary,
    constraint: { oid: oid + 1, name },
    columns: columns.map((column) => ({ column, descending: false, nullsFirst: false })),
    include: [],
  };
}

export interface TestTable {
  readonly oid: number;
  readonly name: string;
  readonly columns: readonly TestColumn[];
  readonly primary?: readonly number[];
  readonly unique?: readonly (readonly number[])[];
  readonly checks?: readonly string[];
}

export function testTable(given: TestTable): TableDescriptor {
  const { oid, name, primary, unique = [], checks = [] } = given;
  const columns = given.columns.map((column, at): ColumnDescriptor => ({
    typmod: -1,
    notNull: primary?.includes(at + 1) ?? false,
    dropped: false,
    ...column,
    number: at + 1,
  }));
  const indexes = [
    ...(primary === undefined ? [] : [index(oid + 1, `${name}_pkey`, primary, true)]),
    ...unique.map((numbers, at) => index(oid + 10 + 2 * at, `${name}_key${at}`, numbers, false)),
  ];
  return {
    kind: "table",
    oid,
    name,
    schema: PUBLIC,
    owner: OWNER,
    storageId: oid,
    columns,
    indexes,
    checks: checks.map((expression, at) => ({
      oid: oid + 50 + at,
      name: `${name}_check${at}`,
      expression,
    })),
    nextColumn: columns.length + 1,
    nextIndex: indexes.length,
    typeOid: oid + 90,
  };
}

const SCHEMAS: readonly SchemaDescriptor[] = [
  { kind: "schema", oid: PUBLIC, name: "public", owner: OWNER },
  { kind: "schema", oid: 11, name: "pg_catalog", owner: OWNER },
];

export function testCatalog(relations: readonly (TableDescriptor | ViewDescriptor)[]): Catalog {
  const byName = (name: string): Relation | undefined =>
    relations.find((relation) => relation.name === name);
  const objects = new Map<number, CatalogObject>(relations.map((each) => [each.oid, each]));
  return {
    database: 5,
    casts: undefined,
    profile: FIRSTLIGHT,
    version: 1,
    system: BARE_CATALOG,
    objects,
    statistics: new Map(),
    statisticsOf: () => undefined,
    schemaByName: (name) => SCHEMAS.find((schema) => schema.name === name),
    schemaByOid: (oid) => SCHEMAS.find((schema) => schema.oid === oid),
    relationByOid: (oid) => relations.find((relation) => relation.oid === oid),
    relationInSchema: (schema, name) => (schema === "public" ? byName(name) : undefined),
    findRelation: (name, searchPath) => (searchPath.includes("public") ? byName(name) : undefined),
    tableByStorageId: () => undefined,
    roleByName: () => undefined,
    functionsNamed: () => [],
    operatorsNamed: () => [],
    relations: () => relations,
    typeNumber: (oid) => oid,
    typeInSchema: () => undefined,
    arrayTypeName: () => undefined,
    typeOwner: () => undefined,
  };
}

const VARCHAR_10 = 14;
const NUMERIC_10_2 = ((10 << 16) | 2) + 4;

/** The same schema as ORACLE_SCHEMA makes in PostgreSQL. */
export function sampleCatalog(): Catalog {
  const t = testTable({
    oid: 20000,
    name: "t",
    columns: [
      { name: "a", type: oids.INT4 },
      { name: "b", type: oids.TEXT, default: "'x'::text" },
      { name: "c", type: oids.NUMERIC, typmod: NUMERIC_10_2 },
      { name: "d", type: oids.TIMESTAMPTZ, default: "now()" },
    ],
    primary: [1],
    unique: [[2]],
    checks: ["a > 0"],
  });
  const u = testTable({
    oid: 20100,
    name: "u",
    columns: [
      { name: "a", type: oids.INT8 },
      { name: "e", type: oids.INT4_ARRAY },
      { name: "f", type: oids.VARCHAR, typmod: VARCHAR_10 },
      { name: "j", type: oids.JSONB },
      { name: "bo", type: oids.BOOL },
    ],
  });
  const g = testTable({
    oid: 20200,
    name: "g",
    columns: [
      { name: "id", type: oids.INT4, identity: "always", notNull: true },
      { name: "v", type: oids.INT4 },
      { name: "w", type: oids.INT4, generated: "stored", default: "(v * 2)" },
    ],
    primary: [1],
  });
  const view: ViewDescriptor = {
    kind: "view",
    oid: 20300,
    name: "tv",
    schema: PUBLIC,
    owner: OWNER,
    columns: [
      { name: "a", type: oids.INT4, typmod: -1 },
      { name: "n", type: oids.INT8, typmod: -1 },
    ],
    query: "SELECT t.a, count(*) AS n FROM t GROUP BY t.a",
    searchPath: ["public"],
    typeOid: 20390,
  };
  return testCatalog([t, u, g, view]);
}

export const ORACLE_SCHEMA: readonly string[] = [
  "CREATE TABLE t (a int PRIMARY KEY CHECK (a > 0), b text DEFAULT 'x' UNIQUE, c numeric(10,2), d timestamptz DEFAULT now())",
  "CREATE TABLE u (a bigint, e int[], f varchar(10), j jsonb, bo bool)",
  "CREATE TABLE g (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int, w int GENERATED ALWAYS AS (v * 2) STORED)",
  "CREATE VIEW tv AS SELECT t.a, count(*) AS n FROM t GROUP BY t.a",
];
