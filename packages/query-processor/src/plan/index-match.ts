/**
 * Which conditions of a scan an index can answer: an equality (=, = ANY, IS NULL) per leading key
 * column, then a range on the next one. Values may be known only at run time.
 */
import type { Datum, Expr } from "@firstlight/sql";
import {
  allInSteps,
  arrayTypeOf,
  btreeStrategies,
  elementTypeOf,
  operatorByOid,
  someInSteps,
  typeOrdering,
  volatility,
  isSameValue,
} from "@firstlight/sql";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { derivedColumns } from "../bind/index-expressions.ts";
import { conjunction, conjuncts, exprKey, mapChildren } from "./expression-map.ts";
import { fixedPart, patternOperator, successor } from "./like-prefix.ts";
import type { KeyCondition, RangeBound } from "./plan-node.ts";
import { impliedOfFirst } from "./row-comparison.ts";
import { looksIntoRow } from "./row-null-test.ts";

const LESS = 1;
const LESS_EQUAL = 2;
const EQUAL = 3;
const GREATER_EQUAL = 4;
const GREATER = 5;

const INTEGERS: ReadonlySet<number> = new Set([20, 21, 23]);
const TEXT = 25;
const BOOL = 16;
const STRINGS: ReadonlySet<number> = new Set([25, 1043]);

/** A qual of the form column-operator-constant. */
export interface ColumnCondition {
  readonly qual: Expr;
  /** Position in the table. */
  readonly position: number;
  readonly kind: "equal" | "any" | "isNull" | "notNull" | "lower" | "upper";
  readonly inclusive: boolean;
  readonly value: Expr | undefined;
  /** Says less than the qual does. */
  readonly partial?: true;
  /** What it says, where that is another condition than the qual. */
  readonly said?: Expr;
  /** As RangeBound has it. */
  readonly operator?: number;
}

/** What is known of an expression while the statement is planned; undefined: nothing. */
export type KnownValue = (expr: Expr) => Datum | undefined;

export interface IndexMatch {
  readonly index: IndexDescriptor;
  readonly conditions: readonly KeyCondition[];
  /** Arms of an OR, each with conditions of its own. */
  readonly alternatives?: readonly (readonly KeyCondition[])[];
  /** How often reading begins anew, where values are skipped to. */
  readonly seeks?: number;
  /** Quals that shaped the conditions. */
  readonly used: readonly Expr[];
  /** What they say, for EXPLAIN. */
  readonly shown: readonly Expr[];
  /** Those of `used` that hold for every row that the conditions let through. */
  readonly covered: ReadonlySet<Expr>;
  readonly equalities: number;
  readonly hasRange: boolean;
  /** At most one row per combination of values. */
  readonly unique: boolean;
}

/** Types whose values are encoded alike in keys, integers after conversion. */
function comparable(columnType: number, valueType: number): boolean {
  if (columnType === valueType) return true;
  if (INTEGERS.has(columnType) && INTEGERS.has(valueType)) return true;
  return STRINGS.has(columnType) && STRINGS.has(valueType);
}

/** The indexed expressions of a table as they stand over one entry, by their key. */
export type DerivedPositions = ReadonlyMap<string, number>;

export function derivedPositions(table: TableDescriptor, rte: number): DerivedPositions {
  const { exprs } = derivedColumns(table);
  return new Map(
    exprs.map((expr, at) => [exprKey(overEntry(expr, rte)), table.columns.length + at]),
  );
}

/** A schema expression, which has Vars of entry 0, over another entry. */
export function overEntry(expr: Expr, rte: number): Expr {
  if (expr.kind === "var") return { ...expr, rte };
  return mapChildren(expr, (child) => overEntry(child, rte));
}

interface IndexedEntry {
  readonly rte: number;
  readonly derived: DerivedPositions;
}

interface IndexedColumn {
  readonly position: number;
  readonly type: number;
}

function columnOf(expr: Expr, entry: IndexedEntry): IndexedColumn | undefined {
  if (entry.derived.size > 0 && expr.kind !== "var") {
    const position = entry.derived.get(exprKey(expr));
    if (position !== undefined) return { position, type: expr.type };
  }
  if (isSameValue(expr)) return columnOf(expr.arg, entry);
  if (expr.kind !== "var" || expr.rte !== entry.rte || expr.levelsUp !== 0) return undefined;
  return { position: expr.column, type: expr.type };
}

export function isRunTimeConstant(expr: Expr): boolean {
  if (expr.kind === "const" || expr.kind === "param" || expr.kind === "execParam") return true;
  const varies = someInSteps(
    "run-time constant",
    expr,
    (node) =>
      node.kind === "var" ||
      node.kind === "slot" ||
      node.kind === "subLink" ||
      node.kind === "aggregate" ||
      node.kind === "window",
  );
  return !varies && volatility(expr) !== "volatile";
}

function strategyOf(operator: number, columnType: number): number {
  const family = typeOrdering(columnType)?.family;
  return btreeStrategies(operator).find((each) => each.family === family)?.strategy ?? 0;
}

function comparison(
  qual: Expr,
  column: IndexedColumn,
  value: Expr,
  strategy: number,
): ColumnCondition | undefined {
  if (!comparable(column.type, value.type) || !isRunTimeConstant(value)) return undefined;
  const { position } = column;
  switch (strategy) {
    case EQUAL:
      return { qual, position, kind: "equal", inclusive: true, value };
    case LESS:
    case LESS_EQUAL:
      return { qual, position, kind: "upper", inclusive: strategy === LESS_EQUAL, value };
    case GREATER:
    case GREATER_EQUAL:
      return { qual, position, kind: "lower", inclusive: strategy === GREATER_EQUAL, value };
    default:
      return undefined;
  }
}

const COMMUTED: readonly number[] = [0, GREATER, GREATER_EQUAL, EQUAL, LESS_EQUAL, LESS];

/** The conditions that a qual puts on one column of a table entry, if it is of such a form. */
export function columnConditions(
  qual: Expr,
  rte: number,
  derived: DerivedPositions,
  valueOf: KnownValue = () => undefined,
): readonly ColumnCondition[] {
  const entry = { rte, derived };
  const prefix = prefixConditions(qual, entry, valueOf);
  if (prefix.length > 0) return prefix;
  if (qual.kind === "rowCompare") return firstOfRow(qual, entry);
  const condition = columnCondition(qual, entry);
  return condition === undefined ? [] : [condition];
}

/** The qual itself is still to be checked. */
function firstOfRow(
  qual: Extract<Expr, { kind: "rowCompare" }>,
  entry: IndexedEntry,
): readonly ColumnCondition[] {
  const said = impliedOfFirst(qual);
  const condition = said === undefined ? undefined : columnCondition(said, entry);
  if (said === undefined || condition === undefined) return [];
  return [{ ...condition, qual, partial: true, said }];
}

/** The operators by which a text is compared with a bound: >=, < and =. */
const BOUND_OPERATORS = { lower: 667, upper: 664, equal: 98 } as const;

/** What the bound says as a condition, as EXPLAIN shows it. */
function saidOf(subject: Expr, kind: keyof typeof BOUND_OPERATORS, value: Expr): Expr {
  const operator = BOUND_OPERATORS[kind];
  const proc = operatorByOid(operator)?.proc ?? 0;
  const base = { type: BOOL, typmod: -1, position: -1 } as const;
  return { kind: "call", proc, operator, display: "operator", args: [subject, value], ...base };
}

/**
 * column LIKE 'abc%' lies between 'abc' and its successor; the qual is still to be checked. A pattern
 * that is a parameter bounds by what it is when the statement runs: values with a fixed beginning
 * are a class of their own (ParameterTests), so that those without are not looked for by an index.
 */
function prefixConditions(
  qual: Expr,
  entry: IndexedEntry,
  valueOf: KnownValue,
): readonly ColumnCondition[] {
  const [left, right] = qual.kind === "call" ? qual.args : [];
  if (qual.kind !== "call" || left === undefined || right === undefined) return [];
  const operator = patternOperator(qual);
  if (operator === 0 || !isRunTimeConstant(right)) return [];
  const pattern = right.kind === "const" ? right.value : (valueOf(right) ?? null);
  const part = fixedPart(operator, pattern);
  const column = part && columnOf(left, entry);
  if (part === undefined || column === undefined || !STRINGS.has(column.type)) return [];
  const shape = { qual, position: column.position, partial: true } as const;
  if (right.kind !== "const") {
    return (["lower", "upper"] as const).map((kind) => {
      return { ...shape, kind, inclusive: kind === "lower", value: right, operator };
    });
  }
  const sides = part.exact ? (["equal"] as const) : (["lower", "upper"] as const);
  return sides.flatMap((kind): ColumnCondition[] => {
    const bound = kind === "upper" ? successor(part.prefix) : part.prefix;
    if (bound === undefined) return [];
    const value = { ...right, type: TEXT, typmod: -1, value: bound };
    const said = saidOf(left, kind, value);
    return [{ ...shape, kind, inclusive: kind !== "upper", value, said }];
  });
}

function columnCondition(qual: Expr, entry: IndexedEntry): ColumnCondition | undefined {
  if (qual.kind === "isNull" || qual.kind === "isNotNull") {
    if (looksIntoRow(qual)) return undefined;
    const column = columnOf(qual.arg, entry);
    if (column === undefined) return undefined;
    const kind = qual.kind === "isNull" ? "isNull" : "notNull";
    return { qual, position: column.position, kind, inclusive: true, value: undefined };
  }
  if (qual.kind === "scalarArrayOp") return arrayCondition(qual, entry);
  if (qual.kind === "or") return alternatives(qual, qual.args, entry);
  if (qual.kind !== "call" || qual.operator === 0) return undefined;
  const [left, right] = qual.args;
  if (left === undefined || right === undefined) return undefined;
  const onLeft = columnOf(left, entry);
  if (onLeft !== undefined) {
    return comparison(qual, onLeft, right, strategyOf(qual.operator, onLeft.type));
  }
  const onRight = columnOf(right, entry);
  if (onRight === undefined) return undefined;
  const strategy = COMMUTED[strategyOf(qual.operator, onRight.type)] ?? 0;
  return comparison(qual, onRight, left, strategy);
}

/** `a = 1 OR a = 2` asks for the same keys as `a IN (1, 2)`. */
function alternatives(
  qual: Expr,
  args: readonly Expr[],
  entry: IndexedEntry,
): ColumnCondition | undefined {
  const conditions = args.map((arg) => columnCondition(arg, entry));
  const elements = conditions.flatMap((each) =>
    each?.kind === "equal" && each.value !== undefined ? [each.value] : [],
  );
  const [first] = conditions;
  const [like] = elements;
  if (first === undefined || like === undefined) return undefined;
  const alike =
    elements.length === conditions.length &&
    conditions.every((each) => each?.position === first.position) &&
    elements.every((each) => each.type === like.type);
  if (!alike) return undefined;
  const type = arrayTypeOf(like.type);
  const shape = { elementType: like.type, multidims: false, typmod: -1, position: -1 };
  const value: Expr = { kind: "array", type, elements, ...shape };
  return { qual, position: first.position, kind: "any", inclusive: true, value };
}

function arrayCondition(
  qual: Extract<Expr, { kind: "scalarArrayOp" }>,
  entry: IndexedEntry,
): ColumnCondition | undefined {
  const column = columnOf(qual.scalar, entry);
  if (column === undefined || !qual.any) return undefined;
  if (strategyOf(qual.operator, column.type) !== EQUAL) return undefined;
  if (!comparable(column.type, elementTypeOf(qual.array.type))) return undefined;
  if (!isRunTimeConstant(qual.array)) return undefined;
  return { qual, position: column.position, kind: "any", inclusive: true, value: qual.array };
}

export function bound(condition: ColumnCondition | undefined): RangeBound | undefined {
  return condition?.value === undefined
    ? undefined
    : {
        expr: condition.value,
        inclusive: condition.inclusive,
        ...(condition.operator === undefined ? {} : { operator: condition.operator }),
      };
}

export function equalityOn(conditions: readonly ColumnCondition[]): ColumnCondition | undefined {
  return (
    conditions.find((each) => each.kind === "equal") ??
    conditions.find((each) => each.kind === "any") ??
    conditions.find((each) => each.kind === "isNull")
  );
}

export function keyCondition(condition: ColumnCondition): KeyCondition {
  if (condition.value === undefined) return { kind: "isNull" };
  return condition.kind === "any"
    ? { kind: "any", array: condition.value }
    : { kind: "equal", expr: condition.value };
}

/** Combinations of lists that are looked up; a single list may be as long as it likes. */
const COMBINATIONS_MAX = 10_000;

/** Keys that a condition looks up; that of a list only known at run time may be large. */
export function keyCount(condition: ColumnCondition): number {
  if (condition.kind !== "any") return 1;
  if (condition.value?.kind === "array") return condition.value.elements.length;
  const array = condition.value?.kind === "const" ? condition.value.value : undefined;
  const isArray = typeof array === "object" && array !== null && "elements" in array;
  return isArray ? array.elements.length : COMBINATIONS_MAX;
}

/** What has two sides is used by both, and shown as what they say. */
export function useCondition(
  { used, shown }: { readonly used: Expr[]; readonly shown: Expr[] },
  { qual, said }: ColumnCondition,
): void {
  if (said !== undefined || !used.includes(qual)) shown.push(said ?? qual);
  if (!used.includes(qual)) used.push(qual);
}

/**
 * How much of an index with these key positions the conditions use; undefined when nothing. A partial
 * index is of use as it is: `implied` are the quals that its condition makes good.
 */
export function matchIndex(
  index: IndexDescriptor,
  positions: readonly number[],
  conditions: readonly ColumnCondition[],
  implied: readonly Expr[],
): IndexMatch | undefined {
  const keys: KeyCondition[] = [];
  const used: Expr[] = [];
  const shown: Expr[] = [];
  const covered = new Set<Expr>(implied);
  let hasRange = false;
  let combinations = 1;
  let nullable = false;
  for (const position of positions) {
    const here = conditions.filter((each) => each.position === position);
    const equality = equalityOn(here);
    if (equality !== undefined) {
      const count = keyCount(equality);
      if (combinations > 1 && combinations * count > COMBINATIONS_MAX) break;
      combinations *= count;
      keys.push(keyCondition(equality));
      useCondition({ used, shown }, equality);
      if (equality.partial !== true) covered.add(equality.qual);
      if (equality.kind === "isNull") nullable = true;
      continue;
    }
    const lower = here.find((each) => each.kind === "lower");
    const upper = here.find((each) => each.kind === "upper");
    const notNull = here.find((each) => each.kind === "notNull");
    if (lower !== undefined || upper !== undefined || notNull !== undefined) {
      hasRange = true;
      keys.push({ kind: "range", lower: bound(lower), upper: bound(upper) });
      for (const each of [lower, upper]) {
        if (each !== undefined) useCondition({ used, shown }, each);
      }
      // A range holds no NULLs.
      if (notNull !== undefined) covered.add(notNull.qual);
      if (notNull !== undefined && lower === undefined && upper === undefined) {
        useCondition({ used, shown }, notNull);
      }
    }
    break;
  }
  if (keys.length === 0 && index.predicate === undefined) return undefined;
  const equalities = hasRange ? keys.length - 1 : keys.length;
  return {
    index,
    conditions: keys,
    used,
    shown,
    covered,
    equalities,
    hasRange,
    unique: index.unique && equalities === index.columns.length && !nullable,
  };
}

/** Arms of an OR that all restrict the index, which then has a range for each of them. */
export function matchAlternatives(
  index: IndexDescriptor,
  positions: readonly number[],
  or: Extract<Expr, { args: readonly Expr[] }>,
  conditionsOf: (qual: Expr) => readonly ColumnCondition[],
  others: readonly ColumnCondition[],
): IndexMatch | undefined {
  const matches = allInSteps("alternatives", or.args, (arm) => {
    const own = conjuncts(arm);
    const conditions = own.flatMap((qual) => conditionsOf(qual));
    const match = matchIndex(index, positions, [...conditions, ...others], []);
    return match?.used.some((qual) => own.includes(qual)) === true ? match : undefined;
  });
  if (matches === undefined) return undefined;
  const alternatives = matches.map((match) => match.conditions);
  const said = matches.flatMap((match) => conjunction(match.shown) ?? []);
  const isPartial = matches.some(({ shown, used }) => shown.some((each) => !used.includes(each)));
  return {
    index,
    conditions: [],
    alternatives,
    used: [or],
    shown: isPartial ? [{ kind: "or", type: BOOL, typmod: -1, position: -1, args: said }] : [or],
    covered: new Set(),
    equalities: 0,
    hasRange: true,
    unique: false,
  };
}

export function columnIsNotNull(table: TableDescriptor, position: number): boolean {
  return table.columns[position]?.notNull === true;
}
