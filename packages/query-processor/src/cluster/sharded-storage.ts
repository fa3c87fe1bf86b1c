/**
 * One Storage over all shards: splits requests by span. A scan goes shard by shard; every page stands
 * for itself, so it continues at any replica (I5).
 */
import type {
  Clock,
  Key,
  MaybePromise,
  PointRead,
  ScanPage,
  ScanRequest,
  Span,
  Storage,
  StorageStatus,
} from "@firstlight/common";
import { ServiceError, andThen, intersectSpans, spanContains } from "@firstlight/common";
import type { StorageShard } from "./replicated-storage.ts";
import { ReplicatedStorage } from "./replicated-storage.ts";

type Values = readonly (Uint8Array | undefined)[];

export class ShardedStorage implements Storage {
  readonly #shards: readonly ReplicatedStorage[];

  /** `home`: which replica to ask first; spreads query processors over replicas. */
  constructor(shards: readonly StorageShard[], home = 0, clock?: Clock) {
    this.#shards = shards.map((shard) => new ReplicatedStorage(shard, home, clock));
  }

  #shardOf(key: Key): ReplicatedStorage {
    for (const shard of this.#shards) if (spanContains(shard.span, key)) return shard;
    throw new RangeError("no shard holds the key");
  }

  read(request: PointRead): MaybePromise<Values> {
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

  scan(request: ScanRequest): MaybePromise<ScanPage> {
    const parts = this.#shards.flatMap((shard) => {
      const span = intersectSpans(shard.span, request.span);
      return span === undefined ? [] : [{ shard, span }];
    });
    if (request.reverse) parts.reverse();
    const [first] = parts;
    if (first === undefined) {
      return {
        keys: request.withKeys ? [] : undefined,
        batch: { kind: "raw", values: [] },
        rest: undefined,
      };
    }
    const page = first.shard.ask((storage) => storage.scan({ ...request, span: first.span }));
    if (parts.length === 1) return page;
    return andThen(page, (scanned) => withRest(scanned, first.span, request));
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
  if (reverse) {
    const end = page.rest?.end ?? scanned.start;
    return { ...page, rest: { start: span.start, end } };
  }
  return { ...page, rest: { start: page.rest?.start ?? scanned.end, end: span.end } };
}
