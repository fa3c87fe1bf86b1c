/**
 * generate_series over integers, numeric and timestamps. A series ends where the next value would
 * leave the type's range.
 */
import { registerSetReturning } from "./registry.ts";
import { invalidParameter } from "./errors.ts";
import { addToTimestamp, addToTimestamptz } from "./datetime/arithmetic.ts";
import { sessionZone } from "./datetime/bounds.ts";
import { requireZone } from "./datetime/zone-names.ts";
import type { Interval, Numeric } from "../values/datum.ts";
import { intervalSpan } from "../values/interval.ts";
import { NUMERIC_ONE, compareNumeric, numericSign } from "../values/numeric.ts";
import { numericAdd } from "../values/numeric-arithmetic.ts";
import type { SqlError } from "@firstlight/common";

function zeroStep(): SqlError {
  return invalidParameter("step size cannot equal zero");
}

function* int4Series(start: number, stop: number, step: number): Generator<number> {
  if (step === 0) throw zeroStep();
  for (let at = start; step > 0 ? at <= stop : at >= stop; at += step) yield at;
}

function* int8Series(start: bigint, stop: bigint, step: bigint): Generator<bigint> {
  if (step === 0n) throw zeroStep();
  for (let at = start; step > 0n ? at <= stop : at >= stop; at += step) yield at;
}

function checkNumericBound(value: Numeric, what: string): void {
  if (value.kind === "nan") throw invalidParameter(`${what} value cannot be NaN`);
  if (value.kind !== "finite") throw invalidParameter(`${what} value cannot be infinity`);
}

function* numericSeries(start: Numeric, stop: Numeric, step: Numeric): Generator<Numeric> {
  checkNumericBound(start, "start");
  checkNumericBound(stop, "stop");
  if (step.kind === "nan") throw invalidParameter("step size cannot be NaN");
  if (step.kind !== "finite") throw invalidParameter("step size cannot be infinity");
  const direction = numericSign(step);
  if (direction === 0) throw zeroStep();
  for (
    let at = start;
    direction > 0 ? compareNumeric(at, stop) <= 0 : compareNumeric(at, stop) >= 0;
    at = numericAdd(at, step)
  ) {
    yield at;
  }
}

function* timestampSeries(
  start: bigint,
  stop: bigint,
  step: Interval,
  next: (at: bigint) => bigint,
): Generator<bigint> {
  const direction = intervalSpan(step);
  if (direction === 0n) throw zeroStep();
  for (let at = start; direction > 0n ? at <= stop : at >= stop; at = next(at)) yield at;
}

export function registerSeries(): void {
  registerSetReturning({
    generate_series_int4: () => (_, start: number, stop: number) => int4Series(start, stop, 1),
    generate_series_step_int4: () => (_, start: number, stop: number, step: number) =>
      int4Series(start, stop, step),
    generate_series_int8: () => (_, start: bigint, stop: bigint) => int8Series(start, stop, 1n),
    generate_series_step_int8: () => (_, start: bigint, stop: bigint, step: bigint) =>
      int8Series(start, stop, step),
    generate_series_numeric: () => (_, start: Numeric, stop: Numeric) =>
      numericSeries(start, stop, NUMERIC_ONE),
    generate_series_step_numeric: () => (_, start: Numeric, stop: Numeric, step: Numeric) =>
      numericSeries(start, stop, step),
    generate_series_timestamp: () => (_, start: bigint, stop: bigint, step: Interval) =>
      timestampSeries(start, stop, step, (at) => addToTimestamp(at, step)),
    generate_series_timestamptz: () => (context, start: bigint, stop: bigint, step: Interval) => {
      const zone = sessionZone(context);
      return timestampSeries(start, stop, step, (at) => addToTimestamptz(at, step, zone));
    },
    generate_series_timestamptz_at_zone:
      () => (_, start: bigint, stop: bigint, step: Interval, name: string) => {
        const zone = requireZone(name);
        return timestampSeries(start, stop, step, (at) => addToTimestamptz(at, step, zone));
      },
  });
}
