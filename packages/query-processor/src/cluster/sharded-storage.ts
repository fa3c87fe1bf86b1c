/**
 * One Storage over all shards: splits requests by span. A scan goes shard by shard; every page stands
 * for itself, so it continues at any replica (I5), and where the shard map has changed meanwhile at
 * others than it began. What is answered "moved" is asked again by a newer map.
 */
import type {
  Clock,
  Key,
  MappedShard,
  MaybePromise,
  PointRead,
  ScanPage,
  ScanRequest,
  ShardDirectory,
  Span,
  Storage,
  StorageStatus,
} from "@firstlight/common";
import {
  ServiceError,
  andThen,
  askable,
  intersectSpans,
  isPromise,
  isServiceError,
  spanContains,
} from "@firstlight/common";
import type { LoadedPart } from "../admission/loaded-part.ts";
import { ReplicatedStorage } from "./replicated-storage.ts";

type Values = readonly (Uint8Array | undefined)[];

export interface ShardedStorageParts {
  readonly directory: ShardDirectory;
  readonly storageOf: (member: string) => Storage;
  readonly clock: Clock;
  /** Which replica to ask first; spreads query processors over replicas. */
  readonly home: number;
  /** While there are requests the map is asked for this often: new replicas are to be used. */
  readonly refreshMicros?: number;
}

const REFRESH_MICROS = 2_000_000;

/** A request meets this many changes of the map at most. */
const ATTEMPTS_MAX = 8;
const PAUSE_MICROS = 20_000;

export class ShardedStorage implements Storage {
  readonly #parts: ShardedStorageParts;
  /** Ordered; they cover the key space. */
  #shards: readonly ReplicatedStorage[] = [];
  /** By what they are made of: most shards stay as they are when the map changes. */
  #known = new Map<string, ReplicatedStorage>();
  #refreshAt = 0;

  constructor(parts: ShardedStorageParts) {
    this.#parts = parts;
    parts.directory.onChange(() => this.#follow());
    this.#follow();
  }

  #follow(): void {
    const known = new Map<string, ReplicatedStorage>();
    this.#shards = this.#parts.directory.map.shards.map((shard) => {
      const made = JSON.stringify([shard.shard, shard.span, askable(shard)]);
      const storage = this.#known.get(made) ?? this.#make(shard);
      known.set(made, storage);
      return storage;
    });
    this.#known = known;
  }

  #make(shard: MappedShard): ReplicatedStorage {
    const { storageOf, home, clock, directory } = this.#parts;
    const { serving, leaving } = askable(shard);
    const replicas = [...serving, ...leaving].map(storageOf);
    const { span, shard: name } = shard;
    const made = { name, span, replicas, serving: serving.length };
    return new ReplicatedStorage(made, home, clock, () => {
      void directory.refresh();
    });
  }

  /** The place of the shard that holds the key, or would hold it. */
  #placeOf(key: Key): number {
    let low = 0;
    let high = this.#shards.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#shards[middle] as ReplicatedStorage).span.start <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #shardOf(key: Key): ReplicatedStorage {
    const shard = this.#shards[this.#placeOf(key)];
    if (shard !== undefined && spanContains(shard.span, key)) return shard;
    throw new RangeError("no shard holds the key");
  }

  /** The shards that hold keys of the spans. */
  partsOf(spans: readonly Span[]): ReadonlySet<LoadedPart> {
    const parts = new Set<LoadedPart>();
    for (const span of spans) {
      for (let place = this.#placeOf(span.start); place < this.#shards.length; place++) {
        const shard = this.#shards[place] as ReplicatedStorage;
        if (shard.span.start >= span.end) break;
        parts.add(shard);
      }
    }
    return parts;
  }

  read(request: PointRead): MaybePromise<Values> {
    return this.#patiently(() => this.#read(request), 1);
  }

  scan(request: ScanRequest): MaybePromise<ScanPage> {
    return this.#patiently(() => this.#scan(request), 1);
  }

  /** Again when the map has changed meanwhile, as "moved" says, and perhaps "unavailable". */
  #patiently<T>(ask: () => MaybePromise<T>, attempt: number): MaybePromise<T> {
    const { version } = this.#parts.directory.map;
    this.#refreshNowAndThen();
    const answer = ask();
    if (!isPromise(answer)) return answer;
    return answer.catch(async (error: unknown) => {
      const isMoved = isServiceError(error, "moved");
      if (!isMoved && !isServiceError(error, "unavailable")) throw error;
      const { directory, clock } = this.#parts;
      if (directory.map.version === version) await directory.refresh();
      const isNews = directory.map.version > version;
      if (attempt < ATTEMPTS_MAX && (isNews || isMoved)) {
        if (!isNews) await clock.sleep(PAUSE_MICROS * attempt);
        return this.#patiently(ask, attempt + 1);
      }
      throw isMoved ? new ServiceError("unavailable", error.message, error) : error;
    });
  }

  #refreshNowAndThen(): void {
    const { clock, directory, refreshMicros = REFRESH_MICROS } = this.#parts;
    const now = clock.monotonicMicros();
    if (now < this.#refreshAt) return;
    this.#refreshAt = now + refreshMicros;
    void directory.refresh();
  }

  #read(request: PointRead): MaybePromise<Values> {
    const [first] = request.keys;
    if (first === undefined) return [];
    const shard = this.#shardOf(first);
    if (request.keys.every((key) => spanContains(shard.span, key))) {
      return shard.ask((storage) => storage.read(request));
    }
    return this.#readShards(request);
  }

  async #readShards(request: PointRead): Promise<Values> {
    const positions = new Map<ReplicatedStorage, number[]>();
    request.keys.forEach((key, at) => {
      const shard = this.#shardOf(key);
      const list = positions.get(shard);
      if (list === undefined) positions.set(shard, [at]);
      else list.push(at);
    });
    const values: (Uint8Array | undefined)[] = Array.from({ length: request.keys.length });
    const parts = [...positions].map(async ([shard, list]) => {
      const keys = list.flatMap((at) => request.keys[at] ?? []);
      const found = await shard.ask((storage) => storage.read({ ...request, keys }));
      list.forEach((at, i) => {
        values[at] = found[i];
      });
    });
    await Promise.all(parts);
    return values;
  }

  #scan(request: ScanRequest): MaybePromise<ScanPage> {
    const { start, end } = request.span;
    // A scan begins with the shard of its first key, or backwards with that of its last one.
    let place = this.#placeOf(request.reverse ? end : start);
    if (request.reverse && (this.#shards[place]?.span.start ?? end) >= end) place--;
    const shard = this.#shards[place];
    const span = shard && intersectSpans(shard.span, request.span);
    if (shard === undefined || span === undefined) {
      return {
        keys: request.withKeys ? [] : undefined,
        batch: { kind: "raw", values: [] },
        rest: undefined,
      };
    }
    const page = shard.ask((storage) => storage.scan({ ...request, span }));
    if (span.start === start && span.end === end) return page;
    return andThen(page, (scanned) => withRest(scanned, span, request));
  }

  async status(): Promise<StorageStatus> {
    const [first] = this.#shards;
    if (first === undefined) throw new ServiceError("unavailable", "there are no shards");
    return first.ask((storage) => storage.status());
  }
}

/** What is left of the whole request after a page of one shard. */
function withRest(page: ScanPage, scanned: Span, request: ScanRequest): ScanPage {
  const { span, reverse } = request;
  const rest = reverse
    ? { start: span.start, end: page.rest?.end ?? scanned.start }
    : { start: page.rest?.start ?? scanned.end, end: span.end };
  return { ...page, rest: rest.start < rest.end ? rest : undefined };
}
