/**
 * How long workers went without a commit after each fault: the longest wait of any worker that was
 * waiting when the fault began or later, until the next fault.
 */
import { performance } from "node:perf_hooks";

interface Episode {
  readonly fault: string;
  readonly since: number;
  gap: number;
}

export interface GapSummary {
  readonly kind: string;
  readonly count: number;
  readonly medianMillis: number;
  readonly maxMillis: number;
}

export class CommitGaps {
  readonly #last = new Map<number, number>();
  readonly #episodes: Episode[] = [];

  /** A worker begins, or committed something. */
  committed(worker: number): void {
    const now = performance.now();
    this.#note(worker, now);
    this.#last.set(worker, now);
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
    this.#episodes.push({ fault, since: performance.now(), gap: 0 });
  }

  /** What has not come counts as well. */
  #settle(): void {
    for (const worker of this.#last.keys()) this.#note(worker, performance.now());
  }

  /** The longest wait since the last fault. */
  get current(): number {
    this.#settle();
    return this.#episodes.at(-1)?.gap ?? 0;
  }

  summaries(): readonly GapSummary[] {
    const byKind = new Map<string, number[]>();
    for (const { fault, gap } of this.#episodes) {
      const gaps = byKind.get(fault) ?? [];
      byKind.set(fault, gaps);
      gaps.push(gap);
    }
    return [...byKind].map(([kind, gaps]) => {
      gaps.sort((a, b) => a - b);
      const medianMillis = Math.round(gaps[gaps.length >> 1] ?? 0);
      return { kind, count: gaps.length, medianMillis, maxMillis: Math.round(gaps.at(-1) ?? 0) };
    });
  }
}
