/**
 * The Transaction that the executor reads and writes through: one snapshot, own writes on top.
 * Nothing leaves this process before commit (transaction/commit.ts).
 */
import type { Check, Key, MaybePromise, ScanPage, Span, Timestamp } from "@firstlight/common";
import { KEY_BYTES_MAX, SqlError, andThen } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { DeferredConstraints } from "./deferred-constraints.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { ProfileLimits } from "../profile/limits.ts";
import { PendingNotifications } from "../notify/pending-notifications.ts";
import { overlayPage } from "./overlay.ts";
import type { PackedBatch } from "./packed-batch.ts";
import type { BatchTransaction, ScanOptions, Transaction, WriteKind } from "./transaction.ts";
import type { TemporaryRows } from "./temporary-keys.ts";
import { isTemporaryKey } from "./temporary-keys.ts";
import { FrozenTransaction } from "./frozen-transaction.ts";
import { ReadSet } from "./read-set.ts";
import { TransactionDeltas } from "./transaction-deltas.ts";
import { coveredSpan } from "./overlay.ts";
import { NO_WRITE_MEMORY, type WriteBudget } from "./write-budget.ts";
import { WriteSet, type WriteView } from "./write-set.ts";

export interface TransactionLimits {
  /** Bytes of keys and values that one transaction may write: 54000 past it. */
  readonly writeBytesMax: number;
  readonly pageBytes: number;
  /** Of all transactions of the server; undefined: there is no bound. */
  readonly budget?: WriteBudget | undefined;
  /** Of a session: what the profile allows. The system's own transactions have none. */
  readonly profile?: ProfileLimits;
}

const MEBIBYTE = 1 << 20;
/** What a key takes at least beside its bytes. */
const KEY_BYTES = 16;

type Values = readonly (Uint8Array | undefined)[];

export class KvTransaction implements Transaction, BatchTransaction {
  readonly readOnly: boolean;
  readonly writes: WriteSet = new WriteSet();
  /** Tables (by OID) that plans of this transaction rely on. */
  readonly dependencies: Set<number> = new Set();
  /** Keys of other catalog objects that they rely on. */
  readonly dependencyKeys: Set<Key> = new Set();
  readonly checks: Check[] = [];
  readonly deferredConstraints: DeferredConstraints = new DeferredConstraints();
  #notifications: PendingNotifications | undefined;
  /** The version that plans of this transaction are made on; every read tells storage. */
  catalogVersion = 0;
  /** Whether storage or the catalog itself has confirmed that version at the snapshot. */
  catalogVerified = false;
  /** Undefined under SERIALIZABLE, where nothing is changed that was not looked at. */
  readonly deltas: TransactionDeltas | undefined;
  /** Of a SERIALIZABLE transaction that may write. */
  readonly #reads: ReadSet | undefined;
  readonly #cluster: ClusterView;
  readonly #limits: TransactionLimits;
  readonly #temporary: TemporaryRows | undefined;
  #snapshot: Timestamp | undefined;
  readonly #writeBytesMax: number;
  /** What the budget counts, and when it is to be counted again. */
  #memory = NO_WRITE_MEMORY;
  #countedTo = MEBIBYTE;
  /** Infinity: as many as there is room for. */
  readonly #rowsMax: number;

  constructor(
    cluster: ClusterView,
    limits: TransactionLimits,
    options: {
      readonly readOnly: boolean;
      readonly serializable?: boolean;
      readonly temporary?: TemporaryRows | undefined;
      /** Of another transaction that it is to see the same as. */
      readonly snapshot?: Timestamp | undefined;
    },
  ) {
    this.#cluster = cluster;
    this.#limits = limits;
    const { profile } = limits;
    this.#writeBytesMax = Math.min(limits.writeBytesMax, profile?.value("bytes") ?? Infinity);
    this.#rowsMax = profile?.value("rows") ?? Infinity;
    this.readOnly = options.readOnly;
    this.#temporary = options.temporary;
    this.#snapshot = options.snapshot;
    const { readOnly, serializable = false } = options;
    this.#reads = serializable && !readOnly ? new ReadSet() : undefined;
    const isCounted = !serializable && !readOnly;
    const written = (): void => this.#enforceLimit();
    this.deltas = isCounted ? new TransactionDeltas(this.writes, written) : undefined;
  }

  get snapshot(): Timestamp {
    this.#snapshot ??= this.#cluster.takeSnapshot();
    return this.#snapshot;
  }

  get dirty(): boolean {
    return this.writes.size > 0 || this.checks.length > 0 || this.notifies;
  }

  /** Made when first asked for: few transactions have any. */
  get notifications(): PendingNotifications {
    this.#notifications ??= new PendingNotifications();
    return this.#notifications;
  }

  get pendingNotifications(): PendingNotifications | undefined {
    return this.#notifications;
  }

  get notifies(): boolean {
    return this.#notifications !== undefined && this.#notifications.notifications.length > 0;
  }

  read(keys: readonly Key[], writes: WriteView = this.writes): MaybePromise<Values> {
    if (writes.size === 0) return this.#fetch(keys);
    this.deltas?.readOwn(keys);
    const missing = keys.filter((key) => writes.get(key) === undefined);
    if (missing.length === keys.length) return this.#fetch(keys);
    if (missing.length === 0) return keys.map((key) => writes.get(key)?.value);
    return andThen(this.#fetch(missing), (fetched) => {
      let next = 0;
      return keys.map((key) => {
        const own = writes.get(key);
        return own === undefined ? fetched[next++] : own.value;
      });
    });
  }

  #fetch(keys: readonly Key[]): MaybePromise<Values> {
    return this.#temporary?.inUse === true && keys.some(isTemporaryKey)
      ? this.#fetchMixed(keys, this.#temporary.rows)
      : this.#fetchStored(keys);
  }

  #fetchMixed(keys: readonly Key[], rows: WriteSet): MaybePromise<Values> {
    const stored = keys.filter((key) => !isTemporaryKey(key));
    return andThen(stored.length === 0 ? [] : this.#fetchStored(stored), (fetched) => {
      let next = 0;
      return keys.map((key) => (isTemporaryKey(key) ? rows.get(key)?.value : fetched[next++]));
    });
  }

  #fetchStored(keys: readonly Key[]): MaybePromise<Values> {
    const { snapshot, catalogVersion } = this;
    this.#reads?.addKeys(keys);
    this.deltas?.looked(keys[0]);
    const values = this.#cluster.storage.read({ snapshot, catalogVersion, keys });
    return this.catalogVerified ? values : andThen(values, (read) => this.#verified(read));
  }

  /** Storage refuses a read whose catalog version is not the one at the snapshot. */
  #verified<T>(result: T): T {
    this.catalogVerified = true;
    return result;
  }

  scan(options: ScanOptions, writes: WriteView = this.writes): MaybePromise<ScanPage> {
    this.deltas?.scanned(options.span);
    const overlaid = writes.hasIn(options.span);
    if (!overlaid) return this.#scanStorage(options, options.withKeys);
    if (options.program !== undefined) {
      throw new TypeError("a pushed-down scan cannot see this transaction's own writes");
    }
    const { rowLimit: _, ...unlimited } = options;
    return andThen(this.#scanStorage(unlimited, true), (page) =>
      overlayPage(page, writes, options.span, options.reverse),
    );
  }

  #scanStorage(options: ScanOptions, withKeys: boolean): MaybePromise<ScanPage> {
    if (this.#temporary?.inUse === true && isTemporaryKey(options.span.start)) {
      return this.#temporary.page(options.span, options.reverse);
    }
    const page = this.#cluster.storage.scan({
      snapshot: this.snapshot,
      catalogVersion: this.catalogVersion,
      span: options.span,
      reverse: options.reverse,
      pageBytes: this.#limits.pageBytes,
      format: this.#cluster.rowFormat,
      withKeys,
      ...(options.program === undefined ? {} : { program: options.program }),
      ...(options.restrictions === undefined ? {} : { restrictions: options.restrictions }),
      ...(options.rowLimit === undefined ? {} : { rowLimit: options.rowLimit }),
    });
    const verified = this.catalogVerified ? page : andThen(page, (read) => this.#verified(read));
    return this.#reads === undefined ? verified : this.#noted(options, this.#reads, verified);
  }

  #noted(options: ScanOptions, reads: ReadSet, page: MaybePromise<ScanPage>): typeof page {
    return andThen(page, (read) => {
      reads.addSpan(coveredSpan(options.span, read.rest, options.reverse));
      return read;
    });
  }

  /** What has to be so still at the commit, beside the writes themselves. */
  commitChecks(): Check[] {
    const read = this.#reads?.checks((key) => this.writes.get(key) !== undefined) ?? [];
    return [...this.checks, ...read];
  }

  overlaps(span: Span, writes: WriteView = this.writes): boolean {
    return writes.hasIn(span) || (this.#temporary?.inUse === true && isTemporaryKey(span.start));
  }

  put(key: Key, value: Uint8Array, kind: WriteKind): void {
    if (key.length > KEY_BYTES_MAX) throw keyTooLarge(key);
    if (kind === "insert") this.writes.insert(key, value);
    else this.writes.set(key, value, kind === "update" ? "U" : "X");
    this.#enforceLimit();
  }

  isUnstored(span: Span): MaybePromise<boolean> {
    // Under SERIALIZABLE a range would be more than what has to be looked at.
    if (this.#reads !== undefined) return false;
    this.deltas?.looked(span.start);
    const page = this.#scanStorage({ span, reverse: false, withKeys: true, rowLimit: 1 }, true);
    return andThen(page, ({ keys, rest }) => keys?.length === 0 && rest === undefined);
  }

  isPast(key: Key): boolean {
    return this.writes.isPast(key);
  }

  hasWritten(key: Key): boolean {
    return this.writes.get(key) !== undefined;
  }

  insertBatch(batch: PackedBatch): void {
    if (batch.longestKey > KEY_BYTES_MAX) throw keyTooLarge(firstTooLarge(batch));
    this.writes.insertBatch(batch);
    this.#enforceLimit();
  }

  delete(key: Key): void {
    this.writes.set(key, undefined, "X");
    this.#enforceLimit();
  }

  #enforceLimit(): void {
    if (this.writes.bytes + this.writes.size * KEY_BYTES > this.#countedTo) this.#count();
    if (this.writes.bytes > this.#writeBytesMax) this.#settleOrRefuse();
    if (this.#rowsMax !== Infinity && this.writes.rows > this.#rowsMax) throw this.#tooManyRows();
  }

  #settleOrRefuse(): void {
    this.writes.settleGathered();
    if (this.writes.bytes > this.#writeBytesMax) throw this.#tooLarge();
  }

  /** Now and then: it is not worth a look at each write. */
  #count(): void {
    const { memory, bytes, size } = this.writes;
    this.#limits.budget?.exchange(this.#memory, memory);
    this.#memory = memory;
    this.#countedTo = bytes + size * KEY_BYTES + MEBIBYTE;
  }

  /** It has committed, or has been undone: nobody writes in it any more. */
  end(): void {
    this.#limits.budget?.exchange(this.#memory, NO_WRITE_MEMORY);
    this.#memory = NO_WRITE_MEMORY;
    this.#countedTo = Infinity;
  }

  #tooLarge(): SqlError {
    const { profile, writeBytesMax } = this.#limits;
    if (profile !== undefined && profile.value("bytes") <= this.#writeBytesMax) {
      const size = Math.ceil(this.writes.bytes / MEBIBYTE);
      return profile.refusal("bytes", { detail: `Current transaction size ${size}mb 10mb` });
    }
    return new SqlError("54000", "transaction size limit exceeded", {
      detail: `The transaction has written more than ${writeBytesMax} bytes.`,
      hint: "Split the work into several transactions.",
    });
  }

  #tooManyRows(): SqlError {
    return this.#limits.profile?.refusal("rows") ?? new SqlError("54000", "too many rows");
  }

  check(check: Check): void {
    if (!isTemporaryKey("key" in check ? check.key : check.span.start)) this.checks.push(check);
  }

  dependsOn(table: number): void {
    if (!isTemporaryOid(table)) this.dependencies.add(table);
  }

  frozen(): Transaction {
    return new FrozenTransaction(this);
  }

  settling(): Generator<undefined> {
    return this.writes.settling();
  }

  /** Checks are never taken back: a lock that a savepoint's rollback leaves is harmless. */
  mark(): number {
    return this.writes.mark();
  }

  rollbackTo(mark: number): void {
    this.writes.rollbackTo(mark);
  }
}

function firstTooLarge(batch: PackedBatch): Key {
  let number = 0;
  while (batch.keyAt(number).length <= KEY_BYTES_MAX) number++;
  return batch.keyAt(number);
}

function keyTooLarge(key: Key): SqlError {
  return new SqlError("54000", `index row size ${key.length} exceeds maximum ${KEY_BYTES_MAX}`, {
    hint: "Values of primary keys and indexes cannot be this long; consider a hash of the value.",
  });
}
