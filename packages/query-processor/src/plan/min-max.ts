/**
 * min(x) and max(x) of a table with an index on x: the first row of the index, as a subquery
 * `SELECT x FROM t WHERE ... AND x IS NOT NULL ORDER BY x LIMIT 1` for each (planagg.c).
 */
import type { Aggregate, Expr, SubLink } from "@firstlight/sql";
import { aggregateByProc, btreeStrategies, isSameValue, typeOrdering } from "@firstlight/sql";
import { derivedColumns } from "../bind/index-expressions.ts";
import type { BoundSelect, RangeTableEntry } from "../bind/query-tree.ts";
import { conjunction, conjuncts, mapChildren, someNode } from "./expression-map.ts";
import { columnConditions, derivedPositions } from "./index-match.ts";

const BOOL = 16;
const INT8 = 20;
const GREATER = 5;

type TableEntry = Extract<RangeTableEntry, { kind: "table" }>;

interface Extremes {
  readonly rte: number;
  readonly entry: TableEntry;
  readonly aggregates: readonly Aggregate[];
}

/** The query without its aggregates, or as it is. */
export function withFirstRows(query: BoundSelect): BoundSelect {
  const found = extremesOf(query);
  if (found === undefined) return query;
  const replace = (expr: Expr): Expr =>
    expr.kind === "aggregate" ? firstRow(query, found.entry, expr) : mapChildren(expr, replace);
  return {
    ...query,
    from: [],
    where: undefined,
    hasAggregates: false,
    targets: query.targets.map((target) => ({ ...target, expr: replace(target.expr) })),
  };
}

function extremesOf(query: BoundSelect): Extremes | undefined {
  const [item] = query.from;
  const plain =
    query.hasAggregates &&
    query.groupBy.length === 0 &&
    query.groupingSets === undefined &&
    query.having === undefined &&
    query.windows.length === 0 &&
    query.from.length === 1 &&
    query.rowMarks.length === 0;
  if (!plain || item?.kind !== "rte") return undefined;
  const entry = query.rangeTable[item.rte];
  const aggregates = aggregatesOf(query);
  if (entry?.kind !== "table" || aggregates === undefined) return undefined;
  if (readsElsewhere(query.where)) return undefined;
  const found = { rte: item.rte, entry, aggregates };
  return aggregates.every((each) => isFirstOfIndex(query, found, each)) ? found : undefined;
}

/** Subqueries and outer columns would have to be moved a level down with the condition. */
function readsElsewhere(expr: Expr | undefined): boolean {
  if (expr === undefined) return false;
  return someNode(
    expr,
    (node) => node.kind === "subLink" || (node.kind === "var" && node.levelsUp > 0),
  );
}

/** All aggregates of the targets; undefined if one of them is of another kind, or there is none. */
function aggregatesOf(query: BoundSelect): readonly Aggregate[] | undefined {
  const found: Aggregate[] = [];
  const other = query.targets.some(({ expr }) =>
    someNode(expr, (node) => {
      if (node.kind === "aggregate" && isExtreme(node)) found.push(node);
      return node.kind === "subLink" || (node.kind === "aggregate" && !isExtreme(node));
    }),
  );
  return other || found.length === 0 ? undefined : found;
}

function isExtreme(aggregate: Aggregate): boolean {
  return (
    aggregate.levelsUp === 0 &&
    aggregate.filter === undefined &&
    aggregate.orderBy.length === 0 &&
    aggregate.args.length === 1 &&
    (aggregateByProc(aggregate.proc)?.sortOperator ?? 0) !== 0
  );
}

function argumentOf(aggregate: Aggregate): Expr {
  const [argument] = aggregate.args;
  if (argument === undefined) throw new Error("an aggregate without its argument");
  return argument;
}

function columnOf(expr: Expr): number | undefined {
  if (isSameValue(expr)) return columnOf(expr.arg);
  return expr.kind === "var" && expr.levelsUp === 0 ? expr.column : undefined;
}

/**
 * Whether some index has the column first, behind columns that the query holds at one value, and
 * answers all of the query's conditions: else the first row may be far.
 */
function isFirstOfIndex(
  query: BoundSelect,
  { rte, entry: { table } }: Extremes,
  aggregate: Aggregate,
): boolean {
  const column = columnOf(argumentOf(aggregate));
  if (column === undefined) return false;
  const derived = derivedPositions(table, rte);
  const quals = conjuncts(query.where);
  const conditions = quals.flatMap((qual) => columnConditions(qual, rte, derived));
  const { positionsOf } = derivedColumns(table);
  return table.indexes.some((index) => {
    if (index.predicate !== undefined) return false;
    const { keys } = positionsOf(index);
    const at = keys.indexOf(column);
    const fixed = new Set(keys.slice(0, Math.max(0, at)));
    const answers = (qual: Expr): boolean =>
      conditions.some(
        (each) =>
          each.qual === qual &&
          (each.position === column || (each.kind === "equal" && fixed.has(each.position))),
      );
    const held = [...fixed].every((position) =>
      conditions.some((each) => each.position === position && each.kind === "equal"),
    );
    return at >= 0 && held && quals.every(answers);
  });
}

function isMaximum(aggregate: Aggregate): boolean {
  const operator = aggregateByProc(aggregate.proc)?.sortOperator ?? 0;
  return btreeStrategies(operator).some((each) => each.strategy === GREATER);
}

function firstRow(query: BoundSelect, { table }: TableEntry, aggregate: Aggregate): SubLink {
  const expr = argumentOf(aggregate);
  const { type, typmod } = aggregate;
  const base = { typmod: -1, position: -1 };
  const present: Expr = { kind: "isNotNull", type: BOOL, ...base, arg: expr };
  const quals = conjuncts(query.where);
  if (!table.columns[columnOf(expr) ?? -1]?.notNull) quals.push(present);
  const descending = isMaximum(aggregate);
  const proc = typeOrdering(expr.type)?.compareProc ?? 0;
  const first: BoundSelect = {
    ...query,
    ctes: [],
    where: conjunction(quals),
    targets: [{ expr, name: "first", junk: false }],
    hasAggregates: false,
    distinct: false,
    // NULLs are left out; where they would be sorted is where the index has them.
    orderBy: [{ target: 0, descending, nullsFirst: descending, proc }],
    offset: undefined,
    limit: { kind: "const", type: INT8, ...base, value: 1n },
    withTies: false,
  };
  return { kind: "subLink", link: "scalar", type, typmod, position: -1, query: first };
}
