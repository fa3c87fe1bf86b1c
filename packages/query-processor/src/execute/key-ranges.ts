/**
 * The keys and spans that an access path names, once the values of its conditions are known. A value
 * that the column's type cannot hold bounds the range or matches nothing, it never fails.
 */
import type { Key, Span } from "@firstlight/common";
import { keyAfter, keyFromLatin1, prefixEnd, prefixSpan } from "@firstlight/common";
import type { CompiledExpr, Datum, EvaluationContext } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import { keyEncoder } from "../plan/codec.ts";
import { patternBound } from "../plan/like-prefix.ts";
import type { Access, KeyCondition, RangeBound } from "../plan/plan-node.ts";
import type { KeyPart } from "../plan/table-layout.ts";

const INT_LIMITS: ReadonlyMap<number, bigint> = new Map([
  [21, 32767n],
  [23, 2147483647n],
  [20, 9223372036854775807n],
]);

type Fitted =
  | { readonly fits: true; readonly value: Datum }
  | { readonly fits: false; readonly above: boolean };

/** The value as the column's type holds it; integers of another width are converted. */
function fit(value: Datum, columnType: number): Fitted {
  if (typeof value === "number") {
    if (columnType === 20) return { fits: true, value: BigInt(value) };
    if (columnType !== 21 || (value >= -32768 && value <= 32767)) return { fits: true, value };
    return { fits: false, above: value > 0 };
  }
  if (typeof value !== "bigint" || columnType === 20) return { fits: true, value };
  const limit = INT_LIMITS.get(columnType);
  if (limit === undefined) return { fits: true, value };
  if (value > limit || value < -limit - 1n) return { fits: false, above: value > 0n };
  return { fits: true, value: Number(value) };
}

type Choices = readonly (readonly Datum[])[];

export interface CompiledCondition {
  readonly kind: KeyCondition["kind"];
  readonly value: CompiledExpr | undefined;
  readonly lower: CompiledBound | undefined;
  readonly upper: CompiledBound | undefined;
}

interface CompiledBound {
  readonly value: CompiledExpr;
  readonly inclusive: boolean;
  readonly operator: number | undefined;
}

function compileBound(bound: RangeBound | undefined): CompiledBound | undefined {
  if (bound === undefined) return undefined;
  const { expr, inclusive, operator } = bound;
  return { value: compileExpr(expr), inclusive, operator };
}

export function compileCondition(condition: KeyCondition): CompiledCondition {
  const none = { value: undefined, lower: undefined, upper: undefined };
  switch (condition.kind) {
    case "equal":
      return { ...none, kind: "equal", value: compileExpr(condition.expr) };
    case "any":
      return { ...none, kind: "any", value: compileExpr(condition.array) };
    case "isNull":
      return { ...none, kind: "isNull" };
    case "range":
    case "skip":
      return {
        ...none,
        kind: condition.kind,
        lower: compileBound(condition.lower),
        upper: compileBound(condition.upper),
      };
  }
}

/** Either keys to read or spans to scan, in key order. */
export type Ranges =
  | { readonly kind: "points"; readonly keys: readonly Key[] }
  | { readonly kind: "spans"; readonly spans: readonly Span[] };

export type RangeMaker = (context: EvaluationContext) => Ranges;

const NO_ROW: readonly Datum[] = [];

function anyValues(array: Datum, type: number): Datum[] {
  if (array === null || typeof array !== "object" || !("tag" in array)) return [];
  if (array.tag !== "array") return [];
  const values: Datum[] = [];
  for (const element of array.elements) {
    if (element === null) continue;
    const fitted = fit(element, type);
    if (fitted.fits) values.push(fitted.value);
  }
  return values;
}

export function valuesOf(
  condition: CompiledCondition,
  part: KeyPart,
  context: EvaluationContext,
): readonly Datum[] {
  if (condition.kind === "isNull") return [null];
  const value = condition.value?.(NO_ROW, context) ?? null;
  if (condition.kind === "any") return anyValues(value, part.type);
  if (value === null) return [];
  const fitted = fit(value, part.type);
  return fitted.fits ? [fitted.value] : [];
}

function product(prefixes: Choices, values: readonly Datum[]): Choices {
  const [only] = prefixes;
  const [value = null] = values;
  // Plain equalities are the hot path.
  if (prefixes.length === 1 && values.length === 1 && only !== undefined) return [[...only, value]];
  return prefixes.flatMap((prefix) => values.map((value) => [...prefix, value]));
}

/** The keys behind `prefix` whose value is not NULL: NULLs are all at one end. */
function withoutNulls(prefix: Key, encodeOne: (value: Datum) => string, part: KeyPart): Span {
  const { start, end } = prefixSpan(prefix);
  const nulls = prefixSpan(keyFromLatin1(prefix + encodeOne(null)));
  return part.nullsFirst ? { start: nulls.end, end } : { start, end: nulls.start };
}

/** The interval of keys behind `prefix` that the bounds leave; undefined when there is none. */
export function rangeSpan(
  prefix: Key,
  encodeOne: (value: Datum) => string,
  part: KeyPart,
  condition: CompiledCondition,
  context: EvaluationContext,
): Span | undefined {
  let { start, end } = withoutNulls(prefix, encodeOne, part);
  const sides = [
    { bound: condition.lower, isLower: true },
    { bound: condition.upper, isLower: false },
  ];
  for (const { bound, isLower } of sides) {
    if (bound === undefined) continue;
    const given = bound.value(NO_ROW, context);
    if (given === null) return undefined;
    const { operator } = bound;
    const value = operator === undefined ? given : patternBound(operator, given, isLower);
    if (value === undefined) continue;
    const fitted = fit(value, part.type);
    if (!fitted.fits) {
      // Above a lower bound's reach, or below an upper one's: nothing. Else it bounds nothing.
      if (fitted.above === isLower) return undefined;
      continue;
    }
    const at = keyFromLatin1(prefix + encodeOne(fitted.value));
    const cutsStart = isLower !== part.descending;
    if (cutsStart) start = bound.inclusive ? at : prefixEnd(at);
    else end = bound.inclusive ? prefixEnd(at) : at;
  }
  return start < end ? { start, end } : undefined;
}

/** Compiles an access path; `parts` are the key columns of the index, `whole` if a key has no more. */
export function compileRanges(
  access: Access,
  indexPrefix: Key,
  parts: readonly KeyPart[],
  pointsPossible: boolean,
): RangeMaker {
  if (access.kind === "index" && access.alternatives !== undefined) {
    const makers = access.alternatives.map((arm) =>
      compileKeyRanges(arm, indexPrefix, parts, pointsPossible),
    );
    return (context) => unitedRanges(makers.map((make) => make(context)));
  }
  const conditions = access.kind === "index" ? access.conditions : [];
  return compileKeyRanges(conditions, indexPrefix, parts, pointsPossible);
}

/** What any of them holds, each key once. */
function unitedRanges(all: readonly Ranges[]): Ranges {
  const points = all.flatMap((each) => (each.kind === "points" ? each.keys : []));
  if (all.every((each) => each.kind === "points")) {
    return { kind: "points", keys: [...new Set(points)].toSorted() };
  }
  const spans = all.flatMap((each) => (each.kind === "spans" ? each.spans : []));
  const sorted = [...spans, ...points.map((key) => ({ start: key, end: keyAfter(key) }))].toSorted(
    (a, b) => (a.start < b.start ? -1 : 1),
  );
  const united: Span[] = [];
  for (const span of sorted) {
    const last = united.at(-1);
    if (last === undefined || last.end < span.start) united.push(span);
    else if (last.end < span.end) united[united.length - 1] = { start: last.start, end: span.end };
  }
  return { kind: "spans", spans: united };
}

/** The ranges of conditions on the leading key columns. */
export function compileKeyRanges(
  keyConditions: readonly KeyCondition[],
  indexPrefix: Key,
  parts: readonly KeyPart[],
  pointsPossible: boolean,
): RangeMaker {
  const full: Ranges = { kind: "spans", spans: [prefixSpan(indexPrefix)] };
  if (keyConditions.length === 0) return () => full;
  const conditions = keyConditions.map((condition) => compileCondition(condition));
  const last = conditions.at(-1);
  const range = last?.kind === "range" ? last : undefined;
  const equalities = range === undefined ? conditions : conditions.slice(0, -1);
  const encode = keyEncoder(parts);
  const rangePart = parts[equalities.length];
  const points =
    pointsPossible &&
    equalities.length === parts.length &&
    equalities.every((each) => each.kind !== "isNull");
  const encodeOne =
    range === undefined || rangePart === undefined ? undefined : keyEncoder([rangePart]);
  return (context) => {
    let choices: Choices = [[]];
    for (const [at, condition] of equalities.entries()) {
      const part = parts[at];
      if (part !== undefined) choices = product(choices, valuesOf(condition, part, context));
    }
    const keys = choices.map((values) => keyFromLatin1(indexPrefix + encode(values)));
    const sorted = keys.length > 1 ? [...new Set(keys)].toSorted() : keys;
    if (points) return { kind: "points", keys: sorted };
    if (range === undefined || rangePart === undefined || encodeOne === undefined) {
      return { kind: "spans", spans: sorted.map((key) => prefixSpan(key)) };
    }
    const one = (value: Datum): string => encodeOne([value]);
    const spans = sorted.flatMap((key): Span[] => {
      const span = rangeSpan(key, one, rangePart, range, context);
      return span === undefined ? [] : [span];
    });
    return { kind: "spans", spans };
  };
}

/** The value as a key column of the type holds it; undefined when no stored value equals it. */
export function fitKeyValue(value: Datum, columnType: number): Datum | undefined {
  const fitted = fit(value, columnType);
  return fitted.fits ? fitted.value : undefined;
}
