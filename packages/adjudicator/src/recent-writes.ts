/**
 * The keys last written, in order of arrival, for checks of spans. Bounded: when it is full the
 * older half is dropped and its newest timestamp becomes the floor for spans.
 */
import type { Key, Span, Timestamp } from "@firstlight/common";
import { TIMESTAMP_ZERO, laterOf, spanContains } from "@firstlight/common";

export interface RecentWrite {
  readonly key: Key;
  readonly intent: "X" | "U";
  readonly timestamp: Timestamp;
}

export class RecentWrites {
  readonly #max: number;
  #writes: RecentWrite[] = [];
  /** newest[i] is the latest timestamp of writes 0..i: decisions of others may arrive late. */
  #newest: Timestamp[] = [];
  floor: Timestamp = TIMESTAMP_ZERO;

  constructor(max: number) {
    this.#max = Math.max(2, max);
  }

  add(write: RecentWrite): void {
    if (this.#writes.length >= this.#max) this.#dropOlderHalf();
    const before = this.#newest.at(-1) ?? TIMESTAMP_ZERO;
    this.#writes.push(write);
    this.#newest.push(laterOf(before, write.timestamp));
  }

  /** A write inside `span` later than `snapshot`; walks back only as far as such a one can be. */
  find(span: Span, snapshot: Timestamp): RecentWrite | undefined {
    for (let i = this.#writes.length - 1; i >= 0; i--) {
      if ((this.#newest[i] as Timestamp) <= snapshot) return undefined;
      const write = this.#writes[i] as RecentWrite;
      if (write.timestamp > snapshot && spanContains(span, write.key)) return write;
    }
    return undefined;
  }

  #dropOlderHalf(): void {
    const cut = this.#writes.length >>> 1;
    this.floor = laterOf(this.floor, this.#newest[cut - 1] ?? TIMESTAMP_ZERO);
    this.#writes = this.#writes.slice(cut);
    this.#newest = this.#newest.slice(cut);
  }
}
