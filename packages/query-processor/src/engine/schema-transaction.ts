/**
 * A transaction with the schema that it sees: the catalog at its snapshot, and on top of it the
 * schema changes that it has made itself. Catalog rows go through the same write set as data, so
 * they commit, roll back and conflict like any other.
 */
import type { MaybePromise } from "@firstlight/common";
import { CATALOG_VERSION_KEY, NEXT_OID_KEY, andThen, droppedStorageKey } from "@firstlight/common";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import { decodeCounter, encodeCounter, encodeObject, objectKey } from "../catalog/catalog-codec.ts";
import type { CatalogChange, CatalogImage } from "../catalog/catalog-image.ts";
import type { CatalogObject } from "../catalog/descriptors.ts";
import type { CatalogLoader } from "../catalog/catalog-loader.ts";
import type { KvTransaction } from "../transaction/kv-transaction.ts";

const NOTHING = new Uint8Array(0);

interface Mark {
  readonly writes: number;
  readonly image: CatalogImage;
  readonly changed: boolean;
}

export class SchemaTransaction {
  readonly kv: KvTransaction;
  readonly #loader: CatalogLoader;
  #image: CatalogImage | undefined;
  #changed = false;
  readonly #marks: Mark[] = [];

  constructor(kv: KvTransaction, loader: CatalogLoader) {
    this.kv = kv;
    this.#loader = loader;
  }

  /** What plans are made on: at first the newest image known here, which storage then confirms. */
  get image(): CatalogImage {
    return this.#image ?? this.#assume(this.#loader.latest);
  }

  #assume(image: CatalogImage): CatalogImage {
    this.#image = image;
    this.kv.catalogVersion = image.version;
    return image;
  }

  get schemaChanged(): boolean {
    return this.#changed;
  }

  /** Makes sure that `image` is the catalog at the snapshot; true if it had to be replaced. */
  verify(): MaybePromise<boolean> {
    if (this.kv.catalogVerified) return false;
    return andThen(this.#loader.at(this.kv.snapshot), (image) => {
      const replaced = image.version !== this.image.version;
      if (replaced) this.#assume(image);
      this.kv.catalogVerified = true;
      return replaced;
    });
  }

  /** Applies schema changes: rows into the write set, the image for later statements. */
  apply(changes: readonly CatalogChange[]): void {
    const before = this.image;
    for (const { put, drop } of changes) {
      const dropped = drop === undefined ? undefined : before.objects.get(drop);
      if (dropped !== undefined) this.kv.delete(objectKey(dropped));
      if (put !== undefined) this.kv.put(objectKey(put), encodeObject(put), "replace");
      this.#markGarbage(before, drop ?? put?.oid, put);
    }
    this.kv.put(CATALOG_VERSION_KEY, encodeCounter(before.version + 1), "replace");
    this.#image = before.with(changes);
    this.#changed = true;
  }

  /** Rows that the changed schema cannot reach any more are storage's to remove. */
  #markGarbage(
    before: CatalogImage,
    oid: number | undefined,
    after: CatalogObject | undefined,
  ): void {
    const old = oid === undefined ? undefined : before.objects.get(oid);
    if (old?.kind !== "table" && old?.kind !== "sequence") return;
    if (after?.kind === old.kind && after.storageId === old.storageId) return;
    this.kv.put(droppedStorageKey(old.storageId), NOTHING, "replace");
  }

  /** A new object identifier, unique once this transaction commits. */
  allocateOid(): MaybePromise<number> {
    return andThen(this.kv.read([NEXT_OID_KEY]), ([value]) => {
      const oid = decodeCounter(value) ?? FIRST_USER_OID;
      this.kv.put(NEXT_OID_KEY, encodeCounter(oid + 1), "replace");
      return oid;
    });
  }

  mark(): number {
    const { image } = this;
    this.#marks.push({ writes: this.kv.mark(), image, changed: this.#changed });
    return this.#marks.length - 1;
  }

  /** The mark stays valid: a savepoint can be rolled back to again. */
  rollbackTo(mark: number): void {
    const target = this.#marks[mark];
    if (target === undefined) throw new RangeError(`no mark ${mark}`);
    this.#marks.length = mark + 1;
    this.kv.rollbackTo(target.writes);
    this.#image = target.image;
    this.#changed = target.changed;
  }
}
