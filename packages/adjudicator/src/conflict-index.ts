/**
 * Adjudicator memory: for each key the last commit per intent, for as long as memory allows.
 * Pure: no time, no I/O.
 *
 * Keys live in two generations. When the younger one is full the older one is dropped whole and
 * the floor rises to the newest timestamp in it, so forgetting costs nothing per key and a
 * transaction whose snapshot is at or above the floor misses no commit (I3). The writes of a large
 * commit stay together as one sorted list.
 */
import type { Conflict, Intent, Key, ReadonlyList, Span, Timestamp } from "@firstlight/common";
import { SegmentedMap, TIMESTAMP_ZERO, laterOf } from "@firstlight/common";
import { intentsConflict } from "./intents.ts";
import { RecentWrites } from "./recent-writes.ts";
import { SortedWrites } from "./sorted-writes.ts";

export type RecordedIntent = "X" | "U" | "K" | "D";

const FIRST_CAPACITY = 1024;
/** From this many writes on a commit is kept as one list: few enough of them fit in an index. */
const LARGE_COMMIT = 8192;

interface Write {
  readonly key: Key;
  readonly intent: RecordedIntent | "R";
}

/** Four timestamps per key in flat arrays: a check allocates nothing. */
class Generation {
  readonly #slots = new SegmentedMap<Key, number>();
  #x = new Float64Array(FIRST_CAPACITY);
  #u = new Float64Array(FIRST_CAPACITY);
  #k = new Float64Array(FIRST_CAPACITY);
  #d = new Float64Array(FIRST_CAPACITY);
  readonly #large: SortedWrites[] = [];
  #largeSize = 0;
  newest: Timestamp = TIMESTAMP_ZERO;

  /** In keys that stand by themselves; those of a list take less. */
  get size(): number {
    return this.#slots.size + this.#largeSize;
  }

  recordLarge(writes: SortedWrites): void {
    this.#large.push(writes);
    this.#largeSize += writes.weight;
    this.newest = laterOf(this.newest, writes.timestamp);
  }

  record(key: Key, intent: RecordedIntent, at: Timestamp): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#slots.size;
      if (slot === this.#x.length) this.#grow();
      this.#slots.set(key, slot);
    }
    const column = this.#column(intent);
    if ((column[slot] as number) < at) column[slot] = at;
    this.newest = laterOf(this.newest, at);
  }

  /** The commit that `intent` on `key` loses to, if one that conflicts is later than `snapshot`. */
  find(key: Key, intent: Intent, snapshot: Timestamp): Conflict | undefined {
    // Nothing here is later, whatever the key: so it is for a whole generation that has grown old.
    if (this.newest <= snapshot) return undefined;
    const slot = this.#slots.get(key);
    const winnerIntent = slot === undefined ? undefined : this.#winner(slot, intent, snapshot);
    if (slot === undefined || winnerIntent === undefined) {
      return this.#findLarge(key, intent, snapshot);
    }
    return { key, intent, winnerIntent, winnerTimestamp: this.#at(slot, winnerIntent) };
  }

  #findLarge(key: Key, intent: Intent, snapshot: Timestamp): Conflict | undefined {
    for (const writes of this.#large) {
      if (writes.timestamp <= snapshot) continue;
      const winnerIntent = writes.intentOf(key);
      if (winnerIntent === undefined || !intentsConflict(intent, winnerIntent)) continue;
      return { key, intent, winnerIntent, winnerTimestamp: writes.timestamp };
    }
    return undefined;
  }

  #winner(slot: number, intent: Intent, snapshot: Timestamp): RecordedIntent | undefined {
    if ((this.#x[slot] as number) > snapshot) return "X";
    if (intent === "K") return undefined;
    if ((this.#u[slot] as number) > snapshot) return "U";
    if (intent !== "D" && (this.#d[slot] as number) > snapshot) return "D";
    if (intent === "X" && (this.#k[slot] as number) > snapshot) return "K";
    return undefined;
  }

  #column(intent: RecordedIntent): Float64Array {
    if (intent === "X") return this.#x;
    if (intent === "U") return this.#u;
    return intent === "K" ? this.#k : this.#d;
  }

  #at(slot: number, intent: RecordedIntent): Timestamp {
    return this.#column(intent)[slot] as Timestamp;
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
    this.#d = grown(this.#d);
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

  /** All writes of one commit. */
  recordAll(writes: ReadonlyList<Write>, at: Timestamp): void {
    const sorted = writes.length < LARGE_COMMIT ? undefined : SortedWrites.of(writes, at);
    if (sorted === undefined) {
      for (const { key, intent } of writes) if (intent !== "R") this.record(key, intent, at);
      return;
    }
    this.recordSorted(sorted);
  }

  recordSorted(sorted: SortedWrites): void {
    this.#recent.add(sorted);
    if (sorted.weight > this.#generationMax) return this.#forgetAll(sorted.timestamp);
    if (this.#young.size + sorted.weight > this.#generationMax) this.#forgetOld();
    this.#young.recordLarge(sorted);
  }

  find(key: Key, intent: Intent, snapshot: Timestamp): Conflict | undefined {
    return this.#young.find(key, intent, snapshot) ?? this.#old.find(key, intent, snapshot);
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

  /** More than is ever remembered was written at `at`. */
  #forgetAll(at: Timestamp): void {
    this.raiseFloor(laterOf(at, laterOf(this.#old.newest, this.#young.newest)));
    this.#old = new Generation();
    this.#young = new Generation();
  }
}
