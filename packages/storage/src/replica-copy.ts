/**
 * Fills an empty store with what another replica of the shard holds at one timestamp τ, from where
 * the logs go on: for a replica whose logs were trimmed while it was away, or that is new.
 *
 * The other one says up to which entry of each log its watermark has been applied: exactly the
 * entries at or below τ. So the copy at τ and the logs after these entries make a replica that
 * answers like any other for every snapshot from τ on (I5); τ is its horizon. Pages may come from
 * any replica, since each gives the same answer at τ.
 */
import type { DiskStore, DiskWrite, Key, LogId, NodeRuntime, Span } from "@firstlight/common";
import type { ScanPage, ScanRequest, Storage, StorageStatus, Timestamp } from "@firstlight/common";
import {
  CATALOG_VERSION_KEY,
  DROPPED_SPAN,
  SHARD_MAP_KEY,
  ServiceError,
  TIMESTAMP_ZERO,
} from "@firstlight/common";
import type { StorageBugs } from "./bugs.ts";
import { FORMAT } from "./boot-state.ts";
import {
  FILLING_KEY,
  FORMAT_KEY,
  HELD_KEY,
  HORIZON_KEY,
  currentKey,
  positionKey,
} from "./layout/disk-keys.ts";
import { encodeCurrent, encodeNumber, encodePosition } from "./layout/version-record.ts";
import { CopySources } from "./shards/copy-sources.ts";
import { HeldSpans } from "./shards/held-spans.ts";

const PAGE_BYTES = 1 << 20;

/** A span that the replica is to hold, and who holds it now. */
export interface CopiedSpan {
  readonly span: Span;
  readonly holders: readonly Storage[];
}

export interface ReplicaCopyParts {
  readonly runtime: NodeRuntime;
  /** Any replicas: they say where the logs stand. */
  readonly peers: readonly Storage[];
  readonly logs: readonly LogId[];
  /** None for a replica that is new. */
  readonly spans: readonly CopiedSpan[];
  /** Empty. */
  readonly store: DiskStore;
  readonly bugs: StorageBugs;
}

export class ReplicaCopy {
  readonly #parts: ReplicaCopyParts;
  readonly #peers: CopySources;

  constructor(parts: ReplicaCopyParts) {
    this.#parts = parts;
    this.#peers = new CopySources(parts.runtime.clock, parts.peers);
  }

  /** One attempt; after a failure the store must be emptied before the next one. Returns τ. */
  async run(): Promise<Timestamp> {
    const { store, spans, runtime } = this.#parts;
    await store.commit([{ key: FILLING_KEY, value: encodeNumber(1) }]);
    const status = await this.#source();
    const snapshot = status.watermark;
    await this.#copyKeys([CATALOG_VERSION_KEY, SHARD_MAP_KEY], snapshot);
    await this.#copySpan(DROPPED_SPAN, snapshot, this.#peers);
    for (const { span, holders } of spans) {
      await this.#copySpan(span, snapshot, new CopySources(runtime.clock, holders));
    }
    const positions = this.#parts.bugs.has("positionsAfterCopy") ? await this.#source() : status;
    await store.commit(this.#end(snapshot, positions));
    return snapshot;
  }

  /** Without it the store is empty; it is written with the positions, at the end. */
  #end(snapshot: Timestamp, { applied }: StorageStatus): DiskWrite[] {
    const spans = this.#parts.spans.map(({ span }) => span);
    const writes: DiskWrite[] = [
      { key: HELD_KEY, value: HeldSpans.whole(spans, snapshot).encode() },
      { key: FORMAT_KEY, value: encodeNumber(FORMAT) },
      { key: HORIZON_KEY, value: encodeNumber(snapshot) },
      { key: FILLING_KEY, value: undefined },
    ];
    for (const log of this.#parts.logs) {
      // Every entry of the log at or below the snapshot is at or before the index.
      const position = { index: applied[log] ?? 0, timestamp: snapshot };
      writes.push({ key: positionKey(log), value: encodePosition(position) });
    }
    return writes;
  }

  async #source(): Promise<StorageStatus> {
    const status = await this.#peers.ask(async (peer) => peer.status());
    const isComplete = this.#parts.logs.every((log) => status.applied[log] !== undefined);
    if (status.watermark > TIMESTAMP_ZERO && isComplete) return status;
    throw new ServiceError("unavailable", "the other replica does not know yet where it stands");
  }

  async #copyKeys(keys: readonly Key[], snapshot: Timestamp): Promise<void> {
    const request = { snapshot, catalogVersion: undefined, keys };
    const values = await this.#peers.ask(async (peer) => peer.read(request));
    for (const [i, value] of values.entries()) {
      if (value !== undefined) await this.#write(snapshot, keys.slice(i, i + 1), [value]);
    }
  }

  async #copySpan(whole: Span, snapshot: Timestamp, sources: CopySources): Promise<void> {
    for (let span: Span | undefined = whole; span !== undefined;) {
      const request: ScanRequest = {
        snapshot,
        catalogVersion: undefined,
        span,
        reverse: false,
        pageBytes: PAGE_BYTES,
        withKeys: true,
        format: "encoded",
        holdsHorizon: true,
      };
      const page: ScanPage = await sources.ask(async (peer) => peer.scan(request));
      if (page.batch.kind !== "raw") throw new TypeError("a scan without a program is raw");
      await this.#write(snapshot, page.keys ?? [], page.batch.values);
      span = page.rest;
    }
  }

  /** Durable page by page: memory holds one. */
  async #write(
    snapshot: Timestamp,
    keys: readonly Key[],
    values: readonly Uint8Array[],
  ): Promise<void> {
    const batch = values.map((value, i): DiskWrite => {
      const key = currentKey(keys[i] ?? CATALOG_VERSION_KEY);
      return { key, value: encodeCurrent(snapshot, value) };
    });
    if (batch.length > 0) await this.#parts.store.commit(batch);
  }
}
