/**
 * The schema at one version: an immutable set of catalog objects with look-ups by name and OID.
 * Relations of pg_catalog and information_schema are virtual: computed from the rest of it.
 */
import type { UserCasts } from "@firstlight/sql";
import type { ActivityReport } from "../statistics/activity-counters.ts";
import type { Profile } from "../profile/profile.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { ConflictReport, ListedLock, MaybePromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { StatisticsByStorage, TableStatistics } from "../statistics/table-statistics.ts";
import type {
  CatalogObject,
  FunctionDescriptor,
  OperatorDescriptor,
  RoleDescriptor,
  SchemaDescriptor,
  SequenceDescriptor,
  TableDescriptor,
  ViewDescriptor,
} from "./descriptors.ts";
import type { SystemCatalog } from "./system-catalog.ts";
import type { TypeOwner } from "./type-definition.ts";

export interface VirtualColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod?: number;
}

export interface ListedStatement {
  readonly name: string;
  readonly text: string;
  readonly preparedAt: bigint;
  readonly paramTypes: readonly number[];
  readonly resultTypes: readonly number[] | undefined;
  readonly fromSql: boolean;
  readonly genericPlans: number;
  readonly customPlans: number;
}

export interface ListedCursor {
  readonly name: string;
  readonly text: string;
  readonly isHeld: boolean;
  readonly isBinary: boolean;
  readonly isScrollable: boolean;
  readonly declaredAt: bigint;
}

/** A session of this or another query processor; times in microseconds of PostgreSQL's epoch. */
export interface ListedSession {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly applicationName: string;
  readonly clientAddress: string;
  /** -1: not over TCP. */
  readonly clientPort: number;
  readonly startedAt: bigint;
  /** Undefined: no transaction is open. */
  readonly transactionAt: bigint | undefined;
  readonly statementAt: bigint;
  readonly changedAt: bigint;
  /** It waits for an advisory lock. */
  readonly waitsForLock: boolean;
  readonly state: "active" | "idle" | "idle in transaction" | "idle in transaction (aborted)";
  /** What runs, or ran last. */
  readonly query: string;
  readonly tls:
    | { readonly version: string; readonly cipher: string; readonly bits: number }
    | undefined;
}

/** A setting as its session has it; values in base units. */
export interface SettingFacts {
  readonly value: string;
  readonly resetValue: string;
  /** pg_settings.source. */
  readonly source: string;
}

export interface SessionView {
  readonly user: string;
  readonly database: string;
  readonly searchPath: readonly string[];
  readonly backendPid?: number;
  listStatements?(): readonly ListedStatement[];
  listCursors?(): readonly ListedCursor[];
  settingFacts?(name: string): SettingFacts | undefined;
  listSessions?(): MaybePromise<readonly ListedSession[]>;
  listLocks?(): MaybePromise<readonly ListedLock[]>;
  listActivity?(): MaybePromise<readonly ActivityReport[]>;
  listConflicts?(): MaybePromise<readonly ConflictReport[]>;
  /** As SHOW prints it; undefined if there is no such setting. */
  setting?(name: string): string | undefined;
}

export type RowsByValue = ReadonlyMap<Datum, readonly Row[]>;

/** A relation whose rows are computed from the catalog (pg_class, information_schema.tables ...). */
export interface VirtualTable {
  readonly kind: "virtual";
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly columns: readonly VirtualColumn[];
  /** Where the rows tell of other query processors, or of what is stored: `gathered` is that. */
  gather?(session: SessionView, reads: Transaction, catalog: Catalog): MaybePromise<unknown>;
  /** Computed one by one, at the first time, as they are asked for. */
  eachRow(catalog: Catalog, session: SessionView, gathered?: unknown): Iterable<Row>;
  /** Rows by their value of one column; undefined before eachRow has run to its end. */
  rowsByColumn?(catalog: Catalog, column: number): RowsByValue | undefined;
  /** The relation is this sequence: its row is asked of the execution context instead. */
  readonly sequence?: SequenceDescriptor;
}

/** Relations that are there from the start. */
export type SystemRelation = VirtualTable | ViewDescriptor;

export type Relation = TableDescriptor | ViewDescriptor | SequenceDescriptor | VirtualTable;

export interface Catalog {
  /** The committed version that this is, or is based on while a transaction changes the schema. */
  readonly version: number;
  /** Of the query processor. */
  readonly profile: Profile;
  readonly objects: ReadonlyMap<number, CatalogObject>;
  /** What it began with. */
  readonly system: SystemCatalog;
  /** OID of the database that it is of. */
  readonly database: number;
  /** Of the session whose temporary relations are among the objects. */
  readonly temporarySchema?: SchemaDescriptor | undefined;
  schemaByName(name: string): SchemaDescriptor | undefined;
  schemaByOid(oid: number): SchemaDescriptor | undefined;
  relationByOid(oid: number): Relation | undefined;
  relationInSchema(schema: string, name: string): Relation | undefined;
  /** What of this name cannot be opened, in the plural: an index or a composite type. */
  closedKind?(schema: string, name: string): "indexes" | "composite types" | undefined;
  /** First match along the path; pg_catalog is searched first unless the path names it. */
  findRelation(name: string, searchPath: readonly string[]): Relation | undefined;
  tableByStorageId(storageId: number): TableDescriptor | undefined;
  /** Functions and procedures of that name in any schema, by OID. */
  functionsNamed(name: string): readonly FunctionDescriptor[];
  /** Users' operators of that name in any schema. */
  /** Undefined where users have made none. */
  readonly casts: UserCasts | undefined;
  operatorsNamed(name: string): readonly OperatorDescriptor[];
  roleByName(name: string): RoleDescriptor | undefined;
  /** What ANALYZE knew last, as far as it is about the table as it is now. */
  statisticsOf(table: TableDescriptor): TableStatistics | undefined;
  readonly statistics: StatisticsByStorage;
  /** The number of a type by its OID (sql: types/user/type-ids.ts); built-in types keep theirs. */
  typeNumber(oid: number): number;
  /** OID of the user-defined type of that name, row types among them. */
  typeInSchema(schema: string, name: string): number | undefined;
  /** pg_type.typname of the array over a user-defined type, by the array's OID. */
  arrayTypeName(oid: number): string | undefined;
  /** The type that the OID of a type, of its array or of its multirange belongs to. */
  typeOwner(oid: number): TypeOwner | undefined;
  /** All relations of a schema, for listings. */
  relations(): Iterable<Relation>;
}
