/** Comparison of rows by sort keys, as btree orders them. */
import type { CompiledExpr, Datum, EvaluationContext, Row, SortKey } from "@firstlight/sql";
import { compileExpr, typeByOid } from "@firstlight/sql";

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
    value: compileExpr(key.expr),
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
