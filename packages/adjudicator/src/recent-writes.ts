/**
 * The keys last written, in order of arrival, for checks of spans. Bounded: when it is full the
 * older half is dropped and its newest timestamp becomes the floor for spans.
 */
import type { Key, Span, Timestamp, WriteIntent } from "@firstlight/common";
import { TIMESTAMP_ZERO, laterOf, spanContains } from "@firstlight/common";
import { SortedWrites } from "./sorted-writes.ts";

export interface RecentWrite {
  readonly key: Key;
  readonly intent: WriteIntent;
  readonly timestamp: Timestamp;
}

export class RecentWrites {
  readonly #max: number;
  #writes: (RecentWrite | SortedWrites)[] = [];
  /** newest[i] is the latest timestamp of writes 0..i: decisions of others may arrive late. */
  #newest: Timestamp[] = [];
  #size = 0;
  floor: Timestamp = TIMESTAMP_ZERO;

  constructor(max: number) {
    this.#max = Math.max(2, max);
  }

  add(write: RecentWrite | SortedWrites): void {
    const size = sizeOf(write);
    if (size > this.#max) return this.#forgetUpTo(write.timestamp);
    while (this.#size + size > this.#max) this.#dropOlderHalf();
    const before = this.#newest.at(-1) ?? TIMESTAMP_ZERO;
    this.#writes.push(write);
    this.#newest.push(laterOf(before, write.timestamp));
    this.#size += size;
  }

  /** A write inside `span` later than `snapshot`; walks back only as far as such a one can be. */
  find(span: Span, snapshot: Timestamp): RecentWrite | undefined {
    for (let i = this.#writes.length - 1; i >= 0; i--) {
      if ((this.#newest[i] as Timestamp) <= snapshot) return undefined;
      const found = writeIn(this.#writes[i] as RecentWrite | SortedWrites, span, snapshot);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #dropOlderHalf(): void {
    const half = this.#size / 2;
    let cut = 0;
    for (let dropped = 0; dropped < half; cut++) {
      const size = sizeOf(this.#writes[cut] as RecentWrite | SortedWrites);
      dropped += size;
      this.#size -= size;
    }
    this.floor = laterOf(this.floor, this.#newest[cut - 1] ?? TIMESTAMP_ZERO);
    this.#writes = this.#writes.slice(cut);
    this.#newest = this.#newest.slice(cut);
  }

  #forgetUpTo(at: Timestamp): void {
    this.floor = laterOf(this.floor, laterOf(this.#newest.at(-1) ?? TIMESTAMP_ZERO, at));
    this.#writes = [];
    this.#newest = [];
    this.#size = 0;
  }
}

function sizeOf(write: RecentWrite | SortedWrites): number {
  return write instanceof SortedWrites ? write.weight : 1;
}

function writeIn(
  write: RecentWrite | SortedWrites,
  span: Span,
  snapshot: Timestamp,
): RecentWrite | undefined {
  const { timestamp } = write;
  if (timestamp <= snapshot) return undefined;
  if (!(write instanceof SortedWrites)) return spanContains(span, write.key) ? write : undefined;
  const first = write.firstIn(span);
  return first === undefined ? undefined : { ...first, timestamp };
}
