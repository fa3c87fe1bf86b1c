/** VALUES as a query (transformValuesClause). */
import {
  type CollationName,
  NO_COLLATION,
  coerceToCommonType,
  commonCollation,
  isCollatable,
  isConflict,
  type Expr,
  type Row,
  type Steps,
  oids,
  selectCommonType,
  selectCommonTypmod,
} from "@firstlight/sql";
import type { ConstantRows } from "../parse/constant-rows.ts";
import { constantRows, fieldsOf, items, list, locationOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { addVisible } from "./entries.ts";
import { bindError } from "./errors.ts";
import { columnOf, convertedConstants, typicalConstants } from "./expression/constant-list.ts";
import { expressionList } from "./expression/row.ts";
import { bindLimits } from "./limit.ts";
import type { ListValues } from "./long-lists.ts";
import { boundList } from "./many-items.ts";
import { columnCollation } from "./output-columns.ts";
import type { BoundSelect, OutputColumn, RangeTableEntry } from "./query-tree.ts";
import { NO_ORIGIN, type Scope } from "./scope.ts";
import { bindOrderBy } from "./sort.ts";
import type { OpenTarget } from "./targets.ts";
import { boundCtes } from "./with.ts";

/** Rows that are made between two looks at the clock. */
const ROWS_PER_STEP = 1024;

function boundRows(scope: Scope, fields: ParseNode): readonly (readonly Expr[])[] {
  const outer = scope.kind;
  scope.kind = "values";
  const rows = boundList(scope, fields, list(fields, "valuesLists"), {
    bind: (row) => ({ row, exprs: expressionList(scope, items(row)) }),
    exprs: ({ exprs }) => exprs,
  });
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

type ValuesEntry = Extract<RangeTableEntry, { readonly kind: "values" }>;

interface ConstantColumn {
  readonly column: OutputColumn;
  readonly values: ListValues;
}

function constantColumn(
  scope: Scope,
  list: ConstantRows,
  index: number,
  wanted: number | undefined,
): ConstantColumn | undefined {
  const range = columnOf(list, index);
  const typical = typicalConstants(scope, range);
  const isUntyped = typical.every(({ type }) => type === oids.UNKNOWN);
  const common = selectCommonType(typical, "VALUES");
  const type = isUntyped && wanted !== undefined ? wanted : common;
  const values = convertedConstants(scope, range, `values ${type}`, (each) =>
    coerceToCommonType(scope.context.resolve, each, type, "VALUES"),
  );
  const typmod = selectCommonTypmod(typical, type);
  const column = { name: `column${index + 1}`, type, typmod, ...collationOf(scope, typical, type) };
  return values === undefined ? undefined : { column, values };
}

/** Rows of a long list; undefined where some of them are more than constants. */
function* joinedRows(columns: readonly ConstantColumn[], length: number): Steps<readonly Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < length; at++) {
    rows.push(columns.map(({ values }) => values[at] ?? null));
    if (at % ROWS_PER_STEP === 0) yield;
  }
  return rows;
}

/** The entry of a long list; `wanted`: the types of columns that have but untyped literals. */
function constantEntry(
  scope: Scope,
  list: ConstantRows,
  wanted: readonly (number | undefined)[],
): ValuesEntry | undefined {
  const columns: ConstantColumn[] = [];
  for (let index = 0; index < list.width; index++) {
    const column = constantColumn(scope, list, index, wanted[index]);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  const types = columns.map(({ column }) => column.type);
  const constants = scope.context.lists.read(list, `rows ${types.join()}`, () =>
    joinedRows(columns, list.length),
  );
  return {
    kind: "values",
    alias: "*VALUES*",
    columns: columns.map(({ column }) => column),
    lateral: false,
    rows: [],
    constants,
  };
}

function valuesEntry(scope: Scope, fields: ParseNode): ValuesEntry {
  const lifted = constantRows(fields, "valuesLists");
  const short = lifted === undefined ? undefined : constantEntry(scope, lifted, []);
  if (short !== undefined) return short;
  const rows = boundRows(scope, fields);
  const columns = (rows[0] ?? []).map((_, index) => commonColumn(scope, rows, index));
  const coerced = rows.map((row) =>
    row.map((expr, index) =>
      coerceToCommonType(scope.context.resolve, expr, columns[index]?.type ?? expr.type, "VALUES"),
    ),
  );
  return { kind: "values", alias: "*VALUES*", columns, lateral: false, rows: coerced };
}

export function bindValues(scope: Scope, fields: ParseNode): BoundSelect {
  return valuesQuery(scope, fields, valuesEntry(scope, fields));
}

/** VALUES of a long list as what is inserted; undefined where each row is to be bound by itself. */
export function bindInsertedConstants(
  scope: Scope,
  fields: ParseNode,
  wanted: readonly (number | undefined)[],
): BoundSelect | undefined {
  const lifted = constantRows(fields, "valuesLists");
  const entry = lifted === undefined ? undefined : constantEntry(scope, lifted, wanted);
  return entry === undefined ? undefined : valuesQuery(scope, fields, entry);
}

function valuesQuery(scope: Scope, fields: ParseNode, entry: ValuesEntry): BoundSelect {
  const item = addVisible(scope, entry, NO_ORIGIN);
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
