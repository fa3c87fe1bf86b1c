/**
 * One storage replica: tails every log, applies the part of it that lies in its span, answers
 * point-in-time reads. Answers are synchronous when the watermark has reached the snapshot; errors
 * are then thrown, else the promise rejects.
 *
 *   logs ─▶ followers ─▶ applier ─▶ memory table ─▶ flusher ─▶ disk ◀─ collector
 *                           │            ▲                      ▲
 *                       watermark        └──── reads, scans ────┘
 */
import type {
  DiskStore,
  Journal,
  Key,
  LogId,
  MaybePromise,
  Mutation,
  NodeRuntime,
  PointRead,
  ScanPage,
  ScanRequest,
  ShardMap,
  Span,
  Storage,
  Lag,
  StorageStatus,
  Timer,
  Timestamp,
} from "@firstlight/common";
import {
  CATALOG_VERSION_KEY,
  DamagedStoreError,
  ServiceError,
  TIMESTAMP_MAX,
  isServiceError,
  laterOf,
} from "@firstlight/common";
import { addDeltas } from "@firstlight/sql";
import { Applier } from "./apply/applier.ts";
import type { HeartbeatSource } from "./apply/heartbeat-requester.ts";
import { HeartbeatRequester } from "./apply/heartbeat-requester.ts";
import { LagMeter } from "./apply/lag-meter.ts";
import { LogFollower } from "./apply/log-follower.ts";
import type { BootState } from "./boot-state.ts";
import { loadBootState } from "./boot-state.ts";
import type { StorageBugs } from "./bugs.ts";
import { NO_STORAGE_BUGS } from "./bugs.ts";
import { Collector } from "./collect/collector.ts";
import { BlockCache } from "./columns/block-cache.ts";
import type { SliceWriter } from "./flush/slice-writer.ts";
import { Flusher } from "./flush/flusher.ts";
import { CheckedStore } from "./layout/checked-store.ts";
import { DamagedRecordError } from "./layout/checksum.ts";
import type { Position } from "./layout/version-record.ts";
import { MemoryTable } from "./memory/memory-table.ts";
import type { CatalogHistory } from "./read/catalog-history.ts";
import { newestBefore, valueAt } from "./read/version-lookup.ts";
import { Waiters } from "./read/waiters.ts";
import { blockPage, rowSpan, wantsBlocks } from "./scan/block-page.ts";
import { ScanPrograms } from "./scan/scan-programs.ts";
import { PageTurn } from "./scan/page-turn.ts";
import { scanPage } from "./scan/scan-page.ts";
import type { PageBounds } from "./scan/scan-page.ts";
import { VisibleRows } from "./scan/visible-rows.ts";
import { Scrubber } from "./scrubber.ts";
import { ReplicaShards } from "./shards/replica-shards.ts";
import { ShardLoad } from "./shards/shard-load.ts";
import type { StorageSettings } from "./settings.ts";
import { DEFAULT_STORAGE_SETTINGS } from "./settings.ts";

export interface StorageNodeParts {
  readonly store: DiskStore;
  readonly journal: Journal;
  /** Every log there is: a transaction may be in any of them. */
  readonly logs: readonly LogId[];
  /** Whom to ask how far a log is; undefined where its entries alone tell (embedded). */
  readonly heartbeats: (log: LogId) => HeartbeatSource | undefined;
  /** What of the key space a store holds that does not say so itself: one that is new. */
  readonly spans: readonly Span[];
  /** Until one was committed; undefined where there is nothing to map (embedded). */
  readonly firstMap?: ShardMap;
  readonly settings?: Partial<StorageSettings>;
  readonly bugs?: StorageBugs;
  /**
   * It has stopped by itself; "horizon": the logs go on where it cannot follow, DamagedStoreError: its
   * files are not what they were. Called once. Without it a damaged row is told to whoever reads it.
   */
  readonly onFailure?: (error: unknown) => void;
}

export class StorageNode implements Storage {
  readonly #runtime: NodeRuntime;
  readonly store: CheckedStore;
  readonly shards: ReplicaShards;
  readonly load: ShardLoad;
  readonly #settings: StorageSettings;
  readonly #waits: boolean;
  readonly #table = new MemoryTable();
  readonly #catalog: CatalogHistory;
  readonly #flusher: Flusher;
  readonly #collector: Collector;
  readonly #scrubber: Scrubber;
  readonly #followers: readonly LogFollower[];
  readonly #requesters: ReadonlyMap<LogId, HeartbeatRequester>;
  readonly #applier: Applier;
  readonly #lag: LagMeter;
  readonly #waiters: Waiters;
  readonly #programs: ScanPrograms;
  readonly #blocks: BlockCache;
  #watermark: Timestamp;
  /** Mutations looked at: tells a replica that catches up from one that is stuck. */
  #applied = 0;
  /** What was on disk at the start reaches up to here, which the watermark may yet have to reach. */
  readonly #bootTop: Timestamp;
  readonly #bugs: StorageBugs;
  readonly #onFailure: ((error: unknown) => void) | undefined;
  #failure: ServiceError | undefined;
  #heartbeatTimer: Timer | undefined;

  constructor(runtime: NodeRuntime, parts: StorageNodeParts) {
    const bugs = parts.bugs ?? NO_STORAGE_BUGS;
    this.store = CheckedStore.over(parts.store, bugs);
    const state = loadBootState(this.store, parts.logs);
    this.#runtime = runtime;
    this.#bugs = bugs;
    this.#onFailure = parts.onFailure;
    this.#settings = { ...DEFAULT_STORAGE_SETTINGS, ...parts.settings };
    this.#waits = !bugs.has("readBelowWatermark");
    this.#catalog = state.catalog;
    this.#watermark = storedWatermark(state);
    this.#bootTop = storedTop(state);
    this.#waiters = new Waiters(runtime, this.#settings, {
      delivered: () => this.#applier.target,
      progress: () => this.#applied + this.#received,
    });
    this.#programs = new ScanPrograms(this.#settings.programsMax);
    this.#blocks = new BlockCache(this.#settings.columnCacheBytes);
    this.#flusher = this.#makeFlusher(bugs, state);
    this.#collector = this.#makeCollector(bugs, state.horizon);
    const onDamage = (error: unknown): void => void this.damaged(error);
    const { store } = this;
    this.#scrubber = new Scrubber({ runtime, store, settings: this.#settings, onDamage });
    this.#followers = parts.logs.map((log) => this.#makeFollower(parts.journal, log, state));
    this.#requesters = this.#makeRequesters(parts);
    this.#applier = this.#makeApplier(bugs);
    this.#lag = new LagMeter({
      clock: runtime.clock,
      isBehind: () => this.#followers.some(({ isBehind }) => isBehind),
      watermark: () => this.#watermark,
      underwayBytes: () => this.#applier.underwayBytes,
    });
    this.shards = this.#makeShards(parts, bugs);
    this.load = new ShardLoad(runtime.clock, this.#settings);
  }

  /** Everything at or below it is visible here. */
  get watermark(): Timestamp {
    return this.#watermark;
  }

  get horizon(): Timestamp {
    return this.#collector.horizon;
  }

  /** Mutations looked at so far. */
  get writes(): number {
    return this.#applied;
  }

  get roomBytes(): number {
    return this.store.roomBytes ?? Infinity;
  }

  get lag(): Lag {
    return { micros: this.#lag.micros, at: this.#runtime.clock.monotonicMicros() };
  }

  /** Resolves when what was written to the store is durable. */
  sync(): Promise<void> {
    return this.store.sync();
  }

  /** Begins to tail. The watermark moves from where the store stands. */
  start(): void {
    for (const follower of this.#followers) follower.start();
    this.#collector.start();
    this.#scrubber.start();
    if (this.#requesters.size > 0 && this.#followers.length > 1) this.#armHeartbeats();
  }

  /** Ends tailing, refuses requests and makes what was applied durable. The store stays open. */
  async stop(): Promise<void> {
    if (this.#failure === undefined) this.#end("the storage replica was stopped");
    await this.#flusher.drain();
    this.#flusher.close();
  }

  read(request: PointRead): MaybePromise<readonly (Uint8Array | undefined)[]> {
    if (this.#isReady(request.snapshot)) return this.#readChecked(request);
    return this.#reach(request.snapshot).then(() => this.#readChecked(request));
  }

  scan(request: ScanRequest): MaybePromise<ScanPage> {
    if (this.#isReady(request.snapshot)) return this.#scanChecked(request);
    return this.#reach(request.snapshot).then(() => this.#scanChecked(request));
  }

  #readChecked(request: PointRead): readonly (Uint8Array | undefined)[] {
    try {
      return this.#readNow(request);
    } catch (error) {
      throw this.damaged(error);
    }
  }

  #scanChecked(request: ScanRequest): ScanPage {
    try {
      return this.#scanNow(request);
    } catch (error) {
      throw this.damaged(error);
    }
  }

  /** What whoever met the error is told. Where another replica can answer, this one gives up. */
  damaged(error: unknown): unknown {
    if (!(error instanceof DamagedRecordError)) return error;
    if (this.#onFailure === undefined) {
      this.#runtime.log.error("a stored record is damaged", { error: error.message });
      return new ServiceError("damaged", error.message, error);
    }
    this.#fail(error);
    return this.#failure;
  }

  /** Has the logs asked how far they are, without waiting for it. */
  askFor(atLeast: Timestamp): void {
    if (this.#failure === undefined) this.#askHeartbeats(atLeast);
  }

  /** `positions` are those that survive a crash: the logs may be trimmed up to there. */
  status(): StorageStatus {
    const positions: Record<string, number> = {};
    for (const [log, { index }] of this.#flusher.durablePositions) positions[log] = index;
    const applied = this.#watermark < this.#bootTop ? {} : this.#applier.applied;
    return { watermark: this.#watermark, horizon: this.#collector.horizon, positions, applied };
  }

  /**
   * Every commit at or below it has arrived, though a large one may still be being applied: a read
   * at it waits for nothing but this process. It lags what was acknowledged while a tail pauses.
   */
  get delivered(): Timestamp {
    return laterOf(this.#watermark, this.#applier.target);
  }

  /** Grows while a large entry arrives. */
  get #received(): number {
    let received = 0;
    for (const { progress } of this.#followers) received += progress;
    return received;
  }

  #isReady(snapshot: Timestamp): boolean {
    return snapshot <= this.#watermark || !this.#waits;
  }

  #reach(snapshot: Timestamp): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const reached = this.#waiters.wait(snapshot);
    this.#askHeartbeats(snapshot);
    return reached;
  }

  #askHeartbeats(atLeast: Timestamp): void {
    for (const follower of this.#followers) {
      if (follower.promised < atLeast) this.#requesters.get(follower.log)?.want(atLeast);
    }
  }

  /** Logs at rest hold back what is applied of the others, so they are asked now and then. */
  #armHeartbeats(): void {
    this.#heartbeatTimer = this.#runtime.clock.after(this.#settings.heartbeatMicros, () => {
      let latest = this.#watermark;
      for (const { promised } of this.#followers) latest = laterOf(latest, promised);
      this.#askHeartbeats(latest);
      this.#armHeartbeats();
    });
  }

  #readNow(request: PointRead): readonly (Uint8Array | undefined)[] {
    const { snapshot, keys } = request;
    this.#admit(snapshot, request.catalogVersion);
    const table = this.#table;
    const store = this.store;
    const [first] = keys;
    if (first !== undefined) this.load.count(first);
    return keys.map((key) => {
      this.#requireHeld(this.shards.sinceOf(key), snapshot);
      return valueAt(table, store, key, snapshot);
    });
  }

  #scanNow(request: ScanRequest): ScanPage {
    const { span } = request;
    this.#admit(request.snapshot, request.catalogVersion);
    if (request.holdsHorizon === true) this.#collector.hold(request.snapshot);
    this.#requireHeld(this.shards.sinceOfSpan(span), request.snapshot);
    this.load.count(span.start);
    const endsShard = this.shards.endsShard(span.end);
    if (request.program === undefined || !wantsBlocks(request, this.#settings, endsShard)) {
      return this.#scanRows(request);
    }
    const parts = {
      store: this.store,
      table: this.#table,
      cache: this.#blocks,
      settings: this.#settings,
      turn: new PageTurn(this.#runtime.clock),
    };
    const page = blockPage(parts, request, this.#programs.programOf(request.program));
    return page ?? this.#scanRowsBefore(request, rowSpan(this.#blocks, span));
  }

  #scanRows(request: ScanRequest): ScanPage {
    const { snapshot, span, reverse } = request;
    const sink = this.#programs.sinkFor(request);
    const parts = { table: this.#table, store: this.store, span, reverse, snapshot };
    const rows = new VisibleRows(parts);
    try {
      return scanPage(request, rows, sink, this.#pageBounds());
    } finally {
      rows.close();
    }
  }

  #pageBounds(): PageBounds {
    return { settings: this.#settings, turn: new PageTurn(this.#runtime.clock) };
  }

  /** A page that ends with `part` at the latest; the rest is that of the request. */
  #scanRowsBefore(request: ScanRequest, part: Span): ScanPage {
    const sink = this.#programs.sinkFor(request);
    const parts = { table: this.#table, store: this.store, span: part, reverse: false };
    const rows = new VisibleRows({ ...parts, snapshot: request.snapshot });
    try {
      const page = scanPage({ ...request, span: part }, rows, sink, this.#pageBounds());
      if (sink.isComplete || part.end >= request.span.end) return page;
      return { ...page, rest: { start: page.rest?.start ?? part.end, end: request.span.end } };
    } finally {
      rows.close();
    }
  }

  /** Whether an answer at this snapshot would be right. */
  #admit(snapshot: Timestamp, catalogVersion: number | undefined): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (snapshot < this.#collector.horizon) {
      const message = `snapshot ${snapshot} is behind the horizon ${this.#collector.horizon}`;
      throw new ServiceError("horizon", message);
    }
    this.#catalog.check(catalogVersion, snapshot);
  }

  #requireHeld(since: Timestamp | undefined, snapshot: Timestamp): void {
    if (since === undefined)
      throw new ServiceError("moved", "it is in another shard, or was moved");
    if (snapshot >= since) return;
    throw new ServiceError("horizon", `the span is held since ${since}, after ${snapshot}`);
  }

  #applyMutation(mutation: Mutation, timestamp: Timestamp): void {
    this.#applied++;
    if (this.shards.takes(mutation, timestamp)) this.#applyHeld(mutation, timestamp);
  }

  #applyHeld(mutation: Mutation, timestamp: Timestamp): void {
    const made = this.#versionOf(mutation, timestamp);
    if (made === undefined) return;
    this.#flusher.addVersion(this.#table.add(made.key, timestamp, made.value));
  }

  #applyStraight(mutation: Mutation, timestamp: Timestamp, slice: SliceWriter): number {
    this.#applied++;
    if (!this.shards.takes(mutation, timestamp)) return 0;
    const made = this.#versionOf(mutation, timestamp);
    if (made === undefined) return 0;
    const { key, value } = made;
    slice.ascendingVersion({ key, timestamp, value });
    return key.length + (value?.length ?? 0);
  }

  #versionOf(
    mutation: Mutation,
    timestamp: Timestamp,
  ): Pick<Mutation, "key" | "value"> | undefined {
    const { key, value } = mutation;
    if (mutation.intent === "D") return this.#addedTo(mutation, timestamp);
    if (key === CATALOG_VERSION_KEY) this.#catalog.add(timestamp, value);
    return mutation;
  }

  /**
   * Everything before `timestamp` is applied (I4), so the row that the delta is for is the newest.
   * What a slice on disk holds already is not added again when the log is replayed.
   */
  #addedTo(
    { key, value }: Mutation,
    timestamp: Timestamp,
  ): Pick<Mutation, "key" | "value"> | undefined {
    const bound = this.#bugs.has("deltasAddedTwice") ? TIMESTAMP_MAX : timestamp;
    const before = newestBefore(this.#table, this.store, key, bound);
    if (before === undefined || value === undefined) return undefined;
    return { key, value: addDeltas(before, value) };
  }

  #publish(watermark: Timestamp): void {
    this.#lag.look();
    if (watermark <= this.#watermark) return;
    this.#watermark = watermark;
    this.#runtime.metrics.gauge("storage.watermark_micros", watermark);
    this.#waiters.release(watermark);
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    // Whoever runs it may have a remedy for logs that were trimmed.
    const hasRemedy = isServiceError(error, "horizon") || error instanceof DamagedStoreError;
    const level = hasRemedy ? "warn" : "error";
    this.#runtime.log[level]("storage replica stopped", { error: String(error) });
    this.#flusher.close();
    this.#end("the storage replica failed", error);
    this.#onFailure?.(error);
  }

  #end(message: string, cause?: unknown): void {
    this.#failure = new ServiceError("unavailable", message, cause);
    this.#heartbeatTimer?.cancel();
    this.#collector.stop();
    this.#scrubber.stop();
    this.#applier.stop();
    for (const follower of this.#followers) follower.stop();
    for (const requester of this.#requesters.values()) requester.stop();
    this.#waiters.rejectAll(this.#failure);
  }

  #makeFlusher(bugs: StorageBugs, state: BootState): Flusher {
    const parts = {
      runtime: this.#runtime,
      store: this.store,
      table: this.#table,
      settings: this.#settings,
      bugs,
      boot: state.boot,
      horizon: () => this.#collector.horizon,
      events: {
        onWritten: (keys: Iterable<Key>) => this.#blocks.invalidate(keys),
        onRoom: () => this.#applier.run(),
        onFailure: (error: unknown) => this.#fail(error),
      },
    };
    return new Flusher(parts, state.positions);
  }

  #makeCollector(bugs: StorageBugs, horizon: Timestamp): Collector {
    const parts = {
      runtime: this.#runtime,
      store: this.store,
      settings: this.#settings,
      bugs,
      watermark: () => this.#watermark,
      onHorizon: (reached: Timestamp) => this.#catalog.prune(reached),
      onFailure: (error: unknown) => this.#fail(error),
    };
    return new Collector(parts, horizon);
  }

  #makeShards({ spans, firstMap }: StorageNodeParts, bugs: StorageBugs): ReplicaShards {
    return new ReplicaShards({
      store: this.store,
      spans,
      firstMap,
      bugs,
      flusher: () => this.#flusher,
      blocks: this.#blocks,
      apply: (mutation, timestamp) => this.#applyHeld(mutation, timestamp),
      moment: () => this.#moment(),
    });
  }

  /** What is on disk of the time after the watermark was applied in an earlier life. */
  #moment(): Timestamp | undefined {
    const isExact = this.#applier.isBetweenEntries && this.#watermark >= this.#bootTop;
    return isExact && this.#failure === undefined ? this.#watermark : undefined;
  }

  #makeFollower(journal: Journal, log: LogId, state: BootState): LogFollower {
    const events = {
      onProgress: () => this.#applier.run(),
      onFailure: (error: unknown) => this.#fail(error),
    };
    const parts = { runtime: this.#runtime, journal, log, settings: this.#settings, events };
    return new LogFollower(parts, positionIn(state, log));
  }

  #makeRequesters(parts: StorageNodeParts): ReadonlyMap<LogId, HeartbeatRequester> {
    const requesters = new Map<LogId, HeartbeatRequester>();
    for (const follower of this.#followers) {
      const { log } = follower;
      const source = parts.heartbeats(log);
      if (source === undefined) continue;
      const requester = new HeartbeatRequester({
        runtime: this.#runtime,
        log,
        source,
        settings: this.#settings,
        onHeartbeat: (heartbeat) => follower.promise(heartbeat),
      });
      requesters.set(log, requester);
    }
    return requesters;
  }

  #makeApplier(bugs: StorageBugs): Applier {
    return new Applier({
      clock: this.#runtime.clock,
      metrics: this.#runtime.metrics,
      followers: this.#followers,
      flusher: this.#flusher,
      settings: this.#settings,
      bugs,
      applyMutation: (mutation, timestamp) => this.#applyMutation(mutation, timestamp),
      applyStraight: (mutation, timestamp, slice) =>
        this.#applyStraight(mutation, timestamp, slice),
      onWatermark: (watermark) => this.#publish(watermark),
      onFailure: (error) => this.#fail(error),
    });
  }
}

function positionIn(state: BootState, log: LogId): Position {
  return state.positions.get(log) ?? { index: 0, timestamp: 0 as Timestamp };
}

/** Nothing above it is on disk. */
function storedTop(state: BootState): Timestamp {
  let top = 0 as Timestamp;
  for (const { timestamp } of state.positions.values()) top = laterOf(top, timestamp);
  return top;
}

/** Everything at or below it is on disk. */
function storedWatermark(state: BootState): Timestamp {
  let watermark: Timestamp | undefined;
  for (const { timestamp } of state.positions.values()) {
    if (watermark === undefined || timestamp < watermark) watermark = timestamp;
  }
  return watermark ?? (0 as Timestamp);
}
