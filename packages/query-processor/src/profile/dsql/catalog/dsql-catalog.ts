/** The catalog of Aurora DSQL: PostgreSQL's, as far as there is something in it, and `sys`. */
import { oids } from "@firstlight/sql";
import {
  BOOTSTRAP_SUPERUSER,
  BUILTIN_DATABASES,
  FIRST_DATABASE,
} from "../../../catalog/builtin-objects.ts";
import type { SystemRelation, VirtualTable } from "../../../catalog/catalog.ts";
import type { CatalogShape, SystemCatalog } from "../../../catalog/system-catalog.ts";
import { emptyTable, systemTable } from "../../../catalog/virtual/virtual-table.ts";
import { systemRows } from "../../../catalog/virtual/system-rows.ts";
import { POSTGRES_CATALOG } from "../../../catalog/virtual/virtual-tables.ts";
import { IAM_ROLE_MAPPINGS, IAM_ROLE_MAPPINGS_VIEW } from "./iam-role-mappings.ts";
import { SYS_ROUTINES } from "./sys-functions.ts";
import { JOBS_VIEW, SYS_JOBS } from "./sys-jobs.ts";
import { SYS_ACCESS, SYS_SCHEMA } from "./sys-schema.ts";

/** The OID of the index method is the service's; that of the table method is not known. */
const INDEX_METHOD = { oid: 10_003, name: "btree_index" };
const TABLE_METHOD = { oid: 10_002, name: "btree_table" };

const SHAPE: CatalogShape = {
  indexMethod: INDEX_METHOD,
  tableMethod: TABLE_METHOD,
  primaryKeyIncludesAll: true,
  compression: {
    method: "l",
    types: new Set([oids.TEXT, oids.VARCHAR, oids.BPCHAR, oids.JSON_TYPE, oids.JSONB]),
  },
};

const METHODS: VirtualTable = systemTable("pg_am", () => [
  ...systemRows("pg_am"),
  { oid: TABLE_METHOD.oid, amname: TABLE_METHOD.name, amhandler: 0, amtype: "t" },
  { oid: INDEX_METHOD.oid, amname: INDEX_METHOD.name, amhandler: 0, amtype: "i" },
]);

/** A user of the service saw this one alone (2026-08-28). */
const CONFIGURATIONS: VirtualTable = systemTable("pg_ts_config", () =>
  systemRows("pg_ts_config").filter(({ cfgname }) => cfgname === "simple"),
);

const PLPGSQL_EXTENSION = 13_569;
const PG_CATALOG = 11;

/** CREATE EXTENSION is refused: this one is all that there ever is. */
const EXTENSIONS: VirtualTable = systemTable("pg_extension", () => [
  {
    oid: PLPGSQL_EXTENSION,
    extname: "plpgsql",
    extowner: BOOTSTRAP_SUPERUSER,
    extnamespace: PG_CATALOG,
    extrelocatable: false,
    extversion: "1.0",
    extconfig: null,
    extcondition: null,
  },
]);

/** There, and nothing in them: documented as not supported, answered without an error. */
const EMPTY: readonly string[] = [
  "pg_enum",
  "pg_locks",
  "pg_available_extensions",
  "pg_available_extension_versions",
];

const REPLACED: ReadonlyMap<string, SystemRelation> = new Map(
  [METHODS, EXTENSIONS, CONFIGURATIONS, ...EMPTY.map(emptyTable)].map((table) => [
    table.name,
    table,
  ]),
);

export const DSQL_CATALOG: SystemCatalog = {
  relations: [
    ...POSTGRES_CATALOG.relations.map((relation) => REPLACED.get(relation.name) ?? relation),
    SYS_JOBS,
    IAM_ROLE_MAPPINGS,
  ],
  ownRelations: [JOBS_VIEW, IAM_ROLE_MAPPINGS_VIEW],
  objects: [SYS_SCHEMA, ...SYS_ROUTINES, ...SYS_ACCESS],
  /** A cluster has one database. */
  absent: new Set(
    BUILTIN_DATABASES.filter(({ oid }) => oid !== FIRST_DATABASE).map(({ oid }) => oid),
  ),
  shape: SHAPE,
};
