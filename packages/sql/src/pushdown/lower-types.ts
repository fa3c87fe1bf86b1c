/**
 * A scan program without user-defined types, which only the query processor knows: enums and
 * domains become the built-in types that they are stored as, columns that have none become bytes
 * that nobody reads.
 */
import { physicalType } from "../encoding/stored-form.ts";
import type { Expr } from "../expression/tree.ts";
import { rewriteExpr } from "../expression/walk.ts";
import { BYTEA } from "../types/oids.ts";
import { isUserType } from "../types/user/type-ids.ts";
import type { Datum } from "../values/datum.ts";
import type { PushedAggregate, ScanOutput, ScanProgram } from "./scan-program.ts";

/** Thrown on the way; never leaves this module. */
class NotStorable extends Error {}

function lowered(type: number): number {
  const physical = physicalType(type);
  if (isUserType(physical)) throw new NotStorable();
  return physical;
}

function lowerValue(value: Datum): Datum {
  if (typeof value !== "object" || value === null || !("elementType" in value)) return value;
  return { ...value, elementType: lowered(value.elementType) };
}

function lowerNode(expr: Expr): Expr {
  const type = lowered(expr.type);
  if (expr.kind === "const") return { ...expr, type, value: lowerValue(expr.value) };
  if (expr.kind === "array") return { ...expr, type, elementType: lowered(expr.elementType) };
  return type === expr.type ? expr : { ...expr, type };
}

function lowerExpr(expr: Expr): Expr {
  return rewriteExpr(expr, lowerNode);
}

function lowerAggregate(aggregate: PushedAggregate): PushedAggregate {
  const { args, filter, type } = aggregate;
  const bare = { ...aggregate, args: args.map(lowerExpr), type: lowered(type) };
  return filter === undefined ? bare : { ...bare, filter: lowerExpr(filter) };
}

function lowerOutput(output: ScanOutput, columnTypes: readonly number[]): ScanOutput {
  if (output.kind === "columns") {
    for (const column of output.columns) lowered(columnTypes[column] ?? 0);
    return output;
  }
  if (output.kind === "expressions") return { ...output, exprs: output.exprs.map(lowerExpr) };
  const { groupBy, aggregates } = output;
  return {
    ...output,
    groupBy: groupBy.map(lowerExpr),
    aggregates: aggregates.map(lowerAggregate),
  };
}

function columnType(type: number): number {
  const physical = physicalType(type);
  return isUserType(physical) ? BYTEA : physical;
}

function lower(program: ScanProgram): ScanProgram {
  const { columnTypes, defaults, filter } = program;
  return {
    ...program,
    columnTypes: columnTypes.map(columnType),
    output: lowerOutput(program.output, columnTypes),
    ...(filter === undefined ? {} : { filter: lowerExpr(filter) }),
    ...(defaults === undefined
      ? {}
      : { defaults: defaults.map((value, i) => (isOpaque(columnTypes[i]) ? null : value)) }),
  };
}

function isOpaque(type = 0): boolean {
  return isUserType(physicalType(type));
}

/** Undefined when it reads values that storage has no type for. */
export function withoutUserTypes(program: ScanProgram): ScanProgram | undefined {
  if (!mentionsUserTypes(program)) return program;
  try {
    return lower(program);
  } catch (error) {
    if (error instanceof NotStorable) return undefined;
    throw error;
  }
}

/** A column is used by what has a user-defined type in it, or the expression makes one of others. */
function mentionsUserTypes({ columnTypes, filter, output }: ScanProgram): boolean {
  if (columnTypes.some(isUserType)) return true;
  const exprs = [
    ...(filter === undefined ? [] : [filter]),
    ...(output.kind === "expressions" ? output.exprs : []),
    ...(output.kind === "aggregate"
      ? [...output.groupBy, ...output.aggregates.flatMap((each) => each.args)]
      : []),
  ];
  let found = false;
  const look = (expr: Expr): Expr => {
    found ||= isUserType(expr.type);
    return expr;
  };
  for (const expr of exprs) rewriteExpr(expr, look);
  return found;
}
