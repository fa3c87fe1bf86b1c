/** Type modifiers as the typmodin functions of pg_type encode them, with their checks. */
import { SqlError } from "@firstlight/common";
import { oids, type TypeRow } from "@firstlight/sql";
import { asTag, child, int, list, string } from "./node.ts";
import type { ParseNode } from "./parsed-statement.ts";

const HEADER_SIZE = 4;
const CHARACTERS_MAX = 10_485_760;
const BITS_MAX = 83_886_080;
const NUMERIC_PRECISION_MAX = 1000;
const NUMERIC_SCALE_MAX = 1000;
const TIME_PRECISION_MAX = 6;
const INTERVAL_FULL_RANGE = 0x7fff;
const INTERVAL_FULL_PRECISION = 0xffff;

function invalid(message: string, location: number): SqlError {
  return new SqlError("22023", message, location < 0 ? {} : { position: location + 1 });
}

/** Modifiers are constants; names and strings are left to types that take them, of which none is here. */
function modifierValues(nodes: readonly ParseNode[], location: number): readonly number[] {
  return nodes.map((node) => {
    const constant = asTag(node, "A_Const");
    if (constant === undefined && asTag(node, "ColumnRef") === undefined) {
      throw new SqlError("42601", "type modifiers must be simple constants or identifiers", {
        position: location + 1,
      });
    }
    const integer = constant === undefined ? undefined : child(constant, "ival");
    const text = constant === undefined ? undefined : child(constant, "sval");
    const value = integer === undefined ? Number(string(text ?? {}, "sval")) : int(integer, "ival");
    if (Number.isInteger(value) && (integer !== undefined || text !== undefined)) return value;
    throw new SqlError("22P02", `invalid input syntax for type integer: "${textOf(node)}"`, {
      position: location + 1,
    });
  });
}

function textOf(node: ParseNode): string {
  const column = asTag(node, "ColumnRef");
  if (column !== undefined) return list(column, "fields").map(stringOf).join(".");
  const constant = asTag(node, "A_Const") ?? {};
  const float = child(constant, "fval");
  if (float !== undefined) return string(float, "fval");
  return string(child(constant, "sval") ?? {}, "sval");
}

function stringOf(node: ParseNode): string {
  return string(asTag(node, "String") ?? {}, "sval");
}

function lengthTypmod(row: TypeRow, values: readonly number[], location: number): number {
  const name = row.oid === oids.BPCHAR ? "char" : row.name;
  return checkedLength(name, CHARACTERS_MAX, values, location) + HEADER_SIZE;
}

function checkedLength(
  name: string,
  max: number,
  values: readonly number[],
  location: number,
): number {
  const [length] = values;
  if (values.length !== 1 || length === undefined) throw invalid("invalid type modifier", location);
  if (length < 1) throw invalid(`length for type ${name} must be at least 1`, location);
  if (length > max) throw invalid(`length for type ${name} cannot exceed ${max}`, location);
  return length;
}

function numericTypmod(values: readonly number[], location: number): number {
  const [precision = 0, scale = 0] = values;
  if (values.length > 2) throw invalid("invalid NUMERIC type modifier", location);
  if (precision < 1 || precision > NUMERIC_PRECISION_MAX) {
    throw invalid(
      `NUMERIC precision ${precision} must be between 1 and ${NUMERIC_PRECISION_MAX}`,
      location,
    );
  }
  if (scale < -NUMERIC_SCALE_MAX || scale > NUMERIC_SCALE_MAX) {
    throw invalid(
      `NUMERIC scale ${scale} must be between -${NUMERIC_SCALE_MAX} and ${NUMERIC_SCALE_MAX}`,
      location,
    );
  }
  return ((precision << 16) | (scale & 0x7ff)) + HEADER_SIZE;
}

/** Above 6 the precision is reduced, for which PostgreSQL also warns. */
function timeTypmod(row: TypeRow, values: readonly number[], location: number): number {
  const [precision = 0] = values;
  if (values.length !== 1) throw invalid("invalid type modifier", location);
  if (precision < 0) {
    const isTime = row.oid === oids.TIME || row.oid === oids.TIMETZ;
    const zone = row.oid === oids.TIMETZ || row.oid === oids.TIMESTAMPTZ ? " WITH TIME ZONE" : "";
    const name = isTime ? "TIME" : "TIMESTAMP";
    throw invalid(`${name}(${precision})${zone} precision must not be negative`, location);
  }
  return Math.min(precision, TIME_PRECISION_MAX);
}

/** The grammar gives [field mask] or [field mask, precision]. */
function intervalTypmod(values: readonly number[], location: number): number {
  const [range = INTERVAL_FULL_RANGE, precision] = values;
  if (values.length > 2) throw invalid("invalid INTERVAL type modifier", location);
  if (precision === undefined) {
    return range === INTERVAL_FULL_RANGE ? -1 : (range << 16) | INTERVAL_FULL_PRECISION;
  }
  if (precision < 0) {
    throw invalid(`INTERVAL(${precision}) precision must not be negative`, location);
  }
  return (range << 16) | Math.min(precision, TIME_PRECISION_MAX);
}

/** -1 when no modifiers are written. */
export function typmodOf(
  row: TypeRow,
  nodes: readonly ParseNode[],
  written: string,
  location: number,
): number {
  if (nodes.length === 0) return -1;
  if (row.modIn === 0) {
    throw new SqlError(
      "42601",
      `type modifier is not allowed for type "${written}"`,
      location < 0 ? {} : { position: location + 1 },
    );
  }
  const values = modifierValues(nodes, location);
  switch (row.oid) {
    case oids.VARCHAR:
    case oids.BPCHAR:
      return lengthTypmod(row, values, location);
    case oids.NUMERIC:
      return numericTypmod(values, location);
    case oids.TIME:
    case oids.TIMETZ:
    case oids.TIMESTAMP:
    case oids.TIMESTAMPTZ:
      return timeTypmod(row, values, location);
    case oids.INTERVAL:
      return intervalTypmod(values, location);
    case oids.BIT:
    case oids.VARBIT:
      return checkedLength(row.name, BITS_MAX, values, location);
    default:
      throw new SqlError("0A000", `type modifiers of ${row.name} are not supported`);
  }
}
