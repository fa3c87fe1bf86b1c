/**
 * Reads the catalog as of a snapshot and remembers the newest version. An image is shared by all
 * sessions; the version decides whether it still holds at a snapshot.
 */
import type { MaybePromise, ScanPage, Span, Storage, Timestamp } from "@firstlight/common";
import { CATALOG_SPAN, CATALOG_VERSION_KEY, andThen } from "@firstlight/common";
import { CatalogImage } from "./catalog-image.ts";
import type { SystemRelation } from "./catalog.ts";
import { decodeCounter, decodeObject } from "./catalog-codec.ts";
import type { CatalogObject } from "./descriptors.ts";

const OBJECT_PREFIX = "\x00c";
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
    this.#latest = new CatalogImage(version, changed.objects.values(), this.#virtual);
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
    return andThen(this.#loadPages(snapshot, CATALOG_SPAN, objects), () => {
      const image = new CatalogImage(version, objects, this.#virtual);
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
      withKeys: true,
      format: "values",
    });
    return andThen(page, (loaded) => {
      collectObjects(loaded, into);
      return loaded.rest === undefined ? undefined : this.#loadPages(snapshot, loaded.rest, into);
    });
  }
}

function collectObjects(page: ScanPage, into: CatalogObject[]): void {
  if (page.batch.kind !== "raw") throw new TypeError("stored values were asked for");
  page.batch.values.forEach((value, i) => {
    if (page.keys?.[i]?.startsWith(OBJECT_PREFIX)) into.push(decodeObject(value));
  });
}
