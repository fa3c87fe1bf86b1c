/**
 * What a session needs of the SQL engine. Sessions own protocol, transaction status and settings;
 * the engine owns catalogs, plans, DDL and commit. One engine per query processor.
 */
import type { ActivityCounters, ActivityReport } from "../statistics/activity-counters.ts";
import type {
  ConflictReport,
  ListedLock,
  MaybePromise,
  SqlError,
  SqlErrorFields,
  Timestamp,
} from "@firstlight/common";
import type { AdmissionBounds } from "../admission/admission.ts";
import type { CallableRoutine } from "./callable-routine.ts";
import type { PlanChoice } from "./plan-choice.ts";
import type { Datum, EvaluationContext, Row, StoredRows } from "@firstlight/sql";
import type { ResultColumn } from "../bind/query-tree.ts";
import type {
  ListedCursor,
  ListedSession,
  ListedStatement,
  SettingFacts,
} from "../catalog/catalog.ts";
import type { Execution, Interrupts } from "../execute/executable.ts";
import type { DatabaseDescriptor } from "../catalog/descriptors.ts";
import type { Membership } from "../cluster/membership.ts";
import type { SessionLocks } from "../locks/session-locks.ts";
import type { ChannelListener, ListeningSession } from "../notify/channel-listener.ts";
import type { PendingNotifications } from "../notify/pending-notifications.ts";
import type { SpillSpace } from "../spill/spill-space.ts";
import type { RowKey } from "../plan/cursor-keys.ts";
import type { SeenSchema } from "./seen-schema.ts";
import type { TemporaryObjects } from "./temporary-objects.ts";
import type { Profile } from "../profile/profile.ts";
import type { PlannerSettings } from "../plan/planner-settings.ts";
import type { ParseNode, ParsedStatement } from "../parse/parsed-statement.ts";

/** What a cursor stands on. */
export interface CursorPosition {
  readonly isSelect: boolean;
  /** Held since its transaction ended. */
  readonly isCommitted: boolean;
  readonly rowKeys: readonly RowKey[];
  readonly row: Row | undefined;
}

/** Session state that planning and execution depend on. */
export interface SessionContext {
  readonly user: string;
  readonly database: string;
  /** Absent: the first one. */
  readonly databaseOid?: number;
  /** As SET: may hold "$user"; the engine resolves it. */
  readonly searchPath: readonly string[];
  readonly memoryLimitBytes: number;
  readonly spillSpace: SpillSpace;
  readonly interrupts: Interrupts;
  readonly planner: PlannerSettings;
  /** Undefined: it writes however far storage and journal are behind. */
  readonly settings?: { readonly derived: { readonly admission: AdmissionBounds } };
  /** A context for one statement with these parameters (formats, transaction time, session facts). */
  evaluation(parameters: readonly Datum[]): EvaluationContext;
  notice(
    severity: "NOTICE" | "WARNING" | "INFO",
    sqlstate: string,
    message: string,
    fields?: SqlErrorFields,
  ): void;
  /** Whether a transaction block is open. */
  readonly inBlock?: boolean;
  /** Whether the message that is being run has but one statement. */
  readonly isOnlyStatement?: boolean;
  /** For WHERE CURRENT OF; undefined when there is no such cursor. */
  cursor?(name: string): CursorPosition | undefined;
  listStatements?(): readonly ListedStatement[];
  listCursors?(): readonly ListedCursor[];
  /** Undefined if there is no such setting. */
  settingFacts?(name: string): SettingFacts | undefined;
  listSessions?(): MaybePromise<readonly ListedSession[]>;
  listLocks?(): MaybePromise<readonly ListedLock[]>;
  /** What all query processors that answer in time have counted. */
  listActivity?(): MaybePromise<readonly ActivityReport[]>;
  /** What the adjudicators that answer in time remember. */
  listConflicts?(): MaybePromise<readonly ConflictReport[]>;
  /** Where this one counts. */
  readonly activity?: ActivityCounters | undefined;
  /** How many other sessions are in a database; `terminate`: they are told to end, and waited for. */
  sessionsIn?(database: number, terminate: boolean): MaybePromise<number>;
  /** Advisory locks; undefined where there is no registrar. */
  readonly locks?: SessionLocks | undefined;
  /** To a session anywhere in the cluster; false when there is none. */
  signal?(pid: number, signal: "cancel" | "terminate"): MaybePromise<boolean>;
}

/** One transaction of a session, begun explicitly or for one statement. */
export interface EngineTransaction {
  readonly readOnly: boolean;
  /** Whether it has written or locked anything. */
  readonly dirty: boolean;
  /** Keys and values that it would commit. */
  readonly writtenBytes: number;
  /** What it reads at; taken when first asked for. */
  readonly snapshot?: Timestamp;
  /** A mark for statement atomicity and savepoints, schema changes included. */
  mark(): number;
  rollbackTo(mark: number): void;
  /** What LISTEN, UNLISTEN and NOTIFY will do at its commit. */
  readonly notifications: PendingNotifications;
  /**
   * Commits. Throws 40001 (OC000 conflict with table and key in DETAIL, OC001 schema changed) when
   * refused: then it is rolled back; 08007 when the outcome could not be learned. Synchronous for
   * read-only transactions.
   */
  commit(): MaybePromise<void>;
  rollback(): void;
}

export interface BeginOptions {
  readonly readOnly: boolean;
  /** Everything that it reads must be so still when it commits writes. */
  readonly serializable?: boolean;
  /** Another transaction's, to see the same as it. */
  readonly snapshot?: Timestamp | undefined;
  /** Of the session; without it there are no temporary relations. */
  readonly temporary?: TemporaryObjects;
  /** OID; absent: the first database. */
  readonly database?: number;
  /** Of the session, where the profile refuses sessions whose schema is outdated. */
  readonly seen?: SeenSchema | undefined;
  /** Of the session; without it LISTEN has nobody to tell. */
  readonly listener?: () => ChannelListener;
}

/** A statement analysed and planned on one catalog version; the engine replans it when outdated. */
export interface PreparedQuery {
  readonly tag: string;
  readonly paramTypes: readonly number[];
  /** Undefined when it returns no rows. Result columns can change after a schema change: 0A000 then. */
  readonly columns: readonly ResultColumn[] | undefined;
  /** Of a cursor: where its rows hold keys of tables, behind the columns. */
  readonly rowKeys?: readonly RowKey[] | undefined;
  /** Of a cursor: it scrolls without being told to. */
  readonly goesBack?: boolean;
  /** "SELECT", "INSERT", "CREATE TABLE" ...: the command tag without counts. */
  readonly command: string;
  /** Allowed in a read-only transaction. */
  readonly readsOnly: boolean;
  /** It writes by functions, which refuse to in a read-only transaction, and temporary tables only. */
  readonly refusesItself?: boolean;
  /** It conflicts with all others that do. */
  readonly changesSchema?: boolean;
  /** VACUUM and such: 25001 inside a transaction block, by this name if it is not the command's. */
  readonly outsideTransactionOnly: boolean | string;
  /** Of a named statement: which kind of plan its executions got and get. */
  readonly choice?: PlanChoice;
}

/** What decides whether a role gets a session, and with which settings. */
export interface LoginFacts {
  readonly login: boolean;
  readonly superuser: boolean;
  /** Its SCRAM verifier, if it has a password. */
  readonly verifier: string | undefined;
  /** The password counts until then: microseconds of PostgreSQL's epoch. */
  readonly validUntil?: bigint | undefined;
  /** ARNs of whom it was given to by AWS IAM GRANT. */
  readonly iamArns?: readonly string[];
  /** Sessions that the role may have at a query processor. */
  readonly connectionLimit?: number | undefined;
  /** May use what is reserved with pg_use_reserved_connections. */
  readonly usesReserved?: boolean;
  /** Undefined: there is none of that name. */
  readonly database?: DatabaseDescriptor | undefined;
  /** Whether it may connect to the database. */
  readonly mayConnect?: boolean;
  /** Of the role, the database, and the role in the database, the more specific ones later. */
  readonly settings?: readonly StoredSetting[];
}

/** What a session begins with by ALTER ROLE and ALTER DATABASE. */
export interface StoredSetting {
  readonly name: string;
  readonly value: string;
  readonly source: "global" | "database" | "user" | "database user";
}

/** Rows in that are bytes already, for a table where nothing has to see their values. */
export interface StoredCopy {
  /** Of the stored row's columns, by position. */
  readonly types: readonly number[];
  /** The place in CopyTarget.columns of each; -1: NULL. */
  readonly fields: readonly number[];
  /** Where they are written. */
  readonly rows: StoredRows;
  /** Positions of those that may not be NULL. */
  readonly required: readonly number[];
  /** Throws what is wrong with one of them on its own. */
  judge(row: number): void;
  /** Rows [from, to). */
  add(from: number, to: number): MaybePromise<void>;
}

/** Rows in, for COPY FROM: values in the order of the columns, each already of its column's type. */
export interface CopyTarget {
  readonly table: string;
  /** Why nothing can be stored; told AFTER the data has been asked for, as PostgreSQL does. */
  readonly refusal?: SqlError | undefined;
  /** Names of all its columns. */
  readonly tableColumns: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: number;
    readonly typmod: number;
    readonly hasDefault: boolean;
  }[];
  /** Undefined where rows have to come as values. */
  readonly stored?: StoredCopy | undefined;
  /** `defaulted`: of some of the rows, the places in `columns` that take their default instead. */
  add(rows: readonly Row[], defaulted?: ReadonlyMap<Row, readonly number[]>): MaybePromise<void>;
  /** Throws what is wrong with one row on its own. */
  judge(row: Row, defaulted?: ReadonlyMap<Row, readonly number[]>): MaybePromise<void>;
  /** Which of those that were added last has a key that is taken. */
  readonly taken: number | undefined;
  /** Number of rows stored. */
  finish(): MaybePromise<number>;
}

export interface CopyRequest {
  /** Name parts as written. */
  readonly relation: readonly string[];
  /** Undefined for all. */
  readonly columns: readonly string[] | undefined;
  /** Rows that are to be stored; all of them without it. */
  readonly where: ParseNode | undefined;
  /** The text that positions refer to. */
  readonly source: string;
  /** The target before the last commit, which it goes on from: 40001 if rows would now be others. */
  readonly previous?: CopyTarget | undefined;
  /** FREEZE, which asks for a table that nobody else can have seen. */
  readonly freeze?: FreezeRequest | undefined;
}

export interface FreezeRequest {
  /** Of the innermost savepoint; undefined: there is none. */
  readonly savepoint: number | undefined;
  /** Whether cursors or portals are open that might read the table. */
  readonly hasReaders: boolean;
}

export interface Engine {
  /** What it offers; sessions ask it as well. */
  readonly profile: Profile;
  readonly activity?: ActivityCounters | undefined;

  /** A session's ear for notifications. */
  listener(session: ListeningSession): ChannelListener;

  /** This query processor among the others; undefined where there is no registrar. */
  readonly membership?: Membership | undefined;
  /** What the adjudicators that answer in time remember of lost conflicts. */
  lostConflicts?(): Promise<readonly ConflictReport[]>;

  /** Splits and parses; throws 42601 with position. Cached by text. */
  parse(text: string): readonly ParsedStatement[];

  begin(options: BeginOptions): EngineTransaction;

  /**
   * Analyses a statement other than transaction control, SET/SHOW and COPY, which are the
   * session's. `paramTypes`: declared types, 0 where unspecified. Uses `transaction` for the schema
   * that it sees; cached by text, parameter types, search path and catalog version.
   */
  prepare(
    session: SessionContext,
    transaction: EngineTransaction,
    statement: ParsedStatement,
    paramTypes: readonly number[],
  ): MaybePromise<PreparedQuery>;

  /** Runs queries, DML, DDL and utility statements alike. */
  execute(
    session: SessionContext,
    transaction: EngineTransaction,
    query: PreparedQuery,
    parameters: readonly Datum[],
    /**
     * Told before the first row when a schema change elsewhere gave the rows other columns than were
     * prepared. Without it that is an error.
     */
    onColumns?: (columns: readonly ResultColumn[]) => void,
    /** Other statements may run before its last row is asked for. */
    pauses?: boolean,
  ): MaybePromise<Execution>;

  /** Names of the objects that values of reg* types mean, as the transaction sees them. */
  objectNames?(
    session: SessionContext,
    transaction: EngineTransaction,
  ): (type: number, oid: number) => string | undefined;

  /** The function or procedure of that OID, as the transaction sees it. */
  routineByOid?(transaction: EngineTransaction, oid: number): CallableRoutine | undefined;

  /** DISCARD SEQUENCES. */
  forgetSequences?(session: SessionContext): void;

  /** The other way round; the function throws when nothing has that name. */
  objectOids?(
    session: SessionContext,
    transaction: EngineTransaction,
  ): (type: number, text: string) => number | undefined;

  /** COPY table (columns) FROM ... WHERE. */
  copyFrom(
    session: SessionContext,
    transaction: EngineTransaction,
    request: CopyRequest,
  ): MaybePromise<CopyTarget>;

  /** COPY table TO STDOUT as a query over its columns; COPY (query) goes through `prepare`. */
  copyToQuery(
    session: SessionContext,
    transaction: EngineTransaction,
    relation: readonly string[],
    columns: readonly string[] | undefined,
  ): MaybePromise<PreparedQuery>;

  /** The transaction's schema is confirmed: what it says of roles holds. */
  confirmSchema(transaction: EngineTransaction): MaybePromise<void>;

  /** A role as the transaction sees it, and whether another one may become it. */
  roleFor(
    transaction: EngineTransaction,
    names: { readonly role: string; readonly member: string },
  ): { readonly superuser: boolean; readonly mayBecome: boolean } | undefined;

  /** For startup; undefined: there is no such role. */
  login(names: {
    readonly user: string;
    readonly database: string;
  }): MaybePromise<LoginFacts | undefined>;
}
