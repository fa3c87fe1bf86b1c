/**
 * Durable ordered stores. Every store is a sorted map from Key to bytes with atomic batches; LMDB
 * behind it in production, memory with loss of what was not synced in simulation.
 *
 * Order: batches become visible and durable in the order in which they were given; after a crash
 * the store holds a prefix of them that contains every batch whose durability was confirmed.
 */
import type { Key, Span } from "../keys/key.ts";

/** Longest key of a store. The query processor refuses longer rows' keys with 54000 before. */
export const DISK_KEY_BYTES_MAX = 4000;

export type DiskWrite =
  | { readonly key: Key; readonly value: Uint8Array }
  | { readonly key: Key; readonly value: undefined };

export interface DiskEntry {
  readonly key: Key;
  readonly value: Uint8Array;
}

export interface DiskRange {
  readonly span: Span;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface DiskStore {
  /** The returned bytes stay valid and unchanged. */
  get(key: Key): Uint8Array | undefined;
  /** Iterates over one consistent state; must be finished or returned within the same turn. */
  range(range: DiskRange): Iterable<DiskEntry>;
  /** Visible to `get` and `range` on return; durable some time later or at the next `sync`. */
  write(batch: readonly DiskWrite[]): void;
  /**
   * Durable on resolution (fsync); concurrent calls are committed as a group. Visible at the latest
   * on resolution. A rejection means that the store can no longer be trusted: the caller stops.
   */
  commit(batch: readonly DiskWrite[]): Promise<void>;
  /** Resolves when every batch written before this call is durable. */
  sync(): Promise<void>;
  /**
   * About how much may still be written before the disk is full, less a reserve for what was promised
   * already; new work is refused at 0. Undefined where there is no bound.
   */
  readonly roomBytes?: number;
  close(): Promise<void>;
}

/** The files of a store are not what they were: nothing in them can be relied on. */
export class DamagedStoreError extends Error {
  override readonly name = "DamagedStoreError";
}

export interface Disk {
  /** Opens or creates. Fails if another process holds it, with DamagedStoreError if it is damaged. */
  open(name: string): Promise<DiskStore>;
  /** What is stored under the name is kept for people to look at, and no store any more. */
  setAside(name: string): Promise<void>;
}
