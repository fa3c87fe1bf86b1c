/**
 * GROUPING(...). Its arguments are grouping expressions of the query that they belong to, which are
 * known only after that one's GROUP BY was bound: until then the node stands without references.
 */
import { type Expr, expressionLocation, oids } from "@firstlight/sql";
import { list, locationOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { moveOutwards } from "../deepen.ts";
import { bindError } from "../errors.ts";
import { rulesOf } from "../expression-kind.ts";
import type { Scope } from "../scope.ts";
import { sameExpr } from "../walk.ts";
import { aggregateLevel } from "./aggregate.ts";

const ARGUMENTS_MAX = 31;

/** A call whose `refs` wait for the GROUP BY of its query. */
export interface OpenGrouping {
  readonly refs: number[];
  /** As that query sees them. */
  readonly args: readonly Expr[];
}

export function groupingCall(scope: Scope, fields: ParseNode): Expr {
  const position = locationOf(fields);
  const nodes = list(fields, "args");
  if (nodes.length > ARGUMENTS_MAX) {
    throw bindError("54023", "GROUPING must have fewer than 32 arguments", position);
  }
  const args = nodes.map((node) => scope.expr(node));
  const levelsUp = aggregateLevel(args);
  const owner = scope.ancestor(levelsUp);
  const rules = rulesOf(owner.kind);
  if (!rules.aggregates) {
    throw bindError("42803", `grouping operations are not allowed in ${rules.name}`, position);
  }
  const refs: number[] = [];
  owner.groupings.push({ refs, args: args.map((arg) => moveOutwards(arg, levelsUp)) });
  owner.hasAggregates = true;
  return { kind: "grouping", type: oids.INT4, typmod: -1, position, refs, args, levelsUp };
}

function refOf(arg: Expr, groupBy: readonly Expr[]): number {
  const index = groupBy.findIndex((each) => sameExpr(each, arg));
  if (index >= 0) return index;
  throw bindError(
    "42803",
    "arguments to GROUPING must be grouping expressions of the associated query level",
    expressionLocation(arg),
  );
}

/** Gives every GROUPING of the query its references into the group clause. */
export function resolveGroupings(scope: Scope, groupBy: readonly Expr[]): void {
  for (const { refs, args } of scope.groupings.splice(0)) {
    refs.push(...args.map((arg) => refOf(arg, groupBy)));
  }
}
