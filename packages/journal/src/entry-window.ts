/** The end of a log as its writer holds it in memory: entries after `base`, without gaps. */
import type { LogEntry } from "@firstlight/common";
import type { Position } from "./stored-log.ts";
import { positionOf } from "./stored-log.ts";

export class EntryWindow {
  #entries: LogEntry[] = [];
  /** So many of them, the first ones, are forgotten and not yet removed. */
  #forgotten = 0;
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
    return last === undefined || last.index <= this.#base.index ? this.#base : positionOf(last);
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
    return index < this.#base.index ? undefined : this.#entries[this.#at(index)]?.epoch;
  }

  /** Entries `from` .. `upTo` that the window holds; at least one if there is one, then by bytes. */
  slice(from: number, upTo: number, bytesMax: number): LogEntry[] {
    const entries: LogEntry[] = [];
    let bytes = 0;
    if (from <= this.#base.index) return entries;
    for (let at = this.#at(from); at < this.#entries.length; at++) {
      const entry = this.#entries[at] as LogEntry;
      bytes += entry.payload.length;
      if (entry.index > upTo || (entries.length > 0 && bytes > bytesMax)) break;
      entries.push(entry);
    }
    return entries;
  }

  /** Forgets entries up to `upTo` at most, while more than `bytesMax` are held. */
  shrink(upTo: number, bytesMax: number): void {
    while (this.#bytes > bytesMax) {
      const entry = this.#entries[this.#forgotten];
      if (entry === undefined || entry.index > upTo) break;
      this.#base = positionOf(entry);
      this.#bytes -= entry.payload.length;
      this.#forgotten++;
    }
    // Removing from the front moves the rest: do it seldom.
    if (this.#forgotten * 2 < this.#entries.length || this.#forgotten === 0) return;
    this.#entries = this.#entries.slice(this.#forgotten);
    this.#forgotten = 0;
  }

  #at(index: number): number {
    return index - this.#base.index - 1 + this.#forgotten;
  }
}
