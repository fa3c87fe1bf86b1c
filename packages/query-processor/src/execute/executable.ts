/**
 * The seam between sessions and the query engine. A plan is made once per statement text and catalog
 * version, holds no state of an execution, and is shared by executions.
 */
import type { ParameterTests } from "../plan/parameter-tests.ts";
import type { Key, MaybePromise, SqlErrorFields } from "@firstlight/common";
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import type { BoundQuery, ResultColumn } from "../bind/query-tree.ts";
import type { Catalog, SessionView } from "../catalog/catalog.ts";
import type { RelationActivity } from "../statistics/activity-counters.ts";
import type { SpillSpace } from "../spill/spill-space.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { LargeObjectHost } from "../large-objects/large-object-host.ts";
import type { RowKey } from "../plan/cursor-keys.ts";
import type { Transaction } from "../transaction/transaction.ts";
import type { InternalStatements } from "./internal-statements.ts";
import type { ReferenceQueue } from "./references/reference-queue.ts";

/** Throws 57014 when the statement was cancelled or timed out; called at least once per batch. */
export interface Interrupts {
  check(): void;
  /** Whether the statement has held the event loop for its share: whoever asks yields next. */
  overdue(): boolean;
  /** How long pg_sleep has asked to wait, in microseconds: whoever hands rows out yields before. */
  readonly sleepMicros?: number;
  /** A promise that settles at the next turn of the event loop: long loops yield by it. */
  yield(): Promise<void>;
  /** Rows that may be treated before `overdue` is asked again: few where each took long. */
  readonly rowsPerLook?: number;
  /** What is done now takes long: the next look should come soon. */
  lookSoon?(): void;
  /** For how long something took: monotonic microseconds. */
  micros?(): number;
}

export interface ExecutionContext {
  readonly transaction: Transaction;
  readonly catalog: Catalog;
  readonly sessionView: SessionView;
  readonly evaluation: EvaluationContext;
  readonly interrupts: Interrupts;
  /** Bytes that the operators of this statement may hold; sorts and hashes spill past it. */
  readonly memoryLimitBytes: number;
  readonly spillSpace: SpillSpace;
  notice(
    severity: "NOTICE" | "WARNING" | "INFO",
    sqlstate: string,
    message: string,
    fields?: SqlErrorFields,
  ): void;
  /** nextval and its kin; implemented by the engine. */
  nextSequenceValue(sequence: number): MaybePromise<bigint>;
  readonly parameters: readonly Datum[];
  /** Where scans and writes are counted. */
  readonly activity?: RelationActivity | undefined;
  /** last_value, log_cnt and is_called of a sequence. */
  sequenceRow?(sequence: number): MaybePromise<Row>;
  readonly internal?: InternalStatements;
  /** That of the statement on whose behalf this one runs: it settles what this one owes. */
  readonly references?: ReferenceQueue | undefined;
  /** WHERE CURRENT OF: the key of the table's row that the cursor stands on. */
  cursorKey?(cursor: string, table: TableDescriptor): Key;
  /** 42501 unless the current user may run this statement of a function's body. */
  authorize?(query: BoundQuery): void;
  /** Rows are handed out while other statements may write: it reads as of its start all the same. */
  readonly pauses?: boolean;
  readonly largeObjects?: LargeObjectHost | undefined;
  /** Whether the background job succeeded, once it has ended; undefined: there is none of that id. */
  waitForJob?(id: string): Promise<boolean | undefined>;
  /** How many functions of users are being run, one inside the other. */
  readonly depth: number;
  /** For the body of a function that the statement calls. */
  nested(options: NestedOptions): ExecutionContext;
}

export interface NestedOptions {
  readonly parameters: readonly Datum[];
  readonly transaction: Transaction;
  readonly searchPath?: readonly string[];
  /** OID of the role on whose behalf it runs, if not the caller's. */
  readonly owner?: number;
}

/** Rows pulled in batches; nothing runs ahead of what is asked for. */
export interface Execution {
  /**
   * Up to about `maxRows` rows (never more), undefined when there are no more. Synchronous when
   * nothing has to be waited for. A statement that modifies data does all its work before its first
   * row or its end is returned.
   */
  next(maxRows: number): MaybePromise<readonly Row[] | undefined>;
  close(): void;
  /** Rows affected or returned: for the command tag, valid after the end. */
  readonly rowCount: number;
  /** The command tag where the statement's text does not tell it. */
  readonly command?: string;
}

export interface Executable {
  readonly kind: "select" | "insert" | "update" | "delete" | "merge" | "explain" | "call";
  readonly columns: readonly ResultColumn[] | undefined;
  readonly paramTypes: readonly number[];
  /** No effect beyond its result: may run in a read-only transaction, needs no statement mark. */
  readonly readsOnly: boolean;
  /** Functions that it calls write: how often they are called has to be right. */
  readonly callsWriters?: boolean;
  /**
   * Beside them it writes temporary tables at the most: what must not be in a read-only transaction is
   * refused when it is called.
   */
  readonly refusesItself?: boolean;
  /** Whether literals should not be replaced by parameters before planning. */
  readonly wantsLiterals: boolean;
  /** What values it is planned for matters by these. */
  readonly tests?: ParameterTests | undefined;
  readonly rowKeys?: readonly RowKey[] | undefined;
  /** A cursor over it scrolls without being told to. */
  readonly goesBack?: boolean;
  execute(context: ExecutionContext): Execution;
}
