/**
 * Reads the catalog as of a snapshot and remembers the newest version. An image is shared by all
 * sessions; the version decides whether it still holds at a snapshot. Statistics come along, and
 * newer ones make another image of the same version.
 */
import type { MaybePromise, ScanPage, Span, Storage, Timestamp } from "@firstlight/common";
import { CATALOG_OBJECT_SPAN, CATALOG_VERSION_KEY, andThen } from "@firstlight/common";
import { loadStatistics } from "../statistics/load-statistics.ts";
import type { StatisticsByStorage } from "../statistics/table-statistics.ts";
import { NO_STATISTICS } from "../statistics/table-statistics.ts";
import type { Profile } from "../profile/profile.ts";
import { FIRST_DATABASE } from "./builtin-objects.ts";
import { databasesIn, isVisibleIn } from "./databases.ts";
import { CatalogImage } from "./catalog-image.ts";
import { committedObject } from "./committed-object.ts";
import { decodeCounter, decodeObject } from "./catalog-codec.ts";
import type { CatalogObject } from "./descriptors.ts";
import type { SystemCatalog } from "./system-catalog.ts";

const PAGE_BYTES = 1 << 20;

/** All databases at one version; the image of each is made when it is asked for. */
class CatalogVersion {
  readonly version: number;
  readonly statistics: StatisticsByStorage;
  readonly objects: readonly CatalogObject[];
  readonly #system: SystemCatalog;
  readonly #profile: Profile;
  readonly #images = new Map<number, CatalogImage>();

  constructor(
    version: number,
    objects: readonly CatalogObject[],
    system: SystemCatalog,
    statistics: StatisticsByStorage,
    profile: Profile,
  ) {
    this.#profile = profile;
    this.version = version;
    this.objects = objects;
    this.statistics = statistics;
    this.#system = system;
  }

  image(database: number): CatalogImage {
    let image = this.#images.get(database);
    if (image === undefined) {
      const { version, statistics } = this;
      const visible = this.objects.filter((object) => isVisibleIn(database, object));
      image = new CatalogImage(
        version,
        visible,
        this.#system,
        statistics,
        undefined,
        database,
        this.#profile,
      );
      this.#images.set(database, image);
    }
    return image;
  }

  images(): readonly CatalogImage[] {
    const first = this.image(FIRST_DATABASE);
    return databasesIn(first).map(({ oid }) => this.image(oid));
  }

  withStatistics(statistics: StatisticsByStorage): CatalogVersion {
    const { version, objects } = this;
    const other = new CatalogVersion(version, objects, this.#system, statistics, this.#profile);
    for (const [database, image] of this.#images) {
      other.#images.set(database, image.withStatistics(statistics));
    }
    return other;
  }
}

export class CatalogLoader {
  readonly #storage: Storage;
  readonly #system: SystemCatalog;
  readonly #profile: Profile;
  #latest: CatalogVersion;

  constructor(storage: Storage, system: SystemCatalog, profile: Profile) {
    this.#storage = storage;
    this.#system = system;
    this.#profile = profile;
    this.#latest = new CatalogVersion(0, [], system, NO_STATISTICS, profile);
  }

  /** The newest image of a database known here; it may be outdated. */
  latest(database: number): CatalogImage {
    return this.#latest.image(database);
  }

  /** The newest image of the first database that fits, of those that are used here. */
  imageWith(fits: (image: CatalogImage) => boolean): CatalogImage | undefined {
    return this.#latest.images().find(fits);
  }

  /** Takes over the image of a schema change that has just committed on this query processor. */
  adopt(changed: CatalogImage): void {
    const version = changed.version + 1;
    // What others have is known only of the version that the change was based on.
    if (changed.version !== this.#latest.version) return;
    const { database } = changed;
    const { statistics, objects } = this.#latest;
    const others = objects.filter((object) => !isVisibleIn(database, object));
    const own = [...changed.objects.values()].filter((object) => isVisibleIn(database, object));
    const all = [...others, ...own.map(committedObject)];
    this.#latest = new CatalogVersion(version, all, this.#system, statistics, this.#profile);
  }

  /** Takes over statistics that have just been committed; undefined: there are none any more. */
  adoptStatistics(changes: ReadonlyMap<number, StatisticsChange>): void {
    const statistics = new Map(this.#latest.statistics);
    for (const [storageId, change] of changes) {
      if (change === undefined) statistics.delete(storageId);
      else statistics.set(storageId, change);
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

  /** The database's image that holds at `snapshot`. */
  at(snapshot: Timestamp, database: number): MaybePromise<CatalogImage> {
    const loaded = andThen(this.versionAt(snapshot), (version) =>
      version === this.#latest.version ? this.#latest : this.#load(snapshot, version),
    );
    return andThen(loaded, (found) => found.image(database));
  }

  #load(snapshot: Timestamp, version: number): MaybePromise<CatalogVersion> {
    const objects: CatalogObject[] = [];
    const loaded = andThen(this.#loadPages(snapshot, CATALOG_OBJECT_SPAN, objects), () =>
      loadStatistics(this.#storage, snapshot, this.#latest.statistics),
    );
    return andThen(loaded, (statistics) => {
      const found = new CatalogVersion(version, objects, this.#system, statistics, this.#profile);
      if (version > this.#latest.version) this.#latest = found;
      return found;
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

export type StatisticsChange = ReturnType<StatisticsByStorage["get"]>;

function collectObjects(page: ScanPage, into: CatalogObject[]): void {
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  for (const value of page.batch.values) into.push(decodeObject(value));
}
