/**
 * A transaction as the executor sees it: reads at one snapshot with its own writes on top, writes
 * kept in the query processor's memory until commit. No call ever waits for another transaction.
 */
import type {
  Check,
  Key,
  KeyRestriction,
  MaybePromise,
  ScanPage,
  Span,
  Timestamp,
} from "@firstlight/common";
import type { PackedBatch } from "./packed-batch.ts";

export interface ScanOptions {
  readonly span: Span;
  readonly reverse: boolean;
  /** JSON text of a ScanProgram. Only allowed where `overlaps(span)` is false if it limits or aggregates. */
  readonly program?: string;
  /** Advice, with a program. */
  readonly restrictions?: readonly KeyRestriction[];
  readonly rowLimit?: number;
  readonly withKeys: boolean;
}

/**
 * `insert` of a key that is known not to exist, `update` of non-key columns (intent U), `replace`
 * otherwise (intent X).
 */
export type WriteKind = "insert" | "update" | "replace";

/**
 * Intent D: amounts that are added to a row whose value this transaction does not look at. Looks are
 * counted per index, so that a statement knows whether there were any but its own.
 */
export interface DeltaWrites {
  /** Whether all looks at the index that `prefix` names were those of statements that wrote deltas. */
  isUnseen(prefix: Key): boolean;
  /** The looks so far were such a statement's. */
  excuse(prefix: Key): void;
  /** `value`: the row with the amounts added, as own reads see it. */
  put(key: Key, value: Uint8Array, delta: Uint8Array): void;
}

/** Where loads write. */
export interface BatchTransaction extends Pick<Transaction, "read"> {
  /** Whether it is known at the cost of one look that nothing of the span is stored. */
  isUnstored(span: Span): MaybePromise<boolean>;
  /** Whether this transaction has written no key of the same index from this one on. */
  isPast(key: Key): boolean;
  /** Whether this transaction has written the key. */
  hasWritten(key: Key): boolean;
  /** Keys that are known not to exist; the batch may be used again. */
  insertBatch(batch: PackedBatch): void;
}

export interface Transaction {
  /** Taken at the first statement that reads or writes. */
  readonly snapshot: Timestamp;
  readonly catalogVersion: number;
  readonly readOnly: boolean;

  /** Own writes first, then storage. */
  read(keys: readonly Key[]): MaybePromise<readonly (Uint8Array | undefined)[]>;
  /**
   * One page of a scan. Without a program, own writes are merged in by key. With a program, the
   * caller must have made sure that `overlaps(span)` is false.
   */
  scan(options: ScanOptions): MaybePromise<ScanPage>;
  /** Whether this transaction has written a key of the span. */
  overlaps(span: Span): boolean;

  put(key: Key, value: Uint8Array, kind: WriteKind): void;
  delete(key: Key): void;
  /** FOR UPDATE is X, FOR KEY SHARE is K on the row's key. */
  check(check: Check): void;
  /** Records that the statement's plan relies on this table's definition. */
  dependsOn(table: number): void;

  /** Reads as of now, whatever is written later; held until it is released. */
  frozen(): Transaction;
  release?(): void;
  /** Undefined where deltas cannot be written. */
  readonly deltas?: DeltaWrites | undefined;

  /** Whether the key was written since; only of what is frozen. */
  changedSince?(key: Key): boolean;

  /** Puts what was written into the order in which it is read, in steps. */
  settling?(): Generator<undefined>;

  /** Statement-level atomicity and SAVEPOINT: a mark to roll back to. */
  mark(): number;
  rollbackTo(mark: number): void;
}
