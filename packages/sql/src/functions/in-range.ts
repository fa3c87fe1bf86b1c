/** in_range(value, base, offset, subtract, less): the support functions of RANGE window frames. */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "./registry.ts";
import type { Implementation } from "./registry.ts";
import { addToTimestamp, addToTimestamptz, timestampOfDate } from "./datetime/arithmetic.ts";
import { sessionZone } from "./datetime/bounds.ts";
import type { Interval, Numeric, TimeTz } from "../values/datum.ts";
import { compareFloat } from "../values/float.ts";
import { compareInterval, intervalAdd, intervalNegate, makeInterval } from "../values/interval.ts";
import { numericAdd, numericSubtract } from "../values/numeric-arithmetic.ts";
import { compareNumeric, isNumericNegative } from "../values/numeric.ts";
import { compareTimeTz } from "./datetime/compare.ts";

function invalidOffset(): SqlError {
  return new SqlError("22013", "invalid preceding or following size in window function");
}

const ZERO: Interval = makeInterval(0, 0, 0n);

function within(order: number, less: boolean): boolean {
  return less ? order <= 0 : order >= 0;
}

type Whole = number | bigint;

const integers: Implementation = (
  _,
  value: Whole,
  base: Whole,
  offset: Whole,
  subtract: boolean,
  less: boolean,
) => {
  const distance = BigInt(offset);
  if (distance < 0n) throw invalidOffset();
  const bound = BigInt(base) + (subtract ? -distance : distance);
  const at = BigInt(value);
  return less ? at <= bound : at >= bound;
};

const floats: Implementation = (
  _,
  value: number,
  base: number,
  offset: number,
  subtract: boolean,
  less: boolean,
) => {
  if (Number.isNaN(offset) || offset < 0) throw invalidOffset();
  if (Number.isNaN(value)) return Number.isNaN(base) ? true : !less;
  if (Number.isNaN(base)) return less;
  // From the infinity that the offset leads away from, every value is in range.
  if (offset === Infinity && base === (subtract ? Infinity : -Infinity)) return true;
  return within(compareFloat(value, subtract ? base - offset : base + offset), less);
};

const numerics: Implementation = (
  _,
  value: Numeric,
  base: Numeric,
  offset: Numeric,
  subtract: boolean,
  less: boolean,
) => {
  if (offset.kind === "nan" || isNumericNegative(offset)) throw invalidOffset();
  if (value.kind === "nan") return base.kind === "nan" ? true : !less;
  if (base.kind === "nan") return less;
  if (offset.kind === "infinity" && base.kind === (subtract ? "infinity" : "-infinity"))
    return true;
  const bound = subtract ? numericSubtract(base, offset) : numericAdd(base, offset);
  return within(compareNumeric(value, bound), less);
};

function checkedOffset(offset: Interval): void {
  if (compareInterval(offset, ZERO) < 0) throw invalidOffset();
}

function signed(offset: Interval, subtract: boolean): Interval {
  checkedOffset(offset);
  return subtract ? intervalNegate(offset) : offset;
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const timestamps: Implementation = (
  _,
  value: bigint,
  base: bigint,
  offset: Interval,
  subtract: boolean,
  less: boolean,
) => within(order(value, addToTimestamp(base, signed(offset, subtract))), less);

const moments: Record<string, Implementation> = {
  in_range_timestamp_interval: timestamps,
  in_range_date_interval: (context, value: number, base: number, ...rest) =>
    timestamps(context, timestampOfDate(value), timestampOfDate(base), ...rest),
  in_range_timestamptz_interval: (
    context,
    value: bigint,
    base: bigint,
    offset: Interval,
    subtract: boolean,
    less: boolean,
  ) => {
    const bound = addToTimestamptz(base, signed(offset, subtract), sessionZone(context));
    return within(order(value, bound), less);
  },
  in_range_interval_interval: (
    _,
    value: Interval,
    base: Interval,
    offset: Interval,
    subtract: boolean,
    less: boolean,
  ) => within(compareInterval(value, intervalAdd(base, signed(offset, subtract))), less),
  in_range_time_interval: (
    _,
    value: number,
    base: number,
    offset: Interval,
    subtract: boolean,
    less: boolean,
  ) => {
    if (offset.micros < 0n) throw invalidOffset();
    const distance = subtract ? -offset.micros : offset.micros;
    return within(order(BigInt(value), BigInt(base) + distance), less);
  },
  in_range_timetz_interval: (
    _,
    value: TimeTz,
    base: TimeTz,
    offset: Interval,
    subtract: boolean,
    less: boolean,
  ) => {
    if (offset.micros < 0n) throw invalidOffset();
    const distance = Number(subtract ? -offset.micros : offset.micros);
    return within(compareTimeTz(value, { ...base, micros: base.micros + distance }), less);
  },
};

const INTEGER_PAIRS = [
  "int8_int8",
  "int4_int8",
  "int4_int4",
  "int4_int2",
  "int2_int8",
  "int2_int4",
  "int2_int2",
];

export function registerInRange(): void {
  for (const pair of INTEGER_PAIRS) registerFunctions({ [`in_range_${pair}`]: integers });
  registerFunctions({
    in_range_float8_float8: floats,
    in_range_float4_float8: floats,
    in_range_numeric_numeric: numerics,
  });
  registerFunctions(moments);
}
