/** VALUES as a query (transformValuesClause). */
import {
  type CollationName,
  NO_COLLATION,
  coerceToCommonType,
  commonCollation,
  isCollatable,
  isConflict,
  type Expr,
  selectCommonType,
  selectCommonTypmod,
} from "@firstlight/sql";
import { fieldsOf, items, list, locationOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { addVisible } from "./entries.ts";
import { bindError } from "./errors.ts";
import { expressionList } from "./expression/row.ts";
import { bindLimits } from "./limit.ts";
import { columnCollation } from "./output-columns.ts";
import type { BoundSelect, OutputColumn } from "./query-tree.ts";
import { NO_ORIGIN, type Scope } from "./scope.ts";
import { bindOrderBy } from "./sort.ts";
import type { OpenTarget } from "./targets.ts";
import { boundCtes } from "./with.ts";

function boundRows(scope: Scope, nodes: readonly ParseNode[]): readonly (readonly Expr[])[] {
  const outer = scope.kind;
  scope.kind = "values";
  const rows = nodes.map((row) => ({ row, exprs: expressionList(scope, items(row)) }));
  scope.kind = outer;
  const width = rows[0]?.exprs.length ?? 0;
  for (const { row, exprs } of rows) {
    if (exprs.length === width) continue;
    const [first] = items(row);
    throw bindError(
      "42601",
      "VALUES lists must all be the same length",
      first === undefined ? -1 : (exprs[0]?.position ?? locationOf(fieldsOf(first))),
    );
  }
  return rows.map(({ exprs }) => exprs);
}

function collationOf(
  scope: Scope,
  column: readonly Expr[],
  type: number,
): { readonly collation?: CollationName } {
  if (!scope.context.collates.used || !isCollatable(type)) return {};
  const state = commonCollation(column, columnCollation);
  const collation = isConflict(state) ? NO_COLLATION : state.collation;
  return collation === undefined ? {} : { collation };
}

function commonColumn(
  scope: Scope,
  rows: readonly (readonly Expr[])[],
  index: number,
): OutputColumn {
  const column = rows.flatMap((row) => row[index] ?? []);
  const type = selectCommonType(column, "VALUES");
  const typmod = selectCommonTypmod(column, type);
  return { name: `column${index + 1}`, type, typmod, ...collationOf(scope, column, type) };
}

export function bindValues(scope: Scope, fields: ParseNode): BoundSelect {
  const rows = boundRows(scope, list(fields, "valuesLists"));
  const columns = (rows[0] ?? []).map((_, index) => commonColumn(scope, rows, index));
  const coerced = rows.map((row) =>
    row.map((expr, index) =>
      coerceToCommonType(scope.context.resolve, expr, columns[index]?.type ?? expr.type, "VALUES"),
    ),
  );
  const item = addVisible(
    scope,
    { kind: "values", alias: "*VALUES*", columns, lateral: false, rows: coerced },
    NO_ORIGIN,
  );
  scope.namespace = [item];
  const targets: OpenTarget[] = item.columns.map(({ name, expr }) => ({ name, expr, junk: false }));
  const orderBy = bindOrderBy(scope, targets, list(fields, "sortClause"));
  return {
    kind: "select",
    ctes: boundCtes(scope),
    rangeTable: scope.rangeTable,
    from: [{ kind: "rte", rte: item.rte }],
    where: undefined,
    targets: targets.map(({ expr, name, junk }) => ({ expr, name, junk })),
    groupBy: [],
    groupingSets: undefined,
    hasAggregates: false,
    having: undefined,
    windows: [],
    distinct: false,
    setOperation: undefined,
    orderBy,
    ...bindLimits(scope, fields),
    rowMarks: [],
  };
}
