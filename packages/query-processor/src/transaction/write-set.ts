/**
 * The writes of one transaction, in this query processor's memory only. Each key has its last value
 * and the strongest intent it was written with; marks allow to take the end of the list back.
 */
import type { Key, Mutation, Span } from "@firstlight/common";
import { FrozenWrites } from "./frozen-writes.ts";
import type { MutationBytes } from "./mutation-bytes.ts";
import type { PackedBatch } from "./packed-batch.ts";
import type { WriteMemory } from "./write-budget.ts";
import { WritePart, partPrefix } from "./write-part.ts";

/** Never changed: a key that is written again gets another one. */
export interface WriteEntry extends Mutation {
  /** Of intent D: what is sent. `value` is the row as own reads see it. */
  readonly delta?: Uint8Array;
}

interface UndoStep {
  readonly key: Key;
  readonly before: WriteEntry | undefined;
}

/** Own writes as reads see them. */
export interface WriteView {
  readonly size: number;
  get(key: Key): WriteEntry | undefined;
  hasIn(span: Span): boolean;
  keysWithin(span: Span): Iterable<Key>;
}

/** Of a step that can be taken back. */
const UNDO_BYTES = 100;

/** A mark that was made when nothing was written. */
const BEFORE_ALL = -1;

/** What a transaction that only reads has written; never changed. */
const NOTHING = new Map<string, WritePart>();

/** Says of an index, by any of its keys, whether it is meant. */
type OfIndex = (someKey: Key) => boolean;

function always(): boolean {
  return true;
}

function isOf({ someKey }: WritePart, isWanted: OfIndex): boolean {
  return someKey !== undefined && isWanted(someKey);
}

export class WriteSet implements WriteView {
  #parts: Map<string, WritePart> = NOTHING;
  /** The part that was used last: most are used many times in turn. */
  #recent: WritePart | undefined;
  /** A key alone was not there before. */
  readonly #undo: (UndoStep | Key)[] = [];
  #frozen: Set<FrozenWrites> | undefined;
  #marked = false;
  #bytes = 0;
  #size = 0;
  #deltas = 0;
  readonly #plainMin: number | undefined;

  /** `plainMin`: new keys of an index before they are packed. */
  constructor(plainMin?: number) {
    this.#plainMin = plainMin;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes of keys and values held; of what is gathered, at most. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What it takes, about. */
  get memory(): WriteMemory {
    let bytes = this.#undo.length * UNDO_BYTES;
    let heapBytes = bytes;
    for (const { memory } of this.#parts.values()) {
      bytes += memory.bytes;
      heapBytes += memory.heapBytes;
    }
    return { bytes: Math.max(bytes, this.#bytes), heapBytes };
  }

  /** Gives memory back: nobody reads or writes here any more. */
  forget(): void {
    for (const part of this.#parts.values()) part.forget();
  }

  /** Rows of tables among the keys; their entries in indexes are not. */
  get rows(): number {
    let rows = 0;
    for (const part of this.#parts.values()) if (part.isOfRows) rows += part.size;
    return rows;
  }

  /** The same, table by table, with a key of each. */
  *rowsOfTables(): Generator<readonly [key: Key, rows: number]> {
    for (const { isOfRows, someKey, size } of this.#parts.values()) {
      if (isOfRows && someKey !== undefined) yield [someKey, size];
    }
  }

  /** Keys written with intent D. */
  get deltas(): number {
    return this.#deltas;
  }

  get(key: Key): WriteEntry | undefined {
    return this.#size === 0 ? undefined : this.#partOf(key)?.get(key);
  }

  /** Whether it has no key of the same index from this one on; nothing is looked up. */
  isPast(key: Key): boolean {
    return this.#size === 0 || this.#partOf(key)?.isPast(key) !== false;
  }

  /** Of a key that storage does not have, nor a read of this transaction; nothing is looked up. */
  insert(key: Key, value: Uint8Array): void {
    const part = this.#partOf(key) ?? this.#newPart(key);
    if (!part.knowsNew) return this.set(key, value, "X");
    if (this.#marked) this.#undo.push(key);
    if (this.#frozen !== undefined) for (const view of this.#frozen) view.keep(key, undefined);
    this.#bytes += key.length + value.length;
    this.#size++;
    part.insert(key, value);
  }

  /** The same of all keys of a batch, which are of one index. */
  insertBatch(batch: PackedBatch): void {
    if (batch.length === 0) return;
    const first = batch.keyAt(0);
    const part = this.#partOf(first) ?? this.#newPart(first);
    if (this.#marked || this.#frozen !== undefined || !part.knowsNew) {
      for (let number = 0; number < batch.length; number++) {
        this.insert(batch.keyAt(number), batch.valueAt(number));
      }
      return;
    }
    this.#bytes += batch.contentBytes;
    this.#size += batch.length;
    part.insertBatch(batch);
  }

  set(key: Key, value: Uint8Array | undefined, intent: "X" | "U"): void {
    if (intent === "X" && this.#gathered(key, value)) return;
    const before = this.get(key);
    if (this.#marked) this.#undo.push({ key, before });
    this.#store(key, before, { key, value, intent: before?.intent === "X" ? "X" : intent });
  }

  /** Whether nothing needs to be known of what was there: it is looked at when they are sorted. */
  #gathered(key: Key, value: Uint8Array | undefined): boolean {
    if (this.#marked || this.#frozen !== undefined) return false;
    const part = this.#partOf(key);
    if (part?.gathers !== true) return false;
    this.#bytes += key.length + (value?.length ?? 0);
    this.#size++;
    part.gather({ key, value, intent: "X" });
    return true;
  }

  /** BEFORE size and bytes are compared with bounds: what was gathered twice is counted once then. */
  settleGathered(): void {
    for (const part of this.#parts.values()) part.settle();
  }

  /** What is gathered is sorted in steps, so that no read has to do it in one. */
  *settling(): Generator<undefined> {
    for (const part of this.#parts.values()) yield* part.settling();
  }

  /** Adds to a row; to one that was written before, the sum is written. */
  setDelta(key: Key, value: Uint8Array, delta: Uint8Array): void {
    const before = this.get(key);
    if (before !== undefined) return this.set(key, value, "U");
    if (this.#marked) this.#undo.push({ key, before });
    this.#store(key, before, { key, value, intent: "D", delta });
  }

  /** Of intent D: its value is known from now on, so it is written. */
  settle(key: Key): void {
    const entry = this.get(key);
    if (entry?.intent === "D") this.#store(key, entry, { key, value: entry.value, intent: "U" });
  }

  /** The writes as they are now; it costs every write something until it is released. */
  frozen(): FrozenWrites {
    const views = (this.#frozen ??= new Set());
    const view = new FrozenWrites(this, (done) => views.delete(done));
    views.add(view);
    return view;
  }

  #store(key: Key, before: WriteEntry | undefined, entry: WriteEntry): void {
    if (this.#frozen !== undefined) for (const view of this.#frozen) view.keep(key, before);
    this.#bytes += (entry.value?.length ?? 0) - (before?.value?.length ?? 0);
    if (before === undefined) {
      this.#bytes += key.length;
      this.#size++;
    }
    if (before?.intent === "D") this.#deltas--;
    if (entry.intent === "D") this.#deltas++;
    (this.#partOf(key) ?? this.#newPart(key)).set(entry);
  }

  #partOf(key: Key): WritePart | undefined {
    const recent = this.#recent;
    if (recent?.has(key) === true) return recent;
    const part = this.#parts.get(partPrefix(key));
    if (part !== undefined) this.#recent = part;
    return part;
  }

  #newPart(key: Key): WritePart {
    const onRepeated = (entry: WriteEntry): void => this.#uncount(entry);
    const part = new WritePart(partPrefix(key), onRepeated, this.#plainMin);
    if (this.#parts === NOTHING) this.#parts = new Map();
    this.#parts.set(part.prefix, part);
    this.#recent = part;
    return part;
  }

  /** Forgets the key, not as a write. */
  remove(key: Key): void {
    const current = this.get(key);
    if (current !== undefined) this.#delete(current);
  }

  /** Forgets all of the indexes of which `isGone` says so of any of their keys. */
  removeParts(isGone: (key: Key) => boolean): void {
    for (const part of this.#parts.values()) {
      const { someKey } = part;
      if (someKey !== undefined && isGone(someKey)) this.#removePart(part);
    }
  }

  #removePart(part: WritePart): void {
    part.settle();
    this.#parts.delete(part.prefix);
    this.#recent = undefined;
    this.#size -= part.size;
    for (const batch of part.batches()) {
      for (const { key, value, intent } of batch) {
        if (intent === "D") this.#deltas--;
        this.#bytes -= key.length + (value?.length ?? 0);
      }
    }
  }

  #delete(entry: WriteEntry): void {
    this.#uncount(entry);
    this.#partOf(entry.key)?.delete(entry.key);
  }

  #uncount({ key, value, intent }: WriteEntry): void {
    if (intent === "D") this.#deltas--;
    this.#bytes -= key.length + (value?.length ?? 0);
    this.#size--;
  }

  /** A key of each index that was written to. */
  *sampleKeys(): Generator<Key> {
    for (const { someKey } of this.#parts.values()) if (someKey !== undefined) yield someKey;
  }

  hasIn(span: Span): boolean {
    if (this.#size === 0) return false;
    for (const part of this.#parts.values()) if (part.meets(span) && part.hasIn(span)) return true;
    return false;
  }

  *keysWithin(span: Span): Generator<Key> {
    for (const part of this.#sortedParts()) if (part.meets(span)) yield* part.keysWithin(span);
  }

  #sortedParts(): readonly WritePart[] {
    const parts = [...this.#parts.values()];
    return parts.length < 2 ? parts : parts.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1));
  }

  /** Where nothing is written yet, nothing has to be remembered of what follows. */
  mark(): number {
    if (this.#size === 0 && !this.#marked) return BEFORE_ALL;
    this.#marked = true;
    return this.#undo.length;
  }

  rollbackTo(mark: number): void {
    if (mark === BEFORE_ALL) return this.#clear();
    while (this.#undo.length > mark) {
      const step = this.#undo.pop();
      if (step === undefined) return;
      const key = typeof step === "string" ? step : step.key;
      const current = this.get(key);
      if (typeof step !== "string" && step.before !== undefined)
        this.#store(key, current, step.before);
      else if (current !== undefined) this.#delete(current);
    }
  }

  #clear(): void {
    this.removeParts(() => true);
    this.#undo.length = 0;
    this.#marked = false;
  }

  /** Sorted by key, as CommitRequest wants it. */
  mutations(): readonly WriteEntry[] {
    return [...this.batches()].flat();
  }

  /**
   * The same of some indexes, some hundred at a time, or none where the event loop may have its turn; nothing may
   * be written meanwhile.
   */
  *batches(isWanted: OfIndex = always): Generator<readonly WriteEntry[]> {
    for (const part of this.#sortedParts()) if (isOf(part, isWanted)) yield* part.batches();
  }

  /** The same as bytes. What is packed is not here any more then: only its number is known. */
  *moveTo(bytes: MutationBytes, isWanted: OfIndex): Generator<undefined> {
    for (const part of this.#sortedParts()) if (isOf(part, isWanted)) yield* part.moveTo(bytes);
  }
}
