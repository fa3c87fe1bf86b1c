/**
 * The layout of the key space. The first byte says what follows:
 *
 * | first byte | then                                   | what                                      |
 * |------------|----------------------------------------|-------------------------------------------|
 * | 00         | 'v'                                    | the catalog's version                     |
 * | 00         | 'c' kind u8, oid u32                   | one catalog object                        |
 * | 00         | 'c' kind u8, oid u32, database u32     | one of another database than the first    |
 * | 00         | 'o'                                    | the next object identifier                |
 * | 00         | 'g' storage id u32                     | this storage id's keys are garbage        |
 * | 00         | 'g' storage id u32, index number u16   | this index's entries are garbage          |
 * | 00         | 's' or 'S', table oid u32              | statistics of a table, of its columns     |
 * | 00         | 's' or 'S', table oid u32, database u32| those of another database than the first  |
 * | 00         | 'f' table oid u32, 0 or 1              | schema fence: written, never read         |
 * | 00         | 'f' table oid u32, 0 or 1, database u32| one of another database than the first    |
 * | 00         | 'f' database oid u32, 0                | the fence of all of a database's schema   |
 * | 00         | 'j' job id, 26 characters              | one background job                        |
 * | 00         | 'r'                                    | the ranges of the adjudicators            |
 * | 00         | 'm'                                    | the shard map; every replica holds it     |
 * | 01..fe     | storage id u32, index number u16, ...  | rows and index entries of one table       |
 *
 * Keys that start with 00 are global: every adjudicator judges them (contracts/adjudicator.ts) and
 * the first shard stores them. The first byte of other keys spreads storage ids over the space, so
 * that consecutive tables fall into different halves of it.
 */
import type { Key, Span } from "./key.ts";
import { keyFromLatin1, prefixSpan } from "./key.ts";

export const CATALOG_VERSION_KEY: Key = keyFromLatin1("\x00v");
export const SHARD_MAP_KEY: Key = keyFromLatin1("\x00m");
export const NEXT_OID_KEY: Key = keyFromLatin1("\x00o");
/** Its value is a range map (records/range-maps.ts); who writes it changes the ranges. */
export const RANGES_KEY: Key = keyFromLatin1("\x00r");
export const CATALOG_SPAN: Span = { start: keyFromLatin1("\x00"), end: keyFromLatin1("\x01") };

/** The objects alone. */
export const CATALOG_OBJECT_SPAN: Span = prefixSpan(keyFromLatin1("\x00c"));

const TABLE_STATISTICS_PREFIX: Key = keyFromLatin1("\x00s");
export const TABLE_STATISTICS_SPAN: Span = prefixSpan(TABLE_STATISTICS_PREFIX);

/** Longer keys are refused when they are written: storage adds to them what its engine still takes. */
export const KEY_BYTES_MAX = 2_600;

export function isGlobalKey(key: Key): boolean {
  return key.charCodeAt(0) === 0;
}

export function uint32Text(value: number): string {
  return String.fromCharCode(
    (value >>> 24) & 0xff,
    (value >>> 16) & 0xff,
    (value >>> 8) & 0xff,
    value & 0xff,
  );
}

/** Databases have objects of the same number; those of the first one are told by nothing. */
function placeOf(database: number | undefined): string {
  return database === undefined ? "" : uint32Text(database);
}

export function catalogObjectKey(kind: number, oid: number, database?: number): Key {
  return keyFromLatin1(`\x00c${String.fromCharCode(kind)}${uint32Text(oid)}${placeOf(database)}`);
}

/** Size and age of a table's statistics. */
export function tableStatisticsKey(table: number, database?: number): Key {
  return keyFromLatin1(TABLE_STATISTICS_PREFIX + uint32Text(table) + placeOf(database));
}

/** The statistics of a table's columns. */
export function columnStatisticsKey(table: number, database?: number): Key {
  return keyFromLatin1(`\x00S${uint32Text(table)}${placeOf(database)}`);
}

/**
 * What a transaction that relies on a table checks. A schema change writes both fences of the table;
 * an online step, whose predecessor's writers do no harm, only the one of its own parity: so who
 * planned one step ago passes, who planned two steps ago does not.
 */
export function schemaFenceKey(table: number, step: number, database?: number): Key {
  const parity = String.fromCharCode(step & 1);
  return keyFromLatin1(`\x00f${uint32Text(table)}${parity}${placeOf(database)}`);
}

/** What a transaction checks that any schema change in its database is to refuse. */
export function databaseFenceKey(database: number): Key {
  return schemaFenceKey(database, 0);
}

const JOB_PREFIX: Key = keyFromLatin1("\x00j");
export const JOB_SPAN: Span = prefixSpan(JOB_PREFIX);

/** `id`: 26 characters of ASCII. */
export function jobKey(id: string): Key {
  return keyFromLatin1(JOB_PREFIX + id);
}

/** Low bits first, so that neighbours differ in the highest bit of the first byte; never 00 or ff. */
function spreadByte(storageId: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if (storageId & (1 << bit)) reversed |= 0x80 >> bit;
  return Math.min(0xfe, Math.max(0x01, reversed));
}

/** Of what indexPrefix gives. */
export const INDEX_PREFIX_LENGTH = 7;

/** Prefix of all entries of one index of a table; index 0 is the primary storage of its rows. */
export function indexPrefix(storageId: number, index: number): Key {
  const number = String.fromCharCode((index >>> 8) & 0xff, index & 0xff);
  return keyFromLatin1(String.fromCharCode(spreadByte(storageId)) + uint32Text(storageId) + number);
}

const DROPPED_PREFIX: Key = keyFromLatin1("\x00g");
/** Marks of dropped storage ids. Every storage replica holds them. */
export const DROPPED_SPAN: Span = prefixSpan(DROPPED_PREFIX);

/**
 * Written by the transaction that drops, truncates or rewrites a table: once its timestamp is behind
 * the horizon, storage removes everything under the storage id.
 */
export function droppedStorageKey(storageId: number): Key {
  return keyFromLatin1(DROPPED_PREFIX + uint32Text(storageId));
}

/** The same for one index of a table that stays. */
export function droppedIndexKey(storageId: number, index: number): Key {
  return keyFromLatin1(droppedStorageKey(storageId) + indexPrefix(storageId, index).slice(5));
}

export function isDroppedStorageKey(key: Key): boolean {
  return key.startsWith(DROPPED_PREFIX);
}

/** All keys of the storage id, or of the index of it, that a mark names. */
export function droppedSpan(mark: Key): Span {
  const at = (i: number): number => mark.charCodeAt(DROPPED_PREFIX.length + i);
  const storageId = ((at(0) << 24) | (at(1) << 16) | (at(2) << 8) | at(3)) >>> 0;
  const index = mark.slice(DROPPED_PREFIX.length + 4);
  return prefixSpan(keyFromLatin1(indexPrefix(storageId, 0).slice(0, 5) + index));
}

/** Storage id and index number of a data key, for messages that name the table; undefined if none. */
export function parseDataKey(key: Key): { storageId: number; index: number } | undefined {
  if (key.length < 7 || isGlobalKey(key)) return undefined;
  const at = (i: number): number => key.charCodeAt(i);
  return {
    storageId: ((at(1) << 24) | (at(2) << 16) | (at(3) << 8) | at(4)) >>> 0,
    index: (at(5) << 8) | at(6),
  };
}

/** Every key of the storage id: its first bytes, however many indexes it has. */
function storagePrefix(storageId: number): Key {
  return keyFromLatin1(indexPrefix(storageId, 0).slice(0, STORAGE_PREFIX_LENGTH));
}

/** Of what storagePrefix gives. */
const STORAGE_PREFIX_LENGTH = 5;

/** The same row or entry under another storage id. */
export function movedToStorage(key: Key, storageId: number): Key {
  return keyFromLatin1(storagePrefix(storageId) + key.slice(STORAGE_PREFIX_LENGTH));
}

/** Splits the space into `count` equal spans by first byte. */
export function evenSpans(count: number): Span[] {
  const spans: Span[] = [];
  for (let i = 0; i < count; i++) {
    const from = Math.floor((i * 256) / count);
    const to = Math.floor(((i + 1) * 256) / count);
    spans.push({
      start: i === 0 ? keyFromLatin1("") : keyFromLatin1(String.fromCharCode(from)),
      end: i === count - 1 ? keyFromLatin1("\xff\xff\xff") : keyFromLatin1(String.fromCharCode(to)),
    });
  }
  return spans;
}
