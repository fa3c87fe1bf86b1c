/**
 * The encodings of package sql in the shapes that table layouts want: compiled once per list of
 * types, called per row.
 */
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";

export const BYTEA_TYPE = 17;

export interface KeyColumn {
  readonly type: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type RowEncode = (values: Row) => Uint8Array;
export type RowDecode = (bytes: Uint8Array) => Row;
/** Latin1 text of the key bytes of these values, which may be a prefix of the columns. */
export type KeyEncode = (values: Row) => string;

export function keyEncoder(_columns: readonly KeyColumn[]): KeyEncode {
  throw new Error("key encoding is missing");
}

export function rowEncoder(_types: readonly number[]): RowEncode {
  throw new Error("row encoding is missing");
}

/** Decodes the columns at `wanted`; positions past the end of an older row give `missing`. */
export function rowDecoder(
  _types: readonly number[],
  _wanted: readonly number[],
  _missing: readonly Datum[] | undefined,
): RowDecode {
  throw new Error("row encoding is missing");
}

/** The value of ColumnDescriptor.missing. */
export function missingValue(_text: string, _type: number, _typmod: number): Datum {
  throw new Error("type input is missing");
}

export function datumText(value: Datum, _type: number, _context: EvaluationContext): string {
  return String(value);
}
