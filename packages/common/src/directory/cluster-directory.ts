/**
 * What one process knows of who serves which log (contracts/directory.ts). Learned from answers
 * "moved", from whoever tells, and by asking all others when a request fails or takes long.
 */
import type { DirectoryNews, DirectorySource, Serving } from "../contracts/directory.ts";
import type { LogId } from "../contracts/ids.ts";
import type { RangeMap } from "../contracts/range-map.ts";
import type { Clock } from "../ports/clock.ts";
import { KnownRanges } from "./known-ranges.ts";

/** `directoryGoesBack`: what was heard last holds, whatever its epoch. For the simulator only. */
export type DirectoryBug = "directoryGoesBack";

export interface DirectoryParts {
  readonly clock: Clock;
  /** Who is meant to serve each log when nothing has happened. */
  readonly homes: ReadonlyMap<LogId, string>;
  /** Whom to ask; each has one question at a time under way. */
  readonly sources: readonly DirectorySource[];
  readonly bugs?: ReadonlySet<DirectoryBug>;
  /** The range map that the cluster was made with. */
  readonly ranges: RangeMap;
  /** Of what is now held to be true, for tests. */
  readonly onLearned?: (serving: Serving) => void;
}

const REFRESH_PAUSE_MICROS = 50_000;

export class ClusterDirectory implements DirectorySource {
  readonly #parts: DirectoryParts;
  readonly #serving = new Map<LogId, Serving>();
  readonly #listeners = new Set<(serving: Serving) => void>();
  readonly #asked = new Set<DirectorySource>();
  #refreshedAt = -Infinity;
  readonly ranges: KnownRanges;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.ranges = new KnownRanges(parts.ranges);
    for (const [log, member] of parts.homes) this.#serving.set(log, { log, epoch: 0, member });
  }

  /** Grows with every change: of two versions that one process has known the larger is newer. */
  get version(): number {
    let version = 0;
    for (const { epoch } of this.#serving.values()) version += epoch;
    return version;
  }

  get entries(): readonly Serving[] {
    return [...this.#serving.values()];
  }

  holderOf(log: LogId): Serving {
    const known = this.#serving.get(log);
    if (known === undefined) throw new RangeError(`no process is meant to serve log ${log}`);
    return known;
  }

  onChange(listener: (serving: Serving) => void): void {
    this.#listeners.add(listener);
  }

  learn(news: readonly Serving[]): void {
    for (const serving of news) this.#learn(serving);
  }

  /** Of a process that serves no log itself. */
  exchange({ known, ranges }: DirectoryNews): DirectoryNews {
    this.learn(known);
    this.ranges.learn(ranges);
    return this.#news();
  }

  #news(): DirectoryNews {
    return { known: this.entries, member: "", serves: [], ranges: this.ranges.map };
  }

  /** Asks everybody who is not being asked already; what they know is learned when they answer. */
  refresh(): void {
    const { clock, sources } = this.#parts;
    const now = clock.monotonicMicros();
    if (now - this.#refreshedAt < REFRESH_PAUSE_MICROS) return;
    this.#refreshedAt = now;
    for (const source of sources) if (!this.#asked.has(source)) void this.#ask(source);
  }

  async #ask(source: DirectorySource): Promise<void> {
    this.#asked.add(source);
    try {
      const { known, ranges } = await source.exchange(this.#news());
      this.learn(known);
      this.ranges.learn(ranges);
    } catch {
      // Others may know; whoever asked goes on asking.
    } finally {
      this.#asked.delete(source);
    }
  }

  #learn(serving: Serving): void {
    const known = this.#serving.get(serving.log);
    if (known === undefined || serving.epoch === 0) return;
    const isNews = this.#parts.bugs?.has("directoryGoesBack")
      ? serving.epoch !== known.epoch
      : serving.epoch > known.epoch;
    if (!isNews) return;
    this.#serving.set(serving.log, serving);
    this.#parts.onLearned?.(serving);
    for (const listener of this.#listeners) listener(serving);
  }
}
