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

  get isEmpty(): boolean {
    return this.#head === this.#items.length;
  }

  push(item: MemoryVersion | EntryEnd): void {
    this.#items.push(item);
  }

  peek(offset: number): MemoryVersion | EntryEnd | undefined {
    return this.#items[this.#head + offset];
  }

  drop(count: number): void {
    this.#head += count;
    if (this.#head === this.#items.length) this.#items = [];
    else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
    } else return;
    this.#head = 0;
  }
}
