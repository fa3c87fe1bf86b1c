/**
 * Tuples of column values as key bytes: `<` on keys is the order of the tuples, with the direction
 * and the place of NULL of each column. A column is a marker byte and the value's form, complemented
 * when descending. The form of every column is prefix-free, so a prefix of columns is a prefix of
 * the key.
 */
import type { Datum } from "../values/datum.ts";
import type { KeyCodec } from "./key-values.ts";
import { keyCodecOf, findKeyCodec } from "./key-values.ts";
import { KeyCursor } from "./key-cursor.ts";

export interface KeyColumnOrder {
  readonly descending?: boolean;
  /** PostgreSQL's default: last when ascending, first when descending. */
  readonly nullsFirst?: boolean;
}

const NULL_FIRST = "\x01";
const VALUE = "\x02";
const NULL_LAST = "\x03";
const VALUE_CODE = 0x02;

/** Each byte subtracted from 255. */
function complement(key: string): string {
  const bytes = Buffer.from(key, "latin1");
  for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] as number);
  return bytes.toString("latin1");
}

function nullMarker(order: KeyColumnOrder | undefined): string {
  const first = order?.nullsFirst ?? order?.descending ?? false;
  return first ? NULL_FIRST : NULL_LAST;
}

interface Column {
  readonly codec: KeyCodec;
  readonly descending: boolean;
  readonly nullMarker: string;
}

function columnsOf(
  types: readonly number[],
  orders: readonly KeyColumnOrder[] | undefined,
): readonly Column[] {
  return types.map((type, i) => ({
    codec: keyCodecOf(type),
    descending: orders?.[i]?.descending ?? false,
    nullMarker: nullMarker(orders?.[i]),
  }));
}

export type KeyEncoder = (values: readonly Datum[]) => string;

/** Fewer values than types give the key's prefix. The result is latin1, as Key is. */
export function keyEncoder(
  types: readonly number[],
  orders?: readonly KeyColumnOrder[],
): KeyEncoder {
  const columns = columnsOf(types, orders);
  return (values) => {
    let key = "";
    for (let i = 0; i < values.length; i++) {
      const column = columns[i] as Column;
      const value = values[i] as Datum;
      if (value === null) {
        key += column.nullMarker;
      } else {
        const form = column.codec.encode(value);
        key += VALUE + (column.descending ? complement(form) : form);
      }
    }
    return key;
  };
}

export function encodeKeyColumns(
  types: readonly number[],
  values: readonly Datum[],
  orders?: readonly KeyColumnOrder[],
): string {
  return keyEncoder(types, orders)(values);
}

export type KeyDecoder = (key: string, offset?: number) => Datum[];

/** Values equal to those encoded; the same ones where isKeyExact. */
export function keyDecoder(
  types: readonly number[],
  orders?: readonly KeyColumnOrder[],
): KeyDecoder {
  const columns = columnsOf(types, orders);
  return (key, offset = 0) => {
    let cursor = new KeyCursor(key, offset);
    let complemented = false;
    const row: Datum[] = [];
    for (const column of columns) {
      if (complemented) {
        cursor = new KeyCursor(key, cursor.at);
        complemented = false;
      }
      if (cursor.byte() !== VALUE_CODE) {
        row.push(null);
        continue;
      }
      if (column.descending) {
        cursor = new KeyCursor(
          key.slice(0, cursor.at) + complement(key.slice(cursor.at)),
          cursor.at,
        );
        complemented = true;
      }
      row.push(column.codec.decode(cursor));
    }
    return row;
  };
}

export function decodeKeyColumns(
  types: readonly number[],
  key: string,
  orders?: readonly KeyColumnOrder[],
  offset = 0,
): Datum[] {
  return keyDecoder(types, orders)(key, offset);
}

/** Whether a key gives back exactly the value that was encoded (numeric loses its scale). */
export function isKeyExact(type: number): boolean {
  return findKeyCodec(type)?.exact ?? false;
}

/** Whether values of the type can be in a key at all. */
export function isKeyType(type: number): boolean {
  return findKeyCodec(type) !== undefined;
}
