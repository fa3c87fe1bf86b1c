/** A session's transaction: data, schema and commit behind EngineTransaction. */
import type { MaybePromise, Timestamp } from "@firstlight/common";
import { andThen, databaseFenceKey, parseDataKey } from "@firstlight/common";
import type { ChannelListener } from "../notify/channel-listener.ts";
import type { Injector } from "../inject/injector.ts";
import type { PendingNotifications } from "../notify/pending-notifications.ts";
import { rethrowForUser } from "./service-failure.ts";
import type { ChangedRows } from "../statistics/changed-rows.ts";
import type { JobReference } from "../online/job-runner.ts";
import type { CatalogLoader } from "../catalog/catalog-loader.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import { commitTransaction, writesShared } from "../transaction/commit.ts";
import type { TransactionLimits } from "../transaction/kv-transaction.ts";
import { KvTransaction } from "../transaction/kv-transaction.ts";
import { fenceIn } from "../catalog/online-steps.ts";
import { injectedConflict, refusal, schemaChanged } from "./conflict-error.ts";
import type { BeginOptions, EngineTransaction } from "./engine.ts";
import type { Prepared } from "./prepared.ts";
import { reliesOnSchema } from "./prepared.ts";
import type { SeenSchema } from "./seen-schema.ts";
import { SchemaTransaction } from "./schema-transaction.ts";
import type { TemporaryObjects } from "./temporary-objects.ts";

export interface TransactionServices {
  readonly cluster: ClusterView;
  readonly loader: CatalogLoader;
  readonly ports: CommitPorts;
  readonly limits: TransactionLimits;
  readonly changed?: ChangedRows;
  /** Jobs that it has submitted, once it has committed. */
  readonly submitted?: (jobs: readonly JobReference[]) => void;
  /** A bug: schema changes since the snapshot refuse nobody. */
  readonly skipsFences?: boolean;
  readonly injector?: Injector | undefined;
}

export class SessionTransaction implements EngineTransaction {
  readonly readOnly: boolean;
  readonly schema: SchemaTransaction;
  /** It may write, however far storage and journal are behind. */
  isAdmitted = false;
  /** When it committed, if it notified. */
  #committed: Timestamp | undefined;
  readonly #services: TransactionServices;
  readonly #temporary: TemporaryObjects | undefined;
  readonly #listener: (() => ChannelListener) | undefined;
  readonly #seen: SeenSchema | undefined;
  #confirmedSeen = false;

  constructor(services: TransactionServices, options: BeginOptions) {
    this.#services = services;
    this.readOnly = options.readOnly;
    const { temporary } = options;
    const kv = new KvTransaction(services.cluster, services.limits, options);
    this.schema = new SchemaTransaction(kv, services.loader, temporary, options.database);
    this.#temporary = temporary;
    this.#listener = options.listener;
    this.#seen = options.seen;
  }

  /** BEFORE its first statement that relies on users' relations. Throws OC001, see SeenSchema. */
  confirmSeen(statement?: Prepared): MaybePromise<void> {
    const seen = this.#seen;
    if (seen === undefined || this.#confirmedSeen) return undefined;
    if (statement !== undefined && !reliesOnSchema(statement)) return undefined;
    return andThen(this.schema.verify(), () => {
      this.#confirmedSeen = true;
      seen.confirm(this.schema.image);
    });
  }

  /** A statement of its session changes the schema, in this transaction or in others. */
  forgetSeen(): void {
    this.#seen?.forget();
  }

  get snapshot(): Timestamp {
    return this.schema.kv.snapshot;
  }

  get notifications(): PendingNotifications {
    return this.schema.kv.notifications;
  }

  get dirty(): boolean {
    return this.schema.kv.dirty || this.schema.temporaryChanged;
  }

  get writtenBytes(): number {
    return this.schema.kv.writes.bytes;
  }

  mark(): number {
    return this.schema.mark();
  }

  rollbackTo(mark: number): void {
    this.schema.rollbackTo(mark);
  }

  commit(): MaybePromise<void> {
    const pending = this.schema.kv.pendingNotifications;
    if (pending !== undefined) return this.#commitPending(pending);
    if (this.dirty) return this.#commitWrites();
    this.schema.kv.end();
    return undefined;
  }

  /** Whoever listens has a place in the log BEFORE the commit: it hears its own notifications. */
  async #commitPending({ actions }: PendingNotifications): Promise<void> {
    const listener = this.#listener?.();
    try {
      await listener?.prepare(actions);
    } catch (error) {
      this.schema.kv.end();
      rethrowForUser(error);
    }
    try {
      if (this.dirty) await this.#commitWrites();
    } catch (error) {
      listener?.abandon();
      throw error;
    }
    listener?.apply(actions);
    if (this.#committed !== undefined) listener?.expect(this.#committed);
  }

  /**
   * The checks on catalog entries only see changes after the snapshot, so plans made on a version
   * that was outdated already at the snapshot have to be found here (I10).
   */
  async #commitWrites(): Promise<void> {
    try {
      await this.#verifyAndCommit();
    } finally {
      this.schema.kv.end();
    }
  }

  async #verifyAndCommit(): Promise<void> {
    await this.schema.kv.deferredConstraints.settle();
    if (await this.schema.verify()) throw schemaChanged(this.schema.image);
    const { kv, image } = this.schema;
    const pause = (): Promise<void> => this.#pause();
    await this.#temporary?.checkRoom(kv, pause);
    if (this.#isShared) await this.#commitShared();
    await this.#temporary?.adopt(image, kv, pause);
  }

  /** Whether any of it is more than the session's own temporary relations. */
  get #isShared(): boolean {
    const { kv } = this.schema;
    return kv.checks.length > 0 || kv.notifies || writesShared(kv);
  }

  async #commitShared(): Promise<void> {
    const { cluster, ports, loader, skipsFences, injector } = this.#services;
    const committed = injector?.atCommit(
      () => this.#tableNames(),
      () => injectedConflict(this.schema.image),
    );
    if (skipsFences === true) this.schema.kv.dependencies.clear();
    else if (this.#confirmedSeen) this.#dependOnDatabase();
    const { image } = this.schema;
    const result = await commitTransaction(cluster, ports, this.schema.kv, (table) =>
      fenceIn(image, table),
    );
    if (result.verdict !== "committed") throw refusal(result, this.schema.image);
    if (this.schema.kv.notifies) this.#committed = result.timestamp;
    if (this.schema.schemaChanged && !this.schema.changedElsewhere)
      loader.adopt(this.schema.image.withoutTemporary());
    this.#noteChanges();
    const { statisticsChanges } = this.schema;
    if (statisticsChanges.size > 0) loader.adoptStatistics(statisticsChanges);
    if (this.schema.jobs.length > 0) this.#services.submitted?.(this.schema.jobs);
    committed?.();
  }

  /** Its session's schema is to be the newest one at its commit, too, whatever it relies on. */
  #dependOnDatabase(): void {
    const { kv, database } = this.schema;
    kv.dependencyKeys.add(databaseFenceKey(database));
  }

  /** Of the tables that were written to. */
  *#tableNames(): Generator<string> {
    for (const key of this.schema.kv.writes.sampleKeys()) {
      const storageId = parseDataKey(key)?.storageId ?? 0;
      const table = this.schema.image.tableByStorageId(storageId);
      if (table !== undefined) yield table.name;
    }
  }

  #pause(): Promise<void> {
    const { clock } = this.#services.ports;
    return new Promise((resolve) => clock.endOfTick(resolve));
  }

  #noteChanges(): void {
    const { changed } = this.#services;
    for (const [key, rows] of this.schema.kv.writes.rowsOfTables()) changed?.note(key, rows);
  }

  rollback(): void {
    // Nothing to tell anyone.
    this.schema.kv.end();
    this.schema.kv.writes.forget();
  }
}

export function own(transaction: EngineTransaction): SessionTransaction {
  if (transaction instanceof SessionTransaction) return transaction;
  throw new TypeError("a transaction that this engine did not begin");
}

/** Of an engine, which gets back what it has begun. */
