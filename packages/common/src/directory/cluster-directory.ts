/**
 * What one process knows of who serves which log (contracts/directory.ts). Learned from answers
 * "moved", from whoever tells, and by asking all others when a request fails or takes long.
 */
import type {
  DirectoryNews,
  DirectorySource,
  JournalSeat,
  Serving,
} from "../contracts/directory.ts";
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
  /** Which process is which journal replica, as of the start. */
  readonly seats?: readonly JournalSeat[];
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
  readonly #seats = new Map<number, JournalSeat>();
  readonly #seatListeners = new Set<(seat: JournalSeat) => void>();
  readonly #asked = new Set<DirectorySource>();
  #refreshedAt = -Infinity;
  readonly ranges: KnownRanges;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.ranges = new KnownRanges(parts.ranges);
    for (const [log, member] of parts.homes) this.#serving.set(log, { log, epoch: 0, member });
    for (const seat of parts.seats ?? []) this.#seats.set(seat.place, seat);
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

  get seats(): readonly JournalSeat[] {
    return [...this.#seats.values()];
  }

  seatAt(place: number): JournalSeat {
    const known = this.#seats.get(place);
    if (known === undefined) throw new RangeError(`there is no journal replica ${place + 1}`);
    return known;
  }

  /** A place was given to another process. */
  onSeat(listener: (seat: JournalSeat) => void): void {
    this.#seatListeners.add(listener);
  }

  learnSeats(seats: readonly JournalSeat[]): void {
    for (const seat of seats) {
      const known = this.#seats.get(seat.place);
      if (known === undefined || seat.generation <= known.generation) continue;
      this.#seats.set(seat.place, seat);
      for (const listener of this.#seatListeners) listener(seat);
    }
  }

  onChange(listener: (serving: Serving) => void): void {
    this.#listeners.add(listener);
  }

  learn(news: readonly Serving[]): void {
    for (const serving of news) this.#learn(serving);
  }

  /** Of a process that serves no log itself. */
  exchange(news: DirectoryNews): DirectoryNews {
    this.#hear(news);
    return this.#news();
  }

  /** Asks everybody who is not being asked already; what they know is learned when they answer. */
  refresh(): void {
    const { clock, sources } = this.#parts;
    const now = clock.monotonicMicros();
    if (now - this.#refreshedAt < REFRESH_PAUSE_MICROS) return;
    this.#refreshedAt = now;
    for (const source of sources) if (!this.#asked.has(source)) void this.#ask(source);
  }

  /**
   * Tells everybody what is known here, those who cannot be reached again later. Resolves when all
   * have heard it.
   */
  async announce(pauseMicros: number): Promise<void> {
    const { clock, sources } = this.#parts;
    let left = sources;
    for (;;) {
      const told = await Promise.all(left.map((source) => this.#ask(source)));
      left = left.filter((_, i) => told[i] !== true);
      if (left.length === 0) return;
      await clock.sleep(pauseMicros);
    }
  }

  #news(): DirectoryNews {
    const { entries: known, seats, ranges } = this;
    return { known, seats, member: "", serves: [], ranges: ranges.map };
  }

  #hear({ known, seats, ranges }: DirectoryNews): void {
    this.learn(known);
    this.learnSeats(seats);
    this.ranges.learn(ranges);
  }

  /** Whether it has answered. */
  async #ask(source: DirectorySource): Promise<boolean> {
    this.#asked.add(source);
    try {
      this.#hear(await source.exchange(this.#news()));
      return true;
    } catch {
      // Others may know; whoever asked goes on asking.
      return false;
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
