/**
 * Reads the catalog as of a snapshot and remembers the newest version. An image is shared by all
 * sessions; the version decides whether it still holds at a snapshot. Statistics come along, and
 * newer ones make another image of the same version.
 */
import type { MaybePromise, ScanPage, Span, Storage, Timestamp } from "@firstlight/common";
import { CATALOG_OBJECT_SPAN, CATALOG_VERSION_KEY, andThen } from "@firstlight/common";
import { loadStatistics } from "../statistics/load-statistics.ts";
import type { StatisticsByTable } from "../statistics/table-statistics.ts";
import { CatalogImage } from "./catalog-image.ts";
import type { SystemRelation } from "./catalog.ts";
import { decodeCounter, decodeObject } from "./catalog-codec.ts";
import type { CatalogObject } from "./descriptors.ts";

const PAGE_BYTES = 1 << 20;

export class CatalogLoader {
  readonly #storage: Storage;
  readonly #virtual: readonly SystemRelation[];
  #latest: CatalogImage;

  constructor(storage: Storage, virtual: readonly SystemRelation[]) {
    this.#storage = storage;
    this.#virtual = virtual;
    this.#latest = new CatalogImage(0, [], virtual);
  }

  /** The newest image known here; it may be outdated. */
  get latest(): CatalogImage {
    return this.#latest;
  }

  /** Takes over the image of a schema change that has just committed on this query processor. */
  adopt(changed: CatalogImage): void {
    const version = changed.version + 1;
    if (version <= this.#latest.version) return;
    const { statistics } = this.#latest;
    this.#latest = new CatalogImage(version, changed.objects.values(), this.#virtual, statistics);
  }

  /** Takes over statistics that have just been committed; undefined: there are none any more. */
  adoptStatistics(changes: ReadonlyMap<number, StatisticsChange>): void {
    const statistics = new Map(this.#latest.statistics);
    for (const [table, change] of changes) {
      if (change === undefined) statistics.delete(table);
      else statistics.set(table, change);
    }
    this.#latest = this.#latest.withStatistics(statistics);
  }

  /** Looks whether other query processors have analyzed tables. */
  refreshStatistics(snapshot: Timestamp): MaybePromise<void> {
    const known = this.#latest.statistics;
    return andThen(loadStatistics(this.#storage, snapshot, known), (loaded) => {
      // Something adopted meanwhile is newer than what was read.
      if (loaded === known || this.#latest.statistics !== known) return;
      this.#latest = this.#latest.withStatistics(loaded);
    });
  }

  versionAt(snapshot: Timestamp): MaybePromise<number> {
    const values = this.#storage.read({
      snapshot,
      catalogVersion: undefined,
      keys: [CATALOG_VERSION_KEY],
    });
    return andThen(values, ([value]) => decodeCounter(value) ?? 0);
  }

  /** The image that holds at `snapshot`. */
  at(snapshot: Timestamp): MaybePromise<CatalogImage> {
    return andThen(this.versionAt(snapshot), (version) =>
      version === this.#latest.version ? this.#latest : this.#load(snapshot, version),
    );
  }

  #load(snapshot: Timestamp, version: number): MaybePromise<CatalogImage> {
    const objects: CatalogObject[] = [];
    const loaded = andThen(this.#loadPages(snapshot, CATALOG_OBJECT_SPAN, objects), () =>
      loadStatistics(this.#storage, snapshot, this.#latest.statistics),
    );
    return andThen(loaded, (statistics) => {
      const image = new CatalogImage(version, objects, this.#virtual, statistics);
      if (version > this.#latest.version) this.#latest = image;
      return image;
    });
  }

  #loadPages(snapshot: Timestamp, span: Span, into: CatalogObject[]): MaybePromise<void> {
    const page = this.#storage.scan({
      snapshot,
      catalogVersion: undefined,
      span,
      reverse: false,
      pageBytes: PAGE_BYTES,
      withKeys: false,
      format: "values",
    });
    return andThen(page, (loaded) => {
      collectObjects(loaded, into);
      return loaded.rest === undefined ? undefined : this.#loadPages(snapshot, loaded.rest, into);
    });
  }
}

export type StatisticsChange = ReturnType<StatisticsByTable["get"]>;

function collectObjects(page: ScanPage, into: CatalogObject[]): void {
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  for (const value of page.batch.values) into.push(decodeObject(value));
}
