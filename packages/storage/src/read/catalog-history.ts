/** Which catalog version held when, for every snapshot that is still readable. Version 0 before any. */
import type { Timestamp } from "@firstlight/common";
import { ByteReader, ServiceError } from "@firstlight/common";

interface Change {
  readonly timestamp: Timestamp;
  readonly version: number;
}

export class CatalogHistory {
  /** Ascending timestamps. */
  #changes: Change[] = [];

  add(timestamp: Timestamp, value: Uint8Array | undefined): void {
    const version = value === undefined ? 0 : new ByteReader(value).uint53();
    this.#changes.push({ timestamp, version });
  }

  versionAt(snapshot: Timestamp): number {
    for (let i = this.#changes.length - 1; i >= 0; i--) {
      const change = this.#changes[i];
      if (change !== undefined && change.timestamp <= snapshot) return change.version;
    }
    return 0;
  }

  /** A plan made on another version than the snapshot's must not read (I10). */
  check(planned: number | undefined, snapshot: Timestamp): void {
    if (planned === undefined) return;
    const actual = this.versionAt(snapshot);
    if (actual === planned) return;
    throw new ServiceError(
      "staleCatalog",
      `planned on catalog ${planned}, ${actual} holds at ${snapshot}`,
    );
  }

  /** Keeps the version that holds at the horizon and all later ones. */
  prune(horizon: Timestamp): void {
    let holds = 0;
    while ((this.#changes[holds + 1]?.timestamp ?? Infinity) <= horizon) holds++;
    if (holds > 0) this.#changes = this.#changes.slice(holds);
  }
}
