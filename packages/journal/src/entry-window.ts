/** The end of a log as its writer holds it in memory: entries after `base`, without gaps. */
import type { LogEntry } from "@firstlight/common";
import type { Position } from "./stored-log.ts";
import { positionOf } from "./stored-log.ts";

export class EntryWindow {
  #entries: LogEntry[] = [];
  #base: Position;
  #bytes = 0;

  constructor(base: Position) {
    this.#base = base;
  }

  get base(): Position {
    return this.#base;
  }

  get last(): Position {
    const last = this.#entries.at(-1);
    return last === undefined ? this.#base : positionOf(last);
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.payload.length;
  }

  /** The epoch at `index`, undefined outside the window. */
  epochAt(index: number): number | undefined {
    if (index === this.#base.index) return this.#base.epoch;
    return this.#entries[index - this.#base.index - 1]?.epoch;
  }

  /** Entries `from` .. `upTo` that the window holds; at least one if there is one, then by bytes. */
  slice(from: number, upTo: number, bytesMax: number): LogEntry[] {
    const entries: LogEntry[] = [];
    let bytes = 0;
    for (let at = from - this.#base.index - 1; at >= 0 && at < this.#entries.length; at++) {
      const entry = this.#entries[at] as LogEntry;
      bytes += entry.payload.length;
      if (entry.index > upTo || (entries.length > 0 && bytes > bytesMax)) break;
      entries.push(entry);
    }
    return entries;
  }

  /** Forgets entries up to `upTo` at most, while more than `bytesMax` are held. */
  shrink(upTo: number, bytesMax: number): void {
    let count = 0;
    let bytes = this.#bytes;
    for (const entry of this.#entries) {
      if (entry.index > upTo || bytes <= bytesMax) break;
      bytes -= entry.payload.length;
      count++;
    }
    // Removing from the front moves the rest: do it seldom.
    if (count === 0 || count * 2 < this.#entries.length) return;
    this.#base = positionOf(this.#entries[count - 1] as LogEntry);
    this.#entries = this.#entries.slice(count);
    this.#bytes = bytes;
  }
}
