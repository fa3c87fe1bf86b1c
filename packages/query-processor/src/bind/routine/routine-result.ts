/** From the last statement's rows to what a function returns (check_sql_fn_retval). */
import { SqlError } from "@firstlight/common";
import {
  coerce,
  definitionOf,
  type Expr,
  formatType,
  oids,
  type ResolveContext,
  typeRow,
} from "@firstlight/sql";
import { outputTargets } from "../output-columns.ts";
import type { BoundQuery, OutputColumn } from "../query-tree.ts";
import type { BindContext } from "../scope.ts";
import { compositeColumns } from "../composite-columns.ts";
import type { CalledRoutine } from "./called-routine.ts";

export type RoutineResult =
  | { readonly kind: "void" }
  /** `expr` is over the slots of the last statement's row. */
  | { readonly kind: "value"; readonly expr: Expr }
  | {
      readonly kind: "row";
      readonly exprs: readonly Expr[];
      readonly names: readonly string[];
    };

const VOID = 2278;

function mismatch(type: number, detail: string): SqlError {
  const message = `return type mismatch in function declared to return ${formatType(type)}`;
  return new SqlError("42P13", message, { detail });
}

function slotOf(target: Expr, index: number): Expr {
  const { type, typmod } = target;
  const slot = { kind: "slot", type, typmod, position: -1, index } as const;
  // As a row of its fields it can become one of a named type, field by field.
  if (target.kind !== "row" || type !== oids.RECORD) return slot;
  const fields = target.fields.map((each, field): Expr => ({
    kind: "fieldSelect",
    type: each.type,
    typmod: each.typmod,
    position: -1,
    arg: slot,
    field,
  }));
  return { ...target, position: -1, fields };
}

function coerced(
  resolve: ResolveContext,
  source: Expr,
  wanted: number,
  typmod = -1,
): Expr | undefined {
  return coerce(resolve, source, wanted, typmod, "assignment");
}

function scalarResult(
  resolve: ResolveContext,
  type: number,
  slots: readonly Expr[],
): RoutineResult {
  const [only] = slots;
  if (slots.length !== 1 || only === undefined) {
    throw mismatch(type, "Final statement must return exactly one column.");
  }
  const expr = coerced(resolve, only, type);
  if (expr === undefined) {
    throw mismatch(type, `Actual return type is ${formatType(only.type)}.`);
  }
  return { kind: "value", expr };
}

function rowResult(
  resolve: ResolveContext,
  type: number,
  slots: readonly Expr[],
  wanted: readonly OutputColumn[],
): RoutineResult {
  const exprs = slots.map((slot, at): Expr => {
    const column = wanted[at];
    if (column === undefined) throw mismatch(type, "Final statement returns too many columns.");
    const expr = coerced(resolve, slot, column.type, column.typmod);
    if (expr !== undefined) return expr;
    throw mismatch(
      type,
      `Final statement returns ${formatType(slot.type)} instead of ${formatType(column.type)} at column ${at + 1}.`,
    );
  });
  if (exprs.length < wanted.length) {
    throw mismatch(type, "Final statement returns too few columns.");
  }
  return { kind: "row", exprs, names: wanted.map(({ name }) => name) };
}

/** A domain over a row type is a value with checks. */
function isRowType(type: number): boolean {
  if (definitionOf(type)?.kind === "domain") return false;
  return type === oids.RECORD || compositeColumns(type) !== undefined;
}

function unsupportedResult(type: number): SqlError {
  return new SqlError(
    "42P13",
    `return type ${formatType(type)} is not supported for SQL functions`,
  );
}

export function routineResult(
  routine: CalledRoutine,
  statements: readonly BoundQuery[],
  context: BindContext,
): RoutineResult {
  const type = routine.site.resultType;
  if (type === VOID) return { kind: "void" };
  const last = statements.at(-1);
  const targets = last === undefined ? [] : outputTargets(last);
  const isCall = last?.kind === "select" && targets.length === 0 && last.targets.length > 0;
  if (last === undefined || isCall || (last.kind !== "select" && targets.length === 0)) {
    throw mismatch(
      type,
      "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.",
    );
  }
  const slots = targets.map(({ expr }, at) => slotOf(expr, at));
  const { resolve } = context;
  if (!isRowType(type)) {
    if (typeRow(type)?.kind === "p") throw unsupportedResult(type);
    return scalarResult(resolve, type, slots);
  }
  const [only] = slots;
  if (slots.length === 1 && only !== undefined && routine.kind !== "p") {
    const whole = coerced(resolve, only, type);
    if (whole !== undefined) return { kind: "value", expr: whole };
  }
  const wanted = routine.columns;
  if (wanted !== undefined) return rowResult(resolve, type, slots, wanted);
  return { kind: "row", exprs: slots, names: targets.map(({ name }) => name) };
}
