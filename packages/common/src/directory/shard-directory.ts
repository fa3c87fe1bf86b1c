/**
 * What one process knows of the shard map: the newest of what it has heard. Asked of all storage
 * replicas that are known, from the topology or from a map, when a request was answered "moved" or
 * failed.
 */
import type { MappedShard, ShardMap, ShardMapSource } from "../contracts/shards.ts";
import type { Clock } from "../ports/clock.ts";

export interface ShardDirectoryParts {
  readonly clock: Clock;
  /** As the topology has it. */
  readonly first: ShardMap;
  /** Any process that knows the map; `address` undefined: one of the topology. */
  readonly reach: (member: string, address: string) => ShardMapSource;
}

/** Answers later than this are learned from, and not waited for. */
const PATIENCE_MICROS = 500_000;

export class ShardDirectory implements ShardMapSource {
  readonly #parts: ShardDirectoryParts;
  readonly #listeners = new Set<() => void>();
  readonly #asked = new Set<string>();
  #map: ShardMap;
  #refreshing: Promise<void> | undefined;

  constructor(parts: ShardDirectoryParts) {
    this.#parts = parts;
    this.#map = parts.first;
  }

  get map(): ShardMap {
    return this.#map;
  }

  /** As the topology has it, whatever was learned since. */
  get firstMap(): ShardMap {
    return this.#parts.first;
  }

  shardMap(known: number): ShardMap | undefined {
    return this.#map.version > known ? this.#map : undefined;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  learn(map: ShardMap): void {
    if (map.version <= this.#map.version) return;
    this.#map = map;
    for (const listener of this.#listeners) listener();
  }

  /** Names and addresses of all storage replicas there are or were meant to be. */
  get members(): ReadonlyMap<string, string> {
    const { first } = this.#parts;
    const members = [...first.members, ...this.#map.members];
    return new Map(members.map(({ name, address }) => [name, address]));
  }

  /** Resolves at the first news, or when nobody has any. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  #ask(): Promise<void> {
    return new Promise((resolve) => {
      const known = this.#map.version;
      let left = 0;
      const timer = this.#parts.clock.after(PATIENCE_MICROS, resolve);
      const heard = (): void => {
        left--;
        if (left > 0 && this.#map.version === known) return;
        timer.cancel();
        resolve();
      };
      for (const [member, address] of this.members) {
        if (this.#asked.has(member)) continue;
        left++;
        void this.#askOne(member, address).then(heard);
      }
      if (left === 0) {
        timer.cancel();
        resolve();
      }
    });
  }

  async #askOne(member: string, address: string): Promise<void> {
    this.#asked.add(member);
    try {
      const map = await this.#parts.reach(member, address).shardMap(this.#map.version);
      if (map !== undefined) this.learn(map);
    } catch {
      // Others may know; whoever needs it asks again.
    } finally {
      this.#asked.delete(member);
    }
  }
}

/** Whom to ask for the shard, those that answer every readable snapshot first. */
export function askable({ replicas }: MappedShard): {
  readonly serving: readonly string[];
  readonly leaving: readonly string[];
} {
  const of = (state: string): string[] =>
    replicas.filter((each) => each.state === state).map(({ member }) => member);
  return { serving: of("serving"), leaving: of("leaving") };
}
