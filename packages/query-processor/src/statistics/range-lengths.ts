/** How far values of a range's subtype are from each other: its subtype_diff in PostgreSQL. */
import type { Bound, Datum } from "@firstlight/sql";
import { numericToFloat8, oids, rangeOf } from "@firstlight/sql";

const MICROS = 1e6;

/** `a - b`; undefined for subtypes that have no difference. */
export type Difference = (a: Datum, b: Datum) => number | undefined;

function plain(a: Datum, b: Datum): number | undefined {
  return typeof a === "number" && typeof b === "number" ? a - b : undefined;
}

function whole(a: Datum, b: Datum): number | undefined {
  return typeof a === "bigint" && typeof b === "bigint" ? Number(a - b) : undefined;
}

function micros(a: Datum, b: Datum): number | undefined {
  const difference = whole(a, b) ?? plain(a, b);
  return difference === undefined ? undefined : difference / MICROS;
}

function asFloat(value: Datum): number | undefined {
  const isObject = typeof value === "object" && value !== null && "tag" in value;
  return isObject && value.tag === "numeric" ? numericToFloat8(value) : undefined;
}

function numeric(a: Datum, b: Datum): number | undefined {
  const [x, y] = [asFloat(a), asFloat(b)];
  return x === undefined || y === undefined ? undefined : x - y;
}

const DIFFERENCES: ReadonlyMap<number, Difference> = new Map([
  [oids.INT4, plain],
  [oids.INT8, whole],
  [oids.NUMERIC, numeric],
  [oids.DATE, plain],
  [oids.TIMESTAMP, micros],
  [oids.TIMESTAMPTZ, micros],
]);

/** Users' range types are taken to have none. */
export function differenceOf(rangeType: number): Difference | undefined {
  const subtype = rangeOf(rangeType)?.subtype;
  return subtype === undefined ? undefined : DIFFERENCES.get(subtype);
}

/** From one bound to another that is not below it: Infinity where one of them is infinite. */
export function distanceBetween(
  difference: Difference | undefined,
  from: Bound,
  to: Bound,
): number {
  if (from.value === null || to.value === null) {
    const isBoth = from.value === null && to.value === null;
    return isBoth && from.lower === to.lower ? 0 : Infinity;
  }
  const distance = difference?.(to.value, from.value);
  return distance === undefined || Number.isNaN(distance) || distance < 0 ? 1 : distance;
}
