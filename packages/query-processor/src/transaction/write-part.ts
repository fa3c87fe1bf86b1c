/**
 * The writes of one transaction to one index. New keys of a load are packed once they are many; what
 * is replaced of them, and all other writes, are entries on their own, which go before.
 */
import type { Key, Span } from "@firstlight/common";
import { INDEX_PREFIX_LENGTH, KEY_MIN, isGlobalKey } from "@firstlight/common";
import { PACKED_BYTES_MAX, PackedWrites } from "./packed-writes.ts";
import type { MutationBytes } from "./mutation-bytes.ts";
import type { PackedBatch } from "./packed-batch.ts";
import { PlainWrites } from "./plain-writes.ts";
import type { WriteMemory } from "./write-budget.ts";
import type { WriteEntry } from "./write-set.ts";

/** What the keys of one part begin with; those of two parts are never in between each other. */
export function partPrefix(key: Key): string {
  return key.slice(0, isGlobalKey(key) ? 1 : INDEX_PREFIX_LENGTH);
}

/** Index number 0. */
const ROWS_SUFFIX = "\0\0";
/** New keys before they are packed: a buffer for a few would be a waste. */
const PLAIN_MIN = 512;
/** So many are sorted for one read, then kept as entries, since more reads are likely. */
const READ_AT_ONCE = 16_384;
const SETTLED_AT_ONCE = 16_384;
/** What an entry that is not packed takes in V8's heap beside its bytes: measured. */
const ENTRY_BYTES = 400;
const NONE: readonly WriteEntry[] = [];

export class WritePart {
  readonly prefix: string;
  /** Whether its keys are those of a table's rows: of index number 0. */
  readonly isOfRows: boolean;
  readonly #plain: PlainWrites;
  readonly #plainMin: number;
  #packed: PackedWrites | undefined;
  /** Nothing that is here, or was, is above it. */
  #highest: Key = KEY_MIN;
  /** Keys that are in both. */
  #replaced = 0;
  #hasSorted = false;
  /** It is read while it grows, so it is better not packed. */
  #isRead = false;
  /** One of its keys, since they were moved. */
  #moved: Key | undefined;

  /** `onRepeated`: a key that was said to be new was not, and this is what is left out for it. */
  constructor(
    prefix: string,
    onRepeated: (entry: WriteEntry) => void,
    plainMin: number = PLAIN_MIN,
  ) {
    this.prefix = prefix;
    this.#plainMin = plainMin;
    this.#plain = new PlainWrites(onRepeated);
    this.isOfRows = prefix.length === INDEX_PREFIX_LENGTH && prefix.endsWith(ROWS_SUFFIX);
  }

  /** Whether the key belongs here: partPrefix(key) without making a string. */
  has(key: Key): boolean {
    if (!key.startsWith(this.prefix)) return false;
    return this.prefix.length === INDEX_PREFIX_LENGTH || isGlobalKey(key);
  }

  /** Whether keys of the span could belong here: it is asked of every index that was written to. */
  meets({ start, end }: Span): boolean {
    return this.prefix < end && (start <= this.prefix || start.startsWith(this.prefix));
  }

  get size(): number {
    return this.#plain.size + (this.#packed?.length ?? 0) - this.#replaced;
  }

  /** Of what it holds, about, but for the bytes of what is not packed. */
  get memory(): WriteMemory {
    const heapBytes = this.#plain.size * ENTRY_BYTES;
    return { bytes: heapBytes + (this.#packed?.memoryBytes ?? 0), heapBytes };
  }

  /** Forgets what is packed. */
  forget(): void {
    this.#packed?.forget();
  }

  /** Whether a key that storage does not have, nor a read of this transaction, is not here either. */
  get knowsNew(): boolean {
    return this.#plain.knowsNew;
  }

  isPast(key: Key): boolean {
    return this.#highest < key;
  }

  get(key: Key): WriteEntry | undefined {
    return this.#plain.get(key) ?? this.#packed?.get(key);
  }

  /** Packed writes that can be read from `key` on; BEFORE the others are: they may come to those. */
  #readable(key: Key): PackedWrites | undefined {
    const packed = this.#packed;
    if (packed?.isUnsortedFor(key) === true) {
      if (this.#hasSorted || packed.length <= READ_AT_ONCE) this.#unpack();
      else this.#hasSorted = true;
    }
    return this.#packed;
  }

  #unpack(): void {
    const packed = this.#packed;
    if (packed === undefined) return;
    this.#isRead = true;
    this.#packed = undefined;
    const entries: WriteEntry[] = [];
    for (let number = 0; number < packed.length; number++) {
      const entry = packed.entryAt(number);
      if (this.#replaced === 0 || this.#plain.get(entry.key) === undefined) entries.push(entry);
    }
    this.#replaced = 0;
    for (const entry of entries) this.#plain.add(entry);
  }

  /** Of a key that is not here. */
  insert(key: Key, value: Uint8Array): void {
    if (this.#highest < key) this.#highest = key;
    const isLarge = key.length + value.length > PACKED_BYTES_MAX;
    if (
      this.#isRead ||
      isLarge ||
      (this.#packed === undefined && this.#plain.size < this.#plainMin)
    ) {
      this.#plain.add({ key, value, intent: "X" });
    } else {
      (this.#packed ??= new PackedWrites()).add(key, value);
    }
  }

  /** Of keys that are not here. */
  insertBatch(batch: PackedBatch): void {
    const isFew = this.#packed === undefined && this.#plain.size + batch.length < this.#plainMin;
    if (this.#isRead || isFew || batch.largest > PACKED_BYTES_MAX) {
      for (let number = 0; number < batch.length; number++) {
        this.insert(batch.keyAt(number), batch.valueAt(number));
      }
    } else {
      const highest = batch.highest();
      if (this.#highest < highest) this.#highest = highest;
      (this.#packed ??= new PackedWrites()).addBatch(batch);
    }
  }

  set(entry: WriteEntry): void {
    const { key } = entry;
    if (this.#highest < key) this.#highest = key;
    if (this.#packed?.get(key) !== undefined && this.#plain.get(key) === undefined) {
      this.#replaced++;
    }
    this.#plain.set(entry);
  }

  /** Whether writes of the strongest intent may be gathered: entries of an index, if they are many. */
  get gathers(): boolean {
    return !this.isOfRows && this.#packed === undefined && this.#plain.size >= this.#plainMin;
  }

  /** Of a key that may be here; `onRepeated` is told later if it was. */
  gather(entry: WriteEntry): void {
    if (this.#highest < entry.key) this.#highest = entry.key;
    this.#plain.gather(entry);
  }

  /** What was gathered is known to be there once. */
  settle(): void {
    this.#plain.settle();
  }

  /** In steps, where that would be long for one. */
  *settling(): Generator<undefined> {
    if (this.#plain.unsettled >= SETTLED_AT_ONCE) yield* this.#plain.settling();
  }

  delete(key: Key): void {
    if (this.#packed?.get(key) !== undefined) this.#unpack();
    this.#plain.delete(key);
  }

  hasIn(span: Span): boolean {
    const packed = this.#readable(span.start);
    if (this.#plain.hasIn(span)) return true;
    for (const _ of packed?.keysWithin(span) ?? []) return true;
    return false;
  }

  *keysWithin(span: Span): Generator<Key> {
    const packed = this.#readable(span.start)?.keysWithin(span);
    let next = packed?.next().value as Key | undefined;
    for (const key of this.#plain.keysWithin(span)) {
      for (; next !== undefined && next < key; next = packed?.next().value as Key | undefined) {
        yield next;
      }
      if (next === key) next = packed?.next().value as Key | undefined;
      yield key;
    }
    for (; next !== undefined; next = packed?.next().value as Key | undefined) yield next;
  }

  /** Any of its keys. */
  get someKey(): Key | undefined {
    return this.#plain.someKey ?? this.#moved ?? this.#packed?.keyAt(0);
  }

  /** By their keys, in steps. What is packed is not here any more then. */
  *moveTo(bytes: MutationBytes): Generator<undefined> {
    const packed = this.#packed;
    if (packed === undefined) {
      for (const batch of this.#plain.batches()) yield addAll(batch, bytes);
      return;
    }
    this.#moved = this.someKey;
    yield* packed.sorting();
    let place = 0;
    for (const batch of this.#plain.batches()) {
      for (const entry of batch) {
        const end = packed.placeOf(entry.key, place);
        yield* packed.copyTo(bytes, place, end);
        bytes.add(entry);
        place = packed.keyAtPlace(end) === entry.key ? end + 1 : end;
      }
      yield;
    }
    yield* packed.copyTo(bytes, place, packed.length);
    bytes.endRun();
    packed.forget();
  }

  /**
   * All of them by their keys, some hundred at a time; none at all where the event loop may have
   * its turn. Nothing may be written meanwhile.
   */
  *batches(): Generator<readonly WriteEntry[]> {
    const packed = this.#packed;
    if (packed === undefined) return yield* this.#plain.batches();
    for (const _ of packed.sorting()) yield NONE;
    yield* mergedBatches(this.#plain.batches(), packed.batches());
  }
}

function addAll(entries: readonly WriteEntry[], bytes: MutationBytes): undefined {
  for (const entry of entries) bytes.add(entry);
}

/** Of two entries of one key that among `plain` stands. */
function* mergedBatches(
  plain: Iterator<readonly WriteEntry[]>,
  packed: Iterable<readonly WriteEntry[]>,
): Generator<readonly WriteEntry[]> {
  let others = NONE;
  let at = 0;
  const next = (): WriteEntry | undefined => {
    for (; at >= others.length; at = 0) {
      const found = plain.next();
      if (found.done === true) return undefined;
      others = found.value;
    }
    return others[at];
  };
  let other = next();
  for (const batch of packed) {
    if (other === undefined) {
      yield batch;
      continue;
    }
    const merged: WriteEntry[] = [];
    for (const entry of batch) {
      for (; other !== undefined && other.key < entry.key; other = next()) {
        merged.push(other);
        at++;
      }
      if (other?.key !== entry.key) merged.push(entry);
    }
    yield merged;
  }
  for (; other !== undefined; other = next()) {
    yield others.slice(at);
    at = others.length;
  }
}
