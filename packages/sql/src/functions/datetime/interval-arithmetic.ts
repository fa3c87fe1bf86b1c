/**
 * Arithmetic of intervals: fields add independently, factors spill fractions of months into days and
 * of days into microseconds (timestamp.c: interval_mul, interval_div).
 */
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { divisionByZero } from "../errors.ts";
import { roundHalfEven } from "../float.ts";
import { MICROS_PER_DAY_BIG } from "../../values/calendar.ts";
import type { Interval } from "../../values/datum.ts";
import {
  intervalAdd,
  intervalNegate,
  intervalOutOfRange,
  makeInterval,
} from "../../values/interval.ts";

const DAYS_PER_MONTH = 30;
const SECONDS_PER_DAY = 86400;

export function subtractIntervals(a: Interval, b: Interval): Interval {
  return makeInterval(a.months - b.months, a.days - b.days, a.micros - b.micros);
}

/** TSROUND: to whole microseconds, so that fractions do not creep in. */
const roundMicros = (seconds: number): number => roundHalfEven(seconds * 1_000_000) / 1_000_000;

function checkedField(value: number): number {
  if (!(value <= 2147483647 && value >= -2147483648)) throw intervalOutOfRange();
  return Math.trunc(value) + 0;
}

/** The fields scaled by `scale`; what months and days leave over goes to the smaller fields. */
function scaleInterval(span: Interval, scale: (value: number) => number): Interval {
  const scaledMonths = scale(span.months);
  const scaledDays = scale(span.days);
  const months = checkedField(scaledMonths);
  let days = checkedField(scaledDays);
  const monthRemainder = roundMicros((scaledMonths - months) * DAYS_PER_MONTH);
  let seconds = roundMicros(
    (scaledDays - days + monthRemainder - Math.trunc(monthRemainder)) * SECONDS_PER_DAY,
  );
  if (Math.abs(seconds) >= SECONDS_PER_DAY) {
    const spill = Math.trunc(seconds / SECONDS_PER_DAY);
    days = checkedField(days + spill);
    seconds -= spill * SECONDS_PER_DAY;
  }
  days = checkedField(days + Math.trunc(monthRemainder));
  const micros = roundHalfEven(scale(Number(span.micros)) + seconds * 1_000_000);
  if (!(Math.abs(micros) < 2 ** 63)) throw intervalOutOfRange();
  return makeInterval(months, days, BigInt(micros));
}

export function multiplyInterval(span: Interval, factor: number): Interval {
  if (factor !== factor) throw intervalOutOfRange();
  return scaleInterval(span, (value) => value * factor);
}

export function divideInterval(span: Interval, divisor: number): Interval {
  if (divisor === 0) throw divisionByZero();
  if (divisor !== divisor) throw intervalOutOfRange();
  return scaleInterval(span, (value) => value / divisor);
}

export function justifyHours(span: Interval): Interval {
  let days = span.days + Number(span.micros / MICROS_PER_DAY_BIG);
  let micros = span.micros % MICROS_PER_DAY_BIG;
  if (days > 0 && micros < 0n) {
    micros += MICROS_PER_DAY_BIG;
    days--;
  } else if (days < 0 && micros > 0n) {
    micros -= MICROS_PER_DAY_BIG;
    days++;
  }
  return makeInterval(span.months, days, micros);
}

function justifyDays(span: Interval): Interval {
  let months = span.months + Math.trunc(span.days / DAYS_PER_MONTH);
  let days = span.days % DAYS_PER_MONTH;
  if (months > 0 && days < 0) {
    days += DAYS_PER_MONTH;
    months--;
  } else if (months < 0 && days > 0) {
    days -= DAYS_PER_MONTH;
    months++;
  }
  return makeInterval(months, days, span.micros);
}

/** All fields brought to one sign, days to less than 30 and time to less than 24 hours. */
function justify(span: Interval): Interval {
  let { months, days } = span;
  const sameSign = (days > 0 && span.micros > 0n) || (days < 0 && span.micros < 0n);
  if (sameSign) {
    months += Math.trunc(days / DAYS_PER_MONTH);
    days %= DAYS_PER_MONTH;
  }
  days += Number(span.micros / MICROS_PER_DAY_BIG);
  let micros = span.micros % MICROS_PER_DAY_BIG;
  months += Math.trunc(days / DAYS_PER_MONTH);
  days %= DAYS_PER_MONTH;
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) {
    days += DAYS_PER_MONTH;
    months--;
  } else if (months < 0 && (days > 0 || (days === 0 && micros > 0n))) {
    days -= DAYS_PER_MONTH;
    months++;
  }
  if (days > 0 && micros < 0n) {
    micros += MICROS_PER_DAY_BIG;
    days--;
  } else if (days < 0 && micros > 0n) {
    micros -= MICROS_PER_DAY_BIG;
    days++;
  }
  return makeInterval(months, days, micros);
}

const arithmetic: Record<string, Implementation> = {
  interval_pl: (_, a: Interval, b: Interval) => intervalAdd(a, b),
  interval_mi: (_, a: Interval, b: Interval) => subtractIntervals(a, b),
  interval_um: (_, a: Interval) => intervalNegate(a),
  interval_mul: (_, a: Interval, factor: number) => multiplyInterval(a, factor),
  mul_d_interval: (_, factor: number, a: Interval) => multiplyInterval(a, factor),
  interval_div: (_, a: Interval, divisor: number) => divideInterval(a, divisor),
  interval_justify_hours: (_, a: Interval) => justifyHours(a),
  interval_justify_days: (_, a: Interval) => justifyDays(a),
  interval_justify_interval: (_, a: Interval) => justify(a),
  interval_finite: () => true,
};

export function registerIntervalArithmetic(): void {
  registerFunctions(arithmetic);
}

export { intervalAdd as addIntervals } from "../../values/interval.ts";
