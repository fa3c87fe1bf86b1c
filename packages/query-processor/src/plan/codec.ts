/**
 * The encodings of package sql in the shapes that table layouts want: compiled once per list of
 * types, called per row.
 */
import type { Datum, EvaluationContext, Row } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  keyEncoder as sqlKeyEncoder,
  rowDecoder as sqlRowDecoder,
  rowEncoder as sqlRowEncoder,
  physicalType,
  textWriter,
  typeByOid,
} from "@firstlight/sql";

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

export function keyEncoder(columns: readonly KeyColumn[]): KeyEncode {
  return sqlKeyEncoder(
    columns.map((column) => column.type),
    columns,
  );
}

export function rowEncoder(types: readonly number[]): RowEncode {
  return sqlRowEncoder(types);
}

/** Decodes the columns at `wanted`; positions past the end of an older row give `missing`. */
export function rowDecoder(
  types: readonly number[],
  wanted: readonly number[],
  missing: readonly Datum[] | undefined,
): RowDecode {
  const decode = sqlRowDecoder(types, wanted, missing);
  return (bytes) => decode(bytes);
}

/** The value of ColumnDescriptor.missing, which is text of the type that values are stored as. */
export function missingValue(text: string, type: number, typmod: number): Datum {
  return typeByOid(physicalType(type)).input(text, typmod, { ...DEFAULT_FORMAT, now: 0n });
}

/** As the session prints it: objects that values of reg* types stand for by their names. */
export function datumText(
  value: Exclude<Datum, null>,
  type: number,
  context: EvaluationContext,
): string {
  return textWriter(type)(context, value);
}
