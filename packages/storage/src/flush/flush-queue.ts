/** First in, first out: applied versions, and after the last one of an entry the entry's end. */
import type { LogId } from "@firstlight/common";
import type { Position } from "../layout/version-record.ts";
import type { MemoryVersion } from "../memory/memory-table.ts";

export class EntryEnd {
  readonly log: LogId;
  readonly position: Position;

  constructor(log: LogId, position: Position) {
    this.log = log;
    this.position = position;
  }
}

const COMPACT_AT = 4096;

export class FlushQueue {
  #items: (MemoryVersion | EntryEnd)[] = [];
  #head = 0;
  #dropped = 0;

  /** How many were ever pushed, and how many of them have left. */
  get pushed(): number {
    return this.#dropped + this.#items.length - this.#head;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get isEmpty(): boolean {
    return this.#head === this.#items.length;
  }

  pushVersion(version: MemoryVersion): void {
    this.#items.push(version);
  }

  /** Ends with no version between them stand for one another: one per log is kept. */
  pushEnd(end: EntryEnd): void {
    for (let at = this.#items.length - 1; at >= this.#head; at--) {
      const item = this.#items[at];
      if (!(item instanceof EntryEnd)) break;
      if (item.log !== end.log) continue;
      this.#items[at] = end;
      return;
    }
    this.#items.push(end);
  }

  peek(offset: number): MemoryVersion | EntryEnd | undefined {
    return this.#items[this.#head + offset];
  }

  drop(count: number): void {
    this.#head += count;
    this.#dropped += count;
    if (this.#head === this.#items.length) this.#items = [];
    else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
    } else return;
    this.#head = 0;
  }
}
