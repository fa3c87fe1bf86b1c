/** The knot: expressions, queries and statements refer to each other through this one value. */
import { makeAggregate } from "./expression/aggregate.ts";
import { transformExpr } from "./expression/transform.ts";
import type { Binders } from "./scope.ts";
import { bindSelect } from "./select.ts";
import { bindQuery } from "./statement.ts";

export const BINDERS: Binders = {
  expr: transformExpr,
  aggregate: makeAggregate,
  select: bindSelect,
  statement: bindQuery,
};
