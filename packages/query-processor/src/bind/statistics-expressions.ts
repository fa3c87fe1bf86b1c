/** Expressions of statistics objects over one row of their table, as Vars of entry 0. */
import type { Expr } from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { StatisticsDescriptor } from "../catalog/statistics-descriptor.ts";
import { withoutPositions } from "./errors.ts";
import { bindColumnExpression } from "./schema-expressions.ts";

interface Bound {
  readonly table: TableDescriptor;
  readonly catalog: Catalog;
  readonly exprs: readonly Expr[];
}

/** What an expression calls may change while its object and its table stay as they are. */
const known = new WeakMap<StatisticsDescriptor, Bound>();

const NONE: readonly Expr[] = [];

export function statisticsExpressions(
  object: StatisticsDescriptor,
  table: TableDescriptor,
  catalog: Catalog,
): readonly Expr[] {
  const { expressions } = object;
  if (expressions === undefined) return NONE;
  const cached = known.get(object);
  if (cached?.table === table && cached.catalog === catalog) return cached.exprs;
  const kind = "statisticsExpression" as const;
  const exprs = expressions.map(({ text }) =>
    withoutPositions(() => bindColumnExpression(text, table, { catalog, kind })),
  );
  known.set(object, { table, catalog, exprs });
  return exprs;
}
