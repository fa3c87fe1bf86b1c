/**
 * The Disk port on LMDB: one directory and one environment per store.
 *
 * Pages have 8192 bytes, which raises LMDB's bound on keys above DISK_KEY_BYTES_MAX (checked at
 * open). Commits are plain LMDB commits on LMDB's own thread: data is synced BEFORE the meta page
 * that refers to it, so a power loss leaves the last confirmed commit or a later one.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Disk, DiskStore } from "@firstlight/common";
import { DISK_KEY_BYTES_MAX } from "@firstlight/common";
import { open } from "lmdb";
import type { LmdbDatabase } from "./lmdb-store.ts";
import { DiskSpace } from "./disk-space.ts";
import { checkFile } from "./lmdb-file.ts";
import { LmdbStore, copyOf } from "./lmdb-store.ts";
import { lockDirectory } from "./process-lock.ts";

const PAGE_BYTES = 8192;
/** Address space only; the file grows as it is filled. */
const MAP_BYTES = 2 ** 40;

/** Keys are latin1 strings, so their bytes are their char codes and LMDB's order is theirs. */
const KEY_ENCODER = {
  writeKey(key: string, target: Buffer, start: number): number {
    return start + target.write(key, start, "latin1");
  },
  readKey(source: Buffer, start: number, end: number): string {
    return source.toString("latin1", start, end);
  },
};

/**
 * Values are bytes as they are. Saying so with a decoder that copies makes ranges six times faster
 * than LMDB's own "binary", which allocates a buffer outside the pool for each value.
 */
const VALUE_ENCODER = {
  encode: (value: Uint8Array): Uint8Array => value,
  decode: copyOf,
};

export function openDatabase(path: string): LmdbDatabase {
  const database: LmdbDatabase = open({
    path,
    noSubdir: false,
    encoder: VALUE_ENCODER,
    keyEncoder: KEY_ENCODER,
    pageSize: PAGE_BYTES,
    mapSize: MAP_BYTES,
    overlappingSync: false,
    eventTurnBatching: false,
    noMemInit: false,
  } as Parameters<typeof open>[0]) as unknown as LmdbDatabase;
  const bound = (database as unknown as { maxKeySize: number }).maxKeySize;
  if (bound < DISK_KEY_BYTES_MAX) throw new Error(`${path} takes only keys of ${bound} bytes`);
  return database;
}

export class LmdbDisk implements Disk {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  // oxlint-disable-next-line typescript/require-await -- failures must be rejections
  async open(name: string): Promise<DiskStore> {
    const path = join(this.#directory, name);
    mkdirSync(path, { recursive: true });
    const lock = lockDirectory(path);
    try {
      checkFile(join(path, "data.mdb"), PAGE_BYTES);
      const database = openDatabase(path);
      const space = new DiskSpace(path);
      const onClosed = (): void => {
        space.close();
        lock.release();
      };
      return new LmdbStore(database, onClosed, () => space.roomBytes);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** One is kept: damage that repeats must not fill the disk. */
  // oxlint-disable-next-line typescript/require-await -- failures must be rejections
  async setAside(name: string): Promise<void> {
    const path = join(this.#directory, name);
    if (!existsSync(path)) return;
    rmSync(`${path}.damaged`, { recursive: true, force: true });
    renameSync(path, `${path}.damaged`);
  }
}
