/**
 * What a replica holds of the key space, and how that changes while it is at work: spans that are
 * copied in, spans that are given up, and the shard map as of what was applied.
 *
 * - A span counts as held only AFTER its rows, everything written on top of them, and then the
 *   record that says so are on disk, in this order.
 * - A span that is given up stops counting, durably, BEFORE the first of its rows is removed.
 * What lies in no held span may be anything; it is removed before a span is copied in.
 */
import type {
  DiskStore,
  DiskWrite,
  Key,
  MappedShard,
  Mutation,
  ScanPage,
  ShardMap,
  Span,
  Timestamp,
} from "@firstlight/common";
import {
  CATALOG_VERSION_KEY,
  DROPPED_SPAN,
  SHARD_MAP_KEY,
  TIMESTAMP_MAX,
  TIMESTAMP_ZERO,
  decodeShardMap,
  isDroppedStorageKey,
  isGlobalKey,
  keyAfter,
} from "@firstlight/common";
import type { StorageBugs } from "../bugs.ts";
import type { BlockCache } from "../columns/block-cache.ts";
import type { Flusher } from "../flush/flusher.ts";
import { HELD_KEY, currentKey, currentSpan, keyOfCurrent, olderSpan } from "../layout/disk-keys.ts";
import { currentTimestamp, currentValue, encodeCurrent } from "../layout/version-record.ts";
import { HeldSpans } from "./held-spans.ts";
import { SpanCopy } from "./span-copy.ts";

const KEYS_PER_SLICE = 500;

/** Keys that every replica holds, whatever its spans. */
const EVERYWHERE: readonly Span[] = [
  DROPPED_SPAN,
  { start: CATALOG_VERSION_KEY, end: keyAfter(CATALOG_VERSION_KEY) },
  { start: SHARD_MAP_KEY, end: keyAfter(SHARD_MAP_KEY) },
];

export function isEverywhere(key: Key): boolean {
  if (!isGlobalKey(key)) return false;
  return key === CATALOG_VERSION_KEY || key === SHARD_MAP_KEY || isDroppedStorageKey(key);
}

function isSpanEverywhere({ start, end }: Span): boolean {
  return EVERYWHERE.some((span) => span.start <= start && end <= span.end);
}

export interface ReplicaShardsParts {
  readonly store: DiskStore;
  /** Held by a store that does not say what it holds. */
  readonly spans: readonly Span[];
  /** The map of a cluster that has not changed it yet. */
  readonly firstMap: ShardMap | undefined;
  readonly bugs: StorageBugs;
  readonly flusher: () => Flusher;
  readonly blocks: BlockCache;
  /** Applies a write as it does those to spans that are held. */
  readonly apply: (mutation: Mutation, timestamp: Timestamp) => void;
  /** The watermark, if exactly what is at or below it is applied at this moment. */
  readonly moment: () => Timestamp | undefined;
}

export class ReplicaShards {
  readonly #parts: ReplicaShardsParts;
  #held: HeldSpans;
  #copy: SpanCopy | undefined;
  #map: ShardMap | undefined;
  #mapTimestamp = TIMESTAMP_ZERO;
  #ends: ReadonlySet<Key> = new Set();
  readonly #listeners = new Set<() => void>();
  /** Rows that are in no held span may be on disk. */
  #isClean = false;
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: ReplicaShardsParts) {
    this.#parts = parts;
    const { store } = parts;
    const stored = store.get(HELD_KEY);
    if (stored === undefined) {
      this.#held = HeldSpans.whole(parts.spans);
      store.write([{ key: HELD_KEY, value: this.#held.encode() }]);
    } else this.#held = HeldSpans.decode(stored);
    this.#map = parts.firstMap;
    const record = store.get(currentKey(SHARD_MAP_KEY));
    if (record !== undefined) this.#learn(currentValue(record), currentTimestamp(record));
  }

  get held(): HeldSpans {
    return this.#held;
  }

  get copy(): SpanCopy | undefined {
    return this.#copy;
  }

  get isClean(): boolean {
    return this.#isClean;
  }

  /** The last one that was applied, and when it was committed. */
  get map(): ShardMap | undefined {
    return this.#map;
  }

  get mapTimestamp(): Timestamp {
    return this.#mapTimestamp;
  }

  onMap(listener: () => void): void {
    this.#listeners.add(listener);
  }

  endsShard(key: Key): boolean {
    return this.#ends.has(key);
  }

  /** From when on the key can be read here; undefined: it is not held. */
  sinceOf(key: Key): Timestamp | undefined {
    for (const { start, end, since } of this.#held.spans) {
      if (start <= key && key < end) return since;
    }
    return isEverywhere(key) ? TIMESTAMP_ZERO : undefined;
  }

  sinceOfSpan(span: Span): Timestamp | undefined {
    return this.#held.since(span) ?? (isSpanEverywhere(span) ? TIMESTAMP_ZERO : undefined);
  }

  /** Whether to apply a write now. */
  takes(mutation: Mutation, timestamp: Timestamp): boolean {
    const { key, value } = mutation;
    if (key === SHARD_MAP_KEY) this.#learn(value, timestamp);
    if (this.#copy?.contains(key) === true && !isEverywhere(key)) {
      return this.#copy.offer(mutation, timestamp);
    }
    return this.#held.holds(key) || isEverywhere(key);
  }

  #learn(value: Uint8Array | undefined, timestamp: Timestamp): void {
    if (value === undefined || timestamp < this.#mapTimestamp) return;
    this.#map = decodeShardMap(value);
    this.#ends = new Set(this.#map.shards.map(({ span }) => span.end));
    this.#mapTimestamp = timestamp;
    for (const listener of this.#listeners) listener();
  }

  /** Of the shards that name the member, with its place among their replicas. */
  shardsOf(member: string): readonly MappedShard[] {
    const shards = this.#map?.shards ?? [];
    return shards.filter(({ replicas }) => replicas.some((each) => each.member === member));
  }

  /** Only when it is clean. */
  beginCopy(span: Span): SpanCopy {
    const copy = new SpanCopy(span);
    this.#copy = copy;
    if (this.#parts.bugs.has("servesBeforeCopied")) this.#held.add(span, TIMESTAMP_ZERO);
    return copy;
  }

  /** Undefined: not now, an entry is being applied. */
  openPage(): Timestamp | undefined {
    const snapshot = this.#parts.moment();
    if (snapshot !== undefined) this.#copy?.open(snapshot);
    return snapshot;
  }

  /** Rows at the timestamp of the page that was opened; whether they were taken. */
  takePage(snapshot: Timestamp, page: ScanPage): boolean {
    const copy = this.#copy;
    if (copy === undefined || page.batch.kind !== "raw" || page.keys === undefined) return false;
    const pending = copy.close(page.rest?.start ?? copy.span.end);
    if (pending === undefined) return false;
    const { keys } = page;
    const rows = page.batch.values.flatMap((value, i): DiskWrite[] => {
      const key = keys[i];
      if (key === undefined || isEverywhere(key)) return [];
      return [{ key: currentKey(key), value: encodeCurrent(snapshot, value) }];
    });
    this.#parts.store.write(rows);
    if (this.#parts.bugs.has("copyMissesWrites")) return true;
    for (const { mutation, timestamp } of pending) this.#parts.apply(mutation, timestamp);
    return true;
  }

  /** Marks of dropped tables whose rows came with the copy, for those that are gone here. */
  takeMarks(snapshot: Timestamp, keys: readonly Key[], values: readonly Uint8Array[]): void {
    const { store } = this.#parts;
    const missing = values.flatMap((value, i): DiskWrite[] => {
      const key = currentKey(keys[i] ?? CATALOG_VERSION_KEY);
      return store.get(key) === undefined ? [{ key, value: encodeCurrent(snapshot, value) }] : [];
    });
    store.write(missing);
  }

  /** What was copied so far counts as held. */
  async keepCopied(): Promise<void> {
    const copy = this.#copy;
    if (copy === undefined) return;
    const { done, since, isComplete } = copy;
    await this.#parts.flusher().flushed();
    const span = isComplete ? copy.span : { start: copy.kept, end: done };
    await this.#change(async () => {
      const held = new HeldSpans(this.#held.spans);
      held.add(span, since);
      await this.#write(held);
      this.#held = held;
    });
    copy.kept = done;
    this.#parts.blocks.removeSpan(copy.span);
    if (isComplete && this.#copy === copy) this.#copy = undefined;
  }

  /** The copy is given up; what it has kept stays. */
  abandonCopy(): void {
    this.#copy = undefined;
    this.#isClean = false;
  }

  /** Not held any more from now on: rows are removed only AFTER the disk says so. */
  giveUp(span: Span): Promise<void> {
    return this.#change(async () => {
      const held = new HeldSpans(this.#held.spans);
      held.remove(span);
      this.#held = held;
      await this.#write(held);
      this.#isClean = false;
      this.#parts.blocks.removeSpan(span);
    });
  }

  /** One change of what is held after the other. */
  #change(change: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  #write(held: HeldSpans): Promise<void> {
    return this.#parts.store.commit([{ key: HELD_KEY, value: held.encode() }]);
  }

  /** Removes some of what lies in no held span; true: that was all. Waits for what is in memory. */
  async clean(): Promise<boolean> {
    await this.#parts.flusher().flushed();
    this.#isClean = !this.#gaps().some((gap) => this.removeSlice(gap));
    if (!this.#isClean) await this.#parts.store.sync();
    return this.#isClean;
  }

  #gaps(): Span[] {
    const kept = new HeldSpans(this.#held.spans);
    for (const span of EVERYWHERE) kept.add(span, TIMESTAMP_MAX);
    if (this.#copy !== undefined) kept.add(this.#copy.span, TIMESTAMP_MAX);
    return kept.gaps();
  }

  /** Whether there was anything. */
  removeSlice(span: Span): boolean {
    const { store } = this.#parts;
    const batch: DiskWrite[] = [];
    for (const { key } of store.range({ span: currentSpan(span), limit: KEYS_PER_SLICE })) {
      batch.push({ key, value: undefined });
      for (const older of store.range({ span: olderSpan(keyOfCurrent(key), TIMESTAMP_MAX) })) {
        batch.push({ key: older.key, value: undefined });
      }
    }
    if (batch.length > 0) store.write(batch);
    return batch.length > 0;
  }
}
