/**
 * A transaction with the schema that it sees: the catalog at its snapshot, and on top of it the
 * schema changes that it has made itself. Catalog rows go through the same write set as data, so
 * they commit, roll back and conflict like any other.
 */
import type { MaybePromise } from "@firstlight/common";
import {
  CATALOG_VERSION_KEY,
  NEXT_OID_KEY,
  SqlError,
  andThen,
  columnStatisticsKey,
  databaseFenceKey,
  featureNotSupported,
  droppedStorageKey,
  tableStatisticsKey,
} from "@firstlight/common";
import { FIRST_DATABASE, FIRST_USER_OID, isTemporaryOid } from "../catalog/builtin-objects.ts";
import { fencesOfChange } from "../catalog/online-steps.ts";
import { garbageOfChange } from "../catalog/garbage-marks.ts";
import { decodeCounter, encodeCounter, encodeObject, objectKey } from "../catalog/catalog-codec.ts";
import { databaseByOid, placedIn } from "../catalog/databases.ts";
import { changesSchema } from "../catalog/schema-text.ts";
import type { CatalogChange, CatalogImage } from "../catalog/catalog-image.ts";
import type {
  CatalogObject,
  InDatabase,
  SchemaDescriptor,
  TableDescriptor,
} from "../catalog/descriptors.ts";
import type { CatalogLoader, StatisticsChange } from "../catalog/catalog-loader.ts";
import { encodeStatistics } from "../statistics/statistics-codec.ts";
import type { TableStatistics } from "../statistics/table-statistics.ts";
import { NOTHING_PENDING } from "../notify/pending-notifications.ts";
import type { NotificationMark } from "../notify/pending-notifications.ts";
import type { DeferredMark } from "../transaction/deferred-constraints.ts";
import type { JobReference } from "../online/job-runner.ts";
import { OpenObjects } from "../large-objects/open-objects.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";
import type { TemporaryObjects } from "./temporary-objects.ts";

const NOTHING = new Uint8Array(0);

type StatisticsChanges = ReadonlyMap<number, StatisticsChange>;
function isTemporaryChange({ put, drop }: CatalogChange): boolean {
  const oid = put?.oid ?? drop ?? 0;
  return isTemporaryOid(oid);
}

interface Mark {
  readonly writes: number;
  readonly statistics: StatisticsChanges;
  readonly image: CatalogImage;
  readonly changed: boolean;
  readonly deferred: DeferredMark;
  readonly notifications: NotificationMark | undefined;
  readonly openObjects: number;
}

export class SchemaTransaction {
  readonly kv: KvTransaction;
  /** Background jobs that begin when it has committed. */
  readonly jobs: JobReference[] = [];
  /** OID of the database that it works in. */
  readonly database: number;
  readonly #loader: CatalogLoader;
  #image: CatalogImage | undefined;
  /** Before its first change. */
  #base: CatalogImage | undefined;
  #changed = false;
  #statistics: StatisticsChanges = new Map();
  #temporaryChanged = false;
  #changedElsewhere = false;
  #allocatesTemporary = false;
  readonly #temporary: TemporaryObjects | undefined;
  readonly #marks: Mark[] = [];
  /** Tables that were found empty by TRUNCATE, which changes nothing of them, and how many marks there were. */
  #emptied: readonly { readonly table: number; readonly marks: number }[] = [];
  #openObjects: OpenObjects | undefined;

  constructor(
    kv: KvTransaction,
    loader: CatalogLoader,
    temporary?: TemporaryObjects,
    database: number = FIRST_DATABASE,
  ) {
    this.database = database;
    this.kv = kv;
    this.#loader = loader;
    this.#temporary = temporary;
  }

  /** What plans are made on: at first the newest image known here, which storage then confirms. */
  get image(): CatalogImage {
    return this.#image ?? this.#assume(this.#loader.latest(this.database));
  }

  #assume(image: CatalogImage): CatalogImage {
    const own = this.#temporary?.over(image) ?? image;
    this.#image = own;
    this.kv.catalogVersion = image.version;
    return own;
  }

  /** Made when first asked for: few transactions open large objects. */
  get openObjects(): OpenObjects {
    this.#openObjects ??= new OpenObjects();
    return this.#openObjects;
  }

  get schemaChanged(): boolean {
    return this.#changed;
  }

  /** By storage id; undefined: they are gone with it. */
  get statisticsChanges(): StatisticsChanges {
    return this.#statistics;
  }

  /** Makes sure that `image` is the catalog at the snapshot; true if it had to be replaced. */
  verify(): MaybePromise<boolean> {
    if (this.kv.catalogVerified) return false;
    return andThen(this.#loader.at(this.kv.snapshot, this.database), (image) => {
      const replaced = image.version !== this.image.version;
      if (replaced) this.#assume(image);
      this.kv.catalogVerified = true;
      return replaced;
    });
  }

  /** Applies schema changes: rows into the write set, the image for later statements. */
  apply(wanted: readonly CatalogChange[]): void {
    const before = this.image;
    if (databaseByOid(before, this.database) === undefined) {
      throw new SqlError("3D000", "the database of this session has been dropped");
    }
    const changes = wanted.map((change) => this.#placed(change));
    this.#base ??= before;
    this.#image = before.with(changes);
    const shared = changes.filter((change) => !isTemporaryChange(change));
    if (shared.length < changes.length) this.#temporaryChanged = true;
    if (shared.length === 0) return;
    for (const { put, drop } of shared) {
      const dropped = drop === undefined ? undefined : before.objects.get(drop);
      if (dropped !== undefined) this.kv.delete(objectKey(dropped));
      if (dropped?.kind === "table") this.#dropStatistics(dropped);
      if (put !== undefined) this.kv.put(objectKey(put), encodeObject(put), "replace");
      const old = before.objects.get(drop ?? put?.oid ?? 0);
      this.#writeFences(old, put);
      this.#fenceDatabase(old, put);
      this.#markGarbage(old, put);
    }
    this.kv.put(CATALOG_VERSION_KEY, encodeCounter(before.version + 1), "replace");
    this.#changed = true;
  }

  /** The schema of another database, at the same snapshot. */
  imageOf(database: number): MaybePromise<CatalogImage> {
    return this.#loader.at(this.kv.snapshot, database);
  }

  /** Whether the image does not tell all that it has changed. */
  get changedElsewhere(): boolean {
    return this.#changedElsewhere;
  }

  /** Objects of a database that nobody sees before this transaction has committed. */
  putElsewhere(objects: readonly CatalogObject[]): void {
    for (const object of objects) this.kv.put(objectKey(object), encodeObject(object), "replace");
    this.#changedElsewhere = true;
  }

  /** Objects of another database, which goes away with them. */
  dropElsewhere(objects: readonly CatalogObject[]): void {
    for (const object of objects) {
      this.kv.delete(objectKey(object));
      if (object.kind === "table") this.#deleteStatistics(object);
      this.#writeFences(object, undefined);
      this.#markGarbage(object, undefined);
    }
  }

  #placed(change: CatalogChange): CatalogChange {
    const { put } = change;
    if (put === undefined || this.database === FIRST_DATABASE) return change;
    return { ...change, put: placedIn(this.database, put) };
  }

  /** Statistics are no part of the version: nobody's plan becomes wrong by them. */
  putStatistics(statistics: TableStatistics): void {
    if (isTemporaryOid(statistics.table)) {
      const all = new Map(this.image.statistics).set(statistics.storageId, statistics);
      this.#image = this.image.withStatistics(all);
      this.#temporaryChanged = true;
      return;
    }
    const placed =
      this.database === FIRST_DATABASE ? statistics : { ...statistics, database: this.database };
    for (const { key, value } of encodeStatistics(placed)) this.kv.put(key, value, "replace");
    this.#noteStatistics(placed.storageId, placed);
  }

  #dropStatistics(table: TableDescriptor & InDatabase): void {
    if (!this.image.statistics.has(table.storageId)) return;
    this.#deleteStatistics(table);
    this.#noteStatistics(table.storageId, undefined);
  }

  #deleteStatistics({ oid, inDatabase }: TableDescriptor & InDatabase): void {
    this.kv.delete(tableStatisticsKey(oid, inDatabase));
    this.kv.delete(columnStatisticsKey(oid, inDatabase));
  }

  #noteStatistics(storageId: number, change: StatisticsChange): void {
    this.#statistics = new Map(this.#statistics).set(storageId, change);
    const all = new Map(this.image.statistics);
    if (change === undefined) all.delete(storageId);
    else all.set(storageId, change);
    this.#image = this.image.withStatistics(all);
  }

  #writeFences(before: CatalogObject | undefined, after: CatalogObject | undefined): void {
    for (const key of fencesOfChange(before, after)) {
      if (after === undefined) this.kv.delete(key);
      else this.kv.put(key, NOTHING, "replace");
    }
  }

  /** Where any schema change refuses who has begun before it. */
  #fenceDatabase(before: CatalogObject | undefined, after: CatalogObject | undefined): void {
    const { outdatedSessions } = this.image.profile.conflicts;
    if (!outdatedSessions || !changesSchema(before, after)) return;
    this.kv.put(databaseFenceKey(this.database), NOTHING, "replace");
  }

  /** Nothing of this number is reached any more. */
  markGarbage(storageId: number): void {
    this.kv.put(droppedStorageKey(storageId), NOTHING, "replace");
  }

  /** What the changed schema cannot reach any more is storage's to remove. */
  #markGarbage(old: CatalogObject | undefined, after: CatalogObject | undefined): void {
    for (const mark of garbageOfChange(old, after)) this.kv.put(mark, NOTHING, "replace");
  }

  /** A new object identifier, unique once this transaction commits. */
  allocateOid(): MaybePromise<number> {
    if (this.#allocatesTemporary && this.#temporary !== undefined) {
      return this.#temporary.allocateOid();
    }
    return andThen(this.kv.read([NEXT_OID_KEY]), ([value]) => {
      const oid = decodeCounter(value) ?? FIRST_USER_OID;
      this.kv.put(NEXT_OID_KEY, encodeCounter(oid + 1), "replace");
      return oid;
    });
  }

  get temporaryChanged(): boolean {
    return this.#temporaryChanged;
  }

  /** The session's own schema, made when it is first asked for. */
  temporarySchema(): SchemaDescriptor {
    if (this.#temporary === undefined) throw featureNotSupported("a temporary relation");
    const { image } = this;
    const schema = this.#temporary.schema();
    if (image.temporarySchema === undefined) this.#image = image.withTemporary(schema, []);
    return schema;
  }

  /** Runs a step whose new objects are temporary, or not. */
  async allocatingFor<T>(temporary: boolean, step: () => MaybePromise<T>): Promise<T> {
    const outer = this.#allocatesTemporary;
    this.#allocatesTemporary = temporary;
    try {
      return await step();
    } finally {
      this.#allocatesTemporary = outer;
    }
  }

  mark(): number {
    const { image } = this;
    const statistics = this.#statistics;
    const deferred = this.kv.deferredConstraints.mark();
    const changed = this.#changed;
    const notifications = this.kv.pendingNotifications?.mark();
    const writes = this.kv.mark();
    const openObjects = this.#openObjects?.mark() ?? 0;
    const marked = { writes, image, changed, statistics, deferred, notifications, openObjects };
    this.#marks.push(marked);
    return this.#marks.length - 1;
  }

  /** Whether the table got the storage that it has after the mark; undefined: in this transaction. */
  isNewSince(mark: number | undefined, { oid, storageId }: TableDescriptor): boolean {
    const before = mark === undefined ? (this.#base ?? this.image) : this.#marks[mark]?.image;
    const known = before?.objects.get(oid);
    if (known?.kind !== "table" || known.storageId !== storageId) return true;
    return this.#emptied.some(({ table, marks }) => table === oid && marks > (mark ?? -1));
  }

  /** TRUNCATE has found it empty. */
  emptied(table: number): void {
    this.#emptied = [...this.#emptied, { table, marks: this.#marks.length }];
  }

  /** The mark stays valid: a savepoint can be rolled back to again. */
  rollbackTo(mark: number): void {
    const target = this.#marks[mark];
    if (target === undefined) throw new RangeError(`no mark ${mark}`);
    this.#marks.length = mark + 1;
    this.#emptied = this.#emptied.filter(({ marks }) => marks <= mark);
    this.kv.rollbackTo(target.writes);
    this.kv.deferredConstraints.rollbackTo(target.deferred);
    this.kv.pendingNotifications?.rollbackTo(target.notifications ?? NOTHING_PENDING);
    this.#openObjects?.rollbackTo(target.openObjects);
    this.#image = target.image;
    this.#changed = target.changed;
    this.#statistics = target.statistics;
  }
}
