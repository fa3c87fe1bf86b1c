/** Calls with OVER (transformWindowFuncCall). */
import { coerceToBoolean, type Expr, type ResolvedFunction } from "@firstlight/sql";
import { child, flag, list, locationOf, requiredChild } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import { rulesOf } from "../expression-kind.ts";
import { aggregateRoutine } from "../routine/called-aggregate.ts";
import { Scope } from "../scope.ts";
import { visitExpr } from "../walk.ts";
import { isSetCall, setWithin } from "./set-returning.ts";
import { windowIndex } from "../window.ts";

function checkPlacement(scope: Scope, position: number): void {
  const rules = rulesOf(scope.kind);
  if (rules.windows) return;
  throw bindError("42P20", `window functions are not allowed in ${rules.part}`, position);
}

function refuseNested(args: readonly Expr[]): void {
  for (const arg of args) {
    visitExpr(arg, (each, depth) => {
      if (each.kind === "window" && depth === 0) {
        throw bindError("42P20", "window function calls cannot be nested", each.position);
      }
      if (isSetCall(each) && depth === 0) throw setWithin("window", each.position);
      return depth === 0;
    });
  }
}

function refuseOptions(fields: ParseNode, name: string, isAggregate: boolean): void {
  const position = locationOf(fields);
  if (flag(fields, "agg_distinct")) {
    throw bindError("0A000", "DISTINCT is not implemented for window functions", position);
  }
  if (flag(fields, "agg_within_group")) {
    throw bindError("0A000", `OVER is not supported for ordered-set aggregate ${name}`, position);
  }
  if (list(fields, "agg_order").length > 0) {
    throw bindError(
      "0A000",
      "aggregate ORDER BY is not implemented for window functions",
      position,
    );
  }
  if (!isAggregate && child(fields, "agg_filter") !== undefined) {
    throw bindError(
      "0A000",
      "FILTER is not implemented for non-aggregate window functions",
      position,
    );
  }
}

export function makeWindowCall(
  scope: Scope,
  fields: ParseNode,
  resolved: Exclude<ResolvedFunction, { readonly kind: "expr" }>,
): Expr {
  const position = locationOf(fields);
  const isAggregate = resolved.kind === "aggregate";
  refuseOptions(fields, resolved.proc.name, isAggregate);
  refuseNested(resolved.args);
  checkPlacement(scope, position);
  const filterNode = child(fields, "agg_filter");
  const filter =
    filterNode === undefined
      ? undefined
      : coerceToBoolean(scope.context.resolve, scope.expr(filterNode, "filter"), "FILTER");
  scope.hasWindows = true;
  return {
    kind: "window",
    type: resolved.type,
    typmod: -1,
    position,
    proc: resolved.proc.oid,
    isAggregate,
    args: resolved.args,
    star: flag(fields, "agg_star"),
    distinct: false,
    ...(filter === undefined ? {} : { filter }),
    window: windowIndex(scope, requiredChild(fields, "over")),
    ...aggregateRoutine(
      resolved.proc,
      resolved.args.map((arg) => arg.type),
      () => new Scope(scope.context, undefined),
    ),
  };
}
