/**
 * Values of several expressions as one Map key: equal values have equal keys, across integer widths
 * too. NULL is a value like any other here; joins ask for `undefined` instead.
 */
import type { CompiledExpr, Datum, EvaluationContext, Expr, Row } from "@firstlight/sql";
import { DEFAULT_FORMAT, flatText, longCall, typeByOid } from "@firstlight/sql";
import { compileFlat } from "./flat-values.ts";

export type MapKey = string | number | bigint | boolean | null;

/** What a key costs in a map, by estimate. */
export function keyBytes(key: MapKey): number {
  return 64 + (typeof key === "string" ? key.length : 8);
}

/** Without a context at one go, however large the value is. */
type ValueKey = (value: Exclude<Datum, null>, context?: EvaluationContext) => MapKey;

const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23, 26]);
const PLAIN_TEXT: ReadonlySet<number> = new Set([25, 1043, 19, 2950]);

/** Integers of all widths meet as numbers where a number is exact. */
function integerKey(value: Exclude<Datum, null>): MapKey {
  if (typeof value !== "bigint") return typeof value === "number" ? value : String(value as string);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function valueKey(type: number): ValueKey {
  if (INTEGERS.has(type)) return integerKey;
  if (PLAIN_TEXT.has(type)) return (value) => value as string;
  const sqlType = typeByOid(type);
  const { longKey } = sqlType;
  if (longKey === undefined) return (value) => sqlType.hashKey(value);
  return (value, context) =>
    context !== undefined && longKey.isLong(value)
      ? longCall(context, () => longKey.key(value))
      : sqlType.hashKey(value);
}

function part(key: MapKey): string {
  const text = String(key);
  return `${text.length}:${text}`;
}

/** Both halves of a pair are below it: their packed form is exact. */
const HALF = 2 ** 26;

/** Two small integers as one number; undefined for any other pair. */
function packedPair(
  values: readonly CompiledExpr[],
  keys: readonly ValueKey[],
): ((row: Row, context: EvaluationContext) => number | undefined) | undefined {
  const [first, second] = values;
  const isPair = values.length === 2 && keys.every((key) => key === integerKey);
  if (!isPair || first === undefined || second === undefined) return undefined;
  return (row, context) => {
    const left = first(row, context);
    const right = second(row, context);
    if (left === null || right === null) return undefined;
    const a = integerKey(left);
    const b = integerKey(right);
    if (typeof a !== "number" || typeof b !== "number") return undefined;
    return a >= 0 && b >= 0 && a < HALF && b < HALF ? a * HALF + b : undefined;
  };
}

export type RowKeyFunction = (row: Row, context: EvaluationContext) => MapKey | undefined;

function keyFunction(
  values: readonly CompiledExpr[],
  keys: readonly ValueKey[],
  nullMatches: boolean,
): RowKeyFunction {
  const [firstValue] = values;
  const [firstKey] = keys;
  if (values.length === 1 && firstValue !== undefined && firstKey !== undefined) {
    return (row, context) => {
      const value = firstValue(row, context);
      if (value === null) return nullMatches ? null : undefined;
      return firstKey(value, context);
    };
  }
  const packed = packedPair(values, keys);
  return (row, context) => {
    const pair = packed?.(row, context);
    if (pair !== undefined) return pair;
    let text = "";
    for (let i = 0; i < values.length; i++) {
      const value = values[i]?.(row, context) ?? null;
      if (value === null) {
        if (!nullMatches) return undefined;
        text += "n";
      } else {
        text += part(keys[i]?.(value, context) ?? null);
      }
    }
    return flatText(context, text);
  };
}

/** The columns of rows of these types, as they lie in a row. */
export function slotsOf(types: readonly number[]): readonly Expr[] {
  return types.map((type, index) => ({ kind: "slot", index, type, typmod: -1, position: -1 }));
}

/** For grouping: NULLs are equal. */
export function groupKey(exprs: readonly Expr[]): (row: Row, context: EvaluationContext) => MapKey {
  const key = keyFunction(
    exprs.map((expr) => compileFlat(expr)),
    exprs.map((expr) => valueKey(expr.type)),
    true,
  );
  return (row, context) => key(row, context) ?? null;
}

/** Booleans, dates and times: what is equal reads alike. */
const EXACT: ReadonlySet<number> = new Set([16, 1082, 1083, 1114, 1184]);

function imageOf(type: number): ValueKey {
  if (INTEGERS.has(type) || PLAIN_TEXT.has(type)) return valueKey(type);
  if (EXACT.has(type)) return (value) => value as MapKey;
  const sqlType = typeByOid(type);
  return (value) => sqlType.output(value, DEFAULT_FORMAT);
}

/** For what is computed from values: those that are equal and read otherwise, as 1.0 and 1.00, differ. */
export function imageKey(exprs: readonly Expr[]): (row: Row, context: EvaluationContext) => MapKey {
  const key = keyFunction(
    exprs.map((expr) => compileFlat(expr)),
    exprs.map((expr) => imageOf(expr.type)),
    true,
  );
  return (row, context) => key(row, context) ?? null;
}

/** For joins: undefined where a value is NULL, which equals nothing. */
export function joinKey(exprs: readonly Expr[]): RowKeyFunction {
  return keyFunction(
    exprs.map((expr) => compileFlat(expr)),
    exprs.map((expr) => valueKey(expr.type)),
    false,
  );
}
