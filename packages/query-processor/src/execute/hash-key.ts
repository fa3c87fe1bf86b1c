/**
 * Values of several expressions as one Map key: equal values have equal keys, across integer widths
 * too. NULL is a value like any other here; joins ask for `undefined` instead.
 */
import type { CompiledExpr, Datum, EvaluationContext, Expr, Row } from "@firstlight/sql";
import { compileExpr, typeByOid } from "@firstlight/sql";

export type MapKey = string | number | bigint | boolean | null;

/** What a key costs in a map, by estimate. */
export function keyBytes(key: MapKey): number {
  return 64 + (typeof key === "string" ? key.length : 8);
}

type ValueKey = (value: Exclude<Datum, null>) => MapKey;

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
  return (value) => sqlType.hashKey(value);
}

function part(key: MapKey): string {
  const text = String(key);
  return `${text.length}:${text}`;
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
      return firstKey(value);
    };
  }
  return (row, context) => {
    let text = "";
    for (let i = 0; i < values.length; i++) {
      const value = values[i]?.(row, context) ?? null;
      if (value === null) {
        if (!nullMatches) return undefined;
        text += "n";
      } else {
        text += part(keys[i]?.(value) ?? null);
      }
    }
    return text;
  };
}

/** For grouping: NULLs are equal. */
export function groupKey(exprs: readonly Expr[]): (row: Row, context: EvaluationContext) => MapKey {
  const key = keyFunction(
    exprs.map((expr) => compileExpr(expr)),
    exprs.map((expr) => valueKey(expr.type)),
    true,
  );
  return (row, context) => key(row, context) ?? null;
}

/** For joins: undefined where a value is NULL, which equals nothing. */
export function joinKey(exprs: readonly Expr[]): RowKeyFunction {
  return keyFunction(
    exprs.map((expr) => compileExpr(expr)),
    exprs.map((expr) => valueKey(expr.type)),
    false,
  );
}
