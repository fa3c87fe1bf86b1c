/** Comparison of rows by sort keys, as btree orders them. */
import type { CompiledExpr, Datum, EvaluationContext, Row, SortKey } from "@firstlight/sql";
import { typeByOid, volatility } from "@firstlight/sql";
import { compileFlat } from "./flat-values.ts";

interface CompiledKey {
  readonly value: CompiledExpr;
  readonly compare: (a: Exclude<Datum, null>, b: Exclude<Datum, null>) => number;
  readonly sign: 1 | -1;
  readonly nullSign: 1 | -1;
}

/** Values of the keys, computed once per row. */
export type KeyValues = readonly Datum[];

export interface RowOrder {
  keysOf(row: Row, context: EvaluationContext): KeyValues;
  compare(a: KeyValues, b: KeyValues): number;
}

function simpleCompare(a: Datum, b: Datum): number {
  if (a === null || b === null) return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Types whose JavaScript order is btree's: integers, dates, timestamps. */
const NATIVE: ReadonlySet<number> = new Set([20, 21, 23, 26, 1082, 1083, 1114, 1184]);

export function compareFunction(type: number): (a: Datum, b: Datum) => number {
  if (NATIVE.has(type)) return simpleCompare;
  const sqlType = typeByOid(type);
  return (a, b) => sqlType.compare(a, b);
}

export function compileOrder(keys: readonly SortKey[]): RowOrder {
  const compiled = keys.map((key): CompiledKey => ({
    value: compileFlat(key.expr),
    compare: compareFunction(key.expr.type),
    sign: key.descending ? -1 : 1,
    nullSign: key.nullsFirst ? -1 : 1,
  }));
  return {
    keysOf: (row, context) => compiled.map((key) => key.value(row, context)),
    compare(a, b) {
      for (let i = 0; i < compiled.length; i++) {
        const key = compiled[i];
        const left = a[i] ?? null;
        const right = b[i] ?? null;
        if (key === undefined || (left === null && right === null)) continue;
        if (left === null) return key.nullSign;
        if (right === null) return -key.nullSign;
        const order = key.compare(left, right);
        if (order !== 0) return order * key.sign;
      }
      return 0;
    },
  };
}

/** Order of rows by their positions: keys that are no columns are put before the row. */
export interface RowOrdering {
  /** The row with what `compare` needs. */
  readonly widen: (row: Row, context: EvaluationContext) => Row;
  /** The row as it was. */
  readonly narrow: (widened: Row) => Row;
  readonly compare: (a: Row, b: Row) => number;
  /** Whether a row may be widened again. */
  readonly isRepeatable: boolean;
}

export interface PositionKey {
  readonly at: number;
  readonly compare: (a: Datum, b: Datum) => number;
  readonly sign: 1 | -1;
  readonly nullSign: 1 | -1;
  readonly isNative: boolean;
}

/** With a count, only so many of the keys are compared, of rows that are widened for all. */
export function compileOrdering(
  keys: readonly SortKey[],
  count: number = keys.length,
): RowOrdering {
  const computed = keys.filter(({ expr }) => expr.kind !== "slot");
  const values = computed.map(({ expr }) => compileFlat(expr));
  const shift = computed.length;
  let next = 0;
  const positions = keys.map((key) => {
    const at = key.expr.kind === "slot" ? key.expr.index + shift : next++;
    return positionKey(at, key.expr.type, key);
  });
  return {
    widen:
      shift === 0
        ? (row) => row
        : (row, context) => values.map((value) => value(row, context)).concat(row),
    narrow: shift === 0 ? (row) => row : (row) => row.slice(shift),
    compare: compareBy(positions.slice(0, count)),
    isRepeatable: computed.every(({ expr }) => volatility(expr) !== "volatile"),
  };
}

/** A key at a position of the row; nulls last as btree has it, unless it says so. */
export function positionKey(at: number, type: number, key?: Omit<SortKey, "expr">): PositionKey {
  return {
    at,
    compare: compareFunction(type),
    sign: key?.descending === true ? -1 : 1,
    nullSign: key?.nullsFirst === true ? -1 : 1,
    isNative: NATIVE.has(type),
  };
}

export function compareBy(keys: readonly PositionKey[]): (a: Row, b: Row) => number {
  if (keys.length === 0) return () => 0;
  const compares = keys.map((key) => (key.isNative ? compareNative(key) : compareOne(key)));
  return compares.reduceRight(
    (compareRest, compareFirst) => (a, b) => compareFirst(a, b) || compareRest(a, b),
  );
}

function compareNative({ at, sign, nullSign }: PositionKey): (a: Row, b: Row) => number {
  return (a, b) => {
    const left = a[at] ?? null;
    const right = b[at] ?? null;
    if (left === null || right === null) return compareNulls(left, right, nullSign);
    return left < right ? -sign : left > right ? sign : 0;
  };
}

function compareNulls(left: Datum, right: Datum, nullSign: number): number {
  if (left === right) return 0;
  return left === null ? nullSign : -nullSign;
}

function compareOne({ at, sign, nullSign, compare }: PositionKey): (a: Row, b: Row) => number {
  return (a, b) => {
    const left = a[at] ?? null;
    const right = b[at] ?? null;
    if (left === null || right === null) return compareNulls(left, right, nullSign);
    return compare(left, right) * sign;
  };
}
