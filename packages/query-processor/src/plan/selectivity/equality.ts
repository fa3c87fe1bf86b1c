/** Shares of rows whose column equals something: eqsel of PostgreSQL. */
import type { Datum, Expr } from "@firstlight/sql";
import { findType, typeByOid } from "@firstlight/sql";
import type { Estimation } from "./relation-facts.ts";
import type { Variable } from "./variable.ts";
import { clampShare, distinctValues } from "./variable.ts";

const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23, 26]);
const STRINGS: ReadonlySet<number> = new Set([25, 1043, 19]);

export function nullShare(variable: Variable): number {
  return variable.statistics?.nullFraction ?? 0;
}

const DATE = 1082;
const MOMENTS: ReadonlySet<number> = new Set([DATE, 1114, 1184]);
const DAY_MICROS = 86_400_000_000n;

/** Days or microseconds; time zones make no difference to where a value stands. */
function asMoment(value: Datum, from: number, to: number): Datum | undefined {
  if (to === DATE) return typeof value === "bigint" ? Number(value / DAY_MICROS) : value;
  if (from !== DATE || typeof value !== "number") return value;
  return Number.isFinite(value) ? BigInt(value) * DAY_MICROS : undefined;
}

function asInteger(value: Datum, type: number): Datum | undefined {
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  return type === 20 ? BigInt(value) : Number(value);
}

/** The value as the column's type holds it; undefined where types are not held alike. */
export function asColumnValue(value: Datum, from: number, to: number): Datum | undefined {
  if (from === to) return value;
  if (STRINGS.has(from) && STRINGS.has(to)) return value;
  if (INTEGERS.has(from) && INTEGERS.has(to)) return asInteger(value, to);
  if (MOMENTS.has(from) && MOMENTS.has(to)) return asMoment(value, from, to);
  return undefined;
}

function commonShare(variable: Variable, value: Datum): number | undefined {
  const { statistics } = variable;
  if (statistics === undefined || findType(statistics.type) === undefined) return undefined;
  const type = typeByOid(statistics.type);
  const at = statistics.commonValues.findIndex(
    (each) => each !== null && type.compare(each, value) === 0,
  );
  return at < 0 ? undefined : statistics.commonFractions[at];
}

export function commonTotal(variable: Variable): number {
  return (variable.statistics?.commonFractions ?? []).reduce((sum, each) => sum + each, 0);
}

/** var_eq_const. */
export function equalsValue(variable: Variable, value: Datum, valueType: number): number {
  if (value === null) return 0;
  const { isUnique, relation, statistics } = variable;
  if (isUnique && relation?.rows !== undefined && relation.rows >= 1) return 1 / relation.rows;
  if (statistics === undefined) return clampShare(1 / distinctValues(variable).count);
  const own = asColumnValue(value, valueType, statistics.type);
  const common = own === undefined ? undefined : commonShare(variable, own);
  if (common !== undefined) return clampShare(common);
  const fractions = statistics.commonFractions;
  let share = clampShare(1 - commonTotal(variable) - statistics.nullFraction);
  const others = distinctValues(variable).count - fractions.length;
  if (others > 1) share /= others;
  const least = fractions[fractions.length - 1];
  return clampShare(least !== undefined && share > least ? least : share);
}

/** var_eq_non_const: some value that is not known yet. */
export function equalsSomething(variable: Variable): number {
  const { isUnique, relation, statistics } = variable;
  if (isUnique && relation?.rows !== undefined && relation.rows >= 1) return 1 / relation.rows;
  const { count } = distinctValues(variable);
  if (statistics === undefined) return clampShare(1 / count);
  const share = (1 - statistics.nullFraction) / Math.max(1, count);
  const most = statistics.commonFractions[0];
  return clampShare(most !== undefined && share > most ? most : share);
}

export function equalityShare(estimation: Estimation, variable: Variable, other: Expr): number {
  const value = estimation.valueOf(other);
  return value === undefined ? equalsSomething(variable) : equalsValue(variable, value, other.type);
}

/** neqsel. */
export function inequalityShare(estimation: Estimation, variable: Variable, other: Expr): number {
  if (estimation.valueOf(other) === null) return 0;
  return clampShare(1 - equalityShare(estimation, variable, other) - nullShare(variable));
}
