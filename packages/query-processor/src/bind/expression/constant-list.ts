/** Types and values of a long list of constants, as if each one were bound by itself. */
import {
  type Const,
  type Datum,
  type Expr,
  type Steps,
  foldConstants,
  oids,
  readLiteral,
} from "@firstlight/sql";
import type { ConstantRows } from "../../parse/constant-rows.ts";
import { CELL } from "../../parse/constant-rows.ts";
import type { ListValues } from "../long-lists.ts";
import type { Scope } from "../scope.ts";
import { constant } from "./constant.ts";

/** Cells between two looks at the clock. */
const CELLS_PER_STEP = 256;

/** Which cells of a list are meant: all of them, or a column of its rows. */
export interface CellRange {
  readonly list: ConstantRows;
  readonly from: number;
  readonly by: number;
}

export function wholeList(list: ConstantRows): CellRange {
  return { list, from: 0, by: 1 };
}

export function columnOf(list: ConstantRows, column: number): CellRange {
  return { list, from: column, by: list.width };
}

const KIND_TYPES: ReadonlyMap<number, number> = new Map([
  [CELL.null, oids.UNKNOWN],
  [CELL.text, oids.UNKNOWN],
  [CELL.integer, oids.INT4],
  [CELL.boolean, oids.BOOL],
]);

function typeOf(scope: Scope, list: ConstantRows, cell: number): number {
  return KIND_TYPES.get(list.kind(cell)) ?? constant(scope, list.constant(cell)).type;
}

function* firstCells(scope: Scope, { list, from, by }: CellRange): Steps<readonly number[]> {
  const first = new Map<number, number>();
  for (let cell = from, left = CELLS_PER_STEP; cell < list.cellCount; cell += by) {
    const type = typeOf(scope, list, cell);
    if (!first.has(type)) first.set(type, cell);
    if (--left > 0) continue;
    left = CELLS_PER_STEP;
    yield;
  }
  return [...first.values()];
}

/** The first constant of each type, in the order of the list. */
export function typicalConstants(scope: Scope, range: CellRange): readonly Const[] {
  const { list, from } = range;
  const cells = scope.context.lists.read(list, `types ${from}`, () => firstCells(scope, range));
  return cells.map((cell) => constant(scope, list.constant(cell)));
}

/** Undefined: the conversion fails, which is for run time to say. */
type Converter = (value: Const) => Datum | undefined;

/** Undefined: not a constant when it is bound, or one that only planning would compute. */
function converterOf(
  scope: Scope,
  typical: Const,
  coerce: (value: Const) => Expr,
): Converter | undefined {
  const { evaluation, lists } = scope.context;
  const coerced = coerce(typical);
  if (coerced === typical) return ({ value }) => value;
  const { type, typmod } = coerced;
  if (typical.type === oids.UNKNOWN && coerced.kind === "const") {
    lists.types.add(type);
    return ({ value, position }) =>
      typeof value === "string" ? readLiteral(evaluation, type, value, typmod, position) : null;
  }
  if (foldConstants(coerced).kind !== "const") return undefined;
  return (value) => {
    const folded = foldConstants(coerce(value));
    return folded.kind === "const" ? folded.value : undefined;
  };
}

function* converted(
  scope: Scope,
  { list, from, by }: CellRange,
  converters: ReadonlyMap<number, Converter>,
): Steps<ListValues | undefined> {
  const values: Datum[] = [];
  for (let cell = from, left = CELLS_PER_STEP; cell < list.cellCount; cell += by) {
    const each = constant(scope, list.constant(cell));
    const value = converters.get(each.type)?.(each);
    if (value === undefined) return undefined;
    values.push(value);
    if (--left > 0) continue;
    left = CELLS_PER_STEP;
    yield;
  }
  return values;
}

/**
 * The constants, each converted; `name` says to what. Undefined where some are not constants then.
 * Errors are those that the first wrong constant has.
 */
export function convertedConstants(
  scope: Scope,
  range: CellRange,
  name: string,
  coerce: (value: Const) => Expr,
): ListValues | undefined {
  const converters = new Map<number, Converter>();
  for (const typical of typicalConstants(scope, range)) {
    const converter = converterOf(scope, typical, coerce);
    if (converter === undefined) return undefined;
    converters.set(typical.type, converter);
  }
  return scope.context.lists.read(range.list, `values ${range.from} ${name}`, () =>
    converted(scope, range, converters),
  );
}
