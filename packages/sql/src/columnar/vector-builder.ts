/** Stored rows to column vectors: of the columns that are wanted and nothing else. */
import type { Datum } from "../values/datum.ts";
import { columnReader } from "../encoding/row-decoder.ts";
import { COLUMN_MISSING, COLUMN_NULL, locateColumns } from "../encoding/row-layout.ts";
import { physicalType } from "../encoding/stored-form.ts";
import * as binary from "../types/binary.ts";
import * as oids from "../types/oids.ts";
import type { ColumnVector } from "./column-vector.ts";

/** Where the values of one column start and end in their rows. */
interface Located {
  readonly rows: readonly Uint8Array[];
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** What a row that is too short for the column has in it. */
  readonly missing: Datum;
}

const DATUM_BYTES = 8;
const STRING_BYTES = 24;
const OBJECT_BYTES = 64;
/** So many different strings of a block are kept once each. */
const INTERNED_MAX = 64;
const DATE_INFINITY = 2147483647;
const DATE_NEGATIVE_INFINITY = -2147483648;

function nullsOf({ starts, missing }: Located): Uint8Array | undefined {
  let nulls: Uint8Array | undefined;
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] as number;
    if (start >= 0 || (start === COLUMN_MISSING && missing !== null)) continue;
    nulls ??= new Uint8Array(starts.length);
    nulls[i] = 1;
  }
  return nulls;
}

/** A value for a column that rows lack is not worth a form of its own. */
function hasMissing({ starts, missing }: Located): boolean {
  return missing !== null && starts.includes(COLUMN_MISSING);
}

function integers(located: Located, type: number): ColumnVector | undefined {
  const { rows, starts } = located;
  const values = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const start = starts[i] as number;
    if (start < 0) continue;
    const bytes = rows[i] as Uint8Array;
    values[i] = type === oids.INT2 ? binary.readInt2(bytes, start) : binary.readInt4(bytes, start);
  }
  if (type === oids.DATE) {
    if (values.includes(DATE_INFINITY) || values.includes(DATE_NEGATIVE_INFINITY)) return undefined;
  }
  const nulls = nullsOf(located);
  return { kind: "integer", values, nulls, bytes: values.length * 5 };
}

function floats(located: Located): ColumnVector {
  const { rows, starts } = located;
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const start = starts[i] as number;
    if (start >= 0) values[i] = binary.readFloat8(rows[i] as Uint8Array, start);
  }
  return { kind: "float", values, nulls: nullsOf(located), bytes: values.length * 9 };
}

/** Undefined where the scales differ, or where a value is not finite or not small. */
function scaled(located: Located): ColumnVector | undefined {
  const { rows, starts } = located;
  const values = new Float64Array(rows.length);
  let scale = -1;
  for (let i = 0; i < rows.length; i++) {
    const start = starts[i] as number;
    if (start < 0) continue;
    const value = binary.readNumeric(rows[i] as Uint8Array, start);
    if (scale === -1) scale = value.scale;
    if (value.small === undefined || value.scale !== scale) return undefined;
    values[i] = value.small;
  }
  if (scale === -1) return undefined;
  return { kind: "scaled", scale, values, nulls: nullsOf(located), bytes: values.length * 9 };
}

function datums(located: Located, type: number): ColumnVector {
  const { rows, starts, ends, missing } = located;
  const read = columnReader(type);
  const interned = new Map<Datum, Datum>();
  const values: Datum[] = [];
  let bytes = rows.length * DATUM_BYTES;
  let hasNull = false;
  for (let i = 0; i < rows.length; i++) {
    const start = starts[i] as number;
    let value = start === COLUMN_MISSING ? missing : null;
    if (start >= 0) value = read(rows[i] as Uint8Array, start, ends[i] as number);
    hasNull ||= value === null;
    if (typeof value === "string") {
      const known = interned.get(value);
      if (known !== undefined) value = known;
      else {
        if (interned.size < INTERNED_MAX) interned.set(value, value);
        bytes += STRING_BYTES + value.length;
      }
    } else if (typeof value === "object" && value !== null) {
      bytes += OBJECT_BYTES + (ends[i] as number) - start;
    }
    values.push(value);
  }
  return { kind: "datum", values, hasNull, bytes };
}

function vectorOf(located: Located, type: number): ColumnVector {
  if (hasMissing(located)) return datums(located, type);
  switch (physicalType(type)) {
    case oids.INT2:
    case oids.INT4:
    case oids.DATE:
      return integers(located, physicalType(type)) ?? datums(located, type);
    case oids.FLOAT8:
      return floats(located);
    case oids.NUMERIC:
      return scaled(located) ?? datums(located, type);
    default:
      return datums(located, type);
  }
}

/** Vectors of the columns at these positions. */
export function buildVectors(
  rows: readonly Uint8Array[],
  columns: readonly number[],
  columnTypes: readonly number[],
  defaults: readonly Datum[] | undefined,
): readonly ColumnVector[] {
  const starts = columns.map(() => new Int32Array(rows.length).fill(COLUMN_NULL));
  const ends = columns.map(() => new Int32Array(rows.length));
  const width = columns.length === 0 ? 0 : Math.max(...columns) + 1;
  const bounds = new Int32Array(2 * width);
  for (let i = 0; i < rows.length; i++) {
    locateColumns(rows[i] as Uint8Array, width, bounds);
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c] as number;
      (starts[c] as Int32Array)[i] = bounds[2 * column] as number;
      (ends[c] as Int32Array)[i] = bounds[2 * column + 1] as number;
    }
  }
  return columns.map((column, c) =>
    vectorOf(
      {
        rows,
        starts: starts[c] as Int32Array,
        ends: ends[c] as Int32Array,
        missing: defaults?.[column] ?? null,
      },
      columnTypes[column] ?? 0,
    ),
  );
}
