/**
 * The aggregate behind a pg_proc entry. Entries are found by name and by the type of their first
 * parameter, as pg_aggregate lists them; what is not here is refused with 0A000.
 */
import { featureNotSupported } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { type ProcRow, requireProc } from "../catalog/proc-catalog.ts";
import { baseElementTypeOid } from "../catalog/type-catalog.ts";
import {
  type AggregateFactory,
  type AggregateFunction,
  type AggregateTypes,
  erased,
} from "./aggregate-function.ts";
import { arrayAgg, arrayAggOfArrays, byteaAgg, stringAgg } from "./collections.ts";
import { countRows, countValues } from "./count.ts";
import {
  averageOfIntervals,
  averageOfNumerics,
  sumOfFloat4,
  sumOfFloat8,
  sumOfIntervals,
  sumOfNumerics,
} from "./decimal-sum.ts";
import { anyValue, maximum, minimum } from "./extremes.ts";
import {
  averageOfFloats,
  floatStddevPop,
  floatStddevSamp,
  floatVarPop,
  floatVarSamp,
  REGRESSION,
} from "./float-statistics.ts";
import {
  bitAnd,
  bitAnd8,
  bitOr,
  bitOr8,
  bitStringAnd,
  bitStringOr,
  bitStringXor,
  bitXor,
  bitXor8,
  boolAnd,
  boolOr,
} from "./folds.ts";
import { averageOfIntegers, sumToInt8, sumToNumeric } from "./integer-sum.ts";
import {
  jsonAgg,
  jsonbAgg,
  jsonbObjectAgg,
  jsonObjectAgg,
  type JsonOptions,
} from "./json-collections.ts";
import { numericStatistic } from "./numeric-statistics.ts";
import {
  mode,
  percentileContOfFloats,
  percentileContOfIntervals,
  percentileDisc,
} from "./ordered-sets.ts";

import { rangeAgg, rangeIntersectAgg } from "./ranges.ts";

const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const FLOAT4 = 700;
const FLOAT8 = 701;
const INTERVAL = 1186;
const NUMERIC = 1700;
const BIT = 1560;
const BYTEA = 17;
const TEXT = 25;

type ByType = Readonly<Record<number, AggregateFunction>>;

function byType(entries: ByType): AggregateFactory {
  return ({ argTypes }) => entries[argTypes.at(-1) ?? 0] ?? refuse(argTypes);
}

function refuse(argTypes: readonly number[]): never {
  throw featureNotSupported(
    `aggregate over ${argTypes.map((type) => formatType(type)).join(", ")}`,
  );
}

const SUM = byType({
  [INT2]: erased(sumToInt8),
  [INT4]: erased(sumToInt8),
  [INT8]: erased(sumToNumeric),
  [NUMERIC]: erased(sumOfNumerics),
  [FLOAT4]: erased(sumOfFloat4),
  [FLOAT8]: erased(sumOfFloat8),
  [INTERVAL]: erased(sumOfIntervals),
});

const AVG = byType({
  [INT2]: erased(averageOfIntegers),
  [INT4]: erased(averageOfIntegers),
  [INT8]: erased(averageOfIntegers),
  [NUMERIC]: erased(averageOfNumerics),
  [FLOAT4]: erased(averageOfFloats),
  [FLOAT8]: erased(averageOfFloats),
  [INTERVAL]: erased(averageOfIntervals),
});

function statistic(
  measure: "variance" | "stddev",
  population: "sample" | "population",
  float: AggregateFunction,
): AggregateFactory {
  const exact = erased(numericStatistic(measure, population));
  return byType({
    [INT2]: exact,
    [INT4]: exact,
    [INT8]: exact,
    [NUMERIC]: exact,
    [FLOAT4]: float,
    [FLOAT8]: float,
  });
}

const VAR_SAMP = statistic("variance", "sample", erased(floatVarSamp));
const STDDEV_SAMP = statistic("stddev", "sample", erased(floatStddevSamp));

function bits(
  small: AggregateFunction,
  large: AggregateFunction,
  strings: AggregateFunction,
): AggregateFactory {
  return byType({ [INT2]: small, [INT4]: small, [INT8]: large, [BIT]: strings });
}

function first({ argTypes }: AggregateTypes): number {
  return argTypes[0] ?? 0;
}

function last({ argTypes }: AggregateTypes): number {
  return argTypes.at(-1) ?? 0;
}

function arrays({ resultType, argTypes }: AggregateTypes): AggregateFunction {
  const element = baseElementTypeOid(resultType);
  const isArray = baseElementTypeOid(argTypes[0] ?? 0) !== 0;
  return isArray ? erased(arrayAggOfArrays(element)) : erased(arrayAgg(element));
}

const FACTORIES = new Map<string, AggregateFactory>([
  ["count", ({ argTypes }) => erased(argTypes.length === 0 ? countRows : countValues)],
  ["sum", SUM],
  ["avg", AVG],
  ["min", (types) => erased(minimum(first(types)))],
  ["max", (types) => erased(maximum(first(types)))],
  ["any_value", (types) => erased(anyValue(first(types)))],
  ["bool_and", () => erased(boolAnd)],
  ["every", () => erased(boolAnd)],
  ["bool_or", () => erased(boolOr)],
  ["bit_and", bits(erased(bitAnd), erased(bitAnd8), erased(bitStringAnd))],
  ["bit_or", bits(erased(bitOr), erased(bitOr8), erased(bitStringOr))],
  ["bit_xor", bits(erased(bitXor), erased(bitXor8), erased(bitStringXor))],
  ["var_pop", statistic("variance", "population", erased(floatVarPop))],
  ["var_samp", VAR_SAMP],
  ["variance", VAR_SAMP],
  ["stddev_pop", statistic("stddev", "population", erased(floatStddevPop))],
  ["stddev_samp", STDDEV_SAMP],
  ["stddev", STDDEV_SAMP],
  ["array_agg", arrays],
  ["string_agg", byType({ [TEXT]: erased(stringAgg), [BYTEA]: erased(byteaAgg) })],
  ["percentile_disc", (types) => erased(percentileDisc(last(types)))],
  [
    "percentile_cont",
    byType({
      [FLOAT8]: erased(percentileContOfFloats),
      [INTERVAL]: erased(percentileContOfIntervals),
    }),
  ],
  ["range_agg", (types) => erased(rangeAgg(first(types)))],
  ["range_intersect_agg", (types) => erased(rangeIntersectAgg(first(types)))],
  ["mode", (types) => erased(mode(last(types)))],
]);

for (const [name, aggregate] of Object.entries(REGRESSION)) {
  FACTORIES.set(name, () => erased(aggregate));
}

for (const suffix of ["", "_strict", "_unique", "_unique_strict"]) {
  const options: JsonOptions = {
    skipNulls: suffix.endsWith("_strict"),
    uniqueKeys: suffix.startsWith("_unique"),
  };
  FACTORIES.set(`json_object_agg${suffix}`, ({ argTypes }) =>
    erased(jsonObjectAgg(argTypes, options)),
  );
  FACTORIES.set(`jsonb_object_agg${suffix}`, ({ argTypes }) =>
    erased(jsonbObjectAgg(argTypes, options)),
  );
  if (options.uniqueKeys) continue;
  FACTORIES.set(`json_agg${suffix}`, (types) => erased(jsonAgg(first(types), options)));
  FACTORIES.set(`jsonb_agg${suffix}`, (types) => erased(jsonbAgg(first(types), options)));
}

function describe(proc: ProcRow): string {
  return `aggregate ${proc.name}(${proc.argTypes.map((type) => formatType(type)).join(", ")})`;
}

/**
 * `types.argTypes` are the types of the arguments as coerced; for an ordered-set aggregate its
 * direct arguments come first.
 */
export function aggregateOf(proc: number, types: AggregateTypes): AggregateFunction {
  const row = requireProc(proc);
  const factory = FACTORIES.get(row.name);
  if (row.kind !== "a" || factory === undefined) throw featureNotSupported(describe(row));
  return factory(types);
}
