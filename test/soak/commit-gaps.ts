/**
 * How long there was no commit after each fault, until the next one: from no worker at all, and the
 * longest wait of any worker. A worker of a process that is stopped waits for as long as that is.
 */
import { performance } from "node:perf_hooks";

interface Episode {
  readonly fault: string;
  readonly since: number;
  /** Longest wait of any worker. */
  gap: number;
  /** Longest time without a commit of any. */
  silence: number;
}

export interface GapSummary {
  readonly kind: string;
  readonly count: number;
  /** Without a commit of any worker. */
  readonly silenceMedianMillis: number;
  readonly silenceMaxMillis: number;
  /** Of the worker that waited longest. */
  readonly medianMillis: number;
  readonly maxMillis: number;
}

export class CommitGaps {
  readonly #last = new Map<number, number>();
  readonly #episodes: Episode[] = [];
  #lastOfAny: number | undefined;

  /** A worker begins, or committed something. */
  committed(worker: number): void {
    const now = performance.now();
    this.#note(worker, now);
    this.#noteSilence(now);
    this.#last.set(worker, now);
    this.#lastOfAny = now;
  }

  #noteSilence(now: number): void {
    const episode = this.#episodes.at(-1);
    if (episode === undefined || this.#lastOfAny === undefined) return;
    const silence = now - Math.max(this.#lastOfAny, episode.since);
    episode.silence = Math.max(episode.silence, silence);
  }

  #note(worker: number, now: number): void {
    const episode = this.#episodes.at(-1);
    const last = this.#last.get(worker);
    if (episode === undefined || last === undefined) return;
    episode.gap = Math.max(episode.gap, now - Math.max(last, episode.since));
  }

  /** `fault` is a kind, such as "kill journal". */
  begin(fault: string): void {
    this.#settle();
    this.#episodes.push({ fault, since: performance.now(), gap: 0, silence: 0 });
  }

  /** What has not come counts as well. */
  #settle(): void {
    for (const worker of this.#last.keys()) this.#note(worker, performance.now());
    this.#noteSilence(performance.now());
  }

  /** Milliseconds since the last fault: without a commit of any worker, and the longest wait of one. */
  get current(): { readonly silence: number; readonly gap: number } {
    this.#settle();
    const { silence = 0, gap = 0 } = this.#episodes.at(-1) ?? {};
    return { silence: Math.round(silence), gap: Math.round(gap) };
  }

  summaries(): readonly GapSummary[] {
    const kinds = new Set(this.#episodes.map(({ fault }) => fault));
    return [...kinds].map((kind) => {
      const own = this.#episodes.filter(({ fault }) => fault === kind);
      const gaps = medianAndMax(own.map(({ gap }) => gap));
      const silences = medianAndMax(own.map(({ silence }) => silence));
      return {
        kind,
        count: own.length,
        silenceMedianMillis: silences.median,
        silenceMaxMillis: silences.max,
        medianMillis: gaps.median,
        maxMillis: gaps.max,
      };
    });
  }
}

function medianAndMax(values: readonly number[]): {
  readonly median: number;
  readonly max: number;
} {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: Math.round(sorted[sorted.length >> 1] ?? 0),
    max: Math.round(sorted.at(-1) ?? 0),
  };
}
