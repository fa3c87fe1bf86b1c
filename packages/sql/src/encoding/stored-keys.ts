/**
 * Key columns from the bytes of stored rows: what key-columns.ts makes of their values, without the
 * values where a few bytes are all that differs between the two forms. Other types go through them.
 */
import type { Datum } from "../values/datum.ts";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import type { GrowingBytes } from "./growing-bytes.ts";
import type { KeyColumnOrder } from "./key-columns.ts";
import { keyEncoder } from "./key-columns.ts";
import { columnReader } from "./row-decoder.ts";
import { COLUMN_MISSING, COLUMN_NULL } from "./row-layout.ts";

export interface StoredKeyColumn extends KeyColumnOrder {
  /** Position in the stored row. */
  readonly position: number;
  readonly type: number;
}

const VALUE = 0x02;
const SIGN = 0x80;
const BLANK = 0x20;
const TERMINATOR = 0x01;

/** Writes the form of the value in row[start, end). */
type FormWriter = (row: Uint8Array, start: number, end: number, out: GrowingBytes) => void;

const sameBytes: FormWriter = (row, start, end, out) => out.add(row, start, end);

const flippedSign: FormWriter = (row, start, end, out) => {
  const at = out.end;
  out.add(row, start, end);
  out.bytes[at] = (out.bytes[at] as number) ^ SIGN;
};

/** There are no zeros in a text. */
const terminated: FormWriter = (row, start, end, out) => {
  out.add(row, start, end);
  out.reserve(2);
  out.bytes[out.end++] = 0;
  out.bytes[out.end++] = TERMINATOR;
};

const trimmed: FormWriter = (row, start, end, out) => {
  let last = end;
  while (last > start && row[last - 1] === BLANK) last--;
  terminated(row, start, last, out);
};

const NEGATIVE = 0x8000_0000;
const EXPONENT = 0x7ff0_0000;
const NAN_HIGH = 0xfff8_0000;

const float8: FormWriter = (row, start, _end, out) => {
  let high = binary.readUint4(row, start);
  let low = binary.readUint4(row, start + 4);
  if (high === NEGATIVE && low === 0) high = 0;
  const isNaN = (high & EXPONENT) === EXPONENT && ((high & 0xf_ffff) !== 0 || low !== 0);
  if (isNaN) [high, low] = [NAN_HIGH, 0];
  else if (high >= NEGATIVE) [high, low] = [~high, ~low];
  else high |= NEGATIVE;
  out.reserve(8);
  binary.writeInt4(out.bytes, out.end, high);
  binary.writeInt4(out.bytes, out.end + 4, low);
  out.end += 8;
};

const FORMS: ReadonlyMap<number, FormWriter> = new Map([
  [oids.BOOL, sameBytes],
  [oids.OID, sameBytes],
  [oids.UUID, sameBytes],
  [oids.INT2, flippedSign],
  [oids.INT4, flippedSign],
  [oids.INT8, flippedSign],
  [oids.DATE, flippedSign],
  [oids.TIME, flippedSign],
  [oids.TIMESTAMP, flippedSign],
  [oids.TIMESTAMPTZ, flippedSign],
  [oids.FLOAT8, float8],
  [oids.TEXT, terminated],
  [oids.VARCHAR, terminated],
  [oids.NAME, terminated],
  [oids.BPCHAR, trimmed],
]);

/** Without the marker before it. */
function throughValue(type: number): FormWriter {
  const read = columnReader(type);
  const encode = keyEncoder([type]);
  return (row, start, end, out) => out.addLatin1(encode([read(row, start, end)]).slice(1));
}

interface Column {
  readonly position: number;
  readonly descending: boolean;
  readonly form: FormWriter;
  /** The whole column where the row has NULL, or is too old to have it. */
  readonly ofNull: string;
  readonly ofMissing: string;
  readonly isMissingNull: boolean;
}

function columnOf(key: StoredKeyColumn, missing: readonly Datum[]): Column {
  const { position, type, descending = false } = key;
  const encode = keyEncoder([type], [key]);
  const value = missing[position] ?? null;
  return {
    position,
    descending,
    form: FORMS.get(type) ?? throughValue(type),
    ofNull: encode([null]),
    ofMissing: encode([value]),
    isMissingNull: value === null,
  };
}

export class StoredKeyEncoder {
  readonly #columns: readonly Column[];
  /** So many columns of a row have to be located. */
  readonly located: number;

  /** `missing`: what rows have in columns that were added after they were stored. */
  constructor(columns: readonly StoredKeyColumn[], missing: readonly Datum[] = []) {
    this.#columns = columns.map((column) => columnOf(column, missing));
    this.located = columns.reduce((most, { position }) => Math.max(most, position + 1), 0);
  }

  /** `bounds` as locateColumns has them. Returns whether there was no NULL. */
  write(row: Uint8Array, bounds: Int32Array, out: GrowingBytes): boolean {
    let isWhole = true;
    for (const { position, form, descending, ofNull, ofMissing, isMissingNull } of this.#columns) {
      const start = bounds[2 * position] as number;
      if (start === COLUMN_NULL) {
        isWhole = false;
        out.addLatin1(ofNull);
      } else if (start === COLUMN_MISSING) {
        if (isMissingNull) isWhole = false;
        out.addLatin1(ofMissing);
      } else {
        out.reserve(1);
        out.bytes[out.end++] = VALUE;
        const from = out.end;
        form(row, start, bounds[2 * position + 1] as number, out);
        if (descending) out.complement(from);
      }
    }
    return isWhole;
  }
}
