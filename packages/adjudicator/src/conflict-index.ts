/**
 * Adjudicator memory: for each key the last commit per intent, for as long as memory allows.
 * Pure: no time, no I/O.
 *
 * Keys live in two generations. When the younger one is full the older one is dropped whole and
 * the floor rises to the newest timestamp in it, so forgetting costs nothing per key and a
 * transaction whose snapshot is at or above the floor misses no commit (I3).
 */
import type { Conflict, Intent, Key, Span, Timestamp } from "@firstlight/common";
import { TIMESTAMP_ZERO, laterOf } from "@firstlight/common";
import { RecentWrites } from "./recent-writes.ts";

export type RecordedIntent = "X" | "U" | "K";

const FIRST_CAPACITY = 1024;

/** Three timestamps per key in flat arrays: a check allocates nothing. */
class Generation {
  readonly #slots = new Map<Key, number>();
  #x = new Float64Array(FIRST_CAPACITY);
  #u = new Float64Array(FIRST_CAPACITY);
  #k = new Float64Array(FIRST_CAPACITY);
  newest: Timestamp = TIMESTAMP_ZERO;

  get size(): number {
    return this.#slots.size;
  }

  record(key: Key, intent: RecordedIntent, at: Timestamp): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#slots.size;
      if (slot === this.#x.length) this.#grow();
      this.#slots.set(key, slot);
    }
    const column = intent === "X" ? this.#x : intent === "U" ? this.#u : this.#k;
    if ((column[slot] as number) < at) column[slot] = at;
    this.newest = laterOf(this.newest, at);
  }

  /** The winner's intent, or undefined if nothing that conflicts is later than `snapshot`. */
  winner(key: Key, intent: Intent, snapshot: Timestamp): RecordedIntent | undefined {
    // Nothing here is later, whatever the key: so it is for a whole generation that has grown old.
    if (this.newest <= snapshot) return undefined;
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    if ((this.#x[slot] as number) > snapshot) return "X";
    if (intent !== "K" && (this.#u[slot] as number) > snapshot) return "U";
    if (intent === "X" && (this.#k[slot] as number) > snapshot) return "K";
    return undefined;
  }

  at(key: Key, intent: RecordedIntent): Timestamp {
    const column = intent === "X" ? this.#x : intent === "U" ? this.#u : this.#k;
    return column[this.#slots.get(key) ?? 0] as Timestamp;
  }

  #grow(): void {
    const grown = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(from.length * 2);
      to.set(from);
      return to;
    };
    this.#x = grown(this.#x);
    this.#u = grown(this.#u);
    this.#k = grown(this.#k);
  }
}

export class ConflictIndex {
  readonly #generationMax: number;
  readonly #recent: RecentWrites;
  #young = new Generation();
  #old = new Generation();
  #floor: Timestamp;

  constructor(keysMax: number, floor: Timestamp) {
    this.#generationMax = Math.max(1, keysMax >>> 1);
    this.#recent = new RecentWrites(keysMax);
    this.#floor = floor;
  }

  /** Transactions with a snapshot below it cannot be judged. */
  get floor(): Timestamp {
    return this.#floor;
  }

  /** The same for those that check spans. */
  get spanFloor(): Timestamp {
    return laterOf(this.#floor, this.#recent.floor);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  raiseFloor(to: Timestamp): void {
    this.#floor = laterOf(this.#floor, to);
  }

  record(key: Key, intent: RecordedIntent, at: Timestamp): void {
    if (this.#young.size >= this.#generationMax) this.#forgetOld();
    this.#young.record(key, intent, at);
    if (intent !== "K") this.#recent.add({ key, intent, timestamp: at });
  }

  find(key: Key, intent: Intent, snapshot: Timestamp): Conflict | undefined {
    return lostTo(this.#young, key, intent, snapshot) ?? lostTo(this.#old, key, intent, snapshot);
  }

  findInSpan(span: Span, snapshot: Timestamp): Conflict | undefined {
    const write = this.#recent.find(span, snapshot);
    if (write === undefined) return undefined;
    const { key, intent: winnerIntent, timestamp: winnerTimestamp } = write;
    return { key, intent: "R", winnerIntent, winnerTimestamp };
  }

  #forgetOld(): void {
    this.raiseFloor(this.#old.newest);
    this.#old = this.#young;
    this.#young = new Generation();
  }
}

function lostTo(
  generation: Generation,
  key: Key,
  intent: Intent,
  snapshot: Timestamp,
): Conflict | undefined {
  const winnerIntent = generation.winner(key, intent, snapshot);
  if (winnerIntent === undefined) return undefined;
  return { key, intent, winnerIntent, winnerTimestamp: generation.at(key, winnerIntent) };
}
