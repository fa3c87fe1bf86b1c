/**
 * Compares this process's clock with the others'. A clock that keeps its bound gives intervals that
 * contain true time, so what another process reads between a question and its answer overlaps what
 * this one reads from the question to the answer: if not, one of the two is outside its bound. One
 * that disagrees with more than half of those that answered is taken to be that one, and must stop
 * serving: its snapshots could miss acknowledged commits, or its commits be missed (I6).
 *
 * After the intersection of Marzullo and Owicki ("Maintaining the Time in a Distributed System",
 * 1983), as NTP uses it to find falsetickers.
 */
import type { MaybePromise } from "../maybe-promise.ts";
import type { Clock, ClockBound, Timer } from "../ports/clock.ts";

/** Another process's clock. */
export interface ClockSource {
  reading(): MaybePromise<ClockBound>;
}

export interface ClockWatchParts {
  readonly clock: Clock;
  /** The others, by name. */
  readonly peers: ReadonlyMap<string, ClockSource>;
  /** How often they are asked. */
  readonly everyMicros: number;
  /** This process's clock is outside its bound; called once. */
  readonly onOutside: (reason: string) => void;
}

interface Comparison {
  readonly at: number;
  /** How far apart the two intervals are; 0: they overlap. */
  readonly apartMicros: number;
}

/** Comparisons older than so many rounds say nothing of now. */
const ROUNDS = 3;

export class ClockWatch {
  readonly #parts: ClockWatchParts;
  readonly #compared = new Map<string, Comparison>();
  readonly #asked = new Set<string>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(parts: ClockWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = this.#parts.clock.after(this.#parts.everyMicros, () => {
      for (const [name, source] of this.#parts.peers) void this.#compare(name, source);
      if (!this.#stopped) this.start();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  async #compare(name: string, source: ClockSource): Promise<void> {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    const { clock } = this.#parts;
    try {
      const asked = clock.now();
      const there = await source.reading();
      this.#note(name, asked, there, clock.now());
    } catch {
      // One that does not answer says nothing about time.
    } finally {
      this.#asked.delete(name);
    }
  }

  #note(name: string, asked: ClockBound, there: ClockBound, answered: ClockBound): void {
    const behind = asked.earliest - there.latest;
    const ahead = there.earliest - answered.latest;
    const at = this.#parts.clock.monotonicMicros();
    this.#compared.set(name, { at, apartMicros: Math.max(0, behind, ahead) });
    this.#judge(at);
  }

  #judge(now: number): void {
    if (this.#stopped) return;
    const { everyMicros, onOutside } = this.#parts;
    const recent = [...this.#compared].filter(([, { at }]) => now - at <= ROUNDS * everyMicros);
    const apart = recent.filter(([, { apartMicros }]) => apartMicros > 0);
    // Of two nobody can tell which is wrong; a third decides.
    if (recent.length < 2 || apart.length * 2 <= recent.length) return;
    this.stop();
    const micros = Math.min(...apart.map(([, { apartMicros }]) => apartMicros));
    const names = apart.map(([name]) => name).join(", ");
    onOutside(`the clock is outside its bound: ${micros} µs or more from those of ${names}`);
  }
}
