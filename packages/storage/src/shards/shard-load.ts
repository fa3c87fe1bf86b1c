/**
 * How often which keys are asked for: a counter, and every so many-th key of the last ones, from which
 * the share of each shard and the middle of its requests follow.
 */
import type { Clock, Key, Span } from "@firstlight/common";
import type { StorageSettings } from "../settings.ts";

const SAMPLES_MAX = 512;
/** Fewer say nothing about where the middle is. */
const SAMPLES_MIN = 32;

export class ShardLoad {
  readonly #clock: Clock;
  readonly #settings: Pick<StorageSettings, "loadMicros" | "loadEvery">;
  #samples: Key[] = [];
  #next = 0;
  #count = 0;
  #windowStart: number;
  /** Of the last whole window. */
  #perSecond = 0;

  constructor(clock: Clock, settings: Pick<StorageSettings, "loadMicros" | "loadEvery">) {
    this.#clock = clock;
    this.#settings = settings;
    this.#windowStart = clock.monotonicMicros();
  }

  /** One request. */
  count(key: Key): void {
    if (this.#count++ % this.#settings.loadEvery !== 0) return;
    this.#samples[this.#next] = key;
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  /** To be called now and then: closes the window when it is over. */
  turn(): void {
    const elapsed = this.#clock.monotonicMicros() - this.#windowStart;
    if (elapsed < this.#settings.loadMicros) return;
    this.#perSecond = (this.#count * 1_000_000) / elapsed;
    this.#count = 0;
    this.#windowStart += elapsed;
    if (this.#perSecond === 0) this.#forget();
  }

  #forget(): void {
    this.#samples = [];
    this.#next = 0;
  }

  readsPerSecond(span: Span): number {
    if (this.#samples.length === 0) return 0;
    return (this.#perSecond * this.#within(span).length) / this.#samples.length;
  }

  /** Half of the requests for the span are below it; undefined where that is not known. */
  middle(span: Span): Key | undefined {
    const within = this.#within(span).toSorted();
    const middle = within[within.length >> 1];
    return within.length < SAMPLES_MIN || middle === span.start ? undefined : middle;
  }

  #within({ start, end }: Span): Key[] {
    return this.#samples.filter((key) => start <= key && key < end);
  }
}
