/**
 * Type modifiers as numbers, as the typmodin functions of pg_type pack them, with their checks, and as
 * the typmodout functions print them. A limit on fractional digits above 6 is lowered silently.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import * as oids from "./oids.ts";

const HEADER_SIZE = 4;
const CHARACTERS_MAX = 10_485_760;
const BITS_MAX = 83_886_080;
const NUMERIC_PRECISION_MAX = 1000;
const NUMERIC_SCALE_MAX = 1000;
const TIME_PRECISION_MAX = 6;
const INTERVAL_FULL_RANGE = 0x7fff;
const INTERVAL_FULL_PRECISION = 0xffff;

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

function length(name: string, max: number, values: readonly number[]): number {
  const [first] = values;
  if (values.length !== 1 || first === undefined) throw invalid("invalid type modifier");
  if (first < 1) throw invalid(`length for type ${name} must be at least 1`);
  if (first > max) throw invalid(`length for type ${name} cannot exceed ${max}`);
  return first;
}

function numeric(values: readonly number[]): number {
  const [precision = 0, scale = 0] = values;
  if (values.length !== 1 && values.length !== 2) throw invalid("invalid NUMERIC type modifier");
  if (precision < 1 || precision > NUMERIC_PRECISION_MAX) {
    throw invalid(`NUMERIC precision ${precision} must be between 1 and ${NUMERIC_PRECISION_MAX}`);
  }
  if (scale < -NUMERIC_SCALE_MAX || scale > NUMERIC_SCALE_MAX) {
    throw invalid(
      `NUMERIC scale ${scale} must be between -${NUMERIC_SCALE_MAX} and ${NUMERIC_SCALE_MAX}`,
    );
  }
  return ((precision << 16) | (scale & 0x7ff)) + HEADER_SIZE;
}

function time(type: number, values: readonly number[]): number {
  const [precision = 0] = values;
  if (values.length !== 1) throw invalid("invalid type modifier");
  if (precision < 0) {
    const name = type === oids.TIME || type === oids.TIMETZ ? "TIME" : "TIMESTAMP";
    const zone = type === oids.TIMETZ || type === oids.TIMESTAMPTZ ? " WITH TIME ZONE" : "";
    throw invalid(`${name}(${precision})${zone} precision must not be negative`);
  }
  return Math.min(precision, TIME_PRECISION_MAX);
}

/** Bits: month 1, year 2, day 3, hour 10, minute 11, second 12. */
const INTERVAL_RANGES: ReadonlySet<number> = new Set([
  2,
  4,
  8,
  1024,
  2048,
  4096,
  6,
  1032,
  3080,
  7176,
  3072,
  7168,
  6144,
  INTERVAL_FULL_RANGE,
]);

/** The grammar gives [field mask] or [field mask, precision]. */
function interval(values: readonly number[]): number {
  const [range = INTERVAL_FULL_RANGE, precision] = values;
  if (!INTERVAL_RANGES.has(range) || values.length > 2 || values.length === 0) {
    throw invalid("invalid INTERVAL type modifier");
  }
  if (precision === undefined) {
    return range === INTERVAL_FULL_RANGE ? -1 : (range << 16) | INTERVAL_FULL_PRECISION;
  }
  if (precision < 0) throw invalid(`INTERVAL(${precision}) precision must not be negative`);
  return (range << 16) | Math.min(precision, TIME_PRECISION_MAX);
}

const PACKERS: ReadonlyMap<number, (values: readonly number[]) => number> = new Map([
  [oids.VARCHAR, (values) => length("varchar", CHARACTERS_MAX, values) + HEADER_SIZE],
  [oids.BPCHAR, (values) => length("char", CHARACTERS_MAX, values) + HEADER_SIZE],
  [oids.NUMERIC, numeric],
  [oids.TIME, (values) => time(oids.TIME, values)],
  [oids.TIMETZ, (values) => time(oids.TIMETZ, values)],
  [oids.TIMESTAMP, (values) => time(oids.TIMESTAMP, values)],
  [oids.TIMESTAMPTZ, (values) => time(oids.TIMESTAMPTZ, values)],
  [oids.INTERVAL, interval],
  [oids.BIT, (values) => length("bit", BITS_MAX, values)],
  [oids.VARBIT, (values) => length("varbit", BITS_MAX, values)],
]);

/** Undefined for a type without modifiers. */
export function packTypmod(type: number, values: readonly number[]): number | undefined {
  return PACKERS.get(type)?.(values);
}

/** What the modifier adds to the type's name. */
export function typmodText(type: number, typmod: number): string {
  const zone = / with(out)? time zone$/u.exec(formatType(type))?.[0] ?? "";
  if (typmod < 0) return zone;
  switch (type) {
    case oids.VARCHAR:
    case oids.BPCHAR:
      return typmod > HEADER_SIZE ? `(${typmod - HEADER_SIZE})` : "";
    case oids.NUMERIC:
      return typmod >= HEADER_SIZE ? formatType(type, typmod).slice("numeric".length) : "";
    case oids.INTERVAL:
      return formatType(type, typmod).slice("interval".length);
    default:
      return `(${typmod})${zone}`;
  }
}
